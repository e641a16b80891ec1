"""Rounds (轮次): which place, which year, by which route and rules projects come to be."""

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from civic.models import Area, Person
from civic.moments import now
from proposals import round_rules
from proposals.round_rules import RoundRules


class Step(models.TextChoices):
    """The steps a route may list (路线), in any order; approval and notice close it."""

    SCREENING = "screening", _("受理")
    REVIEW = "review", _("预审")
    ASSEMBLY = "assembly", _("议事")
    POLL = "poll", _("投票")
    APPROVAL = "approval", _("审批")
    NOTICE = "notice", _("公示")


class Programme(models.TextChoices):
    MICRO = "micro", _("民生微实事")
    SELF_CHOSEN = "self_chosen", _("自选动作")
    PRECEDENT = "precedent", _("各地先例")


LAST = [Step.APPROVAL, Step.NOTICE]


def check_route(route: object) -> None:
    """A route is a list of different steps that ends with approval and notice. ValidationError otherwise."""
    if not isinstance(route, list) or any(step not in Step.values for step in route):
        raise ValidationError(_("路线只能由这些步骤组成：%(steps)s") % {"steps": "、".join(Step.values)})
    if len(set(route)) != len(route):
        raise ValidationError(_("同一个步骤不能出现两次"))
    if route[-2:] != LAST:
        raise ValidationError(_("路线最后两步必须是审批（approval）和公示（notice）"))
    if Step.SCREENING in route and route[0] != Step.SCREENING:
        raise ValidationError(_("受理（screening）只能是第一步"))


def check_rules(data: object) -> None:
    """The rules are complete and of the right type; every fault is named (规则校验)."""
    try:
        round_rules.read(data)  # type: ignore[arg-type]
    except round_rules.ValidationError as error:
        raise ValidationError([f"{name}：{said}" for name, said in round_rules.problems(error).items()]) from None


class Round(models.Model):
    """One round (轮次) of a programme in a place: its route and rules are data, not code."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="rounds", verbose_name=_("地方"))
    year = models.PositiveSmallIntegerField(_("年度"))
    name = models.CharField(_("名称"), max_length=80)
    programme = models.CharField(_("类别"), max_length=12, choices=Programme, default=Programme.MICRO)
    route = models.JSONField(_("路线"), validators=[check_route])
    rules = models.JSONField(_("规则"), default=dict, blank=True, validators=[check_rules], encoder=DjangoJSONEncoder)
    rules_version = models.PositiveIntegerField(_("规则版本"), default=1, editable=False)
    opens_at = models.DateTimeField(_("开始征集"))
    closes_at = models.DateTimeField(_("截止征集"), null=True, blank=True)
    mark = models.CharField(_("标注"), max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("轮次")
        ordering = ["-year", "id"]
        constraints = [
            models.UniqueConstraint(fields=["area", "year", "name"], name="round_once_per_area_and_year"),
            models.CheckConstraint(condition=Q(programme__in=Programme.values), name="round_programme_known"),
            models.CheckConstraint(condition=Q(year__gte=2000, year__lte=2100), name="round_year_sensible"),
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(closes_at__gt=F("opens_at")), name="round_closes_after_opening"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def terms(self) -> RoundRules:
        """The rules as a typed object with defaults filled in."""
        return round_rules.read(self.rules)

    @property
    def is_open(self) -> bool:
        """Whether proposals are being called for now (征集中)."""
        moment = now()
        return self.opens_at <= moment and (self.closes_at is None or moment < self.closes_at)

    @property
    def audit_area_id(self) -> str:
        return self.area_id


class RuleVersion(models.Model):
    """A round's rules and route as they stood from a moment on (规则版本); appended at each change."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="versions", verbose_name=_("轮次"))
    version = models.PositiveIntegerField(_("版本"))
    route = models.JSONField(_("路线"))
    rules = models.JSONField(_("规则"), encoder=DjangoJSONEncoder)
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("修改人"))
    changed_at = models.DateTimeField(_("修改时间"), default=now)
    reason = models.CharField(_("理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("规则版本")
        ordering = ["round", "version"]
        constraints = [models.UniqueConstraint(fields=["round", "version"], name="rule_version_once")]


class RuleChange(models.Model):
    """Rules and a route decided on, to hold from a day to come (待生效的改动); one at a time waits for a round."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等着生效")
        APPLIED = "applied", _("已生效")
        WITHDRAWN = "withdrawn", _("已撤回")

    round = models.ForeignKey(Round, models.PROTECT, related_name="planned", verbose_name=_("轮次"))
    route = models.JSONField(_("路线"), validators=[check_route])
    rules = models.JSONField(_("规则"), default=dict, validators=[check_rules], encoder=DjangoJSONEncoder)
    from_day = models.DateField(_("从哪天起"))
    reason = models.CharField(_("理由"), max_length=200)
    decided_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("谁定的"))
    decided_at = models.DateTimeField(_("定的时间"), default=now)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    trouble = models.CharField(_("没能生效的原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("待生效的改动")
        ordering = ["-decided_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "applied", "withdrawn"]), name="rule_change_state_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="rule_change_has_a_reason"),
            models.UniqueConstraint(fields=["round"], condition=Q(state="waiting"), name="rule_change_one_waits"),
        ]

    @cached_property
    def terms(self) -> RoundRules:
        return round_rules.read(self.rules)

    @property
    def audit_area_id(self) -> str:
        return self.round.area_id
