"""The needs survey (问需): one a village and round, with its paper sheets. A sheet names nobody."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civic.models import Area, Person
from civic.moments import now, today
from proposals.models import Round


class Group(models.TextChoices):
    """Whom a sheet came from (人群): enough to see who was asked, too little to know anybody by."""

    ELDER = "elder", _("60岁以上")
    ADULT = "adult", _("18至59岁")
    YOUNG = "young", _("18岁以下")
    UNSAID = "unsaid", _("没写")


class Survey(models.Model):
    """What a village was asked before a round (问需表). The public sees totals, and only once it is published."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("村居"))
    round = models.ForeignKey(Round, models.PROTECT, related_name="+", verbose_name=_("轮次"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("谁开的"))
    began_at = models.DateTimeField(_("何时开始"), default=now)
    published_at = models.DateTimeField(_("何时公开汇总"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("问需")
        ordering = ["-began_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["area", "round"], name="survey_one_of_village_and_round")]

    def __str__(self) -> str:
        return f"{self.area.short_name} {self.round.name}"

    def get_absolute_url(self) -> str:
        return reverse("wishes:survey", args=[self.pk])

    @property
    def audit_area_id(self) -> str:
        return self.area_id


class Need(models.Model):
    """One line that can be ticked (一项需要), by its number on the paper."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="needs", verbose_name=_("问需"))
    number = models.PositiveSmallIntegerField(_("第几项"))
    words = models.CharField(_("需要什么"), max_length=30)

    class Meta:
        verbose_name = verbose_name_plural = _("需要")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="need_one_of_each_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="need_number_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.words}"


class Sheet(models.Model):
    """One paper as it was read (一张问需表): its number, the group, what was ticked, and a word that stays inside."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="sheets", verbose_name=_("问需"))
    serial = models.CharField(_("表号"), max_length=20)
    group = models.CharField(_("人群"), max_length=8, choices=Group, default=Group.UNSAID)
    needs = models.ManyToManyField(Need, related_name="sheets", verbose_name=_("勾了哪几项"))
    said = models.CharField(_("还想说的"), max_length=200, blank=True)
    asked_on = models.DateField(_("哪天"), default=today)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("谁录的"))
    recorded_at = models.DateTimeField(_("记录时间"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("问需表")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "serial"], name="sheet_one_of_each_number"),
            models.CheckConstraint(condition=~Q(serial=""), name="sheet_has_a_number"),
            models.CheckConstraint(condition=Q(group__in=Group.values), name="sheet_group_known"),
        ]

    def __str__(self) -> str:
        return self.serial
