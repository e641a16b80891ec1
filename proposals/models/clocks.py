"""What a row with a deadline keeps of how its lateness was told (超期上报、快到期提醒); which services.telling alone writes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ToldWhenLate(models.Model):
    """A clock that is told upwards when late and reminded of before: how far, to whom, and of which day."""

    overdue_level = models.PositiveSmallIntegerField(_("超期上报到第几级"), default=0, db_default=0, editable=False)
    overdue_told = models.CharField(_("超期报给了谁"), max_length=80, blank=True, db_default="", editable=False)
    near_told_on = models.DateField(_("提醒过的期限"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True
