"""What minutes that are closed say wrongly, put right beside them (纪要更正)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from civic.corrections import MOST
from civic.models import Person
from civic.moments import now
from voting.models.meetings import AgendaItem, Meeting


class MinutesCorrection(models.Model):
    """One mistake in closed minutes (更正): what they say, what is right, why, by whom and when. Append-only.

    The minutes stay as they are. It moves no project and changes no count: what was decided wrongly is voted on anew.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="corrections", verbose_name=_("会议"))
    item = models.ForeignKey(
        AgendaItem, models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("关于哪一项")
    )
    recorded = models.CharField(_("原来记的是"), max_length=MOST["recorded"])
    right = models.CharField(_("正确的是"), max_length=MOST["right"])
    reason = models.CharField(_("为什么记错"), max_length=MOST["reason"])
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("谁更正的"))
    made_at = models.DateTimeField(_("更正时间"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("纪要更正")
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(recorded="") & ~Q(right="") & ~Q(reason=""), name="minutes_correction_says_it_all"
            ),
            models.CheckConstraint(condition=~Q(right=F("recorded")), name="minutes_correction_changes_something"),
        ]

    def __str__(self) -> str:
        return self.right
