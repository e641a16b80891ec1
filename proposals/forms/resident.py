"""Whose wish a worker writes down (代居民办), as every form asks for it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from civic.forms import PhoneField, TextField
from proposals.models import AssistedHow
from proposals.services.proposing import Resident


class OfResident(forms.Form):
    """The resident's name and phone, how it was said, and what shows that they agreed; none of it is public."""

    name = TextField(
        label=_("居民姓名"),
        max_length=40,
        help_text=_("公开时只写姓，显示成“王**”"),
        error_messages={"required": _("请写居民的姓名")},
    )
    resident_phone = PhoneField(label=_("居民手机号"), required=False, help_text=_("没有就空着，和家人共用的也不用填"))
    how = forms.ChoiceField(
        label=_("怎样说的"),
        choices=AssistedHow.of_workers(),
        widget=forms.RadioSelect,
        initial=AssistedHow.PRESENT,
        error_messages={"required": _("请选怎样说的")},
    )
    agreed = TextField(
        label=_("本人怎样同意的"),
        max_length=200,
        help_text=_("不公开，例如：在家里念给本人听过，本人说可以"),
        error_messages={"required": _("请写本人怎样同意的")},
    )

    @property
    def resident(self) -> Resident:
        """Who it is, of a form that holds."""
        said = self.cleaned_data
        how = AssistedHow(said["how"])
        return Resident(name=said["name"], phone=said["resident_phone"], how=how, note=said["agreed"])
