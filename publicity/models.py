"""What publicity keeps: notices 公示, objections 异议, follows 关注 and messages 消息. Pages are read from the other apps."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from civic.models import Area, Attachment, AuditEvent, Person
from civic.models.record import Channel
from civic.moments import now
from proposals.models import Project, Round, Spoken
from publicity.kinds import Topic, Via, Why


class NoticeKind(models.TextChoices):
    APPROVAL = "approval", _("批准公示")
    RESULT = "result", _("结果公示")


class NoticeState(models.TextChoices):
    RUNNING = "running", _("公示中")
    ENDED = "ended", _("已结束")
    WITHDRAWN = "withdrawn", _("已撤下")


class Notice(models.Model):
    """One public notice (公示) of a project. It never ends early; the first date promised is kept beside a later one."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="notices", verbose_name=_("项目"))
    kind = models.CharField(_("类别"), max_length=10, choices=NoticeKind, default=NoticeKind.APPROVAL)
    state = models.CharField(_("状态"), max_length=10, choices=NoticeState, default=NoticeState.RUNNING, editable=False)
    starts_at = models.DateTimeField(_("开始"))
    first_ends_at = models.DateTimeField(_("原定结束"))
    ends_at = models.DateTimeField(_("结束"))
    workdays = models.PositiveSmallIntegerField(_("工作日"))
    ended_at = models.DateTimeField(_("实际结束"), null=True, blank=True, editable=False)
    extended_reason = models.CharField(_("延长理由"), max_length=200, blank=True)
    withdrawn_reason = models.TextField(_("撤下理由"), max_length=500, blank=True)
    documents = models.ManyToManyField(Attachment, blank=True, related_name="+", verbose_name=_("材料"))

    class Meta:
        verbose_name = verbose_name_plural = _("公示")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="notice_kind_known"),
            models.CheckConstraint(condition=Q(state__in=NoticeState.values), name="notice_state_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="notice_ends_after_start"),
            models.CheckConstraint(condition=Q(ends_at__gte=F("first_ends_at")), name="notice_never_shortened"),
            models.CheckConstraint(
                condition=Q(ends_at=F("first_ends_at")) | ~Q(extended_reason=""), name="notice_extended_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("ends_at")), name="notice_never_ends_early"
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(ended_at__isnull=False), name="notice_ended_has_its_moment"
            ),
            models.UniqueConstraint(
                fields=["project", "kind"], condition=Q(state="running"), name="notice_one_running_per_project"
            ),
        ]
        indexes = [models.Index(fields=["state", "ends_at"], name="notice_due")]

    @property
    def audit_subject(self) -> str:
        return self.project.audit_subject

    @property
    def audit_area_id(self) -> str:
        return self.project.area_id

    @property
    def was_extended(self) -> bool:
        """Whether it lasts longer than first promised (延长)."""
        return self.ends_at != self.first_ends_at


class ObjectionState(models.TextChoices):
    OPEN = "open", _("待答复")
    ANSWERED = "answered", _("已答复")
    RECHECKING = "rechecking", _("复核中")
    RECHECKED = "rechecked", _("已复核")


class ObjectionOutcome(models.TextChoices):
    UPHELD = "upheld", _("采纳")
    PARTLY = "partly", _("部分采纳")
    NOT_UPHELD = "not_upheld", _("不采纳")


BLOCKING = (ObjectionState.OPEN, ObjectionState.RECHECKING)


class Objection(models.Model):
    """An objection (异议) to a project: its number and reply-by date at once, an answer with reasons, one recheck 复核.

    What the objector wrote is public, the objector is shown masked. An open one holds the start of the works.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="objections", verbose_name=_("项目"))
    notice = models.ForeignKey(
        Notice, models.PROTECT, null=True, blank=True, related_name="objections", verbose_name=_("公示")
    )
    number = models.CharField(_("编号"), max_length=20, unique=True)
    objector = models.ForeignKey(Person, models.PROTECT, related_name="objections", verbose_name=_("异议人"))
    entered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("代录人")
    )
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel, default=Channel.WEB)
    provenance = models.CharField(_("怎样收到的"), max_length=100, blank=True)
    evidence = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("凭据")
    )
    what = models.CharField(_("不同意什么"), max_length=60)
    why = models.TextField(_("为什么"), max_length=1000)
    photos = models.ManyToManyField(Attachment, blank=True, related_name="+", verbose_name=_("照片"))
    voice = models.ForeignKey(
        Attachment, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("录音")
    )
    spoken = models.CharField(
        _("语音异议"), max_length=8, choices=Spoken, blank=True, default="", db_default="", editable=False
    )
    filed_at = models.DateTimeField(_("提出时间"), default=now)
    due_on = models.DateField(_("答复期限"))
    limit_workdays = models.PositiveSmallIntegerField(_("时限（工作日）"))
    state = models.CharField(
        _("状态"), max_length=10, choices=ObjectionState, default=ObjectionState.OPEN, editable=False
    )
    escalated_at = models.DateTimeField(_("超期上报时间"), null=True, blank=True, editable=False)

    outcome = models.CharField(_("结果"), max_length=10, choices=ObjectionOutcome, blank=True)
    reply = models.TextField(_("答复"), max_length=1000, blank=True)
    replied_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("答复人")
    )
    replied_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    recheck_reason = models.TextField(_("申请复核的理由"), max_length=500, blank=True)
    recheck_voice = models.ForeignKey(
        Attachment, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("申请复核的录音")
    )
    recheck_spoken = models.CharField(
        _("语音申请复核"), max_length=8, choices=Spoken, blank=True, default="", db_default="", editable=False
    )
    recheck_asked_at = models.DateTimeField(_("申请复核时间"), null=True, blank=True)
    recheck_outcome = models.CharField(_("复核结果"), max_length=10, choices=ObjectionOutcome, blank=True)
    recheck_reply = models.TextField(_("复核答复"), max_length=1000, blank=True)
    rechecked_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("复核人")
    )
    rechecked_at = models.DateTimeField(_("复核时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("异议")
        ordering = ["-filed_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ObjectionState.values), name="objection_state_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="objection_channel_known"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *ObjectionOutcome.values]), name="objection_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(recheck_outcome__in=["", *ObjectionOutcome.values]), name="objection_recheck_known"
            ),
            models.CheckConstraint(condition=~Q(what="") & ~Q(why=""), name="objection_says_what_and_why"),
            models.CheckConstraint(
                condition=Q(spoken__in=["", *Spoken.values], recheck_spoken__in=["", *Spoken.values]),
                name="objection_spoken_known",
            ),
            models.CheckConstraint(condition=~Q(spoken="waits") | Q(state="open"), name="objection_unheard_is_open"),
            models.CheckConstraint(
                condition=~Q(recheck_spoken="waits") | Q(state="rechecking"), name="objection_unheard_is_rechecking"
            ),
            models.CheckConstraint(
                condition=Q(state="open")
                | ~Q(outcome="") & ~Q(reply="") & Q(replied_by__isnull=False, replied_at__isnull=False),
                name="objection_answered_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state="rechecked")
                | ~Q(recheck_outcome="")
                & ~Q(recheck_reply="")
                & Q(rechecked_by__isnull=False, rechecked_at__isnull=False),
                name="objection_rechecked_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(rechecked_by=None) | ~Q(rechecked_by=F("replied_by")), name="objection_recheck_by_another"
            ),
            models.CheckConstraint(
                condition=Q(replied_by=None) | ~Q(replied_by=F("objector")), name="objection_not_self_answered"
            ),
            models.CheckConstraint(
                condition=Q(entered_by=None) | ~Q(entered_by=F("objector")), name="objection_helper_is_another"
            ),
            models.CheckConstraint(
                condition=Q(entered_by=None) | ~Q(provenance=""), name="objection_entered_with_provenance"
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="objection_queue")]

    def __str__(self) -> str:
        return self.number

    @property
    def audit_subject(self) -> str:
        return self.project.audit_subject

    @property
    def audit_area_id(self) -> str:
        return self.project.area_id

    @property
    def is_unheard(self) -> bool:
        """Whether somebody has to listen and write down before anything is answered (听后写下)."""
        return Spoken.WAITS in {self.spoken, self.recheck_spoken}

    @property
    def is_open(self) -> bool:
        """Whether it still waits for words and so holds the start (未答复)."""
        return self.state in BLOCKING


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


class Participation(models.Model):
    """How many proposals of a round came from a place by one channel, frozen for a day (参与快照).

    The public numbers of people's part are added up from these rows, never from the proposals themselves: whoever looks
    before and after a neighbour proposed learns nothing of the channel.
    """

    taken_at = models.DateTimeField(_("定格时间"))
    area = models.ForeignKey(Area, models.CASCADE, related_name="+", verbose_name=_("村居"))
    round = models.ForeignKey(Round, models.CASCADE, related_name="+", verbose_name=_("轮次"))
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel)
    proposals = models.PositiveIntegerField(_("提议"))

    class Meta:
        verbose_name = verbose_name_plural = _("参与快照")
        constraints = [
            models.UniqueConstraint(fields=["area", "round", "channel"], name="participation_once"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="participation_channel_known"),
            models.CheckConstraint(condition=Q(proposals__gt=0), name="participation_of_somebody"),
        ]


class BundleKind(models.TextChoices):
    """What is made in the background for somebody who asked for it (后台做的文件)."""

    DOSSIER_PDF = "dossier.pdf", _("项目档案（PDF）")
    DOSSIER_ZIP = "dossier.zip", _("项目档案（压缩包）")
    LEDGER = "ledger.xlsx", _("项目台账")


class BundleState(models.TextChoices):
    WAITING = "waiting", _("正在做")
    DONE = "done", _("做好了")
    FAILED = "failed", _("没有做成")
    GONE = "gone", _("已清理")


class Bundle(models.Model):
    """A file that is made step by step (一项目一档、台账), for whoever asked; kept for some days, then removed.

    ``plan`` is what goes into it, fixed when it was asked for: ``done`` of ``total`` steps of it are made.
    """

    kind = models.CharField(_("什么文件"), max_length=12, choices=BundleKind)
    state = models.CharField(_("进度"), max_length=8, choices=BundleState, default=BundleState.WAITING, editable=False)
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="bundles", verbose_name=_("项目")
    )
    plan = models.JSONField(_("内容"), default=dict)
    by = models.ForeignKey(Person, models.PROTECT, related_name="bundles", verbose_name=_("谁要的"))
    done = models.PositiveIntegerField(_("做了几步"), default=0)
    total = models.PositiveIntegerField(_("一共几步"))
    file = models.FileField(_("文件"), upload_to="bundles/", max_length=120, blank=True)
    sha256 = models.CharField(_("文件指纹"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("提交时间"), default=now)
    done_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("后台文件")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=BundleKind.values), name="bundle_kind_known"),
            models.CheckConstraint(condition=Q(state__in=BundleState.values), name="bundle_state_known"),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="bundle_done_within_total"),
            models.CheckConstraint(
                condition=Q(kind="ledger.xlsx", project=None) | (~Q(kind="ledger.xlsx") & Q(project__isnull=False)),
                name="bundle_dossier_has_a_project",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | ~Q(file="") & ~Q(sha256="") & Q(done_at__isnull=False),
                name="bundle_done_has_its_file",
            ),
        ]
        indexes = [models.Index(fields=["by", "-id"], name="bundle_of_person")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def audit_subject(self) -> str:
        return self.project.audit_subject if self.project else ""

    @property
    def audit_area_id(self) -> str | None:
        return self.project.area_id if self.project else None
