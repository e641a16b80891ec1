"""What a poll came to (投票结果): counted once from the closed box, never changed after. The engine refuses an UPDATE."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civic.fields import YuanField
from civic.moments import now
from proposals.models import Project
from voting.models.polls import Poll, PollAct


class LineOutcome(models.TextChoices):
    WON = "won", _("入选")
    RESERVE = "reserve", _("候补")
    OUT = "out", _("没入选")


class LineReason(models.TextChoices):
    """Why a project is in or out (入选理由), as the counting names it."""

    WON = "won", _("按规则入选")
    GUARANTEED = "guaranteed", _("保底入选")
    COMPLETED = "completed", _("用剩下的钱入选")
    BARRED = "barred", _("没有入围")
    TOO_DEAR = "too_dear", _("剩下的钱不够")
    SUPPORTERS_SPENT = "supporters_spent", _("支持者的份额已用完")
    NOT_REACHED = "not_reached", _("没轮到")
    PASSED = "passed", _("表决通过")
    NO_QUORUM = "no_quorum", _("投票人数不够")
    NOT_PASSED = "not_passed", _("赞成票不够")


class Result(models.Model):
    """One poll's count (计票结果). ``rule_record`` is what was counted by: the poll's own, and what was withdrawn since.

    ``ballots_file`` is the file anyone counts again from, empty where ballots stay sealed; its hash, the record's and
    the outcome's go into the urn's log at publication. A recount that differed is one more row (``number`` 2 …), by an
    act of two people; ``explained`` says how it differs from the row before. ``ages`` is turnout by age as it may be
    published, ``by_other_rules`` what other rules would have changed.
    """

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="results", verbose_name=_("投票"))
    number = models.PositiveSmallIntegerField(_("第几次计票"), default=1)
    act = models.OneToOneField(
        PollAct, models.PROTECT, null=True, blank=True, related_name="result", verbose_name=_("凭哪次提请")
    )
    explained = models.JSONField(_("和上一次的不同"), default=dict)
    rule_record = models.JSONField(_("计票规则记录"))
    rule_hash = models.CharField(_("规则指纹"), max_length=64)
    voters = models.PositiveIntegerField(_("投票人数"))
    channels = models.JSONField(_("各渠道人数"))
    ages = models.JSONField(_("各年龄段人数"), default=list)
    by_other_rules = models.JSONField(_("换一种规则会怎样"), default=list)
    cost_yuan = YuanField(_("入选项目一共（元）"))
    ties = models.JSONField(_("遇到的并列"), default=list)
    ballots_file = models.TextField(_("选票文件"), blank=True)
    ballots_hash = models.CharField(_("选票文件指纹"), max_length=64, blank=True)
    outcome_hash = models.CharField(_("结果指纹"), max_length=64)
    counted_at = models.DateTimeField(_("计票时间"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("投票结果")
        ordering = ["poll", "number"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "number"], name="result_one_per_number"),
            models.CheckConstraint(
                condition=Q(number=1, act=None) | Q(number__gt=1, act__isnull=False), name="result_again_by_an_act"
            ),
            models.CheckConstraint(condition=Q(cost_yuan__gte=0), name="result_cost_not_below_zero"),
            models.CheckConstraint(
                condition=Q(ballots_file="", ballots_hash="") | ~Q(ballots_file="") & ~Q(ballots_hash=""),
                name="result_file_has_its_hash",
            ),
        ]


class ResultLine(models.Model):
    """What became of one project (项目得票). ``position`` is its place in the table: winners as elected, then by rank."""

    result = models.ForeignKey(Result, models.PROTECT, related_name="lines", verbose_name=_("投票结果"))
    project = models.ForeignKey(Project, models.PROTECT, related_name="result_lines", verbose_name=_("项目"))
    position = models.PositiveSmallIntegerField(_("第几行"))
    rank = models.PositiveSmallIntegerField(_("名次"))
    score = models.PositiveIntegerField(_("得分"))
    votes = models.PositiveIntegerField(_("几人选"))
    cost_yuan = YuanField(_("金额（元）"), null=True, blank=True)
    outcome = models.CharField(_("结果"), max_length=8, choices=LineOutcome)
    reason = models.CharField(_("为什么"), max_length=16, choices=LineReason)
    facts = models.JSONField(_("依据"), default=dict)

    class Meta:
        verbose_name = verbose_name_plural = _("项目得票")
        ordering = ["result", "position"]
        constraints = [
            models.UniqueConstraint(fields=["result", "project"], name="result_line_once_per_project"),
            models.UniqueConstraint(fields=["result", "position"], name="result_line_one_per_position"),
            models.CheckConstraint(
                condition=Q(cost_yuan=None) | Q(cost_yuan__gte=0), name="result_line_cost_not_below_zero"
            ),
            models.CheckConstraint(condition=Q(outcome__in=LineOutcome.values), name="result_line_outcome_known"),
            models.CheckConstraint(condition=Q(reason__in=LineReason.values), name="result_line_reason_known"),
        ]
