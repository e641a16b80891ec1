"""Paper ballots (纸质票): batches that were printed, and who was given a ballot. Never which ballot, never a choice.

What the papers say is keyed into the urn (models/urn.py, PaperSheet); nothing here points there. docs/adr/0011.
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from civic.models import Area, Person
from civic.moments import now
from voting.models.polls import Poll
from voting.models.roll import RollEntry

MOST_PAPERS = 2000  # in one batch: a stack two people can count


class PaperState(models.TextChoices):
    PRINTED = "printed", _("已做好")
    HANDING = "handing", _("发放中")
    RETURNED = "returned", _("已收回，等录入")
    KEYING = "keying", _("录入中")
    KEYED = "keyed", _("已录完，等签字")
    BALANCED = "balanced", _("账已签字")
    IN_URN = "in_urn", _("已入票箱")


S = PaperState
PAPER_MOVES = {  # action: (from any of, to)
    "hand_out": ({S.PRINTED, S.HANDING}, S.HANDING),  # 发放
    "return": ({S.PRINTED, S.HANDING, S.RETURNED}, S.RETURNED),  # 收回
    "key": ({S.RETURNED, S.KEYING}, S.KEYING),  # 录入
    "finish": ({S.RETURNED, S.KEYING}, S.KEYED),  # 录完
    "sign": ({S.KEYED}, S.BALANCED),  # 签字
    "urn": ({S.BALANCED}, S.IN_URN),  # 入票箱
}


class PaperBatch(models.Model):
    """A stack of numbered ballots for one station (纸质票一批). ``state`` is set by voting.services.paper alone.

    Serials run on from batch to batch, so that a number is one ballot of the poll. What was given and spoiled is
    counted from ``handouts``; the station counts what is left and what came back; the keying says the rest.
    """

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="paper_batches", verbose_name=_("投票"))
    number = models.PositiveSmallIntegerField(_("第几批"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("发给哪里的人"))
    station = models.CharField(_("投票站"), max_length=40)
    first_serial = models.PositiveIntegerField(_("第一个编号"))
    size = models.PositiveSmallIntegerField(
        _("多少张"), validators=[MinValueValidator(1), MaxValueValidator(MOST_PAPERS)]
    )
    state = models.CharField(_("状态"), max_length=10, choices=PaperState, default=PaperState.PRINTED, editable=False)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("谁做的"))
    made_at = models.DateTimeField(_("做好的时间"), default=now)

    left = models.PositiveSmallIntegerField(_("没发出"), null=True, blank=True)
    returned = models.PositiveSmallIntegerField(_("收回"), null=True, blank=True)
    late = models.PositiveSmallIntegerField(_("截止后才交"), default=0)
    not_on_roll = models.PositiveSmallIntegerField(_("不在名册"), default=0)
    voted_already = models.PositiveSmallIntegerField(_("已在网上投过"), default=0)
    returned_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("谁收的")
    )

    counted = models.PositiveSmallIntegerField(_("计入"), default=0)
    unreadable = models.PositiveSmallIntegerField(_("看不清"), default=0)
    over_limit = models.PositiveSmallIntegerField(_("选多了"), default=0)
    void = models.PositiveSmallIntegerField(_("整批作废"), default=0)

    gap_reason = models.CharField(_("差额的说明"), max_length=200, blank=True)
    asked_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("先签字的人")
    )
    confirmed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("后签字的人")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("纸质票")
        ordering = ["poll", "number"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "number"], name="paper_batch_number_once"),
            models.UniqueConstraint(fields=["poll", "first_serial"], name="paper_batch_serial_once"),
            models.CheckConstraint(condition=Q(state__in=PaperState.values), name="paper_batch_state_known"),
            models.CheckConstraint(
                condition=Q(size__gte=1, size__lte=MOST_PAPERS, first_serial__gte=1), name="paper_batch_size_sound"
            ),
            models.CheckConstraint(condition=Q(left=None) | Q(left__lte=F("size")), name="paper_left_within_the_size"),
            models.CheckConstraint(
                condition=Q(returned=None, left=None)
                | Q(returned__isnull=False, left__isnull=False, returned_by__isnull=False)
                & Q(returned__gte=F("late") + F("not_on_roll") + F("voted_already")),
                name="paper_set_aside_within_the_returned",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["printed", "handing"]) | Q(returned__isnull=False),
                name="paper_keyed_after_the_return",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | Q(asked_by__isnull=False) & ~Q(confirmed_by=F("asked_by")),
                name="paper_account_takes_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["balanced", "in_urn"]) | Q(confirmed_by__isnull=False),
                name="paper_balanced_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poll_id}-{self.number}"

    @property
    def last_serial(self) -> int:
        return self.first_serial + self.size - 1

    @property
    def set_aside(self) -> int:
        """Returned and not to be opened (不拆封): late, not on the roll, voted already."""
        return self.late + self.not_on_roll + self.voted_already

    @property
    def to_key(self) -> int:
        """How many papers are opened and keyed (要录入)."""
        return (self.returned or 0) - self.set_aside

    @property
    def audit_subject(self) -> str:
        return self.poll.audit_subject

    @property
    def audit_area_id(self) -> str:
        return self.area_id


class PaperHandout(models.Model):
    """That somebody on the roll was given a paper ballot (已领纸质票), once. Any ballot of the batch: no serial.

    ``spoiled`` ballots came back to be exchanged and lie with the station.
    """

    entry = models.OneToOneField(RollEntry, models.PROTECT, related_name="paper", verbose_name=_("名册上的人"))
    batch = models.ForeignKey(PaperBatch, models.PROTECT, related_name="handouts", verbose_name=_("哪一批"))
    witness = models.CharField(_("见证人"), max_length=40)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("谁发的"))
    at = models.DateTimeField(_("发放时间"), default=now)
    spoiled = models.PositiveSmallIntegerField(_("换过几张"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("纸质票发放")
        ordering = ["batch", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(witness=""), name="paper_handout_has_a_witness"),
        ]
