"""What goes beside a pre-review (预审的旁支): asking another unit, asking for more time, walking over the site together."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from civic.models import Attachment, Organisation, Person
from civic.moments import now
from proposals.models.intake import PreReview
from proposals.models.projects import Project


class OfAReview:
    """What the record needs to know of a row that belongs to a pre-review."""

    @property
    def audit_subject(self) -> str:
        return self.review.audit_subject  # type: ignore[attr-defined]

    @property
    def audit_area_id(self) -> str:
        return self.review.audit_area_id  # type: ignore[attr-defined]


class ConsultationState(models.TextChoices):
    OPEN = "open", _("等答复")
    ANSWERED = "answered", _("已答复")
    CLOSED = "closed", _("不用答了")


class Consultation(OfAReview, models.Model):
    """A department asks another unit (征求意见), beside its own task and with a clock of its own; both are public.

    ``left_workdays`` keeps the days while the project's clocks stand. Closed when the department itself has answered.
    """

    review = models.ForeignKey(PreReview, models.PROTECT, related_name="consultations", verbose_name=_("哪件预审"))
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="consulted", verbose_name=_("问哪个单位"))
    question = models.CharField(_("问什么"), max_length=200)
    state = models.CharField(
        _("状态"), max_length=10, choices=ConsultationState, default=ConsultationState.OPEN, editable=False
    )
    due_on = models.DateField(_("期限"), null=True, blank=True)
    limit_workdays = models.PositiveSmallIntegerField(_("时限（工作日）"))
    left_workdays = models.SmallIntegerField(_("剩余（暂停时）"), null=True, blank=True)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("谁问的"))
    asked_at = models.DateTimeField(_("什么时候问的"), default=now)
    answer = models.CharField(_("答复"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("答复人")
    )
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("征求意见")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ConsultationState.values), name="consultation_state_known"),
            models.CheckConstraint(condition=~Q(question=""), name="consultation_has_a_question"),
            models.CheckConstraint(
                condition=~Q(state="answered")
                | Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer=""),
                name="consultation_answered_is_complete",
            ),
            models.UniqueConstraint(
                fields=["review", "unit"], condition=~Q(state="closed"), name="consultation_once_per_unit"
            ),
        ]
        indexes = [models.Index(fields=["unit", "state", "due_on"], name="consultation_queue")]


class ExtensionState(models.TextChoices):
    ASKED = "asked", _("等上级答复")
    GRANTED = "granted", _("同意")
    REFUSED = "refused", _("不同意")
    LAPSED = "lapsed", _("已不需要")


class Extension(OfAReview, models.Model):
    """A department asks for more working days (请求延期), once per task; another person above it grants or refuses."""

    review = models.OneToOneField(PreReview, models.PROTECT, related_name="extension", verbose_name=_("哪件预审"))
    state = models.CharField(
        _("状态"), max_length=10, choices=ExtensionState, default=ExtensionState.ASKED, editable=False
    )
    workdays = models.PositiveSmallIntegerField(_("延几个工作日"))
    reason = models.CharField(_("为什么要延"), max_length=500)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("谁请求的"))
    asked_at = models.DateTimeField(_("什么时候请求的"), default=now)
    answer = models.CharField(_("答复"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("谁答复的")
    )
    decided_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("预审延期")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ExtensionState.values), name="extension_state_known"),
            models.CheckConstraint(condition=Q(workdays__gte=1), name="extension_days_above_zero"),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(state__in=["granted", "refused"]) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="extension_decided_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(answer=""), name="extension_refusal_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="extension_by_two_people"
            ),
        ]


class SiteSurvey(models.Model):
    """A joint walk over the site (现场踏勘): who came is for the file, which units came and what was found is public."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="surveys", verbose_name=_("项目"))
    review = models.ForeignKey(PreReview, models.PROTECT, related_name="surveys", verbose_name=_("哪件预审"))
    surveyed_on = models.DateField(_("哪天去的"))
    units = models.JSONField(_("哪些单位参加"), default=list)
    people = models.CharField(_("谁去的（不公开）"), max_length=200, blank=True)
    findings = models.CharField(_("看到什么"), max_length=500)
    photos = models.ManyToManyField(Attachment, blank=True, related_name="+", verbose_name=_("照片"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("登记时间"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("现场踏勘")
        ordering = ["-surveyed_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(findings=""), name="survey_has_findings"),
            models.CheckConstraint(condition=~Q(units=[]), name="survey_names_units"),
        ]

    @property
    def audit_subject(self) -> str:
        return self.project.audit_subject

    @property
    def audit_area_id(self) -> str:
        return self.project.area_id
