"""Age bands (年龄段): all that is kept of a voter's age, so that turnout can be told without a birth date."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgeBand(models.TextChoices):
    UNDER_18 = "0-17", _("18岁以下")
    UNDER_30 = "18-29", _("18到29岁")
    UNDER_45 = "30-44", _("30到44岁")
    UNDER_60 = "45-59", _("45到59岁")
    UNDER_75 = "60-74", _("60到74岁")
    OLDER = "75+", _("75岁以上")
