"""Forms of money (钱): request, return, reserve, pools, payments, settlement."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from civic.fields import YuanFormField
from civic.forms import TextField
from civic.models import Area, Level
from delivery.forms.acts import DeskForm, note_field, one, reason_field, scan_field
from delivery.models import Approval, Payment, Source
from delivery.services import approvals, payments, pools, settlement
from proposals.models import Project, Round

OTHERS = [source for source in Source if source != Source.POOL]
SAYS_WHAT = {"required": _("请填写金额，例如 52800.00")}


class ApprovalForm(DeskForm):
    """提交审批: amount, minutes, and what other sources pay."""

    amount_yuan = YuanFormField(label=_("批准金额"), error_messages=SAYS_WHAT)
    reason = reason_field(_("与申请金额不同的原因"), required=False, help_text=_("金额改了才要写，会公开"))
    skip_reason = reason_field(
        _("为什么先批这一个"), required=False, max_length=300, help_text=_("名次在前的还没有提交。会写在它们的公开页上")
    )
    minutes_no = TextField(
        label=_("依据的会议纪要号"),
        max_length=60,
        help_text=_("例如：镇党政联席会纪要第4号"),
        error_messages={"required": _("请写会议纪要号")},
    )
    minutes = scan_field(_("会议纪要"), error_messages={"required": _("请传会议纪要")})

    def __init__(self, *args: Any, skips: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if skips:
            self.fields["skip_reason"].required = True
        else:
            del self.fields["skip_reason"]
        for source in OTHERS:
            self.fields[source.value] = YuanFormField(label=source.label, required=False)

    @property
    def other_sources(self) -> list[forms.BoundField]:
        return [self[source.value] for source in OTHERS]

    def act(self, project: Project, *, by: Any) -> Approval:
        data = self.cleaned_data
        return approvals.submit(
            project,
            by=by,
            amount_yuan=data["amount_yuan"],
            reason=data["reason"],
            skip_reason=data.get("skip_reason", ""),
            minutes_no=data["minutes_no"],
            minutes=one(data["minutes"]),
            sources={source.value: data[source.value] for source in OTHERS if data[source.value]},
        )


class ApproveForm(DeskForm):
    """批准: nothing to type, everything to consider."""

    def act(self, approval: Approval, *, by: Any) -> Project:
        return approvals.approve(approval, by=by)


class ApproveEachForm(DeskForm):
    """一起批准: the requests ticked, of those that wait for this person."""

    request = forms.ModelMultipleChoiceField(
        queryset=Approval.objects.none(),
        label=_("一起批准的项目"),
        error_messages={
            "required": _("请至少选一项"),
            "invalid_choice": _("选的项目里有一项已经不在等您批，请回去重新选"),
            "invalid_pk_value": _("选的项目里有一项已经不在等您批，请回去重新选"),
        },
    )

    def __init__(self, *args: Any, waiting: QuerySet[Approval], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["request"].queryset = waiting

    def act(self, _on: Any, *, by: Any) -> list[Project]:
        return approvals.approve_each(list(self.cleaned_data["request"]), by=by)


class ReturnForm(DeskForm):
    reason = reason_field(_("退回的理由"))

    def act(self, approval: Approval, *, by: Any) -> Approval:
        return approvals.send_back(approval, by=by, reason=self.cleaned_data["reason"])


class ReserveForm(DeskForm):
    reason = reason_field(_("为什么列入候补"))

    def act(self, project: Project, *, by: Any) -> Project:
        return approvals.reserve(project, by=by, reason=self.cleaned_data["reason"])


class RecallForm(DeskForm):
    def act(self, project: Project, *, by: Any) -> Project:
        return approvals.recall(project, by=by)


class PoolForm(DeskForm):
    """定资金池: which round, which place, how much."""

    round = forms.ModelChoiceField(label=_("轮次"), queryset=Round.objects.none(), empty_label=None)
    area = forms.ModelChoiceField(label=_("哪里的钱"), queryset=Area.objects.none(), empty_label=None)
    amount_yuan = YuanFormField(label=_("总额"), error_messages=SAYS_WHAT)
    reason = reason_field(_("调整的理由"), required=False, help_text=_("已经定过、现在调整的要写，会公开"))

    def __init__(self, *args: Any, within: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        prefix = min(within, key=len, default="-")
        self.fields["round"].queryset = Round.objects.select_related("area")
        self.fields["area"].queryset = Area.objects.filter(
            code__startswith=prefix, level__in=[Level.COUNTY, Level.TOWN], valid_to=None
        )

    def act(self, _on: Any, *, by: Any) -> Any:
        data = self.cleaned_data
        return pools.set_amount(data["round"], data["area"], data["amount_yuan"], by=by, reason=data["reason"])


class PaymentForm(DeskForm):
    """请款."""

    amount_yuan = YuanFormField(label=_("请款金额"), error_messages=SAYS_WHAT)
    invoice = scan_field(_("发票或收据"), required=False, help_text=_("PDF 或照片，不公开"))
    note = note_field(_("说明"))

    def act(self, project: Project, *, by: Any) -> Payment:
        data = self.cleaned_data
        return payments.request(
            project, by=by, amount_yuan=data["amount_yuan"], invoice=one(data["invoice"]), note=data["note"]
        )


class ReviewPaymentForm(DeskForm):
    def act(self, payment: Payment, *, by: Any) -> Payment:
        return payments.review(payment, by=by)


class RefusePaymentForm(DeskForm):
    answer = reason_field(_("退回的理由"))

    def act(self, payment: Payment, *, by: Any) -> Payment:
        return payments.refuse(payment, by=by, answer=self.cleaned_data["answer"])


class PayForm(DeskForm):
    def act(self, payment: Payment, *, by: Any) -> Payment:
        return payments.pay(payment, by=by)


class SettleForm(DeskForm):
    """结算."""

    settled_yuan = YuanFormField(label=_("结算金额"), min_value=Decimal(0), error_messages=SAYS_WHAT)
    note = note_field(_("核减的原因"), help_text=_("比合同少才要写，会公开"))
    sheet = scan_field(_("结算书"), error_messages={"required": _("请传结算书")})

    def act(self, project: Project, *, by: Any) -> Any:
        data = self.cleaned_data
        return settlement.settle(
            project,
            by=by,
            settled_yuan=data["settled_yuan"],
            sheet=one(data["sheet"]),
            note=data["note"],
            version=data["version"],
        )


class ArchiveForm(DeskForm):
    def act(self, project: Project, *, by: Any) -> Project:
        return settlement.archive(project, by=by)
