"""Notices, objections, follows, messages."""

import civic.moments
import django.db.models.deletion
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
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("approval", "批准公示"), ("result", "结果公示")],
                        default="approval",
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "公示中"), ("ended", "已结束"), ("withdrawn", "已撤下")],
                        default="running",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="开始")),
                ("first_ends_at", models.DateTimeField(verbose_name="原定结束")),
                ("ends_at", models.DateTimeField(verbose_name="结束")),
                ("workdays", models.PositiveSmallIntegerField(verbose_name="工作日")),
                ("ended_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="实际结束")),
                ("extended_reason", models.CharField(blank=True, max_length=200, verbose_name="延长理由")),
                ("withdrawn_reason", models.TextField(blank=True, max_length=500, verbose_name="撤下理由")),
                (
                    "documents",
                    models.ManyToManyField(blank=True, related_name="+", to="civic.attachment", verbose_name="材料"),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="proposals.project",
                        verbose_name="项目",
                    ),
                ),
            ],
            options={
                "verbose_name": "公示",
                "verbose_name_plural": "公示",
                "ordering": ["-starts_at", "-id"],
                "indexes": [models.Index(fields=["state", "ends_at"], name="notice_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["approval", "result"])), name="notice_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["running", "ended", "withdrawn"])), name="notice_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="notice_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gte", models.F("first_ends_at"))), name="notice_never_shortened"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at", models.F("first_ends_at")),
                            models.Q(("extended_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="notice_extended_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended_at", None), ("ended_at__gte", models.F("ends_at")), _connector="OR"),
                        name="notice_never_ends_early",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ended"), _negated=True), ("ended_at__isnull", False), _connector="OR"
                        ),
                        name="notice_ended_has_its_moment",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "running")),
                        fields=("project", "kind"),
                        name="notice_one_running_per_project",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Objection",
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
                ("number", models.CharField(max_length=20, unique=True, verbose_name="编号")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("web", "网页"),
                            ("desk", "窗口代录"),
                            ("paper", "纸质"),
                            ("phone", "电话"),
                            ("api", "接口"),
                            ("system", "系统"),
                        ],
                        default="web",
                        max_length=10,
                        verbose_name="渠道",
                    ),
                ),
                ("provenance", models.CharField(blank=True, max_length=100, verbose_name="怎样收到的")),
                ("what", models.CharField(max_length=60, verbose_name="不同意什么")),
                ("why", models.TextField(max_length=1000, verbose_name="为什么")),
                (
                    "spoken",
                    models.CharField(
                        blank=True,
                        choices=[("waits", "等社工听后写下"), ("written", "社工听后写下")],
                        db_default="",
                        default="",
                        editable=False,
                        max_length=8,
                        verbose_name="语音异议",
                    ),
                ),
                ("filed_at", models.DateTimeField(default=civic.moments.now, verbose_name="提出时间")),
                ("due_on", models.DateField(verbose_name="答复期限")),
                ("limit_workdays", models.PositiveSmallIntegerField(verbose_name="时限（工作日）")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待答复"),
                            ("answered", "已答复"),
                            ("rechecking", "复核中"),
                            ("rechecked", "已复核"),
                        ],
                        default="open",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "escalated_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="超期上报时间"),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("upheld", "采纳"), ("partly", "部分采纳"), ("not_upheld", "不采纳")],
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                ("reply", models.TextField(blank=True, max_length=1000, verbose_name="答复")),
                ("replied_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
                ("recheck_reason", models.TextField(blank=True, max_length=500, verbose_name="申请复核的理由")),
                (
                    "recheck_spoken",
                    models.CharField(
                        blank=True,
                        choices=[("waits", "等社工听后写下"), ("written", "社工听后写下")],
                        db_default="",
                        default="",
                        editable=False,
                        max_length=8,
                        verbose_name="语音申请复核",
                    ),
                ),
                ("recheck_asked_at", models.DateTimeField(blank=True, null=True, verbose_name="申请复核时间")),
                (
                    "recheck_outcome",
                    models.CharField(
                        blank=True,
                        choices=[("upheld", "采纳"), ("partly", "部分采纳"), ("not_upheld", "不采纳")],
                        max_length=10,
                        verbose_name="复核结果",
                    ),
                ),
                ("recheck_reply", models.TextField(blank=True, max_length=1000, verbose_name="复核答复")),
                ("rechecked_at", models.DateTimeField(blank=True, null=True, verbose_name="复核时间")),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="代录人",
                    ),
                ),
                (
                    "evidence",
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
                    "notice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="publicity.notice",
                        verbose_name="公示",
                    ),
                ),
                (
                    "objector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="异议人",
                    ),
                ),
                (
                    "photos",
                    models.ManyToManyField(blank=True, related_name="+", to="civic.attachment", verbose_name="照片"),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="proposals.project",
                        verbose_name="项目",
                    ),
                ),
                (
                    "recheck_voice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="civic.attachment",
                        verbose_name="申请复核的录音",
                    ),
                ),
                (
                    "rechecked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="复核人",
                    ),
                ),
                (
                    "replied_by",
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
                    "voice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="civic.attachment",
                        verbose_name="录音",
                    ),
                ),
            ],
            options={
                "verbose_name": "异议",
                "verbose_name_plural": "异议",
                "ordering": ["-filed_at", "-id"],
                "indexes": [models.Index(fields=["state", "due_on"], name="objection_queue")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "answered", "rechecking", "rechecked"])),
                        name="objection_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["web", "desk", "paper", "phone", "api", "system"])),
                        name="objection_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["", "upheld", "partly", "not_upheld"])),
                        name="objection_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("recheck_outcome__in", ["", "upheld", "partly", "not_upheld"])),
                        name="objection_recheck_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("what", ""), _negated=True), models.Q(("why", ""), _negated=True)),
                        name="objection_says_what_and_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recheck_spoken__in", ["", "waits", "written"]), ("spoken__in", ["", "waits", "written"])
                        ),
                        name="objection_spoken_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("spoken", "waits"), _negated=True), ("state", "open"), _connector="OR"
                        ),
                        name="objection_unheard_is_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("recheck_spoken", "waits"), _negated=True),
                            ("state", "rechecking"),
                            _connector="OR",
                        ),
                        name="objection_unheard_is_rechecking",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "open"),
                            models.Q(
                                models.Q(("outcome", ""), _negated=True),
                                models.Q(("reply", ""), _negated=True),
                                ("replied_at__isnull", False),
                                ("replied_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="objection_answered_is_complete",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "rechecked"), _negated=True),
                            models.Q(
                                models.Q(("recheck_outcome", ""), _negated=True),
                                models.Q(("recheck_reply", ""), _negated=True),
                                ("rechecked_at__isnull", False),
                                ("rechecked_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="objection_rechecked_is_complete",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rechecked_by", None),
                            models.Q(("rechecked_by", models.F("replied_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="objection_recheck_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("replied_by", None),
                            models.Q(("replied_by", models.F("objector")), _negated=True),
                            _connector="OR",
                        ),
                        name="objection_not_self_answered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("entered_by", None),
                            models.Q(("entered_by", models.F("objector")), _negated=True),
                            _connector="OR",
                        ),
                        name="objection_helper_is_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("entered_by", None), models.Q(("provenance", ""), _negated=True), _connector="OR"
                        ),
                        name="objection_entered_with_provenance",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpeningWish",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("wished_at", models.DateTimeField(default=civic.moments.now, verbose_name="要提醒的时间")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.area",
                        verbose_name="地方",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="opening_wishes",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁",
                    ),
                ),
            ],
            options={
                "verbose_name": "开始提醒",
                "verbose_name_plural": "开始提醒",
                "ordering": ["-wished_at", "-id"],
                "constraints": [models.UniqueConstraint(fields=("person", "area"), name="opening_wish_once_per_place")],
            },
        ),
        migrations.CreateModel(
            name="Participation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("taken_at", models.DateTimeField(verbose_name="定格时间")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("web", "网页"),
                            ("desk", "窗口代录"),
                            ("paper", "纸质"),
                            ("phone", "电话"),
                            ("api", "接口"),
                            ("system", "系统"),
                        ],
                        max_length=10,
                        verbose_name="渠道",
                    ),
                ),
                ("proposals", models.PositiveIntegerField(verbose_name="提议")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="civic.area",
                        verbose_name="村居",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="proposals.round",
                        verbose_name="轮次",
                    ),
                ),
            ],
            options={
                "verbose_name": "参与快照",
                "verbose_name_plural": "参与快照",
                "constraints": [
                    models.UniqueConstraint(fields=("area", "round", "channel"), name="participation_once"),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["web", "desk", "paper", "phone", "api", "system"])),
                        name="participation_channel_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("proposals__gt", 0)), name="participation_of_somebody"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Wording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event", models.CharField(max_length=60, unique=True, verbose_name="哪一步")),
                ("words", models.CharField(max_length=30, verbose_name="用语")),
                ("changed_at", models.DateTimeField(default=civic.moments.now, verbose_name="改于")),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁改的",
                    ),
                ),
            ],
            options={
                "verbose_name": "通知用语",
                "verbose_name_plural": "通知用语",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("event", ""), _negated=True), models.Q(("words", ""), _negated=True)
                        ),
                        name="wording_says_something",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Bundle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("dossier.pdf", "项目档案（PDF）"),
                            ("dossier.zip", "项目档案（压缩包）"),
                            ("ledger.xlsx", "项目台账"),
                        ],
                        max_length=12,
                        verbose_name="什么文件",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "正在做"), ("done", "做好了"), ("failed", "没有做成"), ("gone", "已清理")],
                        default="waiting",
                        editable=False,
                        max_length=8,
                        verbose_name="进度",
                    ),
                ),
                ("plan", models.JSONField(default=dict, verbose_name="内容")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="做了几步")),
                ("total", models.PositiveIntegerField(verbose_name="一共几步")),
                ("file", models.FileField(blank=True, max_length=120, upload_to="bundles/", verbose_name="文件")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="文件指纹")),
                ("created_at", models.DateTimeField(default=civic.moments.now, verbose_name="提交时间")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bundles",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁要的",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bundles",
                        to="proposals.project",
                        verbose_name="项目",
                    ),
                ),
            ],
            options={
                "verbose_name": "后台文件",
                "verbose_name_plural": "后台文件",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["by", "-id"], name="bundle_of_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["dossier.pdf", "dossier.zip", "ledger.xlsx"])),
                        name="bundle_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "done", "failed", "gone"])),
                        name="bundle_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("done__lte", models.F("total"))), name="bundle_done_within_total"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "ledger.xlsx"), ("project", None)),
                            models.Q(models.Q(("kind", "ledger.xlsx"), _negated=True), ("project__isnull", False)),
                            _connector="OR",
                        ),
                        name="bundle_dossier_has_a_project",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(
                                models.Q(("file", ""), _negated=True),
                                models.Q(("sha256", ""), _negated=True),
                                ("done_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="bundle_done_has_its_file",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CallTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(default=civic.moments.now, verbose_name="时间")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="告知时间")),
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
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁告知的",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.auditevent",
                        verbose_name="记录",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="call_tasks",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="告诉谁",
                    ),
                ),
            ],
            options={
                "verbose_name": "电话任务",
                "verbose_name_plural": "电话任务",
                "ordering": ["created_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at", None)), fields=["area", "created_at"], name="call_waiting"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "event"), name="call_once_per_person_and_event"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("done_by", None)),
                            models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="call_done_by_someone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Follow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("followed_at", models.DateTimeField(default=civic.moments.now, verbose_name="关注时间")),
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follows",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follows",
                        to="proposals.project",
                        verbose_name="项目",
                    ),
                ),
            ],
            options={
                "verbose_name": "关注",
                "verbose_name_plural": "关注",
                "ordering": ["-followed_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "project"), name="follow_once_per_person"),
                    models.UniqueConstraint(fields=("person", "area"), name="follow_place_once_per_person"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("area__isnull", False), ("project", None)),
                            models.Q(("area", None), ("project__isnull", False)),
                            _connector="OR",
                        ),
                        name="follow_project_or_place",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mailbox",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.EmailField(max_length=120, verbose_name="邮箱")),
                ("proof", models.CharField(editable=False, max_length=64)),
                ("asked_at", models.DateTimeField(default=civic.moments.now, verbose_name="登记时间")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="确认时间")),
                ("refused_at", models.DateTimeField(blank=True, null=True, verbose_name="退信时间")),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mailbox",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁的",
                    ),
                ),
            ],
            options={
                "verbose_name": "邮箱",
                "verbose_name_plural": "邮箱",
                "indexes": [
                    models.Index(
                        condition=models.Q(("confirmed_at", None)), fields=["asked_at"], name="mailbox_unconfirmed"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("address", ""), _negated=True), models.Q(("proof", ""), _negated=True)
                        ),
                        name="mailbox_has_address_and_proof",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("intake", "受理、预审、退回、未采纳、合并"),
                            ("call", "开始征集"),
                            ("vote", "居民投票开始和截止"),
                            ("decision", "投票结果、批准、公示"),
                            ("objection", "对我的异议的答复"),
                            ("works", "开工、暂停、恢复"),
                            ("progress", "里程碑、变更、超期"),
                            ("done", "完工、请您评价、回头看"),
                            ("family", "家里人替我办的事"),
                            ("board", "民声黑板上我报的、也碰到的事"),
                            ("file", "我要的文件做好了"),
                            ("nearby", "我住的村居里完工、请居民评价"),
                            ("desk", "工作台：每天早上的待办汇总"),
                            ("account", "我的账号"),
                        ],
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("proposer", "提议人"),
                            ("objector", "异议人"),
                            ("seconder", "附议人"),
                            ("voter", "名册上的居民"),
                            ("follower", "关注的人"),
                            ("place", "关注村居的人"),
                            ("reminded", "要了提醒的人"),
                            ("nearby", "本村居民"),
                            ("superior", "负责的上级"),
                            ("helped", "家里人替办的人"),
                            ("reporter", "报事的人"),
                            ("joiner", "也碰到的人"),
                            ("asker", "要文件的人"),
                            ("owner", "账号的主人"),
                            ("undertaker", "答应办的人"),
                        ],
                        max_length=10,
                        verbose_name="凭什么",
                    ),
                ),
                ("created_at", models.DateTimeField(default=civic.moments.now, verbose_name="时间")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="看过")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.auditevent",
                        verbose_name="记录",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁",
                    ),
                ),
            ],
            options={
                "verbose_name": "消息",
                "verbose_name_plural": "消息",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(fields=["person", "-created_at", "-id"], name="message_inbox"),
                    models.Index(
                        condition=models.Q(("read_at", None)), fields=["person", "created_at"], name="message_unread"
                    ),
                    models.Index(
                        condition=models.Q(("read_at__isnull", False)), fields=["read_at"], name="message_read"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "event"), name="message_once_per_person_and_event"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "topic__in",
                                [
                                    "intake",
                                    "call",
                                    "vote",
                                    "decision",
                                    "objection",
                                    "works",
                                    "progress",
                                    "done",
                                    "family",
                                    "board",
                                    "file",
                                    "nearby",
                                    "desk",
                                    "account",
                                ],
                            )
                        ),
                        name="message_topic_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "why__in",
                                [
                                    "proposer",
                                    "objector",
                                    "seconder",
                                    "voter",
                                    "follower",
                                    "place",
                                    "reminded",
                                    "nearby",
                                    "superior",
                                    "helped",
                                    "reporter",
                                    "joiner",
                                    "asker",
                                    "owner",
                                    "undertaker",
                                ],
                            )
                        ),
                        name="message_why_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MessageSetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "via",
                    models.CharField(
                        choices=[("sms", "短信"), ("wechat", "微信"), ("email", "电子邮件")],
                        max_length=8,
                        verbose_name="渠道",
                    ),
                ),
                (
                    "topic",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("intake", "受理、预审、退回、未采纳、合并"),
                            ("call", "开始征集"),
                            ("vote", "居民投票开始和截止"),
                            ("decision", "投票结果、批准、公示"),
                            ("objection", "对我的异议的答复"),
                            ("works", "开工、暂停、恢复"),
                            ("progress", "里程碑、变更、超期"),
                            ("done", "完工、请您评价、回头看"),
                            ("family", "家里人替我办的事"),
                            ("board", "民声黑板上我报的、也碰到的事"),
                            ("file", "我要的文件做好了"),
                            ("nearby", "我住的村居里完工、请居民评价"),
                            ("desk", "工作台：每天早上的待办汇总"),
                            ("account", "我的账号"),
                        ],
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                ("is_on", models.BooleanField(verbose_name="接收")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="message_settings",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁",
                    ),
                ),
            ],
            options={
                "verbose_name": "消息设置",
                "verbose_name_plural": "消息设置",
                "constraints": [
                    models.UniqueConstraint(fields=("person", "via", "topic"), name="message_setting_once"),
                    models.CheckConstraint(
                        condition=models.Q(("via__in", ["sms", "wechat", "email"])), name="message_setting_via_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "topic__in",
                                [
                                    "",
                                    "intake",
                                    "call",
                                    "vote",
                                    "decision",
                                    "objection",
                                    "works",
                                    "progress",
                                    "done",
                                    "family",
                                    "board",
                                    "file",
                                    "nearby",
                                    "desk",
                                    "account",
                                ],
                            )
                        ),
                        name="message_setting_topic_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("topic", ""), _negated=True), ("is_on", False), _connector="OR"),
                        name="message_setting_all_means_stop",
                    ),
                ],
            },
        ),
    ]
