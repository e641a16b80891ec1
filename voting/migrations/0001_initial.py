"""Assemblies, meetings, polls; in a database of their own the ballots and their log."""

import civic.fields
import civic.moments
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("civic", "0001_initial"),
        ("proposals", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Assembly",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[("council", "居民议事会"), ("representatives", "村民代表会议")],
                        default="council",
                        max_length=16,
                        verbose_name="类别",
                    ),
                ),
                ("starts_on", models.DateField(default=civic.moments.today, verbose_name="成立日期")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="停止日期")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assemblies",
                        to="civic.area",
                        verbose_name="地方",
                    ),
                ),
            ],
            options={
                "verbose_name": "议事会",
                "verbose_name_plural": "议事会",
                "ordering": ["area"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("area",),
                        name="assembly_one_per_area_while_it_lasts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["council", "representatives"])), name="assembly_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on", None), ("ended_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="assembly_dates_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BallotBox",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("poll", models.PositiveBigIntegerField(unique=True, verbose_name="投票")),
                ("style", models.JSONField(verbose_name="选票样式")),
                ("style_hash", models.CharField(max_length=64, verbose_name="选票样式指纹")),
                ("opens_at", models.DateTimeField(verbose_name="开始时间")),
                ("closes_at", models.DateTimeField(verbose_name="截止时间")),
                ("roll_size", models.PositiveIntegerField(verbose_name="名册人数")),
                (
                    "openings",
                    models.CharField(
                        choices=[("open", "公开拆封"), ("sealed", "只给审计核对")],
                        max_length=8,
                        verbose_name="选票随日志公开",
                    ),
                ),
                ("key_hash", models.CharField(max_length=64, verbose_name="密钥指纹")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "开着"), ("closed", "已封箱"), ("rewritten", "已打乱重写")],
                        default="open",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("batched_at", models.DateTimeField(editable=False, verbose_name="上次入日志")),
                (
                    "contents_hash",
                    models.CharField(blank=True, db_default="", editable=False, max_length=64, verbose_name="汇总指纹"),
                ),
                ("channels", models.JSONField(editable=False, null=True, verbose_name="各渠道票数")),
            ],
            options={
                "verbose_name": "票箱",
                "verbose_name_plural": "票箱",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "closed", "rewritten"])), name="box_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("openings__in", ["open", "sealed"])), name="box_openings_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes_at__gt", models.F("opens_at"))), name="box_closes_after_it_opens"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ballot",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("pseudonym", models.CharField(max_length=64, verbose_name="化名")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="第几版")),
                ("choices", models.JSONField(verbose_name="选择")),
                ("nonce", models.CharField(max_length=64, verbose_name="随机数")),
                ("commitment", models.CharField(max_length=64, verbose_name="承诺值")),
                ("trail", models.JSONField(default=list, verbose_name="以前各版的承诺值")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("online", "网上"),
                            ("station", "投票站"),
                            ("assisted", "代为录入"),
                            ("paper", "纸质票"),
                        ],
                        max_length=8,
                        verbose_name="渠道",
                    ),
                ),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ballots",
                        to="voting.ballotbox",
                        verbose_name="票箱",
                    ),
                ),
            ],
            options={
                "verbose_name": "选票",
                "verbose_name_plural": "选票",
                "constraints": [
                    models.UniqueConstraint(fields=("box", "pseudonym"), name="ballot_one_per_pseudonym"),
                    models.UniqueConstraint(fields=("commitment",), name="ballot_commitment_once"),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["online", "station", "assisted", "paper"])),
                        name="ballot_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)), name="ballot_version_counts_from_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BoxContents",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="第几块")),
                ("lengths", models.BinaryField(verbose_name="各票选了几项")),
                ("choices", models.BinaryField(verbose_name="选择")),
                ("points", models.BinaryField(verbose_name="分数")),
                ("voters", models.BinaryField(verbose_name="票数")),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contents",
                        to="voting.ballotbox",
                        verbose_name="票箱",
                    ),
                ),
            ],
            options={
                "verbose_name": "票箱汇总",
                "verbose_name_plural": "票箱汇总",
                "constraints": [models.UniqueConstraint(fields=("box", "number"), name="contents_one_per_number")],
            },
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.PositiveIntegerField(verbose_name="日志条数")),
                ("note", models.TextField(verbose_name="签名文本")),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checkpoints",
                        to="voting.ballotbox",
                        verbose_name="票箱",
                    ),
                ),
            ],
            options={
                "verbose_name": "日志签名",
                "verbose_name_plural": "日志签名",
                "ordering": ["box", "size"],
                "constraints": [models.UniqueConstraint(fields=("box", "size"), name="checkpoint_one_per_size")],
            },
        ),
        migrations.CreateModel(
            name="LogLeaf",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField(verbose_name="第几条")),
                ("data", models.TextField(verbose_name="内容")),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leaves",
                        to="voting.ballotbox",
                        verbose_name="票箱",
                    ),
                ),
            ],
            options={
                "verbose_name": "投票日志",
                "verbose_name_plural": "投票日志",
                "ordering": ["box", "position"],
                "constraints": [models.UniqueConstraint(fields=("box", "position"), name="leaf_one_per_position")],
            },
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("attempt", models.PositiveSmallIntegerField(default=1, verbose_name="第几次召集")),
                ("place", models.CharField(max_length=60, verbose_name="地点")),
                ("topic", models.CharField(blank=True, db_default="", max_length=120, verbose_name="另外商量什么")),
                ("starts_at", models.DateTimeField(verbose_name="开会时间")),
                ("notice_at", models.DateTimeField(default=civic.moments.now, verbose_name="通知时间")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("called", "待召开"),
                            ("open", "进行中"),
                            ("closed", "待确认纪要"),
                            ("confirmed", "已结束"),
                            ("inquorate", "人数不足"),
                            ("cancelled", "已取消"),
                        ],
                        default="called",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "vote_form",
                    models.CharField(
                        choices=[("open", "记名"), ("secret", "不记名")], max_length=8, verbose_name="表决方式"
                    ),
                ),
                (
                    "pass_base",
                    models.CharField(
                        choices=[("present", "实到人数"), ("due", "应到人数")],
                        max_length=8,
                        verbose_name="赞成票和谁比",
                    ),
                ),
                ("quorum_share_text", models.CharField(max_length=20, verbose_name="到会人数不少于应到的几分之几")),
                ("pass_share_text", models.CharField(max_length=20, verbose_name="赞成票要超过几分之几")),
                ("rule_book", models.CharField(max_length=80, verbose_name="依据的办法")),
                ("prior_body", models.CharField(blank=True, max_length=60, verbose_name="前置研究的组织")),
                ("prior_on", models.DateField(blank=True, null=True, verbose_name="前置研究日期")),
                ("prior_conclusion", models.CharField(blank=True, max_length=300, verbose_name="前置研究结论")),
                (
                    "due_count",
                    models.PositiveSmallIntegerField(blank=True, editable=False, null=True, verbose_name="应到"),
                ),
                (
                    "present_count",
                    models.PositiveSmallIntegerField(blank=True, editable=False, null=True, verbose_name="开会时实到"),
                ),
                ("opened_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="开会")),
                ("closed_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="散会")),
                (
                    "confirmed_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="纪要确认时间"),
                ),
                (
                    "closing",
                    models.CharField(
                        blank=True, db_default="", editable=False, max_length=300, verbose_name="会议小结"
                    ),
                ),
                ("cancel_reason", models.CharField(blank=True, max_length=200, verbose_name="取消原因")),
                ("mark", models.CharField(blank=True, max_length=40, verbose_name="标注")),
                (
                    "assembly",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings",
                        to="voting.assembly",
                        verbose_name="议事会",
                    ),
                ),
                (
                    "chair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="主持人",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="纪要确认人",
                    ),
                ),
                (
                    "monitor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="监票人",
                    ),
                ),
                (
                    "prior_document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.attachment",
                        verbose_name="前置研究材料",
                    ),
                ),
                (
                    "reconvenes",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reconvened",
                        to="voting.meeting",
                        verbose_name="接续哪次会议",
                    ),
                ),
                (
                    "recorder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="记录人",
                    ),
                ),
                (
                    "roll",
                    models.ManyToManyField(
                        blank=True, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="应到名册"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings",
                        to="proposals.round",
                        verbose_name="轮次",
                    ),
                ),
                (
                    "sign_in_sheet",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.attachment",
                        verbose_name="纸质签到表",
                    ),
                ),
                (
                    "teller",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="计票人",
                    ),
                ),
            ],
            options={
                "verbose_name": "会议",
                "verbose_name_plural": "会议",
                "ordering": ["-starts_at", "-id"],
                "indexes": [models.Index(fields=["state", "starts_at"], name="meeting_by_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["called", "open", "closed", "confirmed", "inquorate", "cancelled"])
                        ),
                        name="meeting_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("vote_form__in", ["open", "secret"])), name="meeting_vote_form_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pass_base__in", ["present", "due"])), name="meeting_pass_base_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("attempt__gte", 1)), name="meeting_attempt_counts_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("starts_at__gte", models.F("notice_at"))), name="meeting_notice_comes_first"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("teller", None),
                            ("monitor", None),
                            models.Q(("teller", models.F("monitor")), _negated=True),
                            _connector="OR",
                        ),
                        name="meeting_teller_and_monitor_are_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["open", "closed", "confirmed"]), _negated=True),
                            models.Q(
                                ("due_count__gt", 0),
                                ("due_count__isnull", False),
                                ("monitor__isnull", False),
                                ("opened_at__isnull", False),
                                ("present_count__isnull", False),
                                ("teller__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="meeting_held_is_complete",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "inquorate"), _negated=True),
                            models.Q(("due_count__isnull", False), ("present_count__isnull", False)),
                            _connector="OR",
                        ),
                        name="meeting_miss_is_counted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("present_count", None), ("present_count__lte", models.F("due_count")), _connector="OR"
                        ),
                        name="meeting_present_within_due",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "confirmed"), _negated=True),
                            models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="meeting_confirmed_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closing", ""), ("state", "confirmed"), _connector="OR"),
                        name="meeting_closing_closes_it",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "cancelled"), _negated=True),
                            models.Q(("cancel_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="meeting_cancel_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("prior_body", ""), ("prior_conclusion", ""), ("prior_on", None)),
                            models.Q(
                                ("prior_on__isnull", False),
                                models.Q(("prior_body", ""), _negated=True),
                                models.Q(("prior_conclusion", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="meeting_prior_study_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgendaItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(verbose_name="第几项")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "还没表决"), ("open", "正在表决"), ("closed", "表决结束")],
                        default="waiting",
                        editable=False,
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("ballot", models.PositiveSmallIntegerField(default=1, editable=False, verbose_name="第几次表决")),
                ("opened_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="开始表决")),
                ("closed_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="结束表决")),
                (
                    "counted_from",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("phones", "手机表决"),
                            ("hands", "举手表决，现场录入"),
                            ("paper", "纸质票，现场录入"),
                        ],
                        editable=False,
                        max_length=8,
                        verbose_name="票数来源",
                    ),
                ),
                (
                    "amount_yuan",
                    civic.fields.YuanField(blank=True, editable=False, null=True, verbose_name="表决的金额（元）"),
                ),
                (
                    "votes_for",
                    models.PositiveSmallIntegerField(blank=True, editable=False, null=True, verbose_name="赞成"),
                ),
                (
                    "votes_against",
                    models.PositiveSmallIntegerField(blank=True, editable=False, null=True, verbose_name="反对"),
                ),
                (
                    "votes_abstain",
                    models.PositiveSmallIntegerField(blank=True, editable=False, null=True, verbose_name="弃权"),
                ),
                (
                    "present_count",
                    models.PositiveSmallIntegerField(blank=True, editable=False, null=True, verbose_name="实到"),
                ),
                (
                    "recused_count",
                    models.PositiveSmallIntegerField(blank=True, editable=False, null=True, verbose_name="回避"),
                ),
                (
                    "base_count",
                    models.PositiveSmallIntegerField(blank=True, editable=False, null=True, verbose_name="计算基数"),
                ),
                (
                    "needed_count",
                    models.PositiveSmallIntegerField(blank=True, editable=False, null=True, verbose_name="通过需要"),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("passed", "通过"), ("not_passed", "未通过"), ("deferred", "暂缓")],
                        editable=False,
                        max_length=12,
                        verbose_name="结果",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="暂缓理由")),
                ("discussion", models.TextField(blank=True, max_length=2000, verbose_name="讨论记录")),
                (
                    "applied_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="结果生效时间"),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agenda_items",
                        to="proposals.project",
                        verbose_name="项目",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="voting.meeting",
                        verbose_name="会议",
                    ),
                ),
            ],
            options={
                "verbose_name": "议题",
                "verbose_name_plural": "议题",
                "ordering": ["meeting", "order"],
                "constraints": [
                    models.UniqueConstraint(fields=("meeting", "order"), name="item_order_once"),
                    models.UniqueConstraint(fields=("meeting", "project"), name="item_project_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("meeting",), name="item_one_open_at_a_time"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "open", "closed"])), name="item_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["", "passed", "not_passed", "deferred"])),
                        name="item_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("counted_from__in", ["", "phones", "hands", "paper"])),
                        name="item_counted_from_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "closed"), models.Q(("outcome", ""), _negated=True)),
                            models.Q(models.Q(("state", "closed"), _negated=True), ("outcome", "")),
                            _connector="OR",
                        ),
                        name="item_closed_has_an_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("base_count", None),
                                ("needed_count", None),
                                ("present_count", None),
                                ("recused_count", None),
                                ("votes_abstain", None),
                                ("votes_against", None),
                                ("votes_for", None),
                                ("outcome__in", ["", "deferred"]),
                            ),
                            models.Q(
                                ("base_count__isnull", False),
                                ("needed_count__isnull", False),
                                ("outcome__in", ["passed", "not_passed"]),
                                ("present_count__isnull", False),
                                ("recused_count__isnull", False),
                                ("votes_abstain__isnull", False),
                                ("votes_against__isnull", False),
                                ("votes_for__isnull", False),
                                models.Q(("counted_from", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="item_decided_is_counted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("present_count", None),
                            (
                                "present_count__gte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("votes_for"), "+", models.F("votes_against")
                                        ),
                                        "+",
                                        models.F("votes_abstain"),
                                    ),
                                    "+",
                                    models.F("recused_count"),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="item_votes_within_present",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "passed"), _negated=True),
                            ("votes_for__gte", models.F("needed_count")),
                            _connector="OR",
                        ),
                        name="item_passed_has_the_votes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "not_passed"), _negated=True),
                            ("votes_for__lt", models.F("needed_count")),
                            _connector="OR",
                        ),
                        name="item_failed_lacks_votes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "deferred"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="item_deferred_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_yuan", None), ("amount_yuan__gt", 0), _connector="OR"),
                        name="agenda_amount_above_zero",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("applied_at", None), models.Q(("outcome", ""), _negated=True), _connector="OR"
                        ),
                        name="item_applied_has_an_outcome",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Conflict",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200, verbose_name="原因")),
                ("declared_at", models.DateTimeField(default=civic.moments.now, verbose_name="声明时间")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conflicts",
                        to="voting.agendaitem",
                        verbose_name="议题",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="成员",
                    ),
                ),
            ],
            options={
                "verbose_name": "回避",
                "verbose_name_plural": "回避",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("item", "member"), name="conflict_once_per_member"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="conflict_has_a_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("qr", "扫码签到"),
                            ("tick", "现场勾选"),
                            ("paper", "纸质签到"),
                            ("remote", "远程参加"),
                        ],
                        max_length=8,
                        verbose_name="怎样签到",
                    ),
                ),
                ("at", models.DateTimeField(default=civic.moments.now, verbose_name="签到时间")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="成员",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="代为签到",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="voting.meeting",
                        verbose_name="会议",
                    ),
                ),
            ],
            options={
                "verbose_name": "签到",
                "verbose_name_plural": "签到",
                "ordering": ["at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("meeting", "member"), name="attendance_once_per_member"),
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ["qr", "tick", "paper", "remote"])), name="attendance_how_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MeetingVote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ballot", models.PositiveSmallIntegerField(verbose_name="第几次表决")),
                (
                    "choice",
                    models.CharField(
                        blank=True,
                        choices=[("for", "赞成"), ("against", "反对"), ("abstain", "弃权")],
                        max_length=8,
                        verbose_name="意见",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="votes",
                        to="voting.agendaitem",
                        verbose_name="议题",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="成员",
                    ),
                ),
            ],
            options={
                "verbose_name": "投票记录",
                "verbose_name_plural": "投票记录",
                "ordering": ["item", "ballot", "member"],
                "constraints": [
                    models.UniqueConstraint(fields=("item", "ballot", "member"), name="vote_once_per_member"),
                    models.CheckConstraint(
                        condition=models.Q(("choice__in", ["", "for", "against", "abstain"])), name="vote_choice_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("ballot__gte", 1)), name="vote_ballot_counts_from_one"),
                ],
            },
        ),
        migrations.CreateModel(
            name="MinutesCorrection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recorded", models.CharField(max_length=40, verbose_name="原来记的是")),
                ("right", models.CharField(max_length=70, verbose_name="正确的是")),
                ("reason", models.CharField(max_length=20, verbose_name="为什么记错")),
                ("made_at", models.DateTimeField(default=civic.moments.now, verbose_name="更正时间")),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="voting.agendaitem",
                        verbose_name="关于哪一项",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁更正的",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="voting.meeting",
                        verbose_name="会议",
                    ),
                ),
            ],
            options={
                "verbose_name": "纪要更正",
                "verbose_name_plural": "纪要更正",
                "ordering": ["made_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("recorded", ""), _negated=True),
                            models.Q(("right", ""), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                        ),
                        name="minutes_correction_says_it_all",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("right", models.F("recorded")), _negated=True),
                        name="minutes_correction_changes_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperHold",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("pseudonym", models.CharField(max_length=64, verbose_name="化名")),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="voting.ballotbox",
                        verbose_name="票箱",
                    ),
                ),
            ],
            options={
                "verbose_name": "已领纸质票",
                "verbose_name_plural": "已领纸质票",
                "constraints": [models.UniqueConstraint(fields=("box", "pseudonym"), name="hold_one_per_pseudonym")],
            },
        ),
        migrations.CreateModel(
            name="PaperSheet",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("batch", models.PositiveSmallIntegerField(verbose_name="第几批")),
                ("serial", models.PositiveIntegerField(verbose_name="编号")),
                ("turn", models.PositiveSmallIntegerField(verbose_name="第几遍")),
                ("keyer", models.CharField(max_length=64, verbose_name="录入人化名")),
                ("choices", models.JSONField(null=True, verbose_name="选择")),
                (
                    "fault",
                    models.CharField(
                        blank=True,
                        choices=[("unreadable", "看不清"), ("over_limit", "选多了")],
                        max_length=10,
                        verbose_name="无效原因",
                    ),
                ),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="voting.ballotbox",
                        verbose_name="票箱",
                    ),
                ),
            ],
            options={
                "verbose_name": "录入的纸质票",
                "verbose_name_plural": "录入的纸质票",
                "constraints": [
                    models.UniqueConstraint(fields=("box", "serial", "turn"), name="sheet_once_per_turn"),
                    models.UniqueConstraint(fields=("box", "serial", "keyer"), name="sheet_once_per_keyer"),
                    models.CheckConstraint(
                        condition=models.Q(("turn__gte", 1), ("turn__lte", 3)), name="sheet_read_three_times_at_most"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fault__in", ["", "unreadable", "over_limit"])), name="sheet_fault_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("choices__isnull", False), ("fault", "")),
                            models.Q(models.Q(("fault", ""), _negated=True), ("choices__isnull", True)),
                            _connector="OR",
                        ),
                        name="sheet_counts_or_has_a_fault",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PendingLeaf",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("commitment", models.CharField(max_length=64, verbose_name="承诺值")),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pending",
                        to="voting.ballotbox",
                        verbose_name="票箱",
                    ),
                ),
            ],
            options={
                "verbose_name": "待入日志",
                "verbose_name_plural": "待入日志",
                "constraints": [models.UniqueConstraint(fields=("commitment",), name="pending_commitment_once")],
            },
        ),
        migrations.CreateModel(
            name="Poll",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("choose", "选几项"),
                            ("budget", "在总钱数以内选"),
                            ("points", "分配分数"),
                            ("rank", "排顺序"),
                            ("yes_no", "逐项赞成或反对"),
                        ],
                        max_length=8,
                        verbose_name="投票方式",
                    ),
                ),
                (
                    "limit",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="每人最多选几项；打分时是一共几分",
                    ),
                ),
                (
                    "project_max",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)], verbose_name="打分时每项最多几分"
                    ),
                ),
                ("budget_yuan", civic.fields.YuanField(blank=True, null=True, verbose_name="一共多少钱（元）")),
                ("min_age", models.PositiveSmallIntegerField(verbose_name="投票最小年龄")),
                (
                    "openings",
                    models.CharField(
                        choices=[("open", "公开拆封"), ("sealed", "只给审计核对")],
                        max_length=8,
                        verbose_name="选票怎样拆封",
                    ),
                ),
                ("count_rule", models.CharField(max_length=80, verbose_name="计票规则")),
                ("rule_record", models.JSONField(default=dict, verbose_name="计票规则记录")),
                ("rule_hash", models.CharField(max_length=64, verbose_name="规则指纹")),
                ("seed_commitment", models.CharField(max_length=64, verbose_name="抽签种子的承诺值")),
                ("seed", models.CharField(blank=True, editable=False, max_length=64, verbose_name="抽签种子")),
                ("opens_at", models.DateTimeField(blank=True, null=True, verbose_name="开始投票")),
                ("closes_at", models.DateTimeField(blank=True, null=True, verbose_name="截止投票")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "筹备中"),
                            ("open", "投票中"),
                            ("closed", "待计票"),
                            ("counted", "待公布"),
                            ("published", "已公布"),
                            ("cancelled", "已取消"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "roll_size",
                    models.PositiveIntegerField(blank=True, editable=False, null=True, verbose_name="名册人数"),
                ),
                ("opened_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="实际开始")),
                ("closed_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="实际截止")),
                ("key_ended_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="密钥销毁")),
                ("mark", models.CharField(blank=True, max_length=40, verbose_name="标注")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="polls",
                        to="civic.area",
                        verbose_name="地方",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="polls",
                        to="proposals.round",
                        verbose_name="轮次",
                    ),
                ),
            ],
            options={
                "verbose_name": "投票",
                "verbose_name_plural": "投票",
                "ordering": ["-opens_at", "-id"],
                "indexes": [
                    models.Index(fields=["state", "opens_at"], name="poll_by_opening"),
                    models.Index(fields=["state", "closes_at"], name="poll_by_close"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["draft", "open"])),
                        fields=("round", "area"),
                        name="poll_one_at_a_time_per_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "open", "closed", "counted", "published", "cancelled"])
                        ),
                        name="poll_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("method__in", ["choose", "budget", "points", "rank", "yes_no"])),
                        name="poll_method_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("openings__in", ["open", "sealed"])), name="poll_openings_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("limit__gte", 1), ("project_max__gte", 1)), name="poll_limits_above_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("budget_yuan", None), ("budget_yuan__gt", 0), _connector="OR"),
                        name="poll_budget_above_zero",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opens_at", None),
                            ("closes_at", None),
                            ("closes_at__gt", models.F("opens_at")),
                            _connector="OR",
                        ),
                        name="poll_closes_after_opening",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "cancelled"]),
                            models.Q(
                                ("closes_at__isnull", False),
                                ("opened_at__isnull", False),
                                ("opens_at__isnull", False),
                                ("roll_size__gt", 0),
                                ("roll_size__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="poll_held_is_complete",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["closed", "counted", "published"]), _negated=True),
                            ("closed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="poll_closed_has_its_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("seed", ""), ("state__in", ["closed", "counted", "published"]), _connector="OR"
                        ),
                        name="poll_seed_only_after_the_close",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="第几批")),
                ("station", models.CharField(max_length=40, verbose_name="投票站")),
                ("first_serial", models.PositiveIntegerField(verbose_name="第一个编号")),
                (
                    "size",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(2000),
                        ],
                        verbose_name="多少张",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("printed", "已做好"),
                            ("handing", "发放中"),
                            ("returned", "已收回，等录入"),
                            ("keying", "录入中"),
                            ("keyed", "已录完，等签字"),
                            ("balanced", "账已签字"),
                            ("in_urn", "已入票箱"),
                        ],
                        default="printed",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("made_at", models.DateTimeField(default=civic.moments.now, verbose_name="做好的时间")),
                ("left", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="没发出")),
                ("returned", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="收回")),
                ("late", models.PositiveSmallIntegerField(default=0, verbose_name="截止后才交")),
                ("not_on_roll", models.PositiveSmallIntegerField(default=0, verbose_name="不在名册")),
                ("voted_already", models.PositiveSmallIntegerField(default=0, verbose_name="已在网上投过")),
                ("counted", models.PositiveSmallIntegerField(default=0, verbose_name="计入")),
                ("unreadable", models.PositiveSmallIntegerField(default=0, verbose_name="看不清")),
                ("over_limit", models.PositiveSmallIntegerField(default=0, verbose_name="选多了")),
                ("void", models.PositiveSmallIntegerField(default=0, verbose_name="整批作废")),
                ("gap_reason", models.CharField(blank=True, max_length=200, verbose_name="差额的说明")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.area",
                        verbose_name="发给哪里的人",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="先签字的人",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="后签字的人",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁做的",
                    ),
                ),
                (
                    "returned_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁收的",
                    ),
                ),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paper_batches",
                        to="voting.poll",
                        verbose_name="投票",
                    ),
                ),
            ],
            options={
                "verbose_name": "纸质票",
                "verbose_name_plural": "纸质票",
                "ordering": ["poll", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("poll", "number"), name="paper_batch_number_once"),
                    models.UniqueConstraint(fields=("poll", "first_serial"), name="paper_batch_serial_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["printed", "handing", "returned", "keying", "keyed", "balanced", "in_urn"])
                        ),
                        name="paper_batch_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first_serial__gte", 1), ("size__gte", 1), ("size__lte", 2000)),
                        name="paper_batch_size_sound",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("left", None), ("left__lte", models.F("size")), _connector="OR"),
                        name="paper_left_within_the_size",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("left", None), ("returned", None)),
                            models.Q(
                                ("left__isnull", False),
                                ("returned__isnull", False),
                                ("returned_by__isnull", False),
                                (
                                    "returned__gte",
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("late"), "+", models.F("not_on_roll")
                                        ),
                                        "+",
                                        models.F("voted_already"),
                                    ),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="paper_set_aside_within_the_returned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["printed", "handing"]), ("returned__isnull", False), _connector="OR"
                        ),
                        name="paper_keyed_after_the_return",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", None),
                            models.Q(
                                ("asked_by__isnull", False),
                                models.Q(("confirmed_by", models.F("asked_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="paper_account_takes_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["balanced", "in_urn"]), _negated=True),
                            ("confirmed_by__isnull", False),
                            _connector="OR",
                        ),
                        name="paper_balanced_is_signed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PollAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("open", "开放投票"),
                            ("extend", "延长投票"),
                            ("close", "提前截止"),
                            ("cancel", "取消投票"),
                            ("enrol", "开始后补进名册"),
                            ("publish", "公布结果"),
                            ("recount", "重新计票"),
                        ],
                        max_length=8,
                        verbose_name="办什么",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "等另一人确认"),
                            ("confirmed", "已确认"),
                            ("refused", "已退回"),
                            ("lapsed", "已失效"),
                        ],
                        default="asked",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("closes_at", models.DateTimeField(blank=True, null=True, verbose_name="延长到")),
                (
                    "age_band",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("0-17", "18岁以下"),
                            ("18-29", "18到29岁"),
                            ("30-44", "30到44岁"),
                            ("45-59", "45到59岁"),
                            ("60-74", "60到74岁"),
                            ("75+", "75岁以上"),
                        ],
                        max_length=8,
                        verbose_name="年龄段",
                    ),
                ),
                ("evidence", models.CharField(blank=True, max_length=200, verbose_name="凭什么")),
                ("asked_at", models.DateTimeField(default=civic.moments.now, verbose_name="提请时间")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.area",
                        verbose_name="村居",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提请人",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.attachment",
                        verbose_name="凭据",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="补进谁",
                    ),
                ),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acts",
                        to="voting.poll",
                        verbose_name="投票",
                    ),
                ),
                (
                    "refused_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="退回人",
                    ),
                ),
            ],
            options={
                "verbose_name": "双人办理",
                "verbose_name_plural": "双人办理",
                "ordering": ["poll", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "asked"), models.Q(("kind", "enrol"), _negated=True)),
                        fields=("poll",),
                        name="poll_act_one_pending",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "enrol"), ("state", "asked")),
                        fields=("poll", "person"),
                        name="poll_enrol_one_pending",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["open", "extend", "close", "cancel", "enrol", "publish", "recount"])
                        ),
                        name="poll_act_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "confirmed", "refused", "lapsed"])),
                        name="poll_act_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("age_band__in", ["", "0-17", "18-29", "30-44", "45-59", "60-74", "75+"])),
                        name="poll_act_age_band_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="poll_act_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", None),
                            models.Q(("confirmed_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="poll_act_takes_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("state", "confirmed"), _negated=True),
                                ("confirmed_by__isnull", False),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("state", "asked"), _negated=True),
                                models.Q(("confirmed_by", None), ("refused_by", None)),
                                _connector="OR",
                            ),
                        ),
                        name="poll_act_confirmed_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closes_at__isnull", False), ("kind", "extend")),
                            models.Q(models.Q(("kind", "extend"), _negated=True), ("closes_at", None)),
                            _connector="OR",
                        ),
                        name="poll_act_extends_to_a_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("area__isnull", False),
                                ("kind", "enrol"),
                                ("person__isnull", False),
                                models.Q(("evidence", ""), _negated=True),
                            ),
                            models.Q(models.Q(("kind", "enrol"), _negated=True), ("area", None), ("person", None)),
                            _connector="OR",
                        ),
                        name="poll_act_enrols_someone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PollProject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cost_yuan", civic.fields.YuanField(blank=True, null=True, verbose_name="金额（元）")),
                ("position", models.PositiveSmallIntegerField(verbose_name="第几项")),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="voting.poll",
                        verbose_name="投票",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="poll_entries",
                        to="proposals.project",
                        verbose_name="项目",
                    ),
                ),
            ],
            options={
                "verbose_name": "参投项目",
                "verbose_name_plural": "参投项目",
                "ordering": ["poll", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("poll", "project"), name="poll_project_once"),
                    models.UniqueConstraint(fields=("poll", "position"), name="poll_position_once"),
                    models.CheckConstraint(
                        condition=models.Q(("cost_yuan", None), ("cost_yuan__gt", 0), _connector="OR"),
                        name="poll_cost_above_zero",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReminderWish",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁",
                    ),
                ),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminder_wishes",
                        to="voting.poll",
                        verbose_name="投票",
                    ),
                ),
            ],
            options={
                "verbose_name": "提醒",
                "verbose_name_plural": "提醒",
                "constraints": [models.UniqueConstraint(fields=("poll", "person"), name="reminder_once_per_person")],
            },
        ),
        migrations.CreateModel(
            name="Result",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(default=1, verbose_name="第几次计票")),
                ("explained", models.JSONField(default=dict, verbose_name="和上一次的不同")),
                ("rule_record", models.JSONField(verbose_name="计票规则记录")),
                ("rule_hash", models.CharField(max_length=64, verbose_name="规则指纹")),
                ("voters", models.PositiveIntegerField(verbose_name="投票人数")),
                ("channels", models.JSONField(verbose_name="各渠道人数")),
                ("ages", models.JSONField(default=list, verbose_name="各年龄段人数")),
                ("by_other_rules", models.JSONField(default=list, verbose_name="换一种规则会怎样")),
                ("cost_yuan", civic.fields.YuanField(verbose_name="入选项目一共（元）")),
                ("ties", models.JSONField(default=list, verbose_name="遇到的并列")),
                ("ballots_file", models.TextField(blank=True, verbose_name="选票文件")),
                ("ballots_hash", models.CharField(blank=True, max_length=64, verbose_name="选票文件指纹")),
                ("outcome_hash", models.CharField(max_length=64, verbose_name="结果指纹")),
                ("counted_at", models.DateTimeField(default=civic.moments.now, verbose_name="计票时间")),
                (
                    "act",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="result",
                        to="voting.pollact",
                        verbose_name="凭哪次提请",
                    ),
                ),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results",
                        to="voting.poll",
                        verbose_name="投票",
                    ),
                ),
            ],
            options={
                "verbose_name": "投票结果",
                "verbose_name_plural": "投票结果",
                "ordering": ["poll", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("poll", "number"), name="result_one_per_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("act", None), ("number", 1)),
                            models.Q(("act__isnull", False), ("number__gt", 1)),
                            _connector="OR",
                        ),
                        name="result_again_by_an_act",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cost_yuan__gte", 0)), name="result_cost_not_below_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ballots_file", ""), ("ballots_hash", "")),
                            models.Q(
                                models.Q(("ballots_file", ""), _negated=True),
                                models.Q(("ballots_hash", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="result_file_has_its_hash",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ResultLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="第几行")),
                ("rank", models.PositiveSmallIntegerField(verbose_name="名次")),
                ("score", models.PositiveIntegerField(verbose_name="得分")),
                ("votes", models.PositiveIntegerField(verbose_name="几人选")),
                ("cost_yuan", civic.fields.YuanField(blank=True, null=True, verbose_name="金额（元）")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("won", "入选"), ("reserve", "候补"), ("out", "没入选")],
                        max_length=8,
                        verbose_name="结果",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("won", "按规则入选"),
                            ("guaranteed", "保底入选"),
                            ("completed", "用剩下的钱入选"),
                            ("barred", "没有入围"),
                            ("too_dear", "剩下的钱不够"),
                            ("supporters_spent", "支持者的份额已用完"),
                            ("not_reached", "没轮到"),
                            ("passed", "表决通过"),
                            ("no_quorum", "投票人数不够"),
                            ("not_passed", "赞成票不够"),
                        ],
                        max_length=16,
                        verbose_name="为什么",
                    ),
                ),
                ("facts", models.JSONField(default=dict, verbose_name="依据")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="result_lines",
                        to="proposals.project",
                        verbose_name="项目",
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="voting.result",
                        verbose_name="投票结果",
                    ),
                ),
            ],
            options={
                "verbose_name": "项目得票",
                "verbose_name_plural": "项目得票",
                "ordering": ["result", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("result", "project"), name="result_line_once_per_project"),
                    models.UniqueConstraint(fields=("result", "position"), name="result_line_one_per_position"),
                    models.CheckConstraint(
                        condition=models.Q(("cost_yuan", None), ("cost_yuan__gte", 0), _connector="OR"),
                        name="result_line_cost_not_below_zero",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["won", "reserve", "out"])), name="result_line_outcome_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                [
                                    "won",
                                    "guaranteed",
                                    "completed",
                                    "barred",
                                    "too_dear",
                                    "supporters_spent",
                                    "not_reached",
                                    "passed",
                                    "no_quorum",
                                    "not_passed",
                                ],
                            )
                        ),
                        name="result_line_reason_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RollEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "age_band",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("0-17", "18岁以下"),
                            ("18-29", "18到29岁"),
                            ("30-44", "30到44岁"),
                            ("45-59", "45到59岁"),
                            ("60-74", "60到74岁"),
                            ("75+", "75岁以上"),
                        ],
                        max_length=8,
                        verbose_name="年龄段",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("import", "名单导入"), ("residency", "已核对的居民身份"), ("added", "社工添加")],
                        max_length=10,
                        verbose_name="怎样进名册",
                    ),
                ),
                ("evidence", models.CharField(blank=True, max_length=200, verbose_name="凭什么")),
                ("household", models.CharField(blank=True, max_length=40, verbose_name="户号")),
                ("late", models.BooleanField(default=False, verbose_name="开始后补进")),
                ("added_at", models.DateTimeField(default=civic.moments.now, verbose_name="进名册时间")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.area",
                        verbose_name="村居",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.attachment",
                        verbose_name="凭据",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="居民",
                    ),
                ),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roll",
                        to="voting.poll",
                        verbose_name="投票",
                    ),
                ),
            ],
            options={
                "verbose_name": "投票名册",
                "verbose_name_plural": "投票名册",
                "ordering": ["poll", "id"],
                "indexes": [models.Index(fields=["area", "household"], name="roll_by_household")],
                "constraints": [
                    models.UniqueConstraint(fields=("poll", "person"), name="roll_once_per_person"),
                    models.CheckConstraint(
                        condition=models.Q(("age_band__in", ["", "0-17", "18-29", "30-44", "45-59", "60-74", "75+"])),
                        name="roll_age_band_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["import", "residency", "added"])), name="roll_source_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", "added"), _negated=True),
                            models.Q(models.Q(("evidence", ""), _negated=True), ("by__isnull", False)),
                            _connector="OR",
                        ),
                        name="roll_added_with_evidence",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("late", False), ("source", "added"), _connector="OR"),
                        name="roll_late_only_added",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperHandout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("witness", models.CharField(max_length=40, verbose_name="见证人")),
                ("at", models.DateTimeField(default=civic.moments.now, verbose_name="发放时间")),
                ("spoiled", models.PositiveSmallIntegerField(default=0, verbose_name="换过几张")),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handouts",
                        to="voting.paperbatch",
                        verbose_name="哪一批",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁发的",
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paper",
                        to="voting.rollentry",
                        verbose_name="名册上的人",
                    ),
                ),
            ],
            options={
                "verbose_name": "纸质票发放",
                "verbose_name_plural": "纸质票发放",
                "ordering": ["batch", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("witness", ""), _negated=True), name="paper_handout_has_a_witness"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AssistedEntry",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("sight", "看不清屏幕"),
                            ("reading", "不识字"),
                            ("hands", "手脚不方便"),
                            ("home", "出不了门，也没有手机"),
                            ("other", "其他原因，证人知道"),
                        ],
                        max_length=10,
                        verbose_name="为什么代录",
                    ),
                ),
                ("witness", models.CharField(max_length=40, verbose_name="在场证人")),
                (
                    "state",
                    models.CharField(
                        choices=[("begun", "录入中"), ("entered", "已录入")],
                        default="begun",
                        editable=False,
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("entered_on", models.DateField(default=civic.moments.today, verbose_name="哪一天")),
                ("disputable_until", models.DateTimeField(verbose_name="异议到什么时候")),
                ("settle_after", models.DateTimeField(verbose_name="过后核对")),
                ("dispute", models.CharField(blank=True, max_length=200, verbose_name="异议")),
                ("disputed_at", models.DateTimeField(blank=True, null=True, verbose_name="提出时间")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("upheld", "异议成立"), ("denied", "异议不成立")],
                        max_length=8,
                        verbose_name="答复",
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="理由")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答复人",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="代录人",
                    ),
                ),
                (
                    "documents",
                    models.ManyToManyField(related_name="+", to="civic.attachment", verbose_name="同意的凭据"),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assisted",
                        to="voting.rollentry",
                        verbose_name="名册上的人",
                    ),
                ),
            ],
            options={
                "verbose_name": "代为录入",
                "verbose_name_plural": "代为录入",
                "ordering": ["entered_on", "id"],
                "indexes": [models.Index(fields=["by", "entered_on"], name="assisted_by_worker")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ["sight", "reading", "hands", "home", "other"])),
                        name="assisted_reason_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["begun", "entered"])), name="assisted_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("witness", ""), _negated=True), name="assisted_has_a_witness"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("dispute", ""), ("disputed_at", None)),
                            models.Q(models.Q(("dispute", ""), _negated=True), ("disputed_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="assisted_dispute_has_its_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_by", None), ("outcome", "")),
                            models.Q(
                                ("answered_by__isnull", False),
                                ("outcome__in", ["upheld", "denied"]),
                                models.Q(("answer", ""), _negated=True),
                                models.Q(("dispute", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="assisted_answer_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_by", None),
                            models.Q(("answered_by", models.F("by")), _negated=True),
                            _connector="OR",
                        ),
                        name="assisted_answered_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SecretSlip",
            fields=[
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("ballot", models.PositiveSmallIntegerField(verbose_name="第几次表决")),
                (
                    "choice",
                    models.CharField(
                        choices=[("for", "赞成"), ("against", "反对"), ("abstain", "弃权")],
                        max_length=8,
                        verbose_name="意见",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="slips",
                        to="voting.agendaitem",
                        verbose_name="议题",
                    ),
                ),
            ],
            options={
                "verbose_name": "不记名票",
                "verbose_name_plural": "不记名票",
                "ordering": ["key"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("choice__in", ["for", "against", "abstain"])), name="slip_choice_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("ballot__gte", 1)), name="slip_ballot_counts_from_one"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StationDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(default=civic.moments.today, verbose_name="哪一天")),
                (
                    "paper",
                    models.CharField(
                        choices=[
                            ("id_card", "居民身份证"),
                            ("household", "户口簿"),
                            ("residence", "居住证"),
                            ("social", "社会保障卡"),
                        ],
                        max_length=10,
                        verbose_name="看了什么证件",
                    ),
                ),
                ("opened", models.PositiveIntegerField(default=0, verbose_name="开了几次")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.area",
                        verbose_name="村居",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="station_days",
                        to="voting.poll",
                        verbose_name="投票",
                    ),
                ),
            ],
            options={
                "verbose_name": "投票站日计数",
                "verbose_name_plural": "投票站日计数",
                "ordering": ["poll", "day", "area"],
                "constraints": [
                    models.UniqueConstraint(fields=("poll", "area", "by", "day", "paper"), name="station_day_once"),
                    models.CheckConstraint(
                        condition=models.Q(("paper__in", ["id_card", "household", "residence", "social"])),
                        name="station_paper_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StationScreen",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("seal", models.CharField(max_length=64, unique=True, verbose_name="凭据")),
                ("expires_at", models.DateTimeField(verbose_name="到什么时候")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="voting.rollentry",
                        verbose_name="名册上的人",
                    ),
                ),
            ],
            options={
                "verbose_name": "投票站的一屏",
                "verbose_name_plural": "投票站的一屏",
                "indexes": [models.Index(fields=["expires_at"], name="station_screen_by_expiry")],
            },
        ),
        migrations.CreateModel(
            name="Undertaking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "overdue_level",
                    models.PositiveSmallIntegerField(
                        db_default=0, default=0, editable=False, verbose_name="超期上报到第几级"
                    ),
                ),
                (
                    "overdue_told",
                    models.CharField(
                        blank=True, db_default="", editable=False, max_length=80, verbose_name="超期报给了谁"
                    ),
                ),
                ("near_told_on", models.DateField(blank=True, editable=False, null=True, verbose_name="提醒过的期限")),
                ("text", models.CharField(max_length=120, verbose_name="要办什么")),
                ("due_on", models.DateField(verbose_name="哪天前办好")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "在办"), ("done", "已办好"), ("dropped", "不办了")],
                        default="open",
                        editable=False,
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("made_at", models.DateTimeField(default=civic.moments.now, verbose_name="议定时间")),
                ("settled_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="办结时间")),
                ("outcome", models.CharField(blank=True, editable=False, max_length=200, verbose_name="办得怎样")),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undertakings",
                        to="voting.agendaitem",
                        verbose_name="关于哪一项",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undertakings",
                        to="voting.meeting",
                        verbose_name="会议",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁办",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁说的",
                    ),
                ),
            ],
            options={
                "verbose_name": "议定事项",
                "verbose_name_plural": "议定事项",
                "ordering": ["due_on", "pk"],
                "indexes": [models.Index(fields=["owner", "state"], name="undertaking_by_owner")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "done", "dropped"])), name="undertaking_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="undertaking_says_what"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", ""), ("settled_at", None), ("settled_by", None), ("state", "open")),
                            models.Q(
                                models.Q(("state", "open"), _negated=True),
                                ("settled_at__isnull", False),
                                ("settled_by__isnull", False),
                                models.Q(("outcome", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="undertaking_settled_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("settled_at", None), ("settled_at__gte", models.F("made_at")), _connector="OR"
                        ),
                        name="undertaking_settled_after_it_was_made",
                    ),
                ],
            },
        ),
    ]
