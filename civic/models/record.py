"""The record (全程记录): one append-only log that is also the public timeline, sealed into a hash chain."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from civic.fields import YuanField
from civic.models.areas import Area
from civic.models.people import Person
from civic.moments import now


class Channel(models.TextChoices):
    """How an act reached us (渠道)."""

    WEB = "web", _("网页")
    DESK = "desk", _("窗口代录")
    PAPER = "paper", _("纸质")
    PHONE = "phone", _("电话")
    API = "api", _("接口")
    SYSTEM = "system", _("系统")


class Kind(models.TextChoices):
    """What the timeline filters by (全部/决定/钱/照片/异议); daily updates fold."""

    DECISION = "decision", _("决定")
    MONEY = "money", _("钱")
    PHOTO = "photo", _("照片")
    OBJECTION = "objection", _("异议")
    DAILY = "daily", _("日常")


class AuditEvent(models.Model):
    """One thing that happened (记录). Appended in the transaction of the change, never edited or deleted.

    Holds no personal data: people are references, and ``sentence`` names them by placeholder
    ({who}, {helper}), filled in masked when it is read, so a person can be erased and the log stay whole.
    """

    subject = models.CharField(_("编号"), max_length=40, db_index=True, blank=True)
    happened_at = models.DateTimeField(_("发生时间"), default=now)
    date_only = models.BooleanField(_("只知道日期"), default=False)
    recorded_at = models.DateTimeField(_("记录时间"), default=now)
    action = models.CharField(_("动作"), max_length=60)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind, default=Kind.DECISION)
    actor = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("谁"))
    job = models.CharField(_("系统任务"), max_length=60, blank=True)
    role = models.CharField(_("以什么角色"), max_length=20, blank=True)
    unit = models.CharField(_("单位"), max_length=80, blank=True)
    post = models.CharField(_("岗位"), max_length=40, blank=True)
    on_behalf_of = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("替谁")
    )
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel, default=Channel.WEB)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("地方"))
    target = models.CharField(_("对象"), max_length=60, blank=True)
    before = models.JSONField(_("之前"), null=True, blank=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("之后"), null=True, blank=True, encoder=DjangoJSONEncoder)
    reason = models.TextField(_("理由"), blank=True)
    rule = models.CharField(_("依据"), max_length=200, blank=True)
    money_delta_yuan = YuanField(_("金额变化（元）"), null=True, blank=True)
    documents = models.JSONField(_("材料"), default=list, blank=True)
    sentence = models.CharField(_("公开的话"), max_length=400, blank=True)
    is_public = models.BooleanField(_("公开"), default=True)
    used_workdays = models.PositiveSmallIntegerField(_("用时（工作日）"), null=True, blank=True)
    limit_workdays = models.PositiveSmallIntegerField(_("限时（工作日）"), null=True, blank=True)
    mark = models.CharField(_("标注"), max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("记录")
        ordering = ["-happened_at", "-id"]
        indexes = [
            models.Index(fields=["subject", "-happened_at", "-id"], name="event_timeline"),
            models.Index(fields=["-happened_at", "-id"], name="event_latest", condition=Q(is_public=True)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="event_kind_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="event_channel_known"),
            models.CheckConstraint(condition=Q(actor__isnull=False) | ~Q(job=""), name="event_has_an_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.action}"

    @property
    def audit_subject(self) -> str:
        return self.subject

    @property
    def audit_area_id(self) -> str | None:
        return self.area_id


class Correction(models.Model):
    """Which event puts right the words of which (更正). The one corrected stays as it is, and is corrected once:
    what the correction itself got wrong is corrected by the next, so the chain never forks and never turns back."""

    event = models.OneToOneField(AuditEvent, models.PROTECT, primary_key=True, related_name="correction")
    corrects = models.OneToOneField(AuditEvent, models.PROTECT, related_name="corrected")

    class Meta:
        verbose_name = verbose_name_plural = _("更正")
        constraints = [
            models.CheckConstraint(condition=Q(corrects__lt=F("event")), name="correction_of_an_earlier_event"),
        ]


class AuditSeal(models.Model):
    """A batch of events closed into the hash chain (封存). ``hash`` covers the batch and the seal before it."""

    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    events = models.PositiveIntegerField()
    sealed_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["prev_hash"], name="seal_chain_does_not_fork")]


class SealedEvent(models.Model):
    """Which seal an event is in, and at which place (seq) in the whole chain; without gaps."""

    event = models.OneToOneField(AuditEvent, models.PROTECT, primary_key=True, related_name="sealed")
    seal = models.ForeignKey(AuditSeal, models.PROTECT, related_name="members")
    seq = models.PositiveBigIntegerField(unique=True)


class UnsealedEvent(models.Model):
    """An event that stands in no seal yet (待封存). The engine writes it with the event, the sealer takes it away."""

    event = models.OneToOneField(AuditEvent, models.PROTECT, primary_key=True, related_name="unsealed")
