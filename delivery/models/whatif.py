"""What-if copies (测算): how a pool might be spent. Nothing public and no pool is touched before one is submitted."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from civic.fields import YuanField
from civic.models import Person
from civic.moments import now
from delivery.models.money import Pool
from proposals.models import Project


class WhatIf(models.Model):
    """One handler's copy (测算). It does not count (不作数) until its requests are submitted; from then on it stands still."""

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="whatifs", verbose_name=_("资金池"))
    name = models.CharField(_("名称"), max_length=40)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("谁做的"))
    made_at = models.DateTimeField(_("时间"), default=now)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("测算")
        ordering = ["-made_at", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="whatif_has_a_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_subject(self) -> str:
        return f"whatif:{self.pk}"

    @property
    def audit_area_id(self) -> str:
        return self.pool.area_id


class WhatIfLine(models.Model):
    """One project in a copy: in or out, how much, and what part of it next year's pool would pay (跨年)."""

    whatif = models.ForeignKey(WhatIf, models.CASCADE, related_name="lines", verbose_name=_("测算"))
    project = models.ForeignKey(Project, models.PROTECT, related_name="+", verbose_name=_("项目"))
    position = models.PositiveIntegerField(_("第几行"))
    is_included = models.BooleanField(_("列入"), default=True)
    amount_yuan = YuanField(_("金额（元）"))
    next_year_yuan = YuanField(_("其中下年（元）"), default=Decimal(0))
    reason = models.CharField(_("金额不同的原因"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("测算的项目")
        ordering = ["whatif", "position"]
        constraints = [
            models.UniqueConstraint(fields=["whatif", "project"], name="whatif_line_once_per_project"),
            models.CheckConstraint(condition=Q(amount_yuan__gt=0), name="whatif_amount_above_zero"),
            models.CheckConstraint(
                condition=Q(next_year_yuan__gte=0) & Q(next_year_yuan__lt=F("amount_yuan")),
                name="whatif_next_year_is_a_part",
            ),
        ]

    @property
    def this_year_yuan(self) -> Decimal:
        """What this copy would take of the pool; nothing for a project left out."""
        return self.amount_yuan - self.next_year_yuan if self.is_included else Decimal(0)
