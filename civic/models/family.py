"""Helping in the family (帮家里人办): who may hand in for whom."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from civic.models.people import Person
from civic.moments import now

MOST_HELPED = 4  # whom one person helps
MOST_HELPERS = 2  # who help one person


class FamilyHelp(models.Model):
    """That one person may hand in for another of the family, who agreed by reading out a code (本人同意).

    A live pair holds one of the helper's places and one of the helped person's, so the database refuses one too many.
    """

    helper = models.ForeignKey(Person, models.PROTECT, related_name="family_helped", verbose_name=_("代办的人"))
    helped = models.ForeignKey(Person, models.PROTECT, related_name="family_helpers", verbose_name=_("帮谁办"))
    helper_place = models.PositiveSmallIntegerField(editable=False)
    helped_place = models.PositiveSmallIntegerField(editable=False)
    since = models.DateTimeField(_("从何时起"), default=now)
    ended_at = models.DateTimeField(_("何时结束"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("帮家里人办")
        ordering = ["-since", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(helper=F("helped")), name="family_help_of_another"),
            models.CheckConstraint(
                condition=Q(helper_place__gte=1, helper_place__lte=MOST_HELPED), name="family_help_helps_few"
            ),
            models.CheckConstraint(
                condition=Q(helped_place__gte=1, helped_place__lte=MOST_HELPERS), name="family_help_helped_by_few"
            ),
            models.UniqueConstraint(
                fields=["helper", "helped"], condition=Q(ended_at=None), name="family_help_one_live_pair"
            ),
            models.UniqueConstraint(
                fields=["helper", "helper_place"], condition=Q(ended_at=None), name="family_help_helper_place_once"
            ),
            models.UniqueConstraint(
                fields=["helped", "helped_place"], condition=Q(ended_at=None), name="family_help_helped_place_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.helper} → {self.helped}"
