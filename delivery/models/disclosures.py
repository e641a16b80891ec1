"""What must be published again and again while a project runs (按期公开): how a gift was used, how a sponsored project goes."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from civic.models import Attachment, Person
from civic.moments import now
from proposals.models import Project, ToldWhenLate


class DisclosureKind(models.TextChoices):
    DONATION = "donation", _("捐赠使用情况")
    DONATION_FINAL = "gift_final", _("捐赠全部使用情况")
    SPONSOR = "sponsor", _("领办情况")


class Disclosure(ToldWhenLate, models.Model):
    """One report that is owed for a period of a project, and what was published of it (按期公开).

    Made when its period is over; ``due_on`` never moves. Published once, with words and, if there is one, a document.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="disclosures", verbose_name=_("项目"))
    kind = models.CharField(_("公开什么"), max_length=10, choices=DisclosureKind)
    starts_on = models.DateField(_("从"))
    ends_on = models.DateField(_("到"))
    opened_at = models.DateTimeField(_("该公开的时间"), default=now)
    due_on = models.DateField(_("期限"))
    limit_workdays = models.PositiveSmallIntegerField(_("时限（工作日）"))
    published_at = models.DateTimeField(_("公开时间"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("谁公开的"), editable=False
    )
    words = models.CharField(_("公开的内容"), max_length=100, blank=True, editable=False)
    document = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("材料"), editable=False
    )

    class Meta:
        verbose_name = verbose_name_plural = _("按期公开")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DisclosureKind.values), name="disclosure_kind_known"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="disclosure_period_is_one"),
            models.CheckConstraint(
                condition=Q(published_at=None, published_by=None, words="", document=None)
                | Q(published_at__isnull=False, published_by__isnull=False) & ~Q(words=""),
                name="disclosure_published_is_whole",
            ),
            models.UniqueConstraint(fields=["project", "kind", "ends_on"], name="disclosure_once_per_period"),
        ]
        indexes = [models.Index(fields=["due_on"], name="disclosure_owed", condition=Q(published_at=None))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.ends_on}"

    @property
    def audit_subject(self) -> str:
        return self.project.audit_subject

    @property
    def audit_area_id(self) -> str:
        return self.project.area_id

    def is_late(self, on: date) -> bool:
        """Not published, and its day has passed (超期)."""
        return self.published_at is None and self.due_on < on
