"""Voting at a station, voting through a worker, and reminders (投票站、代为录入、提醒). Never what was chosen.

Keys are random, and what is only needed until the vote is erased with it. Only a vote entered for somebody is known to
have been cast, and when (docs/adr/0012).
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civic.models import Area, Attachment, Person
from civic.moments import today
from voting.models.polls import Poll
from voting.models.roll import RollEntry


class IdentityPaper(models.TextChoices):
    """What was shown at the station (看了什么证件); its number is written nowhere."""

    ID_CARD = "id_card", _("居民身份证")
    HOUSEHOLD = "household", _("户口簿")
    RESIDENCE = "residence", _("居住证")
    SOCIAL = "social", _("社会保障卡")


class StationScreen(models.Model):
    """A screen opened for one person to vote on (投票站的一屏): for a quarter of an hour, once, in one session.

    ``seal`` is a keyed hash over the address's token and the worker's session. The row is erased with the vote.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(RollEntry, models.CASCADE, related_name="+", verbose_name=_("名册上的人"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("经办人"))
    seal = models.CharField(_("凭据"), max_length=64, unique=True)
    expires_at = models.DateTimeField(_("到什么时候"))

    class Meta:
        verbose_name = verbose_name_plural = _("投票站的一屏")
        indexes = [models.Index(fields=["expires_at"], name="station_screen_by_expiry")]


class StationDay(models.Model):
    """How many screens one worker opened in a village on a day, by the paper that was shown (投票站日计数)."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="station_days", verbose_name=_("投票"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("村居"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("经办人"))
    day = models.DateField(_("哪一天"), default=today)
    paper = models.CharField(_("看了什么证件"), max_length=10, choices=IdentityPaper)
    opened = models.PositiveIntegerField(_("开了几次"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("投票站日计数")
        ordering = ["poll", "day", "area"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "area", "by", "day", "paper"], name="station_day_once"),
            models.CheckConstraint(condition=Q(paper__in=IdentityPaper.values), name="station_paper_known"),
        ]


class AssistedReason(models.TextChoices):
    """Why somebody cannot vote alone (为什么要代为录入)."""

    SIGHT = "sight", _("看不清屏幕")
    READING = "reading", _("不识字")
    HANDS = "hands", _("手脚不方便")
    HOME = "home", _("出不了门，也没有手机")
    OTHER = "other", _("其他原因，证人知道")


class AssistedState(models.TextChoices):
    BEGUN = "begun", _("录入中")
    ENTERED = "entered", _("已录入")


class DisputeOutcome(models.TextChoices):
    """What came of a dispute (异议怎样答复)."""

    UPHELD = "upheld", _("异议成立")
    DENIED = "denied", _("异议不成立")


class AssistedEntry(models.Model):
    """That a worker entered somebody's vote with evidence (代为录入), once per person; a dispute stands on the row.

    The photos are private; witness and dispute are read at the desk alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.OneToOneField(RollEntry, models.PROTECT, related_name="assisted", verbose_name=_("名册上的人"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("代录人"))
    reason = models.CharField(_("为什么代录"), max_length=10, choices=AssistedReason)
    witness = models.CharField(_("在场证人"), max_length=40)
    documents = models.ManyToManyField(Attachment, related_name="+", verbose_name=_("同意的凭据"))
    state = models.CharField(
        _("状态"), max_length=8, choices=AssistedState, default=AssistedState.BEGUN, editable=False
    )
    entered_on = models.DateField(_("哪一天"), default=today)
    disputable_until = models.DateTimeField(_("异议到什么时候"))
    settle_after = models.DateTimeField(_("过后核对"))

    dispute = models.CharField(_("异议"), max_length=200, blank=True)
    disputed_at = models.DateTimeField(_("提出时间"), null=True, blank=True)
    outcome = models.CharField(_("答复"), max_length=8, choices=DisputeOutcome, blank=True)
    answer = models.CharField(_("理由"), max_length=200, blank=True)
    answered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("答复人")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("代为录入")
        ordering = ["entered_on", "id"]
        indexes = [models.Index(fields=["by", "entered_on"], name="assisted_by_worker")]
        constraints = [
            models.CheckConstraint(condition=Q(reason__in=AssistedReason.values), name="assisted_reason_known"),
            models.CheckConstraint(condition=Q(state__in=AssistedState.values), name="assisted_state_known"),
            models.CheckConstraint(condition=~Q(witness=""), name="assisted_has_a_witness"),
            models.CheckConstraint(
                condition=Q(dispute="", disputed_at=None) | ~Q(dispute="") & Q(disputed_at__isnull=False),
                name="assisted_dispute_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", answer="", answered_by=None)
                | Q(outcome__in=DisputeOutcome.values, answered_by__isnull=False) & ~Q(answer="") & ~Q(dispute=""),
                name="assisted_answer_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=models.F("by")), name="assisted_answered_by_another"
            ),
        ]

    @property
    def audit_subject(self) -> str:
        return self.entry.poll.audit_subject

    @property
    def audit_area_id(self) -> str:
        return self.entry.area_id

    @property
    def is_disputed(self) -> bool:
        """Whether a dispute waits for its answer."""
        return bool(self.dispute) and not self.outcome


class ReminderWish(models.Model):
    """That a person wants a message before the close (到时提醒我). Erased when it is sent or no longer needed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.ForeignKey(Poll, models.PROTECT, related_name="reminder_wishes", verbose_name=_("投票"))
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name=_("谁"))

    class Meta:
        verbose_name = verbose_name_plural = _("提醒")
        constraints = [models.UniqueConstraint(fields=["poll", "person"], name="reminder_once_per_person")]
