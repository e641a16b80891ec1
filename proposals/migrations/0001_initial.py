"""Programmes, rounds, projects, pre-reviews and merges."""

import civic.fields
import civic.moments
import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import proposals.models.projects
import proposals.models.reviewing
import proposals.models.rounds
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("civic", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("data", models.JSONField(default=dict, verbose_name="已填内容")),
                ("saved_at", models.DateTimeField(auto_now=True, verbose_name="保存时间")),
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="civic.attachment",
                        verbose_name="本人同意的凭据",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁的",
                    ),
                ),
                (
                    "photos",
                    models.ManyToManyField(blank=True, related_name="+", to="civic.attachment", verbose_name="照片"),
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
                "verbose_name": "草稿",
                "verbose_name_plural": "草稿",
                "ordering": ["-saved_at"],
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                (
                    "programme",
                    models.CharField(
                        choices=[("micro", "民生微实事"), ("self_chosen", "自选动作"), ("precedent", "各地先例")],
                        default="micro",
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                ("route", models.JSONField(validators=[proposals.models.rounds.check_route], verbose_name="路线")),
                (
                    "rules",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        validators=[proposals.models.rounds.check_rules],
                        verbose_name="规则",
                    ),
                ),
                ("rules_version", models.PositiveIntegerField(default=1, editable=False, verbose_name="规则版本")),
                ("opens_at", models.DateTimeField(verbose_name="开始征集")),
                ("closes_at", models.DateTimeField(blank=True, null=True, verbose_name="截止征集")),
                ("mark", models.CharField(blank=True, max_length=40, verbose_name="标注")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="civic.area",
                        verbose_name="地方",
                    ),
                ),
            ],
            options={
                "verbose_name": "轮次",
                "verbose_name_plural": "轮次",
                "ordering": ["-year", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("area", "year", "name"), name="round_once_per_area_and_year"),
                    models.CheckConstraint(
                        condition=models.Q(("programme__in", ["micro", "self_chosen", "precedent"])),
                        name="round_programme_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("year__gte", 2000), ("year__lte", 2100)), name="round_year_sensible"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closes_at", None), ("closes_at__gt", models.F("opens_at")), _connector="OR"
                        ),
                        name="round_closes_after_opening",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Project",
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
                (
                    "code",
                    models.CharField(
                        blank=True, editable=False, max_length=20, null=True, unique=True, verbose_name="编号"
                    ),
                ),
                ("title", models.CharField(max_length=40, verbose_name="什么事")),
                ("need", models.TextField(blank=True, max_length=1000, verbose_name="为什么要办")),
                ("plan", models.TextField(blank=True, max_length=2000, verbose_name="打算怎么办")),
                (
                    "work_type",
                    models.CharField(
                        choices=[("works", "工程"), ("goods", "货物"), ("service", "服务")],
                        default="works",
                        max_length=10,
                        verbose_name="类型",
                    ),
                ),
                ("category", models.CharField(max_length=20, verbose_name="类别")),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("resident", "居民提议"),
                            ("village", "村居申报"),
                            ("department", "部门自选"),
                            ("deputy", "代表委员提出"),
                            ("hotline", "12345转来"),
                        ],
                        default="resident",
                        max_length=12,
                        verbose_name="来源",
                    ),
                ),
                ("place_text", models.CharField(blank=True, max_length=100, verbose_name="在哪里")),
                (
                    "latitude",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="纬度"),
                ),
                (
                    "longitude",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="经度"),
                ),
                ("crs", models.CharField(default="CGCS2000", max_length=10, verbose_name="坐标系")),
                ("beneficiaries", models.CharField(blank=True, max_length=100, verbose_name="受益的人")),
                ("size_text", models.CharField(blank=True, max_length=100, verbose_name="规模")),
                ("estimate_yuan", civic.fields.YuanField(blank=True, null=True, verbose_name="提议估算（元）")),
                ("reviewed_yuan", civic.fields.YuanField(blank=True, null=True, verbose_name="部门核定（元）")),
                ("approved_yuan", civic.fields.YuanField(blank=True, null=True, verbose_name="批准金额（元）")),
                (
                    "spoken",
                    models.CharField(
                        blank=True,
                        choices=[("waits", "等社工听后写下"), ("written", "社工听后写下")],
                        db_default="",
                        default="",
                        editable=False,
                        max_length=8,
                        verbose_name="语音提议",
                    ),
                ),
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
                (
                    "assisted_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("present", "本人在场"),
                            ("phone", "电话"),
                            ("paper", "纸质表"),
                            ("family", "家里人代办"),
                        ],
                        max_length=10,
                        verbose_name="怎样代录",
                    ),
                ),
                ("assisted_note", models.CharField(blank=True, max_length=200, verbose_name="凭据说明")),
                (
                    "paper_serial",
                    models.CharField(blank=True, db_default="", default="", max_length=20, verbose_name="纸质表的编号"),
                ),
                ("handler_unit", models.CharField(blank=True, max_length=80, verbose_name="转给哪个单位")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("filed", "待受理"),
                            ("returned", "待补充"),
                            ("in_review", "预审中"),
                            ("for_assembly", "待议事"),
                            ("in_poll", "投票中"),
                            ("for_approval", "待审批"),
                            ("reserve", "候补"),
                            ("on_notice", "公示中"),
                            ("objected", "异议处理中"),
                            ("awaiting_start", "待开工"),
                            ("in_progress", "实施中"),
                            ("for_acceptance", "待验收"),
                            ("rectifying", "整改中"),
                            ("completed", "已完成"),
                            ("paused", "已暂停"),
                            ("declined", "未采纳"),
                            ("transferred", "已转办"),
                            ("merged", "已合并"),
                            ("withdrawn", "已撤回"),
                            ("terminated", "已终止"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("resume_state", models.CharField(blank=True, editable=False, max_length=16)),
                (
                    "state_since",
                    models.DateTimeField(default=civic.moments.now, editable=False, verbose_name="本步开始"),
                ),
                ("due_on", models.DateField(blank=True, editable=False, null=True, verbose_name="本步期限")),
                (
                    "limit_workdays",
                    models.PositiveSmallIntegerField(
                        blank=True, editable=False, null=True, verbose_name="本步时限（工作日）"
                    ),
                ),
                ("resume_left_workdays", models.SmallIntegerField(blank=True, editable=False, null=True)),
                ("resume_limit_workdays", models.PositiveSmallIntegerField(blank=True, editable=False, null=True)),
                ("filed_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="提交时间")),
                ("archived_on", models.DateField(blank=True, editable=False, null=True, verbose_name="归档日期")),
                (
                    "updated_at",
                    models.DateTimeField(default=civic.moments.now, editable=False, verbose_name="最近进展"),
                ),
                ("submit_key", models.CharField(blank=True, editable=False, max_length=40, null=True, unique=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("mark", models.CharField(blank=True, max_length=40, verbose_name="标注")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="civic.area",
                        verbose_name="村居",
                    ),
                ),
                (
                    "assisted_evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.attachment",
                        verbose_name="本人同意的凭据",
                    ),
                ),
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
                    "photos",
                    models.ManyToManyField(blank=True, related_name="+", to="civic.attachment", verbose_name="照片"),
                ),
                (
                    "proposer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposed",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提议人",
                    ),
                ),
                (
                    "proposing_unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.organisation",
                        verbose_name="申报单位",
                    ),
                ),
                (
                    "sponsor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="领办人",
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
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="proposals.round",
                        verbose_name="轮次",
                    ),
                ),
            ],
            options={
                "verbose_name": "项目",
                "verbose_name_plural": "项目",
                "ordering": ["-updated_at", "-id"],
                "indexes": [
                    models.Index(fields=["-updated_at", "-id"], name="project_latest"),
                    models.Index(fields=["state", "-updated_at"], name="project_by_state"),
                    models.Index(fields=["state", "due_on"], name="project_due"),
                    models.Index(fields=["area", "-updated_at"], name="project_by_area"),
                    models.Index(
                        fields=["state", "area"],
                        name="project_by_state_and_place",
                        opclasses=["varchar_ops", "varchar_pattern_ops"],
                    ),
                    models.Index(
                        condition=models.Q(
                            ("archived_on", None),
                            (
                                "state__in",
                                [
                                    "awaiting_start",
                                    "completed",
                                    "for_acceptance",
                                    "in_progress",
                                    "paused",
                                    "rectifying",
                                ],
                            ),
                        ),
                        fields=["due_on", "id"],
                        name="project_on_board",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "filed",
                                    "returned",
                                    "in_review",
                                    "for_assembly",
                                    "in_poll",
                                    "for_approval",
                                    "reserve",
                                    "on_notice",
                                    "objected",
                                    "awaiting_start",
                                    "in_progress",
                                    "for_acceptance",
                                    "rectifying",
                                    "completed",
                                    "paused",
                                    "declined",
                                    "transferred",
                                    "merged",
                                    "withdrawn",
                                    "terminated",
                                ],
                            )
                        ),
                        name="project_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "resume_state__in",
                                [
                                    "",
                                    "draft",
                                    "filed",
                                    "returned",
                                    "in_review",
                                    "for_assembly",
                                    "in_poll",
                                    "for_approval",
                                    "reserve",
                                    "on_notice",
                                    "objected",
                                    "awaiting_start",
                                    "in_progress",
                                    "for_acceptance",
                                    "rectifying",
                                    "completed",
                                    "paused",
                                    "declined",
                                    "transferred",
                                    "merged",
                                    "withdrawn",
                                    "terminated",
                                ],
                            )
                        ),
                        name="project_resume_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("work_type__in", ["works", "goods", "service"])), name="project_type_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("origin__in", ["resident", "village", "department", "deputy", "hotline"])),
                        name="project_origin_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["web", "desk", "paper", "phone", "api", "system"])),
                        name="project_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("assisted_how__in", ["", "present", "phone", "paper", "family"])),
                        name="project_assisted_how_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"),
                            models.Q(("code__isnull", False), ("filed_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="project_filed_has_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("proposer__isnull", False), ("proposing_unit__isnull", False), _connector="OR"
                        ),
                        name="project_has_a_proposer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("entered_by", None),
                            ("proposer", None),
                            models.Q(("entered_by", models.F("proposer")), _negated=True),
                            _connector="OR",
                        ),
                        name="project_helper_is_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("spoken__in", ["", "waits", "written"])), name="project_spoken_known"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("paper_serial", ""), _negated=True),
                        fields=("round", "area", "paper_serial"),
                        name="project_one_of_each_paper",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("spoken", "waits"), _negated=True),
                            ("state__in", ["draft", "filed", "paused", "withdrawn"]),
                            _connector="OR",
                        ),
                        name="project_unheard_waits_at_intake",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("estimate_yuan", None), ("estimate_yuan__gt", 0), _connector="OR"),
                        name="project_estimate_above_zero",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reviewed_yuan", None), ("reviewed_yuan__gt", 0), _connector="OR"),
                        name="project_reviewed_above_zero",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("approved_yuan", None), ("approved_yuan__gt", 0), _connector="OR"),
                        name="project_approved_above_zero",
                    ),
                ],
            },
            bases=(proposals.models.projects.HandedIn, models.Model),
        ),
        migrations.CreateModel(
            name="PreReview",
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
                ("duty", models.CharField(blank=True, max_length=20, verbose_name="审核领域")),
                ("attempt", models.PositiveSmallIntegerField(default=1, verbose_name="第几次")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待审"), ("asked", "等补充"), ("answered", "已审"), ("closed", "已作废")],
                        default="open",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("opened_at", models.DateTimeField(default=civic.moments.now, verbose_name="交办时间")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="期限")),
                (
                    "limit_workdays",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="时限（工作日）"),
                ),
                ("left_workdays", models.SmallIntegerField(blank=True, null=True, verbose_name="剩余（暂停时）")),
                ("checklist", models.JSONField(blank=True, default=dict, verbose_name="要点核对")),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[("feasible", "通过"), ("with_changes", "需修改"), ("not_feasible", "不通过")],
                        max_length=14,
                        verbose_name="意见",
                    ),
                ),
                ("amount_yuan", civic.fields.YuanField(blank=True, null=True, verbose_name="核定金额（元）")),
                ("amount_reason", models.CharField(blank=True, max_length=300, verbose_name="核价理由")),
                ("costs", models.JSONField(blank=True, default=list, verbose_name="分项核价")),
                ("conditions", models.TextField(blank=True, max_length=1000, verbose_name="要求")),
                ("reason", models.TextField(blank=True, max_length=1000, verbose_name="理由")),
                ("rule", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="审结时间")),
                ("typed", models.JSONField(blank=True, default=dict, verbose_name="已填未提交的意见")),
                ("looked_since", models.DateTimeField(blank=True, null=True, verbose_name="从什么时候起在审")),
                ("looked_at", models.DateTimeField(blank=True, null=True, verbose_name="最近一次打开")),
                ("reminded_at", models.DateTimeField(blank=True, null=True, verbose_name="最近一次催办")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="civic.organisation",
                        verbose_name="部门",
                    ),
                ),
                (
                    "given_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="交给哪位同事",
                    ),
                ),
                (
                    "looked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁正在审",
                    ),
                ),
                (
                    "passed_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.organisation",
                        verbose_name="转给哪个部门",
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审核人",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="proposals.project",
                        verbose_name="项目",
                    ),
                ),
            ],
            options={
                "verbose_name": "预审",
                "verbose_name_plural": "预审",
                "ordering": ["due_on", "id"],
                "indexes": [models.Index(fields=["department", "state", "due_on"], name="review_queue")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "closed"), _negated=True),
                        fields=("project", "department", "duty", "attempt"),
                        name="review_once_per_attempt",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "asked", "answered", "closed"])),
                        name="review_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("finding__in", ["", "feasible", "with_changes", "not_feasible"])),
                        name="review_finding_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "answered"), _negated=True),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("reviewer__isnull", False),
                                models.Q(("finding", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="review_answered_is_complete",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finding", "not_feasible"), _negated=True),
                            models.Q(models.Q(("reason", ""), _negated=True), models.Q(("rule", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="review_refusal_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_yuan", None), ("amount_yuan__gt", 0), _connector="OR"),
                        name="review_amount_above_zero",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("passed_to", None), ("state", "closed"), _connector="OR"),
                        name="review_passed_on_is_closed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("given_to", None), ("department__isnull", False), _connector="OR"),
                        name="review_given_within_a_department",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "还在考虑"),
                            ("done", "已合并"),
                            ("refused", "不同意合并"),
                            ("undone", "已撤销"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.TextField(max_length=500, verbose_name="理由")),
                ("proposed_at", models.DateTimeField(default=civic.moments.now, verbose_name="提出时间")),
                ("notice_until", models.DateField(blank=True, null=True, verbose_name="听意见到哪天")),
                ("merged_at", models.DateTimeField(blank=True, null=True, verbose_name="合并时间")),
                ("undo_until", models.DateTimeField(blank=True, null=True, verbose_name="可撤销至")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges_out",
                        to="proposals.project",
                        verbose_name="并入方",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges_in",
                        to="proposals.project",
                        verbose_name="保留方",
                    ),
                ),
            ],
            options={
                "verbose_name": "合并",
                "verbose_name_plural": "合并",
                "ordering": ["-proposed_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["proposed", "done", "refused", "undone"])),
                        name="merge_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", models.F("target")), _negated=True), name="merge_into_another"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="merge_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", None),
                            models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="merge_by_two_people",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["proposed", "done"])),
                        fields=("source",),
                        name="merge_one_live_per_source",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FirstContact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField(verbose_name="哪天前")),
                ("limit_workdays", models.PositiveSmallIntegerField(verbose_name="时限（工作日）")),
                (
                    "how",
                    models.CharField(
                        blank=True,
                        choices=[("phone", "打过电话"), ("met", "当面说过"), ("acted", "直接办了")],
                        max_length=8,
                        verbose_name="怎样联系的",
                    ),
                ),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="什么时候")),
                ("was_told", models.BooleanField(default=False, verbose_name="超期上报过")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁联系的",
                    ),
                ),
                (
                    "project",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="first_contact",
                        to="proposals.project",
                        verbose_name="项目",
                    ),
                ),
            ],
            options={
                "verbose_name": "受理前联系",
                "verbose_name_plural": "受理前联系",
                "indexes": [
                    models.Index(condition=models.Q(("done_at", None)), fields=["due_on"], name="contact_waiting")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ["", "phone", "met", "acted"])), name="contact_how_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("how", "")),
                            models.Q(("done_at__isnull", False), models.Q(("how", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="contact_done_somehow",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RuleChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("route", models.JSONField(validators=[proposals.models.rounds.check_route], verbose_name="路线")),
                (
                    "rules",
                    models.JSONField(
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        validators=[proposals.models.rounds.check_rules],
                        verbose_name="规则",
                    ),
                ),
                ("from_day", models.DateField(verbose_name="从哪天起")),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("decided_at", models.DateTimeField(default=civic.moments.now, verbose_name="定的时间")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "等着生效"), ("applied", "已生效"), ("withdrawn", "已撤回")],
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("trouble", models.CharField(blank=True, max_length=200, verbose_name="没能生效的原因")),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁定的",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planned",
                        to="proposals.round",
                        verbose_name="轮次",
                    ),
                ),
            ],
            options={
                "verbose_name": "待生效的改动",
                "verbose_name_plural": "待生效的改动",
                "ordering": ["-decided_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "applied", "withdrawn"])),
                        name="rule_change_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="rule_change_has_a_reason"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")), fields=("round",), name="rule_change_one_waits"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RuleVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(verbose_name="版本")),
                ("route", models.JSONField(verbose_name="路线")),
                (
                    "rules",
                    models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="规则"),
                ),
                ("changed_at", models.DateTimeField(default=civic.moments.now, verbose_name="修改时间")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="理由")),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="修改人",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="proposals.round",
                        verbose_name="轮次",
                    ),
                ),
            ],
            options={
                "verbose_name": "规则版本",
                "verbose_name_plural": "规则版本",
                "ordering": ["round", "version"],
                "constraints": [models.UniqueConstraint(fields=("round", "version"), name="rule_version_once")],
            },
        ),
        migrations.CreateModel(
            name="Screening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("accept", "受理"),
                            ("return", "退回补充"),
                            ("merge", "合并"),
                            ("decline", "不予采纳"),
                            ("transfer", "转办"),
                        ],
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                ("reason", models.TextField(blank=True, max_length=500, verbose_name="理由")),
                ("rule", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                ("items", models.JSONField(blank=True, default=list, verbose_name="要补充的材料")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="期限")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="办完时间")),
                ("transfer_to", models.CharField(blank=True, max_length=80, verbose_name="转给哪个单位")),
                ("reply", models.TextField(blank=True, max_length=1000, verbose_name="转办答复")),
                ("at", models.DateTimeField(default=civic.moments.now, verbose_name="时间")),
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
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="screenings",
                        to="proposals.project",
                        verbose_name="项目",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asked",
                        to="proposals.prereview",
                        verbose_name="哪个部门要的",
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
                        verbose_name="补充的录音",
                    ),
                ),
            ],
            options={
                "verbose_name": "受理结果",
                "verbose_name_plural": "受理结果",
                "ordering": ["-at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["accept", "return", "merge", "decline", "transfer"])),
                        name="screening_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", "accept"), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="screening_against_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("voice", None),
                            models.Q(("done_at__isnull", False), ("outcome", "return")),
                            _connector="OR",
                        ),
                        name="screening_voice_answers",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Seconding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seconded_at", models.DateTimeField(default=civic.moments.now, verbose_name="附议时间")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="撤回时间")),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="家里谁代办",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="secondings",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="附议人",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="secondings",
                        to="proposals.project",
                        verbose_name="项目",
                    ),
                ),
            ],
            options={
                "verbose_name": "附议",
                "verbose_name_plural": "附议",
                "constraints": [
                    models.UniqueConstraint(fields=("project", "person"), name="seconding_once_per_person"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("entered_by", None),
                            models.Q(("entered_by", models.F("person")), _negated=True),
                            _connector="OR",
                        ),
                        name="seconding_helper_is_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SiteSurvey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("surveyed_on", models.DateField(verbose_name="哪天去的")),
                ("units", models.JSONField(default=list, verbose_name="哪些单位参加")),
                ("people", models.CharField(blank=True, max_length=200, verbose_name="谁去的（不公开）")),
                ("findings", models.CharField(max_length=500, verbose_name="看到什么")),
                ("at", models.DateTimeField(default=civic.moments.now, verbose_name="登记时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
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
                        related_name="surveys",
                        to="proposals.project",
                        verbose_name="项目",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="surveys",
                        to="proposals.prereview",
                        verbose_name="哪件预审",
                    ),
                ),
            ],
            options={
                "verbose_name": "现场踏勘",
                "verbose_name_plural": "现场踏勘",
                "ordering": ["-surveyed_on", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("findings", ""), _negated=True), name="survey_has_findings"
                    ),
                    models.CheckConstraint(condition=models.Q(("units", []), _negated=True), name="survey_names_units"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SpotCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "among",
                    models.CharField(
                        choices=[("doing", "正在实施的"), ("done", "已完成的"), ("all", "全部项目，不管到哪一步")],
                        max_length=5,
                        verbose_name="从哪些里抽",
                    ),
                ),
                (
                    "size",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(50),
                        ],
                        verbose_name="抽几项",
                    ),
                ),
                ("out_of", models.PositiveIntegerField(verbose_name="一共几项")),
                ("seed", models.CharField(max_length=64, verbose_name="种子")),
                ("drawn_at", models.DateTimeField(default=civic.moments.now, verbose_name="抽的时间")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.area",
                        verbose_name="哪里",
                    ),
                ),
                (
                    "drawn_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁抽的",
                    ),
                ),
            ],
            options={
                "verbose_name": "随机抽查",
                "verbose_name_plural": "随机抽查",
                "ordering": ["-drawn_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("among__in", ["doing", "done", "all"])), name="spot_check_among_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size__gte", 1), ("size__lte", 50)), name="spot_check_size_sensible"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size__lte", models.F("out_of"))), name="spot_check_no_more_than_there_are"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seed", ""), _negated=True), name="spot_check_has_a_seed"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckedProject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(verbose_name="顺序")),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[("matches", "和记录相符"), ("differs", "和记录有出入"), ("not_seen", "没有看成")],
                        max_length=8,
                        verbose_name="结果",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=300, verbose_name="看到什么")),
                ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="什么时候查的")),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁查的",
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
                        related_name="spot_checks",
                        to="proposals.project",
                        verbose_name="项目",
                    ),
                ),
                (
                    "check_of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="proposals.spotcheck",
                        verbose_name="哪次抽查",
                    ),
                ),
            ],
            options={
                "verbose_name": "抽到的项目",
                "verbose_name_plural": "抽到的项目",
                "ordering": ["check_of", "order"],
                "constraints": [
                    models.UniqueConstraint(fields=("check_of", "project"), name="checked_once_per_draw"),
                    models.UniqueConstraint(fields=("check_of", "order"), name="checked_in_one_place"),
                    models.CheckConstraint(
                        condition=models.Q(("finding__in", ["", "matches", "differs", "not_seen"])),
                        name="checked_finding_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("checked_at", None), ("checked_by", None), ("finding", "")),
                            models.Q(
                                models.Q(("finding", ""), _negated=True),
                                ("checked_at__isnull", False),
                                ("checked_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="checked_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finding__in", ["differs", "not_seen"]), _negated=True),
                            models.Q(("words", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="checked_difference_is_told",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MergeConsent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("own", "本人在网上"),
                            ("present", "本人在场"),
                            ("phone", "电话"),
                            ("paper", "纸质表"),
                        ],
                        max_length=10,
                        verbose_name="怎样同意的",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="凭什么知道本人同意")),
                ("at", models.DateTimeField(default=civic.moments.now, verbose_name="时间")),
                (
                    "merge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="proposals.merge",
                        verbose_name="哪次合并",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提议人",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁记下的",
                    ),
                ),
            ],
            options={
                "verbose_name": "同意合并",
                "verbose_name_plural": "同意合并",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ["own", "present", "phone", "paper"])),
                        name="merge_consent_how_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("how", "own"), ("recorded_by", models.F("person"))),
                            models.Q(models.Q(("how", "own"), _negated=True), models.Q(("note", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="merge_consent_is_shown",
                    ),
                    models.UniqueConstraint(fields=("merge", "person"), name="merge_consent_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "等上级答复"),
                            ("granted", "同意"),
                            ("refused", "不同意"),
                            ("lapsed", "已不需要"),
                        ],
                        default="asked",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("workdays", models.PositiveSmallIntegerField(verbose_name="延几个工作日")),
                ("reason", models.CharField(max_length=500, verbose_name="为什么要延")),
                ("asked_at", models.DateTimeField(default=civic.moments.now, verbose_name="什么时候请求的")),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="答复")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁请求的",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁答复的",
                    ),
                ),
                (
                    "review",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extension",
                        to="proposals.prereview",
                        verbose_name="哪件预审",
                    ),
                ),
            ],
            options={
                "verbose_name": "预审延期",
                "verbose_name_plural": "预审延期",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "granted", "refused", "lapsed"])),
                        name="extension_state_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("workdays__gte", 1)), name="extension_days_above_zero"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="extension_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["granted", "refused"]), _negated=True),
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="extension_decided_is_complete",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="extension_refusal_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="extension_by_two_people",
                    ),
                ],
            },
            bases=(proposals.models.reviewing.OfAReview, models.Model),
        ),
        migrations.CreateModel(
            name="Consultation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question", models.CharField(max_length=200, verbose_name="问什么")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "等答复"), ("answered", "已答复"), ("closed", "不用答了")],
                        default="open",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="期限")),
                ("limit_workdays", models.PositiveSmallIntegerField(verbose_name="时限（工作日）")),
                ("left_workdays", models.SmallIntegerField(blank=True, null=True, verbose_name="剩余（暂停时）")),
                ("asked_at", models.DateTimeField(default=civic.moments.now, verbose_name="什么时候问的")),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="答复")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
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
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁问的",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consulted",
                        to="civic.organisation",
                        verbose_name="问哪个单位",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consultations",
                        to="proposals.prereview",
                        verbose_name="哪件预审",
                    ),
                ),
            ],
            options={
                "verbose_name": "征求意见",
                "verbose_name_plural": "征求意见",
                "ordering": ["id"],
                "indexes": [models.Index(fields=["unit", "state", "due_on"], name="consultation_queue")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "answered", "closed"])),
                        name="consultation_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("question", ""), _negated=True), name="consultation_has_a_question"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "answered"), _negated=True),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="consultation_answered_is_complete",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "closed"), _negated=True),
                        fields=("review", "unit"),
                        name="consultation_once_per_unit",
                    ),
                ],
            },
            bases=(proposals.models.reviewing.OfAReview, models.Model),
        ),
    ]
