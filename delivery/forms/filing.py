"""The form of filing a contract (合同备案)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from civic.forms import PublicText
from delivery.forms.acts import DeskForm, day_field
from delivery.models import Filing
from delivery.services import filing


class FilingForm(DeskForm):
    """登记备案: the number it got, and when."""

    number = PublicText(
        label=_("备案号"), max_length=40, error_messages={"required": _("请写备案号")}, help_text=_("会公开")
    )
    filed_on = day_field(_("备案日期"))

    def act(self, on: Filing, *, by: Any) -> Filing:
        return filing.file(on, by=by, **{name: self.cleaned_data[name] for name in ("number", "filed_on")})
