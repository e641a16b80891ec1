"""A worker's visit (走访): who said what, and where. Seen by the workers of its village alone, never public."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civic.models import Area, Person
from civic.moments import now, today
from proposals.models import Project
from wishes.models.board import Demand


class Visit(models.Model):
    """One talk with one resident. ``key`` is made where it is written, so that one sent twice is one visit.

    ``version`` counts its wordings: who changes it names the one he read. What was said leads to one matter of the
    board or one proposal at most; the words go with the person (``erased_at``), that it took place stays.
    """

    key = models.UUIDField(unique=True, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("村居"))
    who = models.CharField(_("谁说的"), max_length=40, blank=True)
    said = models.CharField(_("说了什么"), max_length=500, blank=True)
    place_text = models.CharField(_("在哪里"), max_length=40, blank=True)
    visited_on = models.DateField(_("哪天"), default=today)

    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("登记的居民")
    )
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("谁记的"))
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    recorded_at = models.DateTimeField(_("记录时间"), default=now)
    updated_at = models.DateTimeField(_("最近修改"), default=now)
    erased_at = models.DateTimeField(_("何时抹掉"), null=True, blank=True)

    demand = models.OneToOneField(
        Demand, models.PROTECT, null=True, blank=True, related_name="from_visit", verbose_name=_("报上黑板的事")
    )
    project = models.OneToOneField(
        Project, models.PROTECT, null=True, blank=True, related_name="from_visit", verbose_name=_("转成的提议")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("走访")
        ordering = ["-visited_on", "-pk"]
        indexes = [models.Index(fields=["area", "-visited_on"], name="visit_of_village")]
        constraints = [
            models.CheckConstraint(condition=Q(version__gte=1), name="visit_version_counts"),
            models.CheckConstraint(condition=Q(demand=None) | Q(project=None), name="visit_leads_to_one_thing"),
            models.CheckConstraint(
                condition=(Q(erased_at=None) & ~Q(who="") & ~Q(said="") & ~Q(place_text=""))
                | Q(erased_at__isnull=False, who="", said="", place_text="", person=None),
                name="visit_says_all_or_is_erased",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visited_on} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("wishes:visit_note", args=[self.pk])

    @property
    def audit_area_id(self) -> str:
        return self.area_id

    @property
    def is_turned(self) -> bool:
        """Whether something has come of it (已转)."""
        return self.demand_id is not None or self.project_id is not None
