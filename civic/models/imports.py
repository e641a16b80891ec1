"""Imports (导入): a file that somebody brought, what trying it out said, and what it then made or changed."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civic.models.people import Person
from civic.moments import now
from civic.turns import TURNS


class ImportState(models.TextChoices):
    """How far an import is (进度)."""

    TRIED = "tried", _("试过，还没有导入")
    WAITING = "waiting", _("正在导入")
    DONE = "done", _("已导入")
    FAILED = "failed", _("没有导入")
    CANCELLED = "cancelled", _("已取消")


class ImportStage(models.TextChoices):
    """What the background does with the rows of an import (办到哪一段)."""

    READING = "reading", _("正在读表")
    CHECKING = "checking", _("正在核对")
    WRITING = "writing", _("正在写入")


class Import(models.Model):
    """One file on its way in (一次导入). Its bytes are kept until it is imported or forgotten, its hash for good."""

    kind = models.CharField(_("导入什么"), max_length=20)
    state = models.CharField(_("状态"), max_length=9, choices=ImportState, default=ImportState.TRIED)
    by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="imports", verbose_name=_("经办人")
    )
    job = models.CharField(_("系统任务"), max_length=60, blank=True)
    file_name = models.CharField(_("文件名"), max_length=120)
    file_hash = models.CharField(_("文件指纹"), max_length=64)
    file = models.BinaryField(_("文件"), null=True, blank=True)
    heads = models.JSONField(_("表头"), default=list)
    mapping = models.JSONField(_("各列对应什么"), default=dict)
    unit = models.CharField(_("金额单位"), max_length=4, blank=True)
    for_all = models.JSONField(_("整张表都一样的"), default=dict)
    trial = models.JSONField(_("试导入的结果"), default=dict, encoder=DjangoJSONEncoder)
    total = models.PositiveIntegerField(_("行数"), default=0)
    stage = models.CharField(_("办到哪一段"), max_length=8, choices=ImportStage, blank=True, default="", db_default="")
    reached = models.PositiveIntegerField(_("办到第几行"), default=0, db_default=0)
    turn = models.PositiveSmallIntegerField(_("轮到"), null=True, blank=True, unique=True, editable=False)
    added = models.PositiveIntegerField(_("新增"), default=0)
    changed = models.PositiveIntegerField(_("修改"), default=0)
    same = models.PositiveIntegerField(_("不变"), default=0)
    created_at = models.DateTimeField(_("提交时间"), default=now)
    done_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("导入")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state_known"),
            models.CheckConstraint(condition=Q(by__isnull=False) | ~Q(job=""), name="import_has_an_actor"),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "cancelled"]) | Q(file=None), name="import_done_keeps_no_file"
            ),
            models.CheckConstraint(condition=Q(stage__in=["", *ImportStage.values]), name="import_stage_known"),
            models.CheckConstraint(
                condition=Q(turn=None) | Q(turn__in=TURNS, state="waiting"), name="import_turn_while_it_waits"
            ),
        ]
        indexes = [models.Index(fields=["by", "-id"], name="import_of_person")]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_hash[:8]}"

    @property
    def percent(self) -> int:
        """How far the background is through all three stages, in whole per cent; 100 once it is over."""
        if self.state != ImportState.WAITING:
            return 100
        if not self.stage or not self.total:
            return 0
        stages = ImportStage.values
        return (
            100 * (stages.index(self.stage) * self.total + min(self.reached, self.total)) // (len(stages) * self.total)
        )


class ImportWhat(models.TextChoices):
    ADDED = "added", _("新增")
    CHANGED = "changed", _("修改")


class ImportLine(models.Model):
    """What one line of an imported file made or changed (导入明细); lines that changed nothing have none."""

    run = models.ForeignKey(Import, models.CASCADE, related_name="lines", verbose_name=_("导入"))
    line = models.PositiveIntegerField(_("行"))
    what = models.CharField(_("结果"), max_length=8, choices=ImportWhat)
    target = models.CharField(_("对象"), max_length=60)
    label = models.CharField(_("是什么"), max_length=120)
    fields = models.JSONField(_("改了哪几项"), default=list, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("导入明细")
        ordering = ["run", "line"]
        constraints = [
            models.UniqueConstraint(fields=["run", "line"], name="import_line_once"),
            models.CheckConstraint(condition=Q(what__in=ImportWhat.values), name="import_line_what_known"),
        ]
