"""Work that waits (待办队列), the working calendar, exact counters, and the demo's own inbox."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civic.moments import now, today


class Outbox(models.Model):
    """One thing to do after a change, written in the change's own transaction; run at least once."""

    topic = models.CharField(max_length=60)
    key = models.CharField(max_length=120, unique=True)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField(default=now)
    done_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    dead = models.BooleanField(default=False)
    last_error = models.TextField(blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("待办队列")
        indexes = [
            models.Index(fields=["due_at", "id"], name="outbox_waiting", condition=Q(done_at=None, dead=False)),
        ]


class CalendarDay(models.Model):
    """One day that differs from the plain week (节假日与调休), from the State Council's yearly notice."""

    day = models.DateField(_("日期"), primary_key=True)
    is_workday = models.BooleanField(_("上班"))
    name = models.CharField(_("说明"), max_length=20, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("工作日历")
        ordering = ["day"]


class RateCount(models.Model):
    """One exact counter (限次): how often a key was used since ``window`` began (civic.limits)."""

    key = models.CharField(max_length=120, unique=True)
    window = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)


class DemoMessage(models.Model):
    """A text message that the demo shows on a page instead of sending (演示短信); only in demo mode."""

    phone = models.CharField(max_length=14, db_index=True)
    text = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-id"]


class Way(models.TextChoices):
    """How a message leaves the house (渠道)."""

    SMS = "sms", _("短信")
    VOICE = "voice", _("语音电话")
    WECHAT = "wechat", _("微信")
    EMAIL = "email", _("电子邮件")


class Outcome(models.TextChoices):
    """What became of a message (结果)."""

    SENT = "sent", _("发出")
    HELD = "held", _("超额没发")
    LATE = "late", _("过时没发")
    FAILED = "failed", _("没发成")
    REFUSED = "refused", _("对方拒收")


class Dispatch(models.Model):
    """That one message left, or did not (发送记录): the day, the way, the template, what became of it.

    For whom and what it said stands nowhere. ``parts`` is as how many text messages it is charged (计费条数).
    """

    day = models.DateField(_("日期"), default=today, db_index=True)
    way = models.CharField(_("渠道"), max_length=8, choices=Way)
    template = models.CharField(_("内容"), max_length=20)
    outcome = models.CharField(_("结果"), max_length=8, choices=Outcome)
    parts = models.PositiveSmallIntegerField(_("计费条数"), default=1)

    class Meta:
        verbose_name = verbose_name_plural = _("发送记录")
        constraints = [
            models.CheckConstraint(condition=Q(way__in=Way.values), name="dispatch_way_known"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="dispatch_outcome_known"),
            models.CheckConstraint(condition=~Q(template=""), name="dispatch_names_its_template"),
        ]


class Serial(models.Model):
    """The last number given out in a series (流水号), such as project codes of a year."""

    series = models.CharField(max_length=40, primary_key=True)
    last = models.PositiveIntegerField(default=0)
