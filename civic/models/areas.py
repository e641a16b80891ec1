"""Places (行政区划): the 12-digit statistical code is the path, so a prefix is a subtree."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    PROVINCE = "province", _("省")
    PREFECTURE = "prefecture", _("市")
    COUNTY = "county", _("区县")
    TOWN = "town", _("镇街")
    VILLAGE = "village", _("村居")


MOST_PEOPLE = 100_000_000  # who live in one place
DIGITS = {Level.PROVINCE: 2, Level.PREFECTURE: 4, Level.COUNTY: 6, Level.TOWN: 9, Level.VILLAGE: 12}


class Area(models.Model):
    """One place; its code is the key, so ``area_id`` of any row is its whole path upwards."""

    code = models.CharField(_("区划代码"), max_length=12, primary_key=True)
    name = models.CharField(_("名称"), max_length=60)
    level = models.CharField(_("级别"), max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级")
    )
    is_zone = models.BooleanField(_("工业园区（不计入村居）"), default=False)
    valid_from = models.DateField(_("启用日期"))
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)
    latitude = models.DecimalField(_("纬度"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("经度"), max_digits=9, decimal_places=6, null=True, blank=True)
    outline = models.JSONField(_("边界（GeoJSON）"), null=True, blank=True)
    population = models.PositiveIntegerField(_("常住人口"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("地方")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=Level.values), name="area_level_known"),
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{12}$"), name="area_code_is_12_digits"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="area_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(population=None) | Q(population__gt=0, population__lte=MOST_PEOPLE),
                name="area_population_sensible",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def prefix(self) -> str:
        """The leading digits shared by everything inside this place (本级及以下)."""
        return self.code[: DIGITS[Level(self.level)]]

    def covers(self, code: str) -> bool:
        """Whether the place with this code is this one or inside it."""
        return code.startswith(self.prefix)

    @property
    def short_name(self) -> str:
        """The name as people say it: 小濠冲村, not 小濠冲村委会."""
        return self.name.removesuffix("居委会").removesuffix("委会") if self.level == Level.VILLAGE else self.name
