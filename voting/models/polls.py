"""Polls (居民投票): what all residents of a place vote on, by which rule, from when to when. Never who chose what.

The ballots stand in a second database, which nothing here points to (docs/adr/0010).
"""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from civic.fields import YuanField
from civic.models import Area, Attachment, Person
from civic.moments import now
from proposals.models import Project, Round
from voting.models.bands import AgeBand
from voting.models.urn import Openings


class BallotMethod(models.TextChoices):
    """How a resident votes (投票方式)."""

    CHOOSE = "choose", _("选几项")
    BUDGET = "budget", _("在总钱数以内选")
    POINTS = "points", _("分配分数")
    RANK = "rank", _("排顺序")
    YES_NO = "yes_no", _("逐项赞成或反对")


class PollState(models.TextChoices):
    DRAFT = "draft", _("筹备中")
    OPEN = "open", _("投票中")
    CLOSED = "closed", _("待计票")
    COUNTED = "counted", _("待公布")
    PUBLISHED = "published", _("已公布")
    CANCELLED = "cancelled", _("已取消")


P = PollState
LIVE_POLLS = frozenset({P.DRAFT, P.OPEN})
HOLDING_POLLS = LIVE_POLLS | {P.CLOSED, P.COUNTED}  # their projects are in no other poll until the result is public
POLL_MOVES = {  # action: (from any of, to)
    "open": ({P.DRAFT}, P.OPEN),  # 开始投票
    "close": ({P.OPEN}, P.CLOSED),  # 截止
    "count": ({P.CLOSED}, P.COUNTED),  # 计票
    "publish": ({P.COUNTED}, P.PUBLISHED),  # 公布
    "cancel": ({P.DRAFT, P.OPEN}, P.CANCELLED),  # 取消
}


class Poll(models.Model):
    """One poll (投票) of a round in a place. ``state`` is set by voting.services.polls alone.

    ``rule_record`` is the whole counting rule, ``rule_hash`` its fingerprint, shown on the ballot. ``seed`` decides
    ties; until the close only its ``seed_commitment`` is here, the seed itself lies in the key folder.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="polls", verbose_name=_("轮次"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="polls", verbose_name=_("地方"))
    method = models.CharField(_("投票方式"), max_length=8, choices=BallotMethod)
    limit = models.PositiveSmallIntegerField(_("每人最多选几项；打分时是一共几分"), validators=[MinValueValidator(1)])
    project_max = models.PositiveSmallIntegerField(_("打分时每项最多几分"), validators=[MinValueValidator(1)])
    budget_yuan = YuanField(_("一共多少钱（元）"), null=True, blank=True)
    min_age = models.PositiveSmallIntegerField(_("投票最小年龄"))
    openings = models.CharField(_("选票怎样拆封"), max_length=8, choices=Openings)

    count_rule = models.CharField(_("计票规则"), max_length=80)
    rule_record = models.JSONField(_("计票规则记录"), default=dict)
    rule_hash = models.CharField(_("规则指纹"), max_length=64)
    seed_commitment = models.CharField(_("抽签种子的承诺值"), max_length=64)
    seed = models.CharField(_("抽签种子"), max_length=64, blank=True, editable=False)

    opens_at = models.DateTimeField(_("开始投票"), null=True, blank=True)
    closes_at = models.DateTimeField(_("截止投票"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=PollState, default=PollState.DRAFT, editable=False)
    roll_size = models.PositiveIntegerField(_("名册人数"), null=True, blank=True, editable=False)
    opened_at = models.DateTimeField(_("实际开始"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("实际截止"), null=True, blank=True, editable=False)
    key_ended_at = models.DateTimeField(_("密钥销毁"), null=True, blank=True, editable=False)
    mark = models.CharField(_("标注"), max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("投票")
        ordering = ["-opens_at", "-id"]
        indexes = [
            models.Index(fields=["state", "opens_at"], name="poll_by_opening"),
            models.Index(fields=["state", "closes_at"], name="poll_by_close"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "area"], condition=Q(state__in=["draft", "open"]), name="poll_one_at_a_time_per_place"
            ),
            models.CheckConstraint(condition=Q(state__in=PollState.values), name="poll_state_known"),
            models.CheckConstraint(condition=Q(method__in=BallotMethod.values), name="poll_method_known"),
            models.CheckConstraint(condition=Q(openings__in=Openings.values), name="poll_openings_known"),
            models.CheckConstraint(condition=Q(limit__gte=1, project_max__gte=1), name="poll_limits_above_zero"),
            models.CheckConstraint(condition=Q(budget_yuan=None) | Q(budget_yuan__gt=0), name="poll_budget_above_zero"),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                name="poll_closes_after_opening",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"])
                | Q(
                    opens_at__isnull=False,
                    closes_at__isnull=False,
                    opened_at__isnull=False,
                    roll_size__isnull=False,
                    roll_size__gt=0,
                ),
                name="poll_held_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["closed", "counted", "published"]) | Q(closed_at__isnull=False),
                name="poll_closed_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(seed="") | Q(state__in=["closed", "counted", "published"]),
                name="poll_seed_only_after_the_close",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} · {self.area.short_name}"

    @property
    def audit_subject(self) -> str:
        return f"poll:{self.pk}"

    @property
    def audit_area_id(self) -> str:
        return self.area_id


class PollProject(models.Model):
    """A project put to the vote (参投项目), with the cost that is counted."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="entries", verbose_name=_("投票"))
    project = models.ForeignKey(Project, models.PROTECT, related_name="poll_entries", verbose_name=_("项目"))
    cost_yuan = YuanField(_("金额（元）"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("第几项"))

    class Meta:
        verbose_name = verbose_name_plural = _("参投项目")
        ordering = ["poll", "position"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "project"], name="poll_project_once"),
            models.UniqueConstraint(fields=["poll", "position"], name="poll_position_once"),
            models.CheckConstraint(condition=Q(cost_yuan=None) | Q(cost_yuan__gt=0), name="poll_cost_above_zero"),
        ]


class ActKind(models.TextChoices):
    """What it takes two people for (要两个人办的事)."""

    OPEN = "open", _("开放投票")
    EXTEND = "extend", _("延长投票")
    CLOSE = "close", _("提前截止")
    CANCEL = "cancel", _("取消投票")
    ENROL = "enrol", _("开始后补进名册")
    PUBLISH = "publish", _("公布结果")
    RECOUNT = "recount", _("重新计票")


class ActState(models.TextChoices):
    ASKED = "asked", _("等另一人确认")
    CONFIRMED = "confirmed", _("已确认")
    REFUSED = "refused", _("已退回")
    LAPSED = "lapsed", _("已失效")


class PollAct(models.Model):
    """An act that one person asks for and another confirms (双人办理), with the reason the public reads."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="acts", verbose_name=_("投票"))
    kind = models.CharField(_("办什么"), max_length=8, choices=ActKind)
    state = models.CharField(_("状态"), max_length=10, choices=ActState, default=ActState.ASKED, editable=False)
    reason = models.CharField(_("理由"), max_length=200)
    closes_at = models.DateTimeField(_("延长到"), null=True, blank=True)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("补进谁")
    )
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("村居"))
    age_band = models.CharField(_("年龄段"), max_length=8, choices=AgeBand, blank=True)
    evidence = models.CharField(_("凭什么"), max_length=200, blank=True)
    document = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("凭据")
    )
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("提请人"))
    asked_at = models.DateTimeField(_("提请时间"), default=now)
    confirmed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("确认人")
    )
    refused_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("退回人")
    )
    settled_at = models.DateTimeField(_("办结时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("双人办理")
        ordering = ["poll", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["poll"], condition=Q(state="asked") & ~Q(kind="enrol"), name="poll_act_one_pending"
            ),
            models.UniqueConstraint(
                fields=["poll", "person"], condition=Q(state="asked", kind="enrol"), name="poll_enrol_one_pending"
            ),
            models.CheckConstraint(condition=Q(kind__in=ActKind.values), name="poll_act_kind_known"),
            models.CheckConstraint(condition=Q(state__in=ActState.values), name="poll_act_state_known"),
            models.CheckConstraint(condition=Q(age_band__in=["", *AgeBand.values]), name="poll_act_age_band_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="poll_act_has_a_reason"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("asked_by")), name="poll_act_takes_two_people"
            ),
            models.CheckConstraint(
                condition=(~Q(state="confirmed") | Q(confirmed_by__isnull=False))
                & (~Q(state="asked") | Q(confirmed_by=None, refused_by=None)),
                name="poll_act_confirmed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(kind="extend", closes_at__isnull=False) | ~Q(kind="extend") & Q(closes_at=None),
                name="poll_act_extends_to_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(kind="enrol", person__isnull=False, area__isnull=False) & ~Q(evidence="")
                | ~Q(kind="enrol") & Q(person=None, area=None),
                name="poll_act_enrols_someone",
            ),
        ]

    @property
    def audit_subject(self) -> str:
        return self.poll.audit_subject

    @property
    def audit_area_id(self) -> str:
        return self.poll.area_id
