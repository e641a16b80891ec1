"""Notices (公示) and the objections to them and to decisions (异议)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from civic.models import Attachment, Person
from civic.models.record import Channel
from civic.moments import now
from proposals.models import Project, Spoken, ToldWhenLate


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


class Objection(ToldWhenLate, models.Model):
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
