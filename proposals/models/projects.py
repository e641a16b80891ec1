"""The project (项目): one aggregate, one code and one page for life (docs/adr/0001)."""

from functools import lru_cache
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civic.fields import YuanField
from civic.models import Area, Attachment, Organisation, Person
from civic.models.record import Channel
from civic.moments import now
from proposals.models.clocks import ToldWhenLate
from proposals.models.rounds import Round, Step


class ProjectState(models.TextChoices):
    """Where a project is (状态); the words are the public's (UX §2)."""

    DRAFT = "draft", _("草稿")
    FILED = "filed", _("待受理")
    RETURNED = "returned", _("待补充")
    IN_REVIEW = "in_review", _("预审中")
    FOR_ASSEMBLY = "for_assembly", _("待议事")
    IN_POLL = "in_poll", _("投票中")
    FOR_APPROVAL = "for_approval", _("待审批")
    RESERVE = "reserve", _("候补")
    ON_NOTICE = "on_notice", _("公示中")
    OBJECTED = "objected", _("异议处理中")
    AWAITING_START = "awaiting_start", _("待开工")
    IN_PROGRESS = "in_progress", _("实施中")
    FOR_ACCEPTANCE = "for_acceptance", _("待验收")
    RECTIFYING = "rectifying", _("整改中")
    COMPLETED = "completed", _("已完成")
    PAUSED = "paused", _("已暂停")
    DECLINED = "declined", _("未采纳")
    TRANSFERRED = "transferred", _("已转办")
    MERGED = "merged", _("已合并")
    WITHDRAWN = "withdrawn", _("已撤回")
    TERMINATED = "terminated", _("已终止")


S = ProjectState
STEP_STATE = {
    Step.SCREENING: S.FILED,
    Step.REVIEW: S.IN_REVIEW,
    Step.ASSEMBLY: S.FOR_ASSEMBLY,
    Step.POLL: S.IN_POLL,
    Step.APPROVAL: S.FOR_APPROVAL,
    Step.NOTICE: S.ON_NOTICE,
}
ON_ROUTE = frozenset(STEP_STATE.values())
MERGE_TARGETS = frozenset({S.FILED, S.IN_REVIEW, S.FOR_ASSEMBLY})  # into which another proposal may still be merged
BEFORE_MONEY = frozenset({S.FILED, S.IN_REVIEW, S.FOR_ASSEMBLY, S.IN_POLL})
IN_WORKS = frozenset({S.AWAITING_START, S.IN_PROGRESS, S.FOR_ACCEPTANCE, S.RECTIFYING})
ON_BOARD = IN_WORKS | {S.COMPLETED, S.PAUSED}  # what the delivery board shows until it is archived (实施看板)
NOT_TAKEN = frozenset({S.DECLINED, S.TRANSFERRED, S.MERGED, S.WITHDRAWN, S.TERMINATED})
ENDED = NOT_TAKEN | {S.COMPLETED}
# steps whose lateness the clock tells upwards; answers to objections and fixes tell their own
CLOCKED = (
    S.FILED, S.TRANSFERRED, S.FOR_ASSEMBLY, S.FOR_APPROVAL, S.AWAITING_START, S.IN_PROGRESS, S.FOR_ACCEPTANCE,
)  # fmt: skip
OF_HIGHER_UP = (S.FOR_APPROVAL,)  # the town's approver is the one who is late: told to the district at once
OPEN_TO_SECONDS = frozenset({S.FILED, S.RETURNED, S.IN_REVIEW, S.FOR_ASSEMBLY})  # 附议: before a vote or money
NEXT, BACK, STEP_OF_CHOICE = "next", "back", "step"

MOVES = {  # action: (from any of, to); NEXT on the round's route, BACK to where it was, a route step of choice
    "submit": ({S.DRAFT}, NEXT),  # 提交
    "advance": (ON_ROUTE, NEXT),  # 进入下一步
    "return": ({S.FILED, S.IN_REVIEW}, S.RETURNED),  # 退回补充
    "complete": ({S.RETURNED}, BACK),  # 补充完毕
    "merge": ({S.FILED, S.IN_REVIEW}, S.MERGED),  # 合并
    "unmerge": ({S.MERGED}, BACK),  # 撤销合并
    "transfer": ({S.FILED, S.IN_REVIEW}, S.TRANSFERRED),  # 转办
    "misdirected": ({S.TRANSFERRED}, S.FILED),  # 转错退回
    "withdraw": ({S.DRAFT, S.RETURNED, *BEFORE_MONEY}, S.WITHDRAWN),  # 撤回
    "decline": ({*BEFORE_MONEY, S.RETURNED, S.FOR_APPROVAL, S.RESERVE, S.OBJECTED}, S.DECLINED),  # 不予采纳
    "reserve": ({S.FOR_APPROVAL, S.IN_POLL}, S.RESERVE),  # 列入候补
    "recall": ({S.RESERVE}, S.FOR_APPROVAL),  # 候补递补
    "object": ({S.ON_NOTICE}, S.OBJECTED),  # 收到异议
    "answer": ({S.OBJECTED}, BACK),  # 异议答复完毕
    "reopen": ({S.DECLINED, S.RESERVE, S.TRANSFERRED}, STEP_OF_CHOICE),  # 异议成立，重新办理
    "send_back": ({S.ON_NOTICE, S.OBJECTED, S.FOR_APPROVAL}, STEP_OF_CHOICE),  # 退回重办
    "start": ({S.AWAITING_START}, S.IN_PROGRESS),  # 开工
    "finish": ({S.IN_PROGRESS}, S.FOR_ACCEPTANCE),  # 报完工
    "fail": ({S.FOR_ACCEPTANCE}, S.RECTIFYING),  # 验收不合格
    "recheck": ({S.RECTIFYING}, S.FOR_ACCEPTANCE),  # 整改完毕，申请复验
    "accept": ({S.FOR_ACCEPTANCE}, S.COMPLETED),  # 验收合格
    "pause": ({*BEFORE_MONEY, *IN_WORKS, S.FOR_APPROVAL}, S.PAUSED),  # 暂停
    "resume": ({S.PAUSED}, BACK),  # 恢复
    "terminate": ({*IN_WORKS, S.PAUSED}, S.TERMINATED),  # 终止
}


class WorkType(models.TextChoices):
    WORKS = "works", _("工程")
    GOODS = "goods", _("货物")
    SERVICE = "service", _("服务")


class Origin(models.TextChoices):
    """Who noticed the need (来源)."""

    RESIDENT = "resident", _("居民提议")
    VILLAGE = "village", _("村居申报")
    DEPARTMENT = "department", _("部门自选")
    DEPUTY = "deputy", _("代表委员提出")
    HOTLINE = "hotline", _("12345转来")


class AssistedHow(models.TextChoices):
    """How a resident spoke when someone entered it for them (怎样代录)."""

    PRESENT = "present", _("本人在场")
    PHONE = "phone", _("电话")
    PAPER = "paper", _("纸质表")
    FAMILY = "family", _("家里人代办")

    @classmethod
    def of_workers(cls) -> list[tuple[str, Any]]:
        """What a worker may choose from; only civic.family makes the other one true."""
        return [choice for choice in cls.choices if choice[0] != cls.FAMILY]


class HandedIn:
    """What somebody may have handed in for another: a worker (代录), or a helper of the family (家里人代办)."""

    @property
    def by_family(self) -> bool:
        return self.assisted_how == AssistedHow.FAMILY  # type: ignore[attr-defined]

    @property
    def helper_name(self) -> str | None:
        """Who handed it in for another, masked: a resident of the family as 李**, somebody in office as 陈*."""
        helper: Person | None = self.entered_by  # type: ignore[attr-defined]
        return helper and (helper.public_name if self.by_family else helper.staff_name)

    def is_of_family_of(self, user: Any) -> bool:
        """Whether the user handed it in for the family: who came into office since decides nothing about it (回避)."""
        return self.by_family and user.pk == self.entered_by_id  # type: ignore[attr-defined]


class Spoken(models.TextChoices):
    """A proposal that came as a recording alone (语音提议): its title waits for intake to write it down."""

    WAITS = "waits", _("等社工听后写下")
    WRITTEN = "written", _("社工听后写下")


AT_INTAKE = frozenset({S.DRAFT, S.FILED, S.PAUSED, S.WITHDRAWN})  # where nobody need know yet what was said


ON_THE_GROUND = ("CGCS2000", "WGS-84")  # alike to within a metre; others would stand in the wrong street


class Project(HandedIn, ToldWhenLate, models.Model):
    """A micro livelihood project (民生微实事) from proposal to acceptance; code and page are for life.

    Amounts that mean different things are different fields here and in delivery; none overwrites another.
    ``state`` is set by proposals.services.moves alone.
    """

    code = models.CharField(_("编号"), max_length=20, unique=True, null=True, blank=True, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="projects", verbose_name=_("轮次"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="projects", verbose_name=_("村居"))
    title = models.CharField(_("什么事"), max_length=40)
    need = models.TextField(_("为什么要办"), max_length=1000, blank=True)
    plan = models.TextField(_("打算怎么办"), max_length=2000, blank=True)
    work_type = models.CharField(_("类型"), max_length=10, choices=WorkType, default=WorkType.WORKS)
    category = models.CharField(_("类别"), max_length=20)
    origin = models.CharField(_("来源"), max_length=12, choices=Origin, default=Origin.RESIDENT)
    place_text = models.CharField(_("在哪里"), max_length=100, blank=True)
    latitude = models.DecimalField(_("纬度"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("经度"), max_digits=9, decimal_places=6, null=True, blank=True)
    crs = models.CharField(_("坐标系"), max_length=10, default="CGCS2000")
    beneficiaries = models.CharField(_("受益的人"), max_length=100, blank=True)
    size_text = models.CharField(_("规模"), max_length=100, blank=True)
    estimate_yuan = YuanField(_("提议估算（元）"), null=True, blank=True)
    reviewed_yuan = YuanField(_("部门核定（元）"), null=True, blank=True)
    approved_yuan = YuanField(_("批准金额（元）"), null=True, blank=True)
    photos = models.ManyToManyField(Attachment, blank=True, related_name="+", verbose_name=_("照片"))

    voice = models.ForeignKey(
        Attachment, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("录音")
    )
    spoken = models.CharField(
        _("语音提议"), max_length=8, choices=Spoken, blank=True, default="", db_default="", editable=False
    )

    proposer = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="proposed", verbose_name=_("提议人")
    )
    proposing_unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("申报单位")
    )
    entered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("代录人")
    )
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel, default=Channel.WEB)
    assisted_how = models.CharField(_("怎样代录"), max_length=10, choices=AssistedHow, blank=True)
    assisted_evidence = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("本人同意的凭据")
    )
    assisted_note = models.CharField(_("凭据说明"), max_length=200, blank=True)
    paper_serial = models.CharField(_("纸质表的编号"), max_length=20, blank=True, default="", db_default="")
    sponsor = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("领办人")
    )
    handler_unit = models.CharField(_("转给哪个单位"), max_length=80, blank=True)

    state = models.CharField(_("状态"), max_length=16, choices=ProjectState, default=ProjectState.DRAFT, editable=False)
    resume_state = models.CharField(max_length=16, blank=True, editable=False)
    state_since = models.DateTimeField(_("本步开始"), default=now, editable=False)
    due_on = models.DateField(_("本步期限"), null=True, blank=True, editable=False)
    limit_workdays = models.PositiveSmallIntegerField(_("本步时限（工作日）"), null=True, blank=True, editable=False)
    resume_left_workdays = models.SmallIntegerField(null=True, blank=True, editable=False)
    resume_limit_workdays = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    filed_at = models.DateTimeField(_("提交时间"), null=True, blank=True, editable=False)
    archived_on = models.DateField(_("归档日期"), null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(_("最近进展"), default=now, editable=False)
    submit_key = models.CharField(max_length=40, unique=True, null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    mark = models.CharField(_("标注"), max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("项目")
        ordering = ["-updated_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ProjectState.values), name="project_state_known"),
            models.CheckConstraint(
                condition=Q(resume_state__in=["", *ProjectState.values]), name="project_resume_state_known"
            ),
            models.CheckConstraint(condition=Q(work_type__in=WorkType.values), name="project_type_known"),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="project_origin_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="project_channel_known"),
            models.CheckConstraint(
                condition=Q(assisted_how__in=["", *AssistedHow.values]), name="project_assisted_how_known"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(code__isnull=False, filed_at__isnull=False),
                name="project_filed_has_code",
            ),
            models.CheckConstraint(
                condition=Q(proposer__isnull=False) | Q(proposing_unit__isnull=False), name="project_has_a_proposer"
            ),
            models.CheckConstraint(
                condition=Q(entered_by=None) | Q(proposer=None) | ~Q(entered_by=F("proposer")),
                name="project_helper_is_another",
            ),
            models.CheckConstraint(condition=Q(spoken__in=["", *Spoken.values]), name="project_spoken_known"),
            models.UniqueConstraint(
                fields=["round", "area", "paper_serial"],
                condition=~Q(paper_serial=""),
                name="project_one_of_each_paper",
            ),
            models.CheckConstraint(
                condition=~Q(spoken="waits") | Q(state__in=sorted(AT_INTAKE)), name="project_unheard_waits_at_intake"
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}_yuan": None}) | Q(**{f"{name}_yuan__gt": 0}),
                    name=f"project_{name}_above_zero",
                )
                for name in ("estimate", "reviewed", "approved")
            ),
        ]
        indexes = [
            models.Index(fields=["-updated_at", "-id"], name="project_latest"),
            models.Index(fields=["state", "-updated_at"], name="project_by_state"),
            models.Index(fields=["state", "due_on"], name="project_due"),
            models.Index(fields=["area", "-updated_at"], name="project_by_area"),
            models.Index(  # a desk's queue: one state, the places whose code begins with its own
                fields=["state", "area"],
                opclasses=["varchar_ops", "varchar_pattern_ops"],
                name="project_by_state_and_place",
            ),
            models.Index(  # the board of a whole district begins with what is due first
                fields=["due_on", "id"],
                condition=Q(archived_on=None, state__in=sorted(ON_BOARD)),
                name="project_on_board",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code or self.get_state_display()} {self.title}"

    def get_absolute_url(self) -> str:
        return _page_of(self.code)

    @property
    def audit_subject(self) -> str:
        return self.code or f"draft:{self.pk}"

    @property
    def audit_area_id(self) -> str:
        return self.area_id

    @property
    def best_yuan(self):
        """The latest amount known before the works: approved, else reviewed, else estimated."""
        return self.approved_yuan or self.reviewed_yuan or self.estimate_yuan

    @property
    def is_open_to_seconds(self) -> bool:
        """Whether the wish can still be shared (还收不收附议)."""
        return self.state in OPEN_TO_SECONDS

    @property
    def proposer_name(self) -> str:
        """Who proposed it, as the public reads it: 王** or the unit."""
        return self.proposer.public_name if self.proposer else str(self.proposing_unit or "")


@lru_cache(maxsize=4096)
def _page_of(code: str) -> str:
    """A list asks for twenty of these; to work one out takes as long as to write its card's text."""
    return reverse("publicity:project", args=[code])
