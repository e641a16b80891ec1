"""Follows (关注), messages (消息) and the ways they go; no row of the record tells of any of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civic.models import Area, AuditEvent, Person
from civic.moments import now
from proposals.models import Project
from publicity.kinds import Topic, Via, Why


class Follow(models.Model):
    """That a person follows a project or a village (关注), once. A private wish: taken back it is gone, and no record
    tells of it."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="follows", verbose_name=_("谁"))
    project = models.ForeignKey(
        Project, models.CASCADE, null=True, blank=True, related_name="follows", verbose_name=_("项目")
    )
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("村居"))
    followed_at = models.DateTimeField(_("关注时间"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("关注")
        ordering = ["-followed_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "project"], name="follow_once_per_person"),
            models.UniqueConstraint(fields=["person", "area"], name="follow_place_once_per_person"),
            models.CheckConstraint(
                condition=Q(project=None, area__isnull=False) | Q(project__isnull=False, area=None),
                name="follow_project_or_place",
            ),
        ]


class OpeningWish(models.Model):
    """That a person wants to be told when the next call or vote of a place opens (到时提醒我), once; then it is gone."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="opening_wishes", verbose_name=_("谁"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("地方"))
    wished_at = models.DateTimeField(_("要提醒的时间"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("开始提醒")
        ordering = ["-wished_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["person", "area"], name="opening_wish_once_per_place")]


class Message(models.Model):
    """One event in one person's inbox (消息), once. It holds no words: they are read from the event, masked as in public."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="messages", verbose_name=_("谁"))
    event = models.ForeignKey(AuditEvent, models.PROTECT, related_name="+", verbose_name=_("记录"))
    topic = models.CharField(_("种类"), max_length=10, choices=Topic)
    why = models.CharField(_("凭什么"), max_length=10, choices=Why)
    created_at = models.DateTimeField(_("时间"), default=now)
    read_at = models.DateTimeField(_("看过"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("消息")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "event"], name="message_once_per_person_and_event"),
            models.CheckConstraint(condition=Q(topic__in=Topic.values), name="message_topic_known"),
            models.CheckConstraint(condition=Q(why__in=Why.values), name="message_why_known"),
        ]
        indexes = [
            models.Index(fields=["person", "-created_at", "-id"], name="message_inbox"),
            models.Index(fields=["person", "created_at"], name="message_unread", condition=Q(read_at=None)),
            models.Index(fields=["read_at"], name="message_read", condition=Q(read_at__isnull=False)),
        ]


class MessageSetting(models.Model):
    """What a person switched on or off (消息设置); without a row the topic's own default holds.

    A row without a topic is the one tap that stops everything by that way (一键停收).
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="message_settings", verbose_name=_("谁"))
    via = models.CharField(_("渠道"), max_length=8, choices=Via)
    topic = models.CharField(_("种类"), max_length=10, choices=Topic, blank=True)
    is_on = models.BooleanField(_("接收"))

    class Meta:
        verbose_name = verbose_name_plural = _("消息设置")
        constraints = [
            models.UniqueConstraint(fields=["person", "via", "topic"], name="message_setting_once"),
            models.CheckConstraint(condition=Q(via__in=Via.values), name="message_setting_via_known"),
            models.CheckConstraint(condition=Q(topic__in=["", *Topic.values]), name="message_setting_topic_known"),
            models.CheckConstraint(condition=~Q(topic="") | Q(is_on=False), name="message_setting_all_means_stop"),
        ]


class Wording(models.Model):
    """How a text message names an event (通知用语) where the district says it otherwise than message_rules.ACTIONS."""

    event = models.CharField(_("哪一步"), max_length=60, unique=True)
    words = models.CharField(_("用语"), max_length=30)
    changed_at = models.DateTimeField(_("改于"), default=now)
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("谁改的"))

    class Meta:
        verbose_name = verbose_name_plural = _("通知用语")
        constraints = [
            models.CheckConstraint(condition=~Q(event="") & ~Q(words=""), name="wording_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.words}"


class CallTask(models.Model):
    """Somebody to tell by voice (电话任务): an elder, or someone without a phone of their own; done once, by a worker."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="call_tasks", verbose_name=_("告诉谁"))
    event = models.ForeignKey(AuditEvent, models.PROTECT, related_name="+", verbose_name=_("记录"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("村居"))
    created_at = models.DateTimeField(_("时间"), default=now)
    done_at = models.DateTimeField(_("告知时间"), null=True, blank=True)
    done_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("谁告知的")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("电话任务")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "event"], name="call_once_per_person_and_event"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="call_done_by_someone",
            ),
        ]
        indexes = [models.Index(fields=["area", "created_at"], name="call_waiting", condition=Q(done_at=None))]


class Mailbox(models.Model):
    """Where somebody wants messages by e-mail (邮箱); used once it was confirmed by the link sent there, and not once it refused.

    Kept for that alone, seen by its person alone, in no record; gone with one press, or with the account.
    """

    person = models.OneToOneField(Person, models.CASCADE, related_name="mailbox", verbose_name=_("谁的"))
    address = models.EmailField(_("邮箱"), max_length=120)
    proof = models.CharField(max_length=64, editable=False)
    asked_at = models.DateTimeField(_("登记时间"), default=now)
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    refused_at = models.DateTimeField(_("退信时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("邮箱")
        constraints = [
            models.CheckConstraint(condition=~Q(address="") & ~Q(proof=""), name="mailbox_has_address_and_proof"),
        ]
        indexes = [models.Index(fields=["asked_at"], name="mailbox_unconfirmed", condition=Q(confirmed_at=None))]

    @property
    def takes_mail(self) -> bool:
        """Whether messages go there: confirmed, and not refused since."""
        return self.confirmed_at is not None and self.refused_at is None
