"""The filing of a contract (合同备案): by when, and under which number it was filed."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civic.models import Person
from delivery.models.works import Contract
from proposals.models import ToldWhenLate


class Filing(ToldWhenLate, models.Model):
    """A contract is filed with who oversees purchases, some working days after it was signed (合同备案).

    ``due_on`` is counted from the day it was signed and never moves: a pause of the works does not stop it.
    """

    contract = models.OneToOneField(Contract, models.PROTECT, related_name="filing", verbose_name=_("合同"))
    limit_workdays = models.PositiveSmallIntegerField(_("时限（工作日）"))
    due_on = models.DateField(_("期限"))
    filed_on = models.DateField(_("备案日期"), null=True, blank=True)
    number = models.CharField(_("备案号"), max_length=40, blank=True)
    filed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("谁登记的")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("合同备案")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["due_on"], name="filing_open", condition=Q(filed_on=None))]
        constraints = [
            models.CheckConstraint(
                condition=Q(filed_on=None, number="", filed_by=None)
                | Q(filed_on__isnull=False, filed_by__isnull=False) & ~Q(number=""),
                name="filing_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def is_late(self, on: date) -> bool:
        """Not filed, and its day has passed (超期)."""
        return self.filed_on is None and self.due_on < on
