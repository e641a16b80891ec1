"""Works (实施): contract, milestones, progress, changes, payments; what happens between the notice and acceptance."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from civic.fields import YuanField
from civic.models import Attachment, Organisation, Person
from civic.moments import now
from proposals.models import Project


class OfAProject:
    """What the record needs to know of a row that belongs to a project's work."""

    @property
    def audit_subject(self) -> str:
        return self.work.project.audit_subject  # type: ignore[attr-defined]

    @property
    def audit_area_id(self) -> str:
        return self.work.project.area_id  # type: ignore[attr-defined]


class Work(models.Model):
    """The works of one approved project (实施), with the figures that bound one another in the database.

    granted ≥ contract + changes ≥ settled ≥ paid. ``granted_yuan`` is what was approved, with later changes that a
    second person approved.
    """

    project = models.OneToOneField(Project, models.PROTECT, related_name="work", verbose_name=_("项目"))
    granted_yuan = YuanField(_("可用金额（元）"))
    contract_yuan = YuanField(_("合同价（元）"), default=Decimal(0), editable=False)
    changes_delta_yuan = YuanField(_("变更增减（元）"), default=Decimal(0), editable=False)
    paid_yuan = YuanField(_("已付款（元）"), default=Decimal(0), editable=False)
    settled_yuan = YuanField(_("结算金额（元）"), null=True, blank=True, editable=False)
    progress_percent = models.PositiveSmallIntegerField(_("进度（%）"), default=0, editable=False)
    is_service = models.BooleanField(_("服务类"), default=False)
    visits_planned = models.PositiveIntegerField(_("计划服务次数"), null=True, blank=True)
    contact = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("项目联系人")
    )
    board_photo = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("公示牌照片")
    )
    started_on = models.DateField(_("开工日期"), null=True, blank=True)
    reported_done_on = models.DateField(_("报完工日期"), null=True, blank=True)
    accepted_on = models.DateField(_("验收合格日期"), null=True, blank=True)
    last_news_at = models.DateTimeField(_("现场最近更新"), default=now)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("实施")
        constraints = [
            models.CheckConstraint(condition=Q(granted_yuan__gt=0), name="work_granted_above_zero"),
            models.CheckConstraint(condition=Q(contract_yuan__gte=0), name="work_contract_not_below_zero"),
            models.CheckConstraint(condition=Q(paid_yuan__gte=0), name="work_paid_not_below_zero"),
            models.CheckConstraint(
                condition=Q(settled_yuan=None) | Q(settled_yuan__gte=0), name="work_settled_not_below_zero"
            ),
            models.CheckConstraint(
                condition=Q(granted_yuan__gte=F("contract_yuan") + F("changes_delta_yuan")),
                name="work_contract_within_granted",
            ),
            models.CheckConstraint(
                condition=Q(paid_yuan__lte=F("contract_yuan") + F("changes_delta_yuan")),
                name="work_paid_within_contract",
            ),
            models.CheckConstraint(
                condition=Q(settled_yuan=None) | Q(settled_yuan__lte=F("contract_yuan") + F("changes_delta_yuan")),
                name="work_settled_within_contract",
            ),
            models.CheckConstraint(
                condition=Q(settled_yuan=None) | Q(paid_yuan__lte=F("settled_yuan")), name="work_paid_within_settled"
            ),
            models.CheckConstraint(condition=Q(progress_percent__lte=100), name="work_progress_is_percent"),
        ]

    def __str__(self) -> str:
        return str(self.project)

    @property
    def agreed_yuan(self) -> Decimal:
        """Contract and approved changes (合同价加变更)."""
        return self.contract_yuan + self.changes_delta_yuan

    @property
    def payable_yuan(self) -> Decimal:
        """The most that may ever be paid: the settlement once there is one, else contract and changes."""
        return self.agreed_yuan if self.settled_yuan is None else self.settled_yuan

    @property
    def paid_percent(self) -> int:
        return int(self.paid_yuan * 100 / self.payable_yuan) if self.payable_yuan else 0

    @property
    def audit_subject(self) -> str:
        return self.project.audit_subject

    @property
    def audit_area_id(self) -> str:
        return self.project.area_id


class Method(models.TextChoices):
    """How the contractor was found (采购方式)."""

    DIRECT = "direct", _("直接委托")
    QUOTES = "quotes", _("询价比选")
    TENDER = "tender", _("公开招标")
    SELF_BUILT = "self_built", _("村民自建")


class Contract(models.Model):
    """A contract (合同) with one contractor; may bundle several projects (整合打包), each with its own amount.

    ``client`` is who signs for the village or the town, as the paper has it; empty where it was never written down.
    """

    client = models.CharField(_("甲方"), max_length=60, blank=True, db_default="")
    number = models.CharField(_("合同编号"), max_length=40)
    contractor = models.ForeignKey(Organisation, models.PROTECT, related_name="contracts", verbose_name=_("承接单位"))
    method = models.CharField(_("采购方式"), max_length=10, choices=Method, default=Method.DIRECT)
    signed_on = models.DateField(_("签订日期"))
    finish_on = models.DateField(_("约定完工"))
    total_yuan = YuanField(_("合同总价（元）"))
    scan = models.ForeignKey(Attachment, models.PROTECT, related_name="+", verbose_name=_("合同扫描件"))
    split_reason = models.CharField(_("为什么不是拆分采购"), max_length=200, blank=True)
    registered_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    registered_at = models.DateTimeField(_("登记时间"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("合同")
        ordering = ["-signed_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["contractor", "number"], name="contract_once_per_contractor"),
            models.CheckConstraint(condition=Q(method__in=Method.values), name="contract_method_known"),
            models.CheckConstraint(condition=Q(total_yuan__gt=0), name="contract_total_above_zero"),
            models.CheckConstraint(condition=Q(finish_on__gte=F("signed_on")), name="contract_finishes_after_signing"),
        ]

    def __str__(self) -> str:
        return self.number


class ContractItem(models.Model):
    """One project's share of a contract; the shares add up to its total (checked when it is registered)."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="items", verbose_name=_("合同"))
    work = models.OneToOneField(Work, models.PROTECT, related_name="item", verbose_name=_("实施"))
    amount_yuan = YuanField(_("金额（元）"))

    class Meta:
        verbose_name = verbose_name_plural = _("合同分项")
        constraints = [models.CheckConstraint(condition=Q(amount_yuan__gt=0), name="item_amount_above_zero")]


class Slot(models.TextChoices):
    """Which picture a milestone asks for (照片位); taken from where the old one was taken."""

    BEFORE = "before", _("前")
    DURING = "during", _("中")
    AFTER = "after", _("后")


class Milestone(OfAProject, models.Model):
    """One stage of the works (里程碑). The first date promised is kept beside the present one."""

    work = models.ForeignKey(Work, models.PROTECT, related_name="milestones", verbose_name=_("实施"))
    order = models.PositiveSmallIntegerField(_("次序"))
    name = models.CharField(_("名称"), max_length=40)
    share_percent = models.PositiveSmallIntegerField(_("占工作量（百分比）"))
    photo_slot = models.CharField(_("要照片"), max_length=8, choices=Slot, blank=True)
    first_planned_on = models.DateField(_("原定日期"))
    planned_on = models.DateField(_("计划日期"))
    slip_reason = models.CharField(_("改期原因"), max_length=200, blank=True)
    actual_on = models.DateField(_("实际日期"), null=True, blank=True)
    late_reason = models.CharField(_("晚了的原因"), max_length=200, blank=True)
    photo = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("照片")
    )
    post = models.CharField(_("报完成的岗位"), max_length=60, blank=True, default="", db_default="")

    class Meta:
        verbose_name = verbose_name_plural = _("里程碑")
        ordering = ["work", "order"]
        constraints = [
            models.UniqueConstraint(fields=["work", "order"], name="milestone_order_once"),
            models.CheckConstraint(condition=Q(photo_slot__in=["", *Slot.values]), name="milestone_slot_known"),
            models.CheckConstraint(
                condition=Q(share_percent__gte=1, share_percent__lte=100), name="milestone_share_is_percent"
            ),
            models.CheckConstraint(
                condition=Q(actual_on=None) | Q(photo_slot="") | Q(photo__isnull=False),
                name="milestone_done_has_its_photo",
            ),
            models.CheckConstraint(
                condition=Q(actual_on=None) | Q(actual_on__lte=F("planned_on")) | ~Q(late_reason=""),
                name="milestone_late_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReportKind(models.TextChoices):
    PROGRESS = "progress", _("进度")
    TROUBLE = "trouble", _("问题")
    DONE = "done", _("完成")


class ProgressReport(OfAProject, models.Model):
    """News from the site (进展): photos, a percentage, that a stage is finished, or a trouble that waits for an answer.
    Appended.

    ``key`` is made where the report is written: however often a phone sends it, it stands here once. ``place`` is
    where the photos were taken, as who sent them confirmed it; ``post`` the office they sent them in (时间·项目·岗位).
    """

    work = models.ForeignKey(Work, models.PROTECT, related_name="reports", verbose_name=_("实施"))
    kind = models.CharField(_("类别"), max_length=10, choices=ReportKind, default=ReportKind.PROGRESS)
    percent = models.PositiveSmallIntegerField(_("进度（%）"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    photos = models.ManyToManyField(Attachment, blank=True, related_name="+", verbose_name=_("照片"))
    key = models.UUIDField(_("发送编号"), null=True, blank=True, editable=False)
    place = models.CharField(_("拍照地点"), max_length=60, blank=True, default="", db_default="")
    post = models.CharField(_("岗位"), max_length=60, blank=True, default="", db_default="")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("报告人"))
    at = models.DateTimeField(_("时间"), default=now)
    due_on = models.DateField(_("答复期限"), null=True, blank=True, editable=False)
    answer = models.CharField(_("答复"), max_length=200, blank=True)
    answered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("答复人")
    )
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("进展")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ReportKind.values), name="report_kind_known"),
            models.UniqueConstraint(fields=["work", "key"], name="report_once_per_key"),
            models.CheckConstraint(condition=Q(percent=None) | Q(percent__lte=100), name="report_is_percent"),
            models.CheckConstraint(
                condition=Q(kind__in=["progress", "done"]) | ~Q(note=""), name="report_trouble_says_what"
            ),
        ]


class VisitLog(OfAProject, models.Model):
    """One visit of a service (上门服务): how many were served; never a face, never a name."""

    work = models.ForeignKey(Work, models.PROTECT, related_name="visits", verbose_name=_("实施"))
    visited_on = models.DateField(_("服务日期"))
    served = models.PositiveIntegerField(_("服务人数"))
    note = models.CharField(_("做了什么"), max_length=200, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("记录人"))
    at = models.DateTimeField(_("记录时间"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("服务记录")
        ordering = ["-visited_on", "-id"]
        constraints = [models.CheckConstraint(condition=Q(served__gte=1), name="visit_served_someone")]


class ChangeState(models.TextChoices):
    REPORTED = "reported", _("待处理")
    SUBMITTED = "submitted", _("待镇街审批")
    AGREED = "agreed", _("已同意")
    REFUSED = "refused", _("不同意")


class ChangeOrder(OfAProject, models.Model):
    """A change of the contract (变更): within the round's threshold one office agrees, over it two people do."""

    work = models.ForeignKey(Work, models.PROTECT, related_name="changes", verbose_name=_("实施"))
    state = models.CharField(
        _("状态"), max_length=10, choices=ChangeState, default=ChangeState.REPORTED, editable=False
    )
    reason = models.CharField(_("变更内容和原因"), max_length=200)
    delta_yuan = YuanField(_("增减金额（元）"))
    extra_days = models.SmallIntegerField(_("增加天数"), default=0)
    photo = models.ForeignKey(Attachment, models.PROTECT, related_name="+", verbose_name=_("照片"))
    is_over = models.BooleanField(_("须镇街审批"))
    drawn_yuan = YuanField(_("另从资金池批出（元）"), default=Decimal(0), editable=False)
    minutes_no = models.CharField(_("依据的纪要号"), max_length=60, blank=True)
    reported_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("提出人"))
    reported_at = models.DateTimeField(_("提出时间"), default=now)
    due_on = models.DateField(_("答复期限"), null=True, blank=True, editable=False)
    handled_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("经办人")
    )
    handled_at = models.DateTimeField(_("经办时间"), null=True, blank=True)
    approved_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("审批人")
    )
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    answer = models.CharField(_("不同意的理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("变更")
        ordering = ["-reported_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ChangeState.values), name="change_state_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="change_has_a_reason"),
            models.CheckConstraint(condition=~Q(delta_yuan=0) | ~Q(extra_days=0), name="change_changes_something"),
            models.CheckConstraint(condition=Q(drawn_yuan__gte=0), name="change_drawn_not_below_zero"),
            models.CheckConstraint(
                condition=Q(handled_by=None) | ~Q(handled_by=F("reported_by")), name="change_not_by_its_reporter"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | (~Q(approved_by=F("handled_by")) & ~Q(approved_by=F("reported_by"))),
                name="change_by_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state="agreed")
                | Q(handled_by__isnull=False, is_over=False)
                | Q(approved_by__isnull=False),
                name="change_agreed_by_whom_it_takes",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(answer=""), name="change_refusal_has_a_reason"),
        ]


class PaymentState(models.TextChoices):
    REQUESTED = "requested", _("待审核")
    REVIEWED = "reviewed", _("待付款")
    PAID = "paid", _("已付款")
    REFUSED = "refused", _("已退回")


class Payment(OfAProject, models.Model):
    """One instalment (付款): the contractor asks, the handler reviews, another person pays."""

    work = models.ForeignKey(Work, models.PROTECT, related_name="payments", verbose_name=_("实施"))
    batch = models.PositiveSmallIntegerField(_("第几批"))
    state = models.CharField(
        _("状态"), max_length=10, choices=PaymentState, default=PaymentState.REQUESTED, editable=False
    )
    amount_yuan = YuanField(_("金额（元）"))
    invoice = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("发票或收据")
    )
    note = models.CharField(_("说明"), max_length=200, blank=True)
    requested_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("请款人"))
    requested_at = models.DateTimeField(_("请款时间"), default=now)
    due_on = models.DateField(_("付款期限"), null=True, blank=True, editable=False)
    reviewed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("审核人")
    )
    reviewed_at = models.DateTimeField(_("审核时间"), null=True, blank=True)
    paid_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("付款人")
    )
    paid_on = models.DateField(_("付款日期"), null=True, blank=True)
    answer = models.CharField(_("退回理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("付款")
        ordering = ["work", "batch"]
        constraints = [
            models.UniqueConstraint(fields=["work", "batch"], name="payment_batch_once"),
            models.CheckConstraint(condition=Q(state__in=PaymentState.values), name="payment_state_known"),
            models.CheckConstraint(condition=Q(amount_yuan__gt=0), name="payment_amount_above_zero"),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("requested_by")), name="payment_not_by_its_claimant"
            ),
            models.CheckConstraint(
                condition=Q(paid_by=None) | ~Q(paid_by=F("reviewed_by")), name="payment_by_two_people"
            ),
            models.CheckConstraint(
                condition=~Q(state="paid") | Q(reviewed_by__isnull=False, paid_by__isnull=False, paid_on__isnull=False),
                name="payment_paid_is_complete",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(answer=""), name="payment_refusal_has_a_reason"),
        ]


class Urge(models.Model):
    """A reminder to get on (催办); once in two days, kept in the record."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="urges", verbose_name=_("项目"))
    words = models.CharField(_("催什么"), max_length=140)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("催办人"))
    at = models.DateTimeField(_("时间"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("催办")
        ordering = ["-at", "-id"]
