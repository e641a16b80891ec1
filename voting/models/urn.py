"""The urn (票箱): what was chosen, apart from who chose. These tables live in the database ``urn`` alone.

Nothing here names a person, a time of a vote or an address, and nothing refers to a table outside the urn: a poll is
its number. VOTING §6.2, docs/adr/0010.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

URN = "urn"  # the database (config.routers.UrnApart)


class BoxState(models.TextChoices):
    OPEN = "open", _("开着")
    CLOSED = "closed", _("已封箱")
    REWRITTEN = "rewritten", _("已打乱重写")


class Openings(models.TextChoices):
    """Whether the published log shows what each commitment holds (选票是否随日志公开)."""

    OPEN = "open", _("公开拆封")
    SEALED = "sealed", _("只给审计核对")


class BallotChannel(models.TextChoices):
    ONLINE = "online", _("网上")
    STATION = "station", _("投票站")
    ASSISTED = "assisted", _("代为录入")
    PAPER = "paper", _("纸质票")


B = BoxState
BOX_MOVES = {  # action: (from any of, to)
    "close": ({B.OPEN}, B.CLOSED),  # 封箱
    "rewrite": ({B.CLOSED}, B.REWRITTEN),  # 打乱重写
}


class BallotBox(models.Model):
    """The box of one poll (票箱). ``style`` is what a ballot may hold (ballot_rules.Style), fixed at the opening."""

    poll = models.PositiveBigIntegerField(_("投票"), unique=True)
    style = models.JSONField(_("选票样式"))
    style_hash = models.CharField(_("选票样式指纹"), max_length=64)
    opens_at = models.DateTimeField(_("开始时间"))
    closes_at = models.DateTimeField(_("截止时间"))
    roll_size = models.PositiveIntegerField(_("名册人数"))
    openings = models.CharField(_("选票随日志公开"), max_length=8, choices=Openings)
    key_hash = models.CharField(_("密钥指纹"), max_length=64)
    state = models.CharField(_("状态"), max_length=10, choices=BoxState, default=BoxState.OPEN, editable=False)
    batched_at = models.DateTimeField(_("上次入日志"), editable=False)
    contents_hash = models.CharField(_("汇总指纹"), max_length=64, blank=True, db_default="", editable=False)
    channels = models.JSONField(_("各渠道票数"), null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("票箱")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BoxState.values), name="box_state_known"),
            models.CheckConstraint(condition=Q(openings__in=Openings.values), name="box_openings_known"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="box_closes_after_it_opens"),
        ]


class Ballot(models.Model):
    """What stands for one pseudonym (选票). A change erases the choices before it and keeps their commitment.

    Random key, no time, no sequence: the order of rows is undone when the box is rewritten.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    box = models.ForeignKey(BallotBox, models.PROTECT, related_name="ballots", verbose_name=_("票箱"))
    pseudonym = models.CharField(_("化名"), max_length=64)
    version = models.PositiveIntegerField(_("第几版"), default=1)
    choices = models.JSONField(_("选择"))
    nonce = models.CharField(_("随机数"), max_length=64)
    commitment = models.CharField(_("承诺值"), max_length=64)
    trail = models.JSONField(_("以前各版的承诺值"), default=list)
    channel = models.CharField(_("渠道"), max_length=8, choices=BallotChannel)

    class Meta:
        verbose_name = verbose_name_plural = _("选票")
        constraints = [
            models.UniqueConstraint(fields=["box", "pseudonym"], name="ballot_one_per_pseudonym"),
            models.UniqueConstraint(fields=["commitment"], name="ballot_commitment_once"),
            models.CheckConstraint(condition=Q(channel__in=BallotChannel.values), name="ballot_channel_known"),
            models.CheckConstraint(condition=Q(version__gte=1), name="ballot_version_counts_from_one"),
        ]


class BoxContents(models.Model):
    """A part of what a rewritten box holds, added up (票箱汇总): columns of numbers, each different ballot once.

    Derived from the ballots (services.urn.contents). Nothing here tells one voter from another.
    """

    box = models.ForeignKey(BallotBox, models.PROTECT, related_name="contents", verbose_name=_("票箱"))
    number = models.PositiveIntegerField(_("第几块"))
    lengths = models.BinaryField(_("各票选了几项"))
    choices = models.BinaryField(_("选择"))
    points = models.BinaryField(_("分数"))
    voters = models.BinaryField(_("票数"))

    class Meta:
        verbose_name = verbose_name_plural = _("票箱汇总")
        constraints = [models.UniqueConstraint(fields=["box", "number"], name="contents_one_per_number")]


class PendingLeaf(models.Model):
    """A commitment that waits for its batch (待入日志)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    box = models.ForeignKey(BallotBox, models.PROTECT, related_name="pending", verbose_name=_("票箱"))
    commitment = models.CharField(_("承诺值"), max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = _("待入日志")
        constraints = [models.UniqueConstraint(fields=["commitment"], name="pending_commitment_once")]


class LogLeaf(models.Model):
    """One entry of a box's public log (投票日志), append-only; ``data`` is canonical JSON, byte for byte what is hashed."""

    box = models.ForeignKey(BallotBox, models.PROTECT, related_name="leaves", verbose_name=_("票箱"))
    position = models.PositiveIntegerField(_("第几条"))
    data = models.TextField(_("内容"))

    class Meta:
        verbose_name = verbose_name_plural = _("投票日志")
        ordering = ["box", "position"]
        constraints = [models.UniqueConstraint(fields=["box", "position"], name="leaf_one_per_position")]


class Checkpoint(models.Model):
    """The signed head of a box's log after a batch (日志签名), in the C2SP note format; append-only."""

    box = models.ForeignKey(BallotBox, models.PROTECT, related_name="checkpoints", verbose_name=_("票箱"))
    size = models.PositiveIntegerField(_("日志条数"))
    note = models.TextField(_("签名文本"))

    class Meta:
        verbose_name = verbose_name_plural = _("日志签名")
        ordering = ["box", "size"]
        constraints = [models.UniqueConstraint(fields=["box", "size"], name="checkpoint_one_per_size")]


class SheetFault(models.TextChoices):
    """Why an opened paper ballot does not count (无效原因); a blank one counts."""

    UNREADABLE = "unreadable", _("看不清")
    OVER_LIMIT = "over_limit", _("选多了")


class PaperHold(models.Model):
    """A pseudonym that was given a paper ballot (已领纸质票): nothing else may be cast under it. Gone at the rewriting."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    box = models.ForeignKey(BallotBox, models.PROTECT, related_name="holds", verbose_name=_("票箱"))
    pseudonym = models.CharField(_("化名"), max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = _("已领纸质票")
        constraints = [models.UniqueConstraint(fields=["box", "pseudonym"], name="hold_one_per_pseudonym")]


class PaperSheet(models.Model):
    """What one person read on one paper ballot (录入的纸质票). Two read each on their own, a third settles a difference.

    ``keyer`` is a pseudonym like a voter's. The rows are gone once the ballots are in the box.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    box = models.ForeignKey(BallotBox, models.PROTECT, related_name="sheets", verbose_name=_("票箱"))
    batch = models.PositiveSmallIntegerField(_("第几批"))
    serial = models.PositiveIntegerField(_("编号"))
    turn = models.PositiveSmallIntegerField(_("第几遍"))
    keyer = models.CharField(_("录入人化名"), max_length=64)
    choices = models.JSONField(_("选择"), null=True)
    fault = models.CharField(_("无效原因"), max_length=10, choices=SheetFault, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("录入的纸质票")
        constraints = [
            models.UniqueConstraint(fields=["box", "serial", "turn"], name="sheet_once_per_turn"),
            models.UniqueConstraint(fields=["box", "serial", "keyer"], name="sheet_once_per_keyer"),
            models.CheckConstraint(condition=Q(turn__gte=1, turn__lte=3), name="sheet_read_three_times_at_most"),
            models.CheckConstraint(condition=Q(fault__in=["", *SheetFault.values]), name="sheet_fault_known"),
            models.CheckConstraint(
                condition=Q(fault="", choices__isnull=False) | ~Q(fault="") & Q(choices__isnull=True),
                name="sheet_counts_or_has_a_fault",
            ),
        ]
