"""The roll of a poll (名册): who may vote. Whether they did is not written here (docs/adr/0010)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civic.models import Area, Attachment, Person
from civic.moments import now
from voting.models.bands import AgeBand
from voting.models.polls import Poll


class RollSource(models.TextChoices):
    IMPORT = "import", _("名单导入")
    RESIDENCY = "residency", _("已核对的居民身份")
    ADDED = "added", _("社工添加")


class RollEntry(models.Model):
    """One person on one poll's roll (名册上的人), once however they came.

    With name and village, ``household`` is how the same line of a list is known
    again. ``late`` came after the opening, which froze ``Poll.roll_size``.
    """

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="roll", verbose_name=_("投票"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("居民"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("村居"))
    age_band = models.CharField(_("年龄段"), max_length=8, choices=AgeBand, blank=True)
    source = models.CharField(_("怎样进名册"), max_length=10, choices=RollSource)
    evidence = models.CharField(_("凭什么"), max_length=200, blank=True)
    document = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("凭据")
    )
    household = models.CharField(_("户号"), max_length=40, blank=True)
    late = models.BooleanField(_("开始后补进"), default=False)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("经办人"))
    added_at = models.DateTimeField(_("进名册时间"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("投票名册")
        ordering = ["poll", "id"]
        indexes = [models.Index(fields=["area", "household"], name="roll_by_household")]
        constraints = [
            models.UniqueConstraint(fields=["poll", "person"], name="roll_once_per_person"),
            models.CheckConstraint(condition=Q(age_band__in=["", *AgeBand.values]), name="roll_age_band_known"),
            models.CheckConstraint(condition=Q(source__in=RollSource.values), name="roll_source_known"),
            models.CheckConstraint(
                condition=~Q(source="added") | ~Q(evidence="") & Q(by__isnull=False), name="roll_added_with_evidence"
            ),
            models.CheckConstraint(condition=Q(late=False) | Q(source="added"), name="roll_late_only_added"),
        ]

    @property
    def audit_area_id(self) -> str:
        return self.area_id
