"""What intake and pre-review write down (受理、合并、预审), drafts and seconding."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from civic.fields import YuanField
from civic.models import Attachment, Organisation, Person
from civic.moments import now
from proposals.models.clocks import ToldWhenLate
from proposals.models.projects import AssistedHow, Project


class Draft(models.Model):
    """An unfinished proposal (草稿): what was typed so far, saved field by field, kept for its owner only."""

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="drafts", verbose_name=_("谁的"))
    data = models.JSONField(_("已填内容"), default=dict)
    photos = models.ManyToManyField(Attachment, blank=True, related_name="+", verbose_name=_("照片"))
    evidence = models.ForeignKey(
        Attachment, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("本人同意的凭据")
    )
    voice = models.ForeignKey(
        Attachment, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("录音")
    )
    saved_at = models.DateTimeField(_("保存时间"), auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = _("草稿")
        ordering = ["-saved_at"]


class Seconding(models.Model):
    """附议: one person shares the wish; can be withdrawn, is never a vote. History is in the record."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="secondings", verbose_name=_("项目"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="secondings", verbose_name=_("附议人"))
    seconded_at = models.DateTimeField(_("附议时间"), default=now)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)
    entered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("家里谁代办")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("附议")
        constraints = [
            models.UniqueConstraint(fields=["project", "person"], name="seconding_once_per_person"),
            models.CheckConstraint(
                condition=Q(entered_by=None) | ~Q(entered_by=F("person")), name="seconding_helper_is_another"
            ),
        ]


class Reached(models.TextChoices):
    """How a proposer was answered first (怎样联系的)."""

    PHONE = "phone", _("打过电话")
    MET = "met", _("当面说过")
    ACTED = "acted", _("直接办了")


class FirstContact(ToldWhenLate, models.Model):
    """Whoever proposes is spoken to before anything is decided (受理前联系); whatever intake does first counts as that."""

    project = models.OneToOneField(
        Project, models.PROTECT, related_name="first_contact", verbose_name=_("项目"), editable=False
    )
    due_on = models.DateField(_("哪天前"))
    limit_workdays = models.PositiveSmallIntegerField(_("时限（工作日）"))
    how = models.CharField(_("怎样联系的"), max_length=8, choices=Reached, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("谁联系的"))
    done_at = models.DateTimeField(_("什么时候"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("受理前联系")
        constraints = [
            models.CheckConstraint(condition=Q(how__in=["", *Reached.values]), name="contact_how_known"),
            models.CheckConstraint(
                condition=Q(done_at=None, how="") | (Q(done_at__isnull=False) & ~Q(how="")), name="contact_done_somehow"
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(done_at=None), name="contact_waiting")]


class ScreeningOutcome(models.TextChoices):
    ACCEPT = "accept", _("受理")
    RETURN = "return", _("退回补充")
    MERGE = "merge", _("合并")
    DECLINE = "decline", _("不予采纳")
    TRANSFER = "transfer", _("转办")


class Screening(models.Model):
    """What was decided at intake (受理结果), or asked for by a department; one row per decision, appended.

    ``items`` of a return are {"what", "answer", "photos"}: what to mend, then how the proposer mended it; what was said
    aloud instead is the one ``voice`` of them all.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="screenings", verbose_name=_("项目"))
    outcome = models.CharField(_("结果"), max_length=10, choices=ScreeningOutcome)
    reason = models.TextField(_("理由"), max_length=500, blank=True)
    rule = models.CharField(_("依据"), max_length=200, blank=True)
    items = models.JSONField(_("要补充的材料"), default=list, blank=True)
    review = models.ForeignKey(
        "PreReview", models.PROTECT, null=True, blank=True, related_name="asked", verbose_name=_("哪个部门要的")
    )
    voice = models.ForeignKey(
        Attachment, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("补充的录音")
    )
    due_on = models.DateField(_("期限"), null=True, blank=True)
    done_at = models.DateTimeField(_("办完时间"), null=True, blank=True)
    transfer_to = models.CharField(_("转给哪个单位"), max_length=80, blank=True)
    reply = models.TextField(_("转办答复"), max_length=1000, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("经办人"))
    at = models.DateTimeField(_("时间"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("受理结果")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=ScreeningOutcome.values), name="screening_outcome_known"),
            models.CheckConstraint(
                condition=Q(outcome="accept") | ~Q(reason=""), name="screening_against_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(voice=None) | Q(outcome="return", done_at__isnull=False), name="screening_voice_answers"
            ),
        ]


class MergeState(models.TextChoices):
    PROPOSED = "proposed", _("还在考虑")
    DONE = "done", _("已合并")
    REFUSED = "refused", _("不同意合并")
    UNDONE = "undone", _("已撤销")


class Merge(models.Model):
    """One proposal joins another (合并). Across proposers two people decide; can be undone for some days.

    ``notice_until`` is the last day on which a proposer who was told may object (听意见); none where nobody is waited for.
    """

    source = models.ForeignKey(Project, models.PROTECT, related_name="merges_out", verbose_name=_("并入方"))
    target = models.ForeignKey(Project, models.PROTECT, related_name="merges_in", verbose_name=_("保留方"))
    state = models.CharField(_("状态"), max_length=10, choices=MergeState, default=MergeState.PROPOSED)
    reason = models.TextField(_("理由"), max_length=500)
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("提出人"))
    proposed_at = models.DateTimeField(_("提出时间"), default=now)
    notice_until = models.DateField(_("听意见到哪天"), null=True, blank=True)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    merged_at = models.DateTimeField(_("合并时间"), null=True, blank=True)
    undo_until = models.DateTimeField(_("可撤销至"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("合并")
        ordering = ["-proposed_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MergeState.values), name="merge_state_known"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="merge_into_another"),
            models.CheckConstraint(condition=~Q(reason=""), name="merge_has_a_reason"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")), name="merge_by_two_people"
            ),
            models.UniqueConstraint(
                fields=["source"], condition=Q(state__in=["proposed", "done"]), name="merge_one_live_per_source"
            ),
        ]


class ConsentHow(models.TextChoices):
    """How a proposer agreed to a merge (怎样同意的)."""

    OWN = "own", _("本人在网上")
    PRESENT = AssistedHow.PRESENT.value, AssistedHow.PRESENT.label
    PHONE = AssistedHow.PHONE.value, AssistedHow.PHONE.label
    PAPER = AssistedHow.PAPER.value, AssistedHow.PAPER.label


class MergeConsent(models.Model):
    """A proposer agreed to a considered merge (同意合并): how, what shows it, and who wrote it down."""

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="consents", verbose_name=_("哪次合并"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("提议人"))
    how = models.CharField(_("怎样同意的"), max_length=10, choices=ConsentHow)
    note = models.CharField(_("凭什么知道本人同意"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("谁记下的"))
    at = models.DateTimeField(_("时间"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("同意合并")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(how__in=ConsentHow.values), name="merge_consent_how_known"),
            models.CheckConstraint(
                condition=Q(how="own", recorded_by=F("person")) | ~Q(how="own") & ~Q(note=""),
                name="merge_consent_is_shown",
            ),
            models.UniqueConstraint(fields=["merge", "person"], name="merge_consent_once"),
        ]


class ReviewState(models.TextChoices):
    OPEN = "open", _("待审")
    ASKED = "asked", _("等补充")
    ANSWERED = "answered", _("已审")
    CLOSED = "closed", _("已作废")


class ReviewFinding(models.TextChoices):
    FEASIBLE = "feasible", _("通过")
    WITH_CHANGES = "with_changes", _("需修改")
    NOT_FEASIBLE = "not_feasible", _("不通过")


class PreReview(ToldWhenLate, models.Model):
    """A department's pre-review (预审): its task, clock and finding. A later attempt is a new row.

    ``duty`` is the field the round's rules name (建设、财政); ``department`` is empty while no unit is found
    for it, and the public reads that it is missing. ``left_workdays`` keeps the days while the clock stands.
    ``costs`` are {"item", "asked", "amount", "reason"}, in yuan as text, adding up to ``amount_yuan``.
    Who opened the case and when (``looked_by``) tells colleagues of one department about each other and locks nothing;
    neither does to whom of them it was given (``given_to``).
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="reviews", verbose_name=_("项目"))
    duty = models.CharField(_("审核领域"), max_length=20, blank=True)
    department = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="reviews", verbose_name=_("部门")
    )
    attempt = models.PositiveSmallIntegerField(_("第几次"), default=1)
    state = models.CharField(_("状态"), max_length=10, choices=ReviewState, default=ReviewState.OPEN, editable=False)
    opened_at = models.DateTimeField(_("交办时间"), default=now)
    due_on = models.DateField(_("期限"), null=True, blank=True)
    limit_workdays = models.PositiveSmallIntegerField(_("时限（工作日）"), null=True, blank=True)
    left_workdays = models.SmallIntegerField(_("剩余（暂停时）"), null=True, blank=True)
    checklist = models.JSONField(_("要点核对"), default=dict, blank=True)
    finding = models.CharField(_("意见"), max_length=14, choices=ReviewFinding, blank=True)
    amount_yuan = YuanField(_("核定金额（元）"), null=True, blank=True)
    amount_reason = models.CharField(_("核价理由"), max_length=300, blank=True)
    costs = models.JSONField(_("分项核价"), default=list, blank=True)
    conditions = models.TextField(_("要求"), max_length=1000, blank=True)
    reason = models.TextField(_("理由"), max_length=1000, blank=True)
    rule = models.CharField(_("依据"), max_length=200, blank=True)
    reviewer = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("审核人")
    )
    answered_at = models.DateTimeField(_("审结时间"), null=True, blank=True)
    typed = models.JSONField(_("已填未提交的意见"), default=dict, blank=True)
    passed_to = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("转给哪个部门")
    )
    looked_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("谁正在审")
    )
    looked_since = models.DateTimeField(_("从什么时候起在审"), null=True, blank=True)
    looked_at = models.DateTimeField(_("最近一次打开"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("最近一次催办"), null=True, blank=True)
    given_to = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("交给哪位同事")
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("预审")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "department", "duty", "attempt"],
                condition=~Q(state="closed"),
                name="review_once_per_attempt",
            ),
            models.CheckConstraint(condition=Q(state__in=ReviewState.values), name="review_state_known"),
            models.CheckConstraint(condition=Q(finding__in=["", *ReviewFinding.values]), name="review_finding_known"),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(reviewer__isnull=False, answered_at__isnull=False) & ~Q(finding=""),
                name="review_answered_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(finding="not_feasible") | ~Q(reason="") & ~Q(rule=""), name="review_refusal_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(amount_yuan=None) | Q(amount_yuan__gt=0), name="review_amount_above_zero"
            ),
            models.CheckConstraint(condition=Q(passed_to=None) | Q(state="closed"), name="review_passed_on_is_closed"),
            models.CheckConstraint(
                condition=Q(given_to=None) | Q(department__isnull=False), name="review_given_within_a_department"
            ),
        ]
        indexes = [models.Index(fields=["department", "state", "due_on"], name="review_queue")]

    @property
    def points(self) -> tuple[str, ...]:
        """What the round's rules have checked of this type of project."""
        return self.project.round.terms.points(self.project.work_type)

    @property
    def audit_subject(self) -> str:
        return self.project.audit_subject

    @property
    def audit_area_id(self) -> str:
        return self.project.area_id
