"""Pools of money (资金池) and what was approved from them (审批). The ledger is appended, never edited."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from civic.fields import YuanField
from civic.models import Area, Attachment, Person, Role
from civic.moments import now
from proposals.models import Project, Round


class Pool(models.Model):
    """The money of a place in a round (资金池). The database itself refuses to overdraw it."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="pools", verbose_name=_("地方"))
    round = models.ForeignKey(Round, models.PROTECT, related_name="pools", verbose_name=_("轮次"))
    amount_yuan = YuanField(_("总额（元）"))
    committed_yuan = YuanField(_("已批（元）"), default=Decimal(0), editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("资金池")
        ordering = ["-round__year", "area"]
        constraints = [
            models.UniqueConstraint(fields=["area", "round"], name="pool_once_per_area_and_round"),
            models.CheckConstraint(condition=Q(amount_yuan__gt=0), name="pool_amount_above_zero"),
            models.CheckConstraint(condition=Q(committed_yuan__gte=0), name="pool_committed_not_below_zero"),
            models.CheckConstraint(condition=Q(committed_yuan__lte=F("amount_yuan")), name="pool_never_overdrawn"),
        ]

    def __str__(self) -> str:
        return f"{self.area.short_name} · {self.round.name}"

    @property
    def left_yuan(self) -> Decimal:
        """What is not yet approved away; requests that wait for the second person still count in it."""
        return self.amount_yuan - self.committed_yuan

    @property
    def audit_subject(self) -> str:
        return f"pool:{self.pk}"

    @property
    def audit_area_id(self) -> str:
        return self.area_id


class EntryKind(models.TextChoices):
    COMMIT = "commit", _("批出")
    RELEASE = "release", _("退回")
    SURPLUS = "surplus", _("结余退回")
    ADJUST = "adjust", _("调整总额")
    CARRY_OUT = "carry_out", _("结转下年")
    CARRY_IN = "carry_in", _("上年结转")


ON_THE_TOTAL = (EntryKind.ADJUST, EntryKind.CARRY_OUT, EntryKind.CARRY_IN)


class PoolEntry(models.Model):
    """One line of a pool's ledger (流水). Commits, releases and surpluses add up to ``Pool.committed_yuan``,
    adjustments and what is carried over to ``Pool.amount_yuan``. Appended with the change it books.
    """

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="entries", verbose_name=_("资金池"))
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="pool_entries", verbose_name=_("项目")
    )
    kind = models.CharField(_("类别"), max_length=10, choices=EntryKind)
    delta_yuan = YuanField(_("金额（元）"))
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("经办人"))
    at = models.DateTimeField(_("时间"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("资金池流水")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EntryKind.values), name="entry_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="commit", delta_yuan__gt=0)
                | Q(kind__in=["release", "surplus"], delta_yuan__lt=0)
                | (Q(kind="adjust") & ~Q(delta_yuan=0))
                | Q(kind="carry_out", delta_yuan__lt=0)
                | Q(kind="carry_in", delta_yuan__gt=0),
                name="entry_sign_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["adjust", "carry_out", "carry_in"]) | Q(project__isnull=False),
                name="entry_has_a_project",
            ),
        ]

    @property
    def change_yuan(self) -> Decimal:
        """What the line did to the money still there (可用): less when approved, more when given back or topped up."""
        return self.delta_yuan if self.kind in ON_THE_TOTAL else -self.delta_yuan


class CarryState(models.TextChoices):
    ASKED = "asked", _("待第二人确认")
    CONFIRMED = "confirmed", _("已结转")
    REFUSED = "refused", _("已退回")


class CarryOver(models.Model):
    """A pool's rest taken into the next year's pool of the place (结转): one person asks, another confirms."""

    source = models.ForeignKey(Pool, models.PROTECT, related_name="carried_out", verbose_name=_("从哪个资金池"))
    target = models.ForeignKey(Pool, models.PROTECT, related_name="carried_in", verbose_name=_("到哪个资金池"))
    amount_yuan = YuanField(_("结转金额（元）"))
    reason = models.TextField(_("结转的理由"), max_length=300)
    state = models.CharField(_("状态"), max_length=10, choices=CarryState, default=CarryState.ASKED, editable=False)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("提请人"))
    asked_at = models.DateTimeField(_("提请时间"), default=now)
    settled_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("确认人")
    )
    settled_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    answer = models.TextField(_("退回的理由"), max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("结转")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CarryState.values), name="carry_state_known"),
            models.CheckConstraint(condition=Q(amount_yuan__gt=0), name="carry_amount_above_zero"),
            models.CheckConstraint(condition=~Q(reason=""), name="carry_has_a_reason"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="carry_to_another_pool"),
            models.CheckConstraint(
                condition=Q(settled_by=None) | ~Q(settled_by=F("asked_by")), name="carry_by_two_people"
            ),
            models.CheckConstraint(
                condition=Q(state="asked") | Q(settled_by__isnull=False, settled_at__isnull=False),
                name="carry_settled_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(answer=""), name="carry_refusal_has_a_reason"),
            models.UniqueConstraint(fields=["source"], condition=Q(state="asked"), name="carry_one_asked_per_pool"),
        ]

    @property
    def audit_subject(self) -> str:
        return self.source.audit_subject

    @property
    def audit_area_id(self) -> str:
        return self.source.area_id


class ApprovalState(models.TextChoices):
    SUBMITTED = "submitted", _("待第二人审批")
    APPROVED = "approved", _("已批准")
    RETURNED = "returned", _("已退回")
    VOID = "void", _("已作废")


APPROVERS = [(role.value, role.label) for role in (Role.TOWN_APPROVER, Role.DISTRICT_OFFICE)]
"""Who decides (审批权限), from below upwards; how much each may approve is a rule of the round."""


class Approval(models.Model):
    """One request for money and its answer (审批): one person submits, another decides. Never edited, only voided.

    ``approver_role`` is fixed when it is submitted, so that a later change of the rules moves no request under way.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="approvals", verbose_name=_("项目"))
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="approvals", verbose_name=_("资金池"))
    state = models.CharField(
        _("状态"), max_length=10, choices=ApprovalState, default=ApprovalState.SUBMITTED, editable=False
    )
    requested_yuan = YuanField(_("申请金额（元）"))
    amount_yuan = YuanField(_("批准金额（元）"))
    pool_yuan = YuanField(_("其中资金池（元）"))
    reason = models.TextField(_("与申请不同的原因"), max_length=300, blank=True)
    skip_reason = models.TextField(_("越过名次在前的项目的原因"), max_length=300, blank=True, default="", db_default="")
    approver_role = models.CharField(
        _("由谁审批"),
        max_length=20,
        choices=APPROVERS,
        default=Role.TOWN_APPROVER,
        db_default=Role.TOWN_APPROVER,
        editable=False,
    )
    minutes_no = models.CharField(_("会议纪要号"), max_length=60)
    minutes = models.ForeignKey(Attachment, models.PROTECT, related_name="+", verbose_name=_("会议纪要"))
    submitted_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("经办人"))
    submitted_at = models.DateTimeField(_("提交时间"), default=now)
    approved_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("审批人")
    )
    decided_at = models.DateTimeField(_("审批时间"), null=True, blank=True)
    answer = models.TextField(_("退回或作废的理由"), max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("审批")
        ordering = ["-submitted_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ApprovalState.values), name="approval_state_known"),
            models.CheckConstraint(
                condition=Q(approver_role__in=[role for role, _label in APPROVERS]), name="approval_role_known"
            ),
            models.CheckConstraint(condition=Q(requested_yuan__gt=0), name="approval_requested_above_zero"),
            models.CheckConstraint(condition=Q(amount_yuan__gt=0), name="approval_amount_above_zero"),
            models.CheckConstraint(
                condition=Q(pool_yuan__gte=0) & Q(pool_yuan__lte=F("amount_yuan")), name="approval_pool_part_fits"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("submitted_by")), name="approval_by_two_people"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_by__isnull=False, decided_at__isnull=False),
                name="approval_approved_has_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(amount_yuan=F("requested_yuan")) | ~Q(reason=""), name="approval_difference_has_a_reason"
            ),
            models.CheckConstraint(condition=~Q(minutes_no=""), name="approval_has_minutes"),
            models.CheckConstraint(
                condition=~Q(state__in=["returned", "void"]) | ~Q(answer=""), name="approval_refusal_has_a_reason"
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(state__in=["submitted", "approved"]),
                name="approval_one_live_per_project",
            ),
        ]
        indexes = [models.Index(fields=["pool", "state"], name="approval_by_pool")]

    def __str__(self) -> str:
        return f"{self.project} · {self.get_state_display()}"

    @property
    def audit_subject(self) -> str:
        return self.project.audit_subject

    @property
    def audit_area_id(self) -> str:
        return self.project.area_id


class Source(models.TextChoices):
    """Where the money comes from (资金来源)."""

    POOL = "pool", _("民生微实事资金池")
    COLLECTIVE = "collective", _("村居自筹")
    DONATION = "donation", _("社会捐赠")
    FISCAL = "fiscal", _("其他财政资金")
    NEXT_YEAR = "next_year", _("下年度资金池")
    OTHER = "other", _("其他")


class FundingSource(models.Model):
    """A part of a project's budget (资金来源); the parts of an approval add up to its amount.

    The next year's part is booked in that year's pool when it is approved; ``unbooked_yuan`` is what still waits for
    that pool to be set.
    """

    approval = models.ForeignKey(Approval, models.CASCADE, related_name="sources", verbose_name=_("审批"))
    kind = models.CharField(_("来源"), max_length=10, choices=Source)
    amount_yuan = YuanField(_("金额（元）"))
    unbooked_yuan = YuanField(_("等下年资金池定了再记账（元）"), default=Decimal(0), db_default=0, editable=False)
    note = models.CharField(_("说明"), max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("资金来源")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Source.values), name="source_kind_known"),
            models.CheckConstraint(condition=Q(amount_yuan__gt=0), name="source_amount_above_zero"),
            models.CheckConstraint(
                condition=Q(unbooked_yuan=0)
                | Q(kind="next_year", unbooked_yuan__gt=0, unbooked_yuan__lte=F("amount_yuan")),
                name="source_unbooked_is_of_next_year",
            ),
            models.UniqueConstraint(fields=["approval", "kind"], name="source_once_per_kind"),
        ]
