"""What is counted for a day (参与快照), and files made step by step for whoever asked (后台做的文件)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from civic.models import Area, Person
from civic.models.record import Channel
from civic.moments import now
from civic.turns import TURNS
from proposals.models import Project, Round


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
    REGISTER_CSV = "register.csv", _("项目清单（CSV）")
    REGISTER_XLSX = "register.xlsx", _("项目清单（Excel）")
    LOG = "log.csv", _("办理日志")
    WHOLE = "whole.zip", _("全部数据")


class BundleState(models.TextChoices):
    WAITING = "waiting", _("正在做")
    DONE = "done", _("做好了")
    FAILED = "failed", _("没有做成")
    GONE = "gone", _("已清理")
    CANCELLED = "cancelled", _("已取消")


DOSSIERS = (BundleKind.DOSSIER_PDF, BundleKind.DOSSIER_ZIP)


class Bundle(models.Model):
    """A file that is made step by step (一项目一档、台账、导出), for whoever asked; kept for some days, then removed.

    ``plan`` is what goes into it, fixed when it was asked for: ``done`` of ``total`` steps of it are made. ``places``
    are the code prefixes whose rows it holds: who fetches it must still work for all of them. Tables are made two at a
    time (同时两份): each of the two has a ``turn``, and one that waits without a turn stands in the line.
    """

    kind = models.CharField(_("什么文件"), max_length=16, choices=BundleKind)
    state = models.CharField(_("进度"), max_length=9, choices=BundleState, default=BundleState.WAITING, editable=False)
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="bundles", verbose_name=_("项目")
    )
    plan = models.JSONField(_("内容"), default=dict)
    by = models.ForeignKey(Person, models.PROTECT, related_name="bundles", verbose_name=_("谁要的"))
    done = models.PositiveIntegerField(_("做了几步"), default=0)
    total = models.PositiveIntegerField(_("一共几步"))
    places = models.JSONField(_("哪些地方"), default=list, null=True, blank=True)
    rows = models.PositiveIntegerField(_("一共几行"), default=0, db_default=0)
    written = models.PositiveIntegerField(_("写了几行"), default=0, db_default=0)
    turn = models.PositiveSmallIntegerField(_("轮到"), null=True, blank=True, unique=True, editable=False)
    moved_at = models.DateTimeField(_("上一步的时间"), null=True, blank=True)
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
                condition=Q(kind__in=DOSSIERS, project__isnull=False) | (~Q(kind__in=DOSSIERS) & Q(project=None)),
                name="bundle_dossier_has_a_project",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | ~Q(file="") & ~Q(sha256="") & Q(done_at__isnull=False),
                name="bundle_done_has_its_file",
            ),
            models.CheckConstraint(
                condition=Q(turn=None) | Q(turn__in=TURNS, state="waiting"), name="bundle_turn_while_it_waits"
            ),
        ]
        indexes = [models.Index(fields=["by", "-id"], name="bundle_of_person")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def percent(self) -> int:
        """How much of it is made, in whole per cent."""
        return 100 * self.done // self.total

    @property
    def is_in_line(self) -> bool:
        """A table that waits for its turn (排队)."""
        return self.state == BundleState.WAITING and self.turn is None and self.kind not in DOSSIERS

    @property
    def audit_subject(self) -> str:
        return self.project.audit_subject if self.project else ""

    @property
    def audit_area_id(self) -> str | None:
        """The project's place; of a table the one place whose rows it holds."""
        if self.project:
            return self.project.area_id
        return self.places[0].ljust(12, "0") if self.places and len(self.places) == 1 else None
