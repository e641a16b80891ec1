"""Call-backs (电话回访): who is asked by phone how the finished work is, some days after acceptance."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civic.models import Person
from proposals.models import Project


class CallOutcome(models.TextChoices):
    """How a call-back ended (回访结果)."""

    RATED = "rated", _("打通了，评了")
    DECLINED = "declined", _("不想评")
    UNREACHED = "unreached", _("打了几次没人接")


class CallBack(models.Model):
    """One person to be asked by phone about one project (电话回访), once; whoever rates meanwhile is not called."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="call_backs", verbose_name=_("项目"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="call_backs", verbose_name=_("问谁"))
    due_on = models.DateField(_("应于"))
    tries = models.PositiveSmallIntegerField(_("没人接几次"), default=0)
    tried_at = models.DateTimeField(_("最近一次没人接"), null=True, blank=True)
    outcome = models.CharField(_("结果"), max_length=10, choices=CallOutcome, blank=True, editable=False)
    done_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("谁打的"))

    class Meta:
        verbose_name = verbose_name_plural = _("电话回访")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "person"], name="call_back_once_per_person"),
            models.CheckConstraint(
                condition=Q(outcome="", done_at=None)
                | Q(outcome__in=CallOutcome.values, done_at__isnull=False, by__isnull=False),
                name="call_back_ended_by_someone",
            ),
        ]
        indexes = [models.Index(fields=["due_on"], name="call_back_waiting", condition=Q(outcome=""))]

    @property
    def audit_subject(self) -> str:
        return self.project.audit_subject

    @property
    def audit_area_id(self) -> str:
        return self.project.area_id
