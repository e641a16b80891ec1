"""Acceptance (验收) and what follows it: rectification 整改, settlement 结算, ratings 评价, looking back 回头看."""

from datetime import timedelta
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civic.fields import YuanField
from civic.models import Attachment, Person
from civic.moments import now
from civic.rules import mask_resident, mask_staff
from delivery.models.works import OfAProject, Work
from proposals.models import Project, ToldWhenLate


class Conclusion(models.TextChoices):
    PASS = "pass", _("合格")
    FAIL = "fail", _("不合格")
    VOID = "void", _("已作废")


class Acceptance(models.Model):
    """One attempt at acceptance (验收): items measured, signatures taken, then a conclusion. Attempts stay.

    Signatures are given on a filled list: before it there are none, and under one the list no longer changes. What was
    written wrongly is set aside with its signatures (作废), and the next attempt begins with its list.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="acceptances", verbose_name=_("项目"))
    attempt = models.PositiveSmallIntegerField(_("第几次"), default=1)
    held_on = models.DateField(_("验收日期"))
    conclusion = models.CharField(_("结论"), max_length=4, choices=Conclusion, blank=True, editable=False)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("组织人"))
    opened_at = models.DateTimeField(_("开始时间"), default=now)
    concluded_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("结论人")
    )
    concluded_at = models.DateTimeField(_("结论时间"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("验收")
        ordering = ["-attempt"]
        constraints = [
            models.UniqueConstraint(fields=["project", "attempt"], name="acceptance_attempt_once"),
            models.UniqueConstraint(
                fields=["project"], condition=Q(conclusion=""), name="acceptance_one_open_per_project"
            ),
            models.CheckConstraint(
                condition=Q(conclusion__in=["", *Conclusion.values]), name="acceptance_conclusion_known"
            ),
            models.CheckConstraint(
                condition=Q(conclusion="") | Q(concluded_by__isnull=False, concluded_at__isnull=False),
                name="acceptance_concluded_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(conclusion=Conclusion.VOID) | ~Q(note=""), name="acceptance_void_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} · {self.attempt}"

    @property
    def audit_subject(self) -> str:
        return self.project.audit_subject

    @property
    def audit_area_id(self) -> str:
        return self.project.area_id


class ItemResult(models.TextChoices):
    PASS = "pass", _("合格")
    FAIL = "fail", _("不合格")
    NOT_APPLICABLE = "n_a", _("不适用")


class AcceptanceItem(models.Model):
    """One line of the acceptance form (验收项): what the contract says, what was measured, and a photo."""

    acceptance = models.ForeignKey(Acceptance, models.PROTECT, related_name="items", verbose_name=_("验收"))
    order = models.PositiveSmallIntegerField(_("次序"))
    name = models.CharField(_("验收项"), max_length=40)
    unit = models.CharField(_("单位"), max_length=8)
    contract_quantity = models.DecimalField(_("合同数量"), max_digits=10, decimal_places=2)
    measured = models.DecimalField(_("实测数量"), max_digits=10, decimal_places=2, null=True, blank=True)
    result = models.CharField(_("结果"), max_length=4, choices=ItemResult)
    note = models.CharField(_("说明"), max_length=100, blank=True)
    photo = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("照片")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("验收项")
        ordering = ["acceptance", "order"]
        constraints = [
            models.UniqueConstraint(fields=["acceptance", "order"], name="accepted_item_order_once"),
            models.CheckConstraint(condition=Q(result__in=ItemResult.values), name="accepted_item_result_known"),
            models.CheckConstraint(
                condition=Q(result="n_a") | Q(measured__isnull=False), name="accepted_item_is_measured"
            ),
            models.CheckConstraint(condition=Q(contract_quantity__gt=0), name="accepted_item_quantity_above_zero"),
            models.CheckConstraint(
                condition=Q(measured=None) | Q(measured__gte=0), name="accepted_item_measured_not_below_zero"
            ),
        ]


class SignRole(models.TextChoices):
    """In which capacity someone signs the acceptance (以什么身份签字)."""

    RESIDENT = "resident", _("居民代表")
    SUPERVISOR = "supervisor", _("监督小组")
    VILLAGE_OFFICE = "village_office", _("村居两委")
    TOWN_HANDLER = "town_handler", _("镇街经办")


class Signature(models.Model):
    """One signature under an acceptance (签字): the person's own, or a name that a named worker witnessed.

    What was written by hand, on a screen or on paper, is a private file: a handwriting tells who writes.
    """

    acceptance = models.ForeignKey(Acceptance, models.PROTECT, related_name="signatures", verbose_name=_("验收"))
    role = models.CharField(_("身份"), max_length=16, choices=SignRole)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("签字人")
    )
    name = models.CharField(_("签字人姓名（见证）"), max_length=40, blank=True)
    witnessed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("见证人")
    )
    agrees = models.BooleanField(_("同意通过"))
    dissent = models.CharField(_("不同意见"), max_length=200, blank=True)
    paper = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("纸质签字照片")
    )
    drawn = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("屏幕手写签名")
    )
    signed_at = models.DateTimeField(_("签字时间"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("签字")
        ordering = ["acceptance", "signed_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=SignRole.values), name="signature_role_known"),
            models.CheckConstraint(
                condition=Q(person__isnull=False, name="") | Q(person=None, witnessed_by__isnull=False) & ~Q(name=""),
                name="signature_is_someones",
            ),
            models.CheckConstraint(condition=Q(agrees=True) | ~Q(dissent=""), name="signature_dissent_says_why"),
            models.UniqueConstraint(fields=["acceptance", "person"], name="signature_once_per_person"),
            models.UniqueConstraint(
                fields=["acceptance", "role", "name"], condition=~Q(name=""), name="signature_once_per_name"
            ),
        ]

    @property
    def shown_name(self) -> str:
        """The signer's name as everybody reads it: a resident's masked as one, an officer's as one."""
        name = self.person.name if self.person else self.name
        return mask_resident(name) if self.role == SignRole.RESIDENT else mask_staff(name)

    @property
    def handwriting(self) -> list[tuple[Attachment, str]]:
        """The private files that show it, each with its name."""
        kept = [(self.drawn, _("屏幕手写")), (self.paper, _("纸质签字"))]
        return [(file, str(name)) for file, name in kept if file is not None]


class Rectification(ToldWhenLate, models.Model):
    """Something to put right by a day (整改): found at acceptance, or by a resident's low rating. Has a public reply."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="rectifications", verbose_name=_("项目"))
    acceptance = models.ForeignKey(
        Acceptance, models.PROTECT, null=True, blank=True, related_name="rectifications", verbose_name=_("验收")
    )
    rating = models.ForeignKey(
        "Rating", models.PROTECT, null=True, blank=True, related_name="rectifications", verbose_name=_("评价")
    )
    what = models.CharField(_("改什么"), max_length=300)
    limit_workdays = models.PositiveSmallIntegerField(_("时限（工作日）"))
    due_on = models.DateField(_("期限"))
    opened_at = models.DateTimeField(_("开出时间"), default=now)
    done_on = models.DateField(_("改好日期"), null=True, blank=True)
    done_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("谁改的")
    )
    reply = models.CharField(_("怎样改的（公开）"), max_length=300, blank=True)
    photo = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("照片")
    )
    solved = models.BooleanField(_("居民说解决了"), null=True, blank=True)
    asked_at = models.DateTimeField(_("再问居民的时间"), null=True, blank=True)
    escalated_at = models.DateTimeField(_("超期记录时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("整改")
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(acceptance__isnull=False, rating=None) | Q(acceptance=None, rating__isnull=False),
                name="rectification_has_one_cause",
            ),
            models.CheckConstraint(condition=~Q(what=""), name="rectification_says_what"),
            models.CheckConstraint(
                condition=Q(done_on=None) | (Q(done_by__isnull=False) & ~Q(reply="")),
                name="rectification_done_is_answered",
            ),
            models.UniqueConstraint(
                fields=["rating"], condition=Q(done_on=None), name="rectification_one_open_per_rating"
            ),
        ]
        indexes = [
            models.Index(fields=["project", "due_on"], name="rectification_open", condition=Q(done_on=None)),
        ]

    @property
    def audit_subject(self) -> str:
        return self.project.audit_subject

    @property
    def audit_area_id(self) -> str:
        return self.project.area_id


class Settlement(OfAProject, models.Model):
    """The final account of a work (结算); its amount stands on the work, where the database bounds it."""

    work = models.OneToOneField(Work, models.PROTECT, related_name="settlement", verbose_name=_("实施"))
    surplus_yuan = YuanField(_("结余（元）"), default=Decimal(0))
    returned_yuan = YuanField(_("退回资金池（元）"), default=Decimal(0))
    sheet = models.ForeignKey(Attachment, models.PROTECT, related_name="+", verbose_name=_("结算书"))
    note = models.CharField(_("说明"), max_length=200, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("经办人"))
    at = models.DateTimeField(_("时间"), default=now)

    class Meta:
        verbose_name = verbose_name_plural = _("结算")
        constraints = [
            models.CheckConstraint(condition=Q(surplus_yuan__gte=0), name="settlement_surplus_not_below_zero"),
            models.CheckConstraint(
                condition=Q(returned_yuan__gte=0) & Q(returned_yuan__lte=models.F("surplus_yuan")),
                name="settlement_returned_within_surplus",
            ),
        ]


class Score(models.IntegerChoices):
    """The five labels (评价), best first; nothing is preselected."""

    VERY_GOOD = 5, _("非常满意")
    GOOD = 4, _("满意")
    FAIR = 3, _("基本满意")
    POOR = 2, _("不满意")
    VERY_POOR = 1, _("非常不满意")


class Rating(models.Model):
    """What one person says of the finished work (评价); one per person, may be changed for some days.

    ``entered_by`` is who asked by phone and wrote it down (电话回访); nobody where the person wrote it.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="ratings", verbose_name=_("项目"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="ratings", verbose_name=_("评价人"))
    score = models.PositiveSmallIntegerField(_("评价"), choices=Score)
    reasons = models.JSONField(_("原因"), default=list, blank=True)
    words = models.CharField(_("想说的话"), max_length=300, blank=True)
    photo = models.ForeignKey(
        Attachment, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("照片")
    )
    voice = models.ForeignKey(
        Attachment, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("录音")
    )
    rated_at = models.DateTimeField(_("评价时间"), default=now)
    changed_at = models.DateTimeField(_("修改时间"), null=True, blank=True)
    edit_until = models.DateTimeField(_("可修改至"))
    entered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("谁打电话记的")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("评价")
        ordering = ["-rated_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(entered_by=None) | ~Q(entered_by=models.F("person")), name="rating_caller_is_another"
            ),
            models.UniqueConstraint(fields=["project", "person"], name="rating_once_per_person"),
            models.CheckConstraint(condition=Q(score__in=Score.values), name="rating_score_known"),
        ]

    @property
    def audit_subject(self) -> str:
        return self.project.audit_subject

    @property
    def audit_area_id(self) -> str:
        return self.project.area_id


class Afterword(models.Model):
    """What a rater says again at a look back (追评); one per look back, beside the first rating, never instead of it."""

    rating = models.ForeignKey(Rating, models.PROTECT, related_name="afterwords", verbose_name=_("评价"))
    look = models.ForeignKey("FollowUp", models.PROTECT, related_name="afterwords", verbose_name=_("回头看"))
    score = models.PositiveSmallIntegerField(_("追评"), choices=Score)
    words = models.CharField(_("想说的话"), max_length=300, blank=True)
    voice = models.ForeignKey(
        Attachment, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("录音")
    )
    said_at = models.DateTimeField(_("追评时间"), default=now)
    edit_until = models.DateTimeField(_("可修改至"))

    class Meta:
        verbose_name = verbose_name_plural = _("追评")
        ordering = ["said_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["rating", "look"], name="afterword_once_per_look_back"),
            models.CheckConstraint(condition=Q(score__in=Score.values), name="afterword_score_known"),
        ]


class FollowUp(models.Model):
    """A look back some months after acceptance (回头看): due on a day, done by a visit and its note."""

    AHEAD = timedelta(days=14)  # so early it may be made, and waits on the desk

    project = models.ForeignKey(Project, models.PROTECT, related_name="follow_ups", verbose_name=_("项目"))
    months = models.PositiveSmallIntegerField(_("几个月后"))
    due_on = models.DateField(_("应于"))
    done_on = models.DateField(_("回访日期"), null=True, blank=True)
    note = models.CharField(_("看到什么"), max_length=300, blank=True)
    photo = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("照片")
    )
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("回访人"))

    class Meta:
        verbose_name = verbose_name_plural = _("回头看")
        ordering = ["due_on"]
        constraints = [
            models.UniqueConstraint(fields=["project", "months"], name="follow_up_once"),
            models.CheckConstraint(
                condition=Q(done_on=None) | (Q(by__isnull=False) & ~Q(note="")), name="follow_up_done_has_a_note"
            ),
        ]

    @property
    def audit_subject(self) -> str:
        return self.project.audit_subject

    @property
    def audit_area_id(self) -> str:
        return self.project.area_id
