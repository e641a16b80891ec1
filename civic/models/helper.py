"""Four digits with which a social worker lets a resident in who gets no text message (社工帮我登录)."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from civic.models.areas import Area
from civic.models.people import Person
from civic.moments import now


class HowKnown(models.TextChoices):
    """How the worker knows that it is she (怎样认得)."""

    PRESENT = "present", _("在场")
    BY_PHONE = "by_phone", _("电话里认得")
    CARD = "card", _("身份证看过")


class HelperCode(models.Model):
    """Digits on the screen of one session (四位数), and whom a worker let in by them. Gone a day later.

    It is over once ``ended_at`` is set: used, replaced, guessed at too often; or after ``dies_at``.
    """

    name = models.UUIDField(default=uuid.uuid4, unique=True)  # what the session holds of it
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("村居"))
    digits = models.CharField(_("四位数"), max_length=4)
    made_at = models.DateTimeField(default=now)
    dies_at = models.DateTimeField(db_index=True)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("居民"))
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("社工"))
    how = models.CharField(_("怎样认得"), max_length=10, choices=HowKnown, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("社工帮登录的四位数")
        constraints = [
            models.UniqueConstraint(fields=["digits"], condition=Q(ended_at=None), name="helper_code_live_once"),
            models.CheckConstraint(condition=Q(digits__regex=r"^[0-9]{4}$"), name="helper_code_is_4_digits"),
            models.CheckConstraint(
                condition=Q(how="", person=None, by=None)
                | Q(how__in=HowKnown.values, person__isnull=False, by__isnull=False),
                name="helper_code_says_who_and_how",
            ),
            models.CheckConstraint(
                condition=Q(person=None) | Q(by=None) | ~Q(person=F("by")), name="helper_code_never_for_oneself"
            ),
            models.CheckConstraint(
                condition=Q(wrong_tries__lt=3) | (Q(wrong_tries=3) & Q(ended_at__isnull=False)),
                name="helper_code_dies_of_3_wrong_tries",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.made_at:%F %T}"
