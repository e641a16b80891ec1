"""Forms of carrying over (结转): to which pool, how much, why; confirmed or sent back by another person."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from civic.fields import YuanFormField
from delivery.forms.acts import DeskForm, reason_field
from delivery.forms.money import SAYS_WHAT
from delivery.models import CarryOver, Pool
from delivery.services import carrying


class CarryForm(DeskForm):
    """提请结转."""

    target = forms.ModelChoiceField(label=_("结转到哪个资金池"), queryset=Pool.objects.none(), empty_label=None)
    amount_yuan = YuanFormField(label=_("结转金额"), error_messages=SAYS_WHAT)
    reason = reason_field(_("为什么结转"), max_length=300)

    def __init__(self, *args: Any, targets: QuerySet[Pool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = targets

    def act(self, source: Pool, *, by: Any) -> CarryOver:
        data = self.cleaned_data
        return carrying.ask(source, data["target"], data["amount_yuan"], by=by, reason=data["reason"])


class ConfirmCarryForm(DeskForm):
    """确认结转."""

    def act(self, carry: CarryOver, *, by: Any) -> CarryOver:
        return carrying.confirm(carry, by=by)


class RefuseCarryForm(DeskForm):
    reason = reason_field(_("退回的理由"))

    def act(self, carry: CarryOver, *, by: Any) -> CarryOver:
        return carrying.refuse(carry, by=by, reason=self.cleaned_data["reason"])
