"""The board (民声黑板): a matter with its promise, who met with it too, and what a visit found."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civic.models import Appointment, Area, Attachment, Person
from civic.models.record import Channel
from civic.moments import now
from proposals.models import AssistedHow, HandedIn, Project, Spoken

NUMBER_PREFIX = "MS"
NOW_DAYS = 7  # 马上办


class Horizon(models.TextChoices):
    """How soon it can be done (几类办法): the three columns of the board."""

    NOW = "now", _("马上办")
    DATED = "dated", _("限期办")
    LONG = "long", _("长期办")


class DemandState(models.TextChoices):
    """Where a matter is (状态); the words are the public's."""

    FILED = "filed", _("已登记")
    DOING = "doing", _("在办")
    DONE = "done", _("已办理待确认")
    SOLVED = "solved", _("已解决")
    EXPLAINED = "explained", _("已说明")
    HOTLINE = "hotline", _("转12345")
    PROJECT = "project", _("转为项目")


S = DemandState
WAITING = frozenset({S.FILED, S.DOING})  # the handler's clock runs
OPEN = WAITING | {S.DONE}
REOPENABLE = frozenset({S.SOLVED, S.EXPLAINED, S.HOTLINE})

MOVES = {  # action: (from any of, to)
    "take_in": ({S.FILED}, S.DOING),  # 受理
    "finish": ({S.DOING}, S.DONE),  # 办理
    "confirm": ({S.DONE}, S.SOLVED),  # 解决了
    "deny": ({S.DONE}, S.DOING),  # 还没有
    "reopen": (REOPENABLE, S.DOING),  # 又坏了、没说清
    "explain": (WAITING, S.EXPLAINED),  # 说明
    "hand_on": (WAITING, S.HOTLINE),  # 转12345
    "to_project": (WAITING, S.PROJECT),  # 转为项目
}


class SolvedBy(models.TextChoices):
    """Who said that it is solved (谁说解决了)."""

    REPORTER = "reporter", _("报的人说解决了")
    VISIT = "visit", _("现场查看")


class TownWhy(models.TextChoices):
    """Why a matter stands on the town's list (镇里的清单)."""

    JOINS = "joins", _("3人也碰到")
    OVERDUE = "overdue", _("过了答应的日子")


class Demand(HandedIn, models.Model):
    """A matter on the board (一件事). Number and page are for life; ``state`` is set by services.moves alone.

    ``due_on`` is the day promised; of a long matter the day of its next word; before it is taken in, the day by
    which it will be.
    """

    number = models.CharField(_("编号"), max_length=16, unique=True, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="demands", verbose_name=_("村居"))
    what = models.CharField(_("什么事"), max_length=40)
    place_text = models.CharField(_("在哪里"), max_length=40)
    photos = models.ManyToManyField(Attachment, blank=True, related_name="+", verbose_name=_("照片"))

    voice = models.ForeignKey(
        Attachment, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("录音")
    )
    voice_again = models.ForeignKey(
        Attachment, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("还差什么（录音）")
    )
    spoken = models.CharField(
        _("语音报事"), max_length=8, choices=Spoken, blank=True, default="", db_default="", editable=False
    )

    reporter = models.ForeignKey(Person, models.PROTECT, related_name="demands", verbose_name=_("谁报的"))
    entered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("代录人")
    )
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel, default=Channel.WEB)
    assisted_how = models.CharField(_("怎样代录"), max_length=10, choices=AssistedHow, blank=True)
    assisted_note = models.CharField(_("凭据说明"), max_length=200, blank=True)

    handler = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("谁在办")
    )
    horizon = models.CharField(_("哪一类"), max_length=8, choices=Horizon, default=Horizon.NOW)
    due_on = models.DateField(_("答应哪天"))
    first_due_on = models.DateField(_("原定哪天"))
    limit_days = models.PositiveSmallIntegerField(_("给了几天"))

    state = models.CharField(_("状态"), max_length=10, choices=DemandState, default=S.FILED, editable=False)
    state_since = models.DateTimeField(_("这个状态从何时起"), default=now)
    reopen_until = models.DateField(_("哪天前可以重新打开"), null=True, blank=True)
    solved_by = models.CharField(_("谁说解决了"), max_length=10, choices=SolvedBy, blank=True)
    town_at = models.DateTimeField(_("何时上了镇里的清单"), null=True, blank=True)
    town_why = models.CharField(_("为什么上清单"), max_length=10, choices=TownWhy, blank=True)
    project = models.OneToOneField(
        Project, models.PROTECT, null=True, blank=True, related_name="demand", verbose_name=_("转成的项目")
    )
    filed_at = models.DateTimeField(_("登记时间"), default=now)
    updated_at = models.DateTimeField(_("最近进展"), default=now)
    submit_key = models.CharField(max_length=40, unique=True, null=True, blank=True, editable=False)
    mark = models.CharField(_("标注"), max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("民声黑板")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "horizon", "due_on"], name="demand_board")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DemandState.values), name="demand_state_known"),
            models.CheckConstraint(condition=Q(horizon__in=Horizon.values), name="demand_horizon_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="demand_channel_known"),
            models.CheckConstraint(
                condition=Q(assisted_how__in=["", *AssistedHow.values]), name="demand_assisted_how_known"
            ),
            models.CheckConstraint(condition=Q(solved_by__in=["", *SolvedBy.values]), name="demand_solved_by_known"),
            models.CheckConstraint(condition=Q(town_why__in=["", *TownWhy.values]), name="demand_town_why_known"),
            models.CheckConstraint(condition=Q(spoken__in=["", *Spoken.values]), name="demand_spoken_known"),
            models.CheckConstraint(
                condition=~Q(spoken="waits") | Q(state="filed"), name="demand_unheard_waits_to_be_taken_in"
            ),
            models.CheckConstraint(
                condition=Q(entered_by=None) | ~Q(entered_by=F("reporter")), name="demand_helper_is_another"
            ),
            models.CheckConstraint(
                condition=~Q(horizon="now") | Q(limit_days__lte=NOW_DAYS), name="demand_now_is_a_week"
            ),
            models.CheckConstraint(
                condition=Q(state="filed") | Q(handler__isnull=False), name="demand_taken_in_has_a_handler"
            ),
            models.CheckConstraint(
                condition=Q(state="solved", solved_by__in=SolvedBy.values) | (~Q(state="solved") & Q(solved_by="")),
                name="demand_solved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="project", project__isnull=False) | (~Q(state="project") & Q(project=None)),
                name="demand_project_is_named",
            ),
            models.CheckConstraint(
                condition=Q(town_at=None, town_why="") | (Q(town_at__isnull=False) & ~Q(town_why="")),
                name="demand_town_list_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.what}"

    def get_absolute_url(self) -> str:
        return reverse("wishes:demand", args=[self.number])

    @property
    def audit_subject(self) -> str:
        return self.number

    @property
    def audit_area_id(self) -> str:
        return self.area_id

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_waiting(self) -> bool:
        """Whether the handler's clock runs (在走的时限)."""
        return self.state in WAITING

    @property
    def handler_name(self) -> str:
        """Who sees to it, as the public reads it: 小濠冲村委会 村居两委 黄*; nothing before it is taken in."""
        return self.handler.public_name if self.handler else ""


class Join(models.Model):
    """我也碰到: one person met with the same; can be taken back. It asks for nothing but to be counted."""

    demand = models.ForeignKey(Demand, models.PROTECT, related_name="joins", verbose_name=_("哪件事"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="joined_demands", verbose_name=_("谁也碰到"))
    joined_at = models.DateTimeField(_("时间"), default=now)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("我也碰到")
        constraints = [models.UniqueConstraint(fields=["demand", "person"], name="join_once_per_person")]


class SiteVisit(models.Model):
    """A dated look on site (现场查看) by somebody other than who reported the work done; appended, never edited."""

    demand = models.ForeignKey(Demand, models.PROTECT, related_name="visits", verbose_name=_("哪件事"))
    visited_on = models.DateField(_("哪天去看的"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("谁去看的"))
    is_solved = models.BooleanField(_("解决了"))
    words = models.CharField(_("看到什么"), max_length=200)
    recorded_at = models.DateTimeField(_("记录时间"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("现场查看")
        ordering = ["-visited_on", "-pk"]
