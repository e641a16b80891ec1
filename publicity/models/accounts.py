"""What the money did in a village in a quarter, as it is owed to the village's board (村务公开)."""

from datetime import date, timedelta
from typing import NamedTuple

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _say
from django.utils.translation import gettext_lazy as _

from civic.fields import YuanField
from civic.models import Area, Attachment, Person
from civic.moments import now
from proposals.models import Project, ProjectState, Round, ToldWhenLate


class Quarter(NamedTuple):
    """A quarter of a year (季度): 2026, 3 runs from 1 July to 30 September."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def over(cls, on: date) -> "Quarter":
        """The last one that is over on a day."""
        return cls.of(cls.of(on).starts_on - timedelta(days=1))

    @property
    def starts_on(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def ends_on(self) -> date:
        following = date(self.year + self.number // 4, self.number * 3 % 12 + 1, 1)
        return following - timedelta(days=1)

    def __str__(self) -> str:
        return _say("%(year)s年第%(number)s季度") % {"year": self.year, "number": self.number}


class VillageAccount(ToldWhenLate, models.Model):
    """The account of one village and quarter, due on its board some working days after the quarter (村务公开).

    Made when the quarter is over, where it had an approved, running or paid project; ``round``, the newest of theirs,
    is the one whose rules it goes by. Posted once: its lines are then kept as they hang there, ``as_of`` that moment.
    Source: 村民委员会组织法 (2018) Art. 30, at least each quarter.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="accounts", verbose_name=_("村居"))
    round = models.ForeignKey(Round, models.PROTECT, related_name="+", verbose_name=_("轮次"))
    starts_on = models.DateField(_("从"))
    ends_on = models.DateField(_("到"))
    opened_at = models.DateTimeField(_("该公开的时间"), default=now)
    due_on = models.DateField(_("期限"))
    limit_workdays = models.PositiveSmallIntegerField(_("时限（工作日）"))
    posted_on = models.DateField(_("哪天上墙"), null=True, blank=True)
    place = models.CharField(_("贴在哪里"), max_length=60, blank=True)
    photo = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("照片")
    )
    as_of = models.DateTimeField(_("数字截至"), null=True, blank=True, editable=False)
    posted_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("谁登记的"), editable=False
    )

    class Meta:
        verbose_name = verbose_name_plural = _("村务公开")
        ordering = ["-starts_on", "area"]
        constraints = [
            models.UniqueConstraint(fields=["area", "starts_on"], name="account_once_per_quarter"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="account_period_is_one"),
            models.CheckConstraint(
                condition=Q(posted_on=None, place="", photo=None, as_of=None, posted_by=None)
                | Q(posted_on__gt=F("ends_on"), as_of__isnull=False, posted_by__isnull=False) & ~Q(place=""),
                name="account_posted_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["due_on"], name="account_owed", condition=Q(posted_on=None))]

    def __str__(self) -> str:
        return f"{self.area_id} {self.ends_on}"

    def get_absolute_url(self) -> str:
        return reverse("publicity:account", args=[self.area_id, *self.quarter])

    @property
    def quarter(self) -> Quarter:
        return Quarter.of(self.starts_on)

    @property
    def audit_subject(self) -> str:
        return f"account:{self.pk}"

    @property
    def audit_area_id(self) -> str:
        return self.area_id

    def is_late(self, on: date) -> bool:
        """Not posted, and its day has passed (超期)."""
        return self.posted_on is None and self.due_on < on


class AccountLine(models.Model):
    """One project of an account, as the sheet on the board says it (村务公开的一行); written when it is posted."""

    account = models.ForeignKey(VillageAccount, models.PROTECT, related_name="lines", verbose_name=_("村务公开"))
    project = models.ForeignKey(Project, models.PROTECT, related_name="+", verbose_name=_("项目"))
    state = models.CharField(_("状态"), max_length=16, choices=ProjectState)
    approved_yuan = YuanField(_("批准金额（元）"))
    paid_now_yuan = YuanField(_("本季度付款（元）"))
    paid_yuan = YuanField(_("累计付款（元）"))
    rest_yuan = YuanField(_("未付（元）"))

    class Meta:
        verbose_name = verbose_name_plural = _("村务公开的一行")
        ordering = ["account", "project"]
        constraints = [
            models.UniqueConstraint(fields=["account", "project"], name="account_line_once"),
            models.CheckConstraint(condition=Q(state__in=ProjectState.values), name="account_line_state_known"),
            models.CheckConstraint(
                condition=Q(
                    approved_yuan__gte=0, paid_now_yuan__gte=0, paid_yuan__gte=F("paid_now_yuan"), rest_yuan__gte=0
                ),
                name="account_line_sums_fit",
            ),
        ]
