"""Random spot checks (随机抽查): projects drawn by a seed anyone can draw by again, each looked at on the spot."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from civic.models import Area, Attachment, Person
from civic.moments import now
from proposals.models.projects import Project

MOST_DRAWN = 50


class Among(models.TextChoices):
    """What is drawn from (从哪些里抽)."""

    DOING = "doing", _("正在实施的")
    DONE = "done", _("已完成的")
    ALL = "all", _("全部项目，不管到哪一步")


class Finding(models.TextChoices):
    """What was found on the spot (抽查结果)."""

    MATCHES = "matches", _("和记录相符")
    DIFFERS = "differs", _("和记录有出入")
    NOT_SEEN = "not_seen", _("没有看成")


class SpotCheck(models.Model):
    """One draw (一次抽查): ``size`` of ``out_of`` projects, those whose hash with the seed comes first. Never drawn anew."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("哪里"))
    among = models.CharField(_("从哪些里抽"), max_length=5, choices=Among)
    size = models.PositiveSmallIntegerField(
        _("抽几项"), validators=[MinValueValidator(1), MaxValueValidator(MOST_DRAWN)]
    )
    out_of = models.PositiveIntegerField(_("一共几项"))
    seed = models.CharField(_("种子"), max_length=64)
    drawn_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("谁抽的"))
    drawn_at = models.DateTimeField(_("抽的时间"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("随机抽查")
        ordering = ["-drawn_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(among__in=Among.values), name="spot_check_among_known"),
            models.CheckConstraint(condition=Q(size__gte=1, size__lte=MOST_DRAWN), name="spot_check_size_sensible"),
            models.CheckConstraint(condition=Q(size__lte=F("out_of")), name="spot_check_no_more_than_there_are"),
            models.CheckConstraint(condition=~Q(seed=""), name="spot_check_has_a_seed"),
        ]

    @property
    def audit_area_id(self) -> str:
        return self.area_id


class CheckedProject(models.Model):
    """One project of a draw and what was found (抽到的项目); found once, then it stands in the record."""

    check_of = models.ForeignKey(SpotCheck, models.PROTECT, related_name="items", verbose_name=_("哪次抽查"))
    order = models.PositiveSmallIntegerField(_("顺序"))
    project = models.ForeignKey(Project, models.PROTECT, related_name="spot_checks", verbose_name=_("项目"))
    finding = models.CharField(_("结果"), max_length=8, choices=Finding, blank=True)
    words = models.CharField(_("看到什么"), max_length=300, blank=True)
    photos = models.ManyToManyField(Attachment, blank=True, related_name="+", verbose_name=_("照片"))
    checked_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("谁查的")
    )
    checked_at = models.DateTimeField(_("什么时候查的"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("抽到的项目")
        ordering = ["check_of", "order"]
        constraints = [
            models.UniqueConstraint(fields=["check_of", "project"], name="checked_once_per_draw"),
            models.UniqueConstraint(fields=["check_of", "order"], name="checked_in_one_place"),
            models.CheckConstraint(condition=Q(finding__in=["", *Finding.values]), name="checked_finding_known"),
            models.CheckConstraint(
                condition=Q(finding="", checked_by=None, checked_at=None)
                | (~Q(finding="") & Q(checked_by__isnull=False, checked_at__isnull=False)),
                name="checked_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(finding__in=["differs", "not_seen"]) | ~Q(words=""), name="checked_difference_is_told"
            ),
        ]

    @property
    def audit_subject(self) -> str:
        return self.project.audit_subject

    @property
    def audit_area_id(self) -> str:
        return self.project.area_id
