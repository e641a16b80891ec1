"""What a meeting settles that somebody shall do (议定事项): who, by when, and what became of it."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from civic.calendar import workdays_between
from civic.models import Person
from civic.moments import now
from proposals.models import ToldWhenLate
from voting.models.meetings import AgendaItem, Meeting


class UndertakingState(models.TextChoices):
    OPEN = "open", _("在办")
    DONE = "done", _("已办好")
    DROPPED = "dropped", _("不办了")


class Undertaking(ToldWhenLate, models.Model):
    """A thing to do that a meeting settled on (议定事项). ``due_on`` is the day it was promised for and never changes."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="undertakings", verbose_name=_("会议"))
    item = models.ForeignKey(
        AgendaItem, models.PROTECT, null=True, blank=True, related_name="undertakings", verbose_name=_("关于哪一项")
    )
    text = models.CharField(_("要办什么"), max_length=120)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("谁办"))
    due_on = models.DateField(_("哪天前办好"))
    state = models.CharField(
        _("状态"), max_length=8, choices=UndertakingState, default=UndertakingState.OPEN, editable=False
    )
    made_at = models.DateTimeField(_("议定时间"), default=now)
    settled_at = models.DateTimeField(_("办结时间"), null=True, blank=True, editable=False)
    settled_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("谁说的"), editable=False
    )
    outcome = models.CharField(_("办得怎样"), max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("议定事项")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["owner", "state"], name="undertaking_by_owner")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=UndertakingState.values), name="undertaking_state_known"),
            models.CheckConstraint(condition=~Q(text=""), name="undertaking_says_what"),
            models.CheckConstraint(
                condition=Q(state="open", settled_at=None, settled_by=None, outcome="")
                | ~Q(state="open") & Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(outcome=""),
                name="undertaking_settled_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(settled_at__gte=F("made_at")),
                name="undertaking_settled_after_it_was_made",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("voting:undertaking", args=[self.pk])

    @property
    def limit_workdays(self) -> int:
        """The working days there were from the meeting's word to the day promised."""
        return max(0, workdays_between(localdate(self.made_at), self.due_on))

    def is_late(self, on: date) -> bool:
        """Promised for a day that has passed (超期)."""
        return self.state == UndertakingState.OPEN and self.due_on < on
