"""Assemblies (议事会) and their meetings: agenda, who is due, who came, who stands aside, what was decided."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civic.fields import YuanField
from civic.models import Area, Attachment, Person
from civic.moments import now, today
from proposals.models import Project, Round


class AssemblyKind(models.TextChoices):
    COUNCIL = "council", _("居民议事会")
    REPRESENTATIVES = "representatives", _("村民代表会议")


class Assembly(models.Model):
    """A place's deliberative body. Its members are the appointments as assembly member in that very area."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="assemblies", verbose_name=_("地方"))
    name = models.CharField(_("名称"), max_length=40)
    kind = models.CharField(_("类别"), max_length=16, choices=AssemblyKind, default=AssemblyKind.COUNCIL)
    starts_on = models.DateField(_("成立日期"), default=today)
    ended_on = models.DateField(_("停止日期"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("议事会")
        ordering = ["area"]
        constraints = [
            models.UniqueConstraint(
                fields=["area"], condition=Q(ended_on=None), name="assembly_one_per_area_while_it_lasts"
            ),
            models.CheckConstraint(condition=Q(kind__in=AssemblyKind.values), name="assembly_kind_known"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("starts_on")), name="assembly_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_subject(self) -> str:
        return f"assembly:{self.pk}"

    @property
    def audit_area_id(self) -> str:
        return self.area_id


class MeetingState(models.TextChoices):
    CALLED = "called", _("待召开")
    OPEN = "open", _("进行中")
    CLOSED = "closed", _("待确认纪要")
    CONFIRMED = "confirmed", _("已结束")
    INQUORATE = "inquorate", _("人数不足")
    CANCELLED = "cancelled", _("已取消")


M = MeetingState
LIVE = frozenset({M.CALLED, M.OPEN, M.CLOSED})
HELD = frozenset({M.OPEN, M.CLOSED, M.CONFIRMED})
MEETING_MOVES = {  # action: (from any of, to)
    "open": ({M.CALLED}, M.OPEN),  # 开会
    "miss": ({M.CALLED}, M.INQUORATE),  # 记为人数不足
    "cancel": ({M.CALLED}, M.CANCELLED),  # 取消
    "close": ({M.OPEN}, M.CLOSED),  # 散会
    "confirm": ({M.CLOSED}, M.CONFIRMED),  # 确认纪要
}


class VoteForm(models.TextChoices):
    OPEN = "open", _("记名")
    SECRET = "secret", _("不记名")


class PassBase(models.TextChoices):
    """What the votes for are measured against (赞成票和谁比)."""

    PRESENT = "present", _("实到人数")
    DUE = "due", _("应到人数")


class Meeting(models.Model):
    """One meeting (会议). The rule figures are copied when it is called, so that all is stated beforehand.

    ``topic`` is what is talked over besides the projects, or instead of any. ``roll`` and ``due_count`` are the members
    due, frozen when the meeting opens or is found below quorum.
    ``closing`` is what the chair adds when the minutes are closed (定稿); from then on the database lets none of its rows
    change, and a mistake is put right beside it (`MinutesCorrection`).
    A miss is kept: the next attempt is a new row that names it in ``reconvenes``.
    """

    assembly = models.ForeignKey(Assembly, models.PROTECT, related_name="meetings", verbose_name=_("议事会"))
    round = models.ForeignKey(Round, models.PROTECT, related_name="meetings", verbose_name=_("轮次"))
    attempt = models.PositiveSmallIntegerField(_("第几次召集"), default=1)
    reconvenes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reconvened", verbose_name=_("接续哪次会议")
    )
    place = models.CharField(_("地点"), max_length=60)
    topic = models.CharField(_("另外商量什么"), max_length=120, blank=True, db_default="")
    starts_at = models.DateTimeField(_("开会时间"))
    notice_at = models.DateTimeField(_("通知时间"), default=now)
    state = models.CharField(
        _("状态"), max_length=10, choices=MeetingState, default=MeetingState.CALLED, editable=False
    )

    chair = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("主持人"))
    recorder = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("记录人"))
    teller = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("计票人")
    )
    monitor = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("监票人")
    )

    vote_form = models.CharField(_("表决方式"), max_length=8, choices=VoteForm)
    pass_base = models.CharField(_("赞成票和谁比"), max_length=8, choices=PassBase)
    quorum_share_text = models.CharField(_("到会人数不少于应到的几分之几"), max_length=20)
    pass_share_text = models.CharField(_("赞成票要超过几分之几"), max_length=20)
    rule_book = models.CharField(_("依据的办法"), max_length=80)

    prior_body = models.CharField(_("前置研究的组织"), max_length=60, blank=True)
    prior_on = models.DateField(_("前置研究日期"), null=True, blank=True)
    prior_conclusion = models.CharField(_("前置研究结论"), max_length=300, blank=True)
    prior_document = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("前置研究材料")
    )

    roll = models.ManyToManyField(Person, blank=True, related_name="+", verbose_name=_("应到名册"))
    due_count = models.PositiveSmallIntegerField(_("应到"), null=True, blank=True, editable=False)
    present_count = models.PositiveSmallIntegerField(_("开会时实到"), null=True, blank=True, editable=False)
    sign_in_sheet = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("纸质签到表")
    )
    opened_at = models.DateTimeField(_("开会"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("散会"), null=True, blank=True, editable=False)
    confirmed_at = models.DateTimeField(_("纪要确认时间"), null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("纪要确认人")
    )
    closing = models.CharField(_("会议小结"), max_length=300, blank=True, db_default="", editable=False)
    cancel_reason = models.CharField(_("取消原因"), max_length=200, blank=True)
    mark = models.CharField(_("标注"), max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("会议")
        ordering = ["-starts_at", "-id"]
        indexes = [models.Index(fields=["state", "starts_at"], name="meeting_by_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MeetingState.values), name="meeting_state_known"),
            models.CheckConstraint(condition=Q(vote_form__in=VoteForm.values), name="meeting_vote_form_known"),
            models.CheckConstraint(condition=Q(pass_base__in=PassBase.values), name="meeting_pass_base_known"),
            models.CheckConstraint(condition=Q(attempt__gte=1), name="meeting_attempt_counts_from_one"),
            models.CheckConstraint(condition=Q(starts_at__gte=F("notice_at")), name="meeting_notice_comes_first"),
            models.CheckConstraint(
                condition=Q(teller=None) | Q(monitor=None) | ~Q(teller=F("monitor")),
                name="meeting_teller_and_monitor_are_two",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["open", "closed", "confirmed"])
                | Q(
                    due_count__isnull=False,
                    due_count__gt=0,
                    present_count__isnull=False,
                    teller__isnull=False,
                    monitor__isnull=False,
                    opened_at__isnull=False,
                ),
                name="meeting_held_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state="inquorate") | Q(due_count__isnull=False, present_count__isnull=False),
                name="meeting_miss_is_counted",
            ),
            models.CheckConstraint(
                condition=Q(present_count=None) | Q(present_count__lte=F("due_count")),
                name="meeting_present_within_due",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="meeting_confirmed_by_someone",
            ),
            models.CheckConstraint(condition=Q(closing="") | Q(state="confirmed"), name="meeting_closing_closes_it"),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""), name="meeting_cancel_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(prior_on=None, prior_body="", prior_conclusion="")
                | Q(prior_on__isnull=False) & ~Q(prior_body="") & ~Q(prior_conclusion=""),
                name="meeting_prior_study_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assembly} {self.starts_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("voting:meeting", args=[self.pk])

    @property
    def audit_subject(self) -> str:
        return f"meeting:{self.pk}"

    @property
    def audit_area_id(self) -> str:
        return self.assembly.area_id

    @property
    def starts_on(self) -> date:
        return timezone.localdate(self.starts_at)

    def takes_sign_ins(self, on: date) -> bool:
        """Whether members may sign in on the day (会议当天)."""
        return self.state in {M.CALLED, M.OPEN} and self.starts_on == on

    @property
    def quorum_share(self) -> Fraction:
        return Fraction(self.quorum_share_text)

    @property
    def pass_share(self) -> Fraction:
        return Fraction(self.pass_share_text)

    @property
    def is_secret(self) -> bool:
        return self.vote_form == VoteForm.SECRET


class ItemState(models.TextChoices):
    WAITING = "waiting", _("还没表决")
    OPEN = "open", _("正在表决")
    CLOSED = "closed", _("表决结束")


class Outcome(models.TextChoices):
    PASSED = "passed", _("通过")
    NOT_PASSED = "not_passed", _("未通过")
    DEFERRED = "deferred", _("暂缓")


class CountedFrom(models.TextChoices):
    """Where the count comes from (票数来源)."""

    PHONES = "phones", _("手机表决")
    HANDS = "hands", _("举手表决，现场录入")
    PAPER = "paper", _("纸质票，现场录入")


I = ItemState  # noqa: E741
ITEM_MOVES = {  # action: (from any of, to)
    "open": ({I.WAITING}, I.OPEN),  # 开始表决
    "close": ({I.OPEN}, I.CLOSED),  # 结束表决
    "defer": ({I.WAITING, I.OPEN}, I.CLOSED),  # 暂缓
    "reopen": ({I.CLOSED}, I.OPEN),  # 重新表决
}
COUNTS = ("votes_for", "votes_against", "votes_abstain", "present_count", "recused_count", "base_count", "needed_count")


class AgendaItem(models.Model):
    """One item (议题): a project put to the meeting, and what came of it with the figures the rule used.

    ``ballot`` numbers the votings on the item: a reopened one starts afresh (重新表决), the old rows stay.
    ``amount_yuan`` is the project's amount when the vote opened; what is decided later does not change it.
    ``base_count`` is what the votes for are measured against, ``needed_count`` the least that passes.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items", verbose_name=_("会议"))
    project = models.ForeignKey(Project, models.PROTECT, related_name="agenda_items", verbose_name=_("项目"))
    order = models.PositiveSmallIntegerField(_("第几项"))
    state = models.CharField(_("状态"), max_length=8, choices=ItemState, default=ItemState.WAITING, editable=False)
    ballot = models.PositiveSmallIntegerField(_("第几次表决"), default=1, editable=False)
    opened_at = models.DateTimeField(_("开始表决"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("结束表决"), null=True, blank=True, editable=False)
    counted_from = models.CharField(_("票数来源"), max_length=8, choices=CountedFrom, blank=True, editable=False)
    amount_yuan = YuanField(_("表决的金额（元）"), null=True, blank=True, editable=False)
    votes_for = models.PositiveSmallIntegerField(_("赞成"), null=True, blank=True, editable=False)
    votes_against = models.PositiveSmallIntegerField(_("反对"), null=True, blank=True, editable=False)
    votes_abstain = models.PositiveSmallIntegerField(_("弃权"), null=True, blank=True, editable=False)
    present_count = models.PositiveSmallIntegerField(_("实到"), null=True, blank=True, editable=False)
    recused_count = models.PositiveSmallIntegerField(_("回避"), null=True, blank=True, editable=False)
    base_count = models.PositiveSmallIntegerField(_("计算基数"), null=True, blank=True, editable=False)
    needed_count = models.PositiveSmallIntegerField(_("通过需要"), null=True, blank=True, editable=False)
    outcome = models.CharField(_("结果"), max_length=12, choices=Outcome, blank=True, editable=False)
    reason = models.CharField(_("暂缓理由"), max_length=200, blank=True)
    discussion = models.TextField(_("讨论记录"), max_length=2000, blank=True)
    applied_at = models.DateTimeField(_("结果生效时间"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("议题")
        ordering = ["meeting", "order"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "order"], name="item_order_once"),
            models.UniqueConstraint(fields=["meeting", "project"], name="item_project_once"),
            models.UniqueConstraint(fields=["meeting"], condition=Q(state="open"), name="item_one_open_at_a_time"),
            models.CheckConstraint(condition=Q(state__in=ItemState.values), name="item_state_known"),
            models.CheckConstraint(condition=Q(outcome__in=["", *Outcome.values]), name="item_outcome_known"),
            models.CheckConstraint(
                condition=Q(counted_from__in=["", *CountedFrom.values]), name="item_counted_from_known"
            ),
            models.CheckConstraint(
                condition=Q(state="closed") & ~Q(outcome="") | ~Q(state="closed") & Q(outcome=""),
                name="item_closed_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(**dict.fromkeys(COUNTS)) & Q(outcome__in=["", "deferred"])
                | Q(**{f"{name}__isnull": False for name in COUNTS}, outcome__in=["passed", "not_passed"])
                & ~Q(counted_from=""),
                name="item_decided_is_counted",
            ),
            models.CheckConstraint(
                condition=Q(present_count=None)
                | Q(present_count__gte=F("votes_for") + F("votes_against") + F("votes_abstain") + F("recused_count")),
                name="item_votes_within_present",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="passed") | Q(votes_for__gte=F("needed_count")), name="item_passed_has_the_votes"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="not_passed") | Q(votes_for__lt=F("needed_count")), name="item_failed_lacks_votes"
            ),
            models.CheckConstraint(condition=~Q(outcome="deferred") | ~Q(reason=""), name="item_deferred_has_a_reason"),
            models.CheckConstraint(
                condition=Q(amount_yuan=None) | Q(amount_yuan__gt=0), name="agenda_amount_above_zero"
            ),
            models.CheckConstraint(condition=Q(applied_at=None) | ~Q(outcome=""), name="item_applied_has_an_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.project.title}"

    @property
    def audit_subject(self) -> str:
        return self.project.audit_subject

    @property
    def audit_area_id(self) -> str:
        return self.project.area_id

    @property
    def shown_yuan(self) -> Decimal | None:
        """The amount voted on; before the vote opens, the project's own."""
        return self.amount_yuan or self.project.best_yuan

    @property
    def not_voted(self) -> int:
        """Present, not standing aside, and yet without a vote (未投)."""
        cast = (self.votes_for or 0) + (self.votes_against or 0) + (self.votes_abstain or 0)
        return self.voting_count - cast

    @property
    def voting_count(self) -> int:
        """Present and not standing aside: whose votes the four numbers are (参加表决的)."""
        return (self.present_count or 0) - (self.recused_count or 0)

    @property
    def is_decided(self) -> bool:
        return self.outcome in {Outcome.PASSED, Outcome.NOT_PASSED}


class How(models.TextChoices):
    """How a member was signed in (怎样签到)."""

    QR = "qr", _("扫码签到")
    TICK = "tick", _("现场勾选")
    PAPER = "paper", _("纸质签到")
    REMOTE = "remote", _("远程参加")


class Attendance(models.Model):
    """A member came (签到). ``recorded_by`` is who ticked the name, empty when the member did it alone."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances", verbose_name=_("会议"))
    member = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("成员"))
    how = models.CharField(_("怎样签到"), max_length=8, choices=How)
    at = models.DateTimeField(_("签到时间"), default=now)
    recorded_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("代为签到")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("签到")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "member"], name="attendance_once_per_member"),
            models.CheckConstraint(condition=Q(how__in=How.values), name="attendance_how_known"),
        ]


class Conflict(models.Model):
    """A member stands aside on one item (回避): no vote, and out of the base for that item."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="conflicts", verbose_name=_("议题"))
    member = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("成员"))
    reason = models.CharField(_("原因"), max_length=200)
    declared_at = models.DateTimeField(_("声明时间"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("回避")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "member"], name="conflict_once_per_member"),
            models.CheckConstraint(condition=~Q(reason=""), name="conflict_has_a_reason"),
        ]
