"""Villages' accounts of a quarter, and their lines as they hang on the board (村务公开)."""

import civic.fields
import civic.moments
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("civic", "0002_append_only_record"),
        ("proposals", "0003_contacts_told_by_rule"),
        ("publicity", "0002_tables_taken_out"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="VillageAccount",
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
                ("starts_on", models.DateField(verbose_name="从")),
                ("ends_on", models.DateField(verbose_name="到")),
                ("opened_at", models.DateTimeField(default=civic.moments.now, verbose_name="该公开的时间")),
                ("due_on", models.DateField(verbose_name="期限")),
                ("limit_workdays", models.PositiveSmallIntegerField(verbose_name="时限（工作日）")),
                ("posted_on", models.DateField(blank=True, null=True, verbose_name="哪天上墙")),
                ("place", models.CharField(blank=True, max_length=60, verbose_name="贴在哪里")),
                ("as_of", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="数字截至")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="civic.area",
                        verbose_name="村居",
                    ),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.attachment",
                        verbose_name="照片",
                    ),
                ),
                (
                    "posted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁登记的",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="proposals.round",
                        verbose_name="轮次",
                    ),
                ),
            ],
            options={
                "verbose_name": "村务公开",
                "verbose_name_plural": "村务公开",
                "ordering": ["-starts_on", "area"],
            },
        ),
        migrations.CreateModel(
            name="AccountLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("approved_yuan", civic.fields.YuanField(verbose_name="批准金额（元）")),
                ("paid_now_yuan", civic.fields.YuanField(verbose_name="本季度付款（元）")),
                ("paid_yuan", civic.fields.YuanField(verbose_name="累计付款（元）")),
                ("rest_yuan", civic.fields.YuanField(verbose_name="未付（元）")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="proposals.project",
                        verbose_name="项目",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="publicity.villageaccount",
                        verbose_name="村务公开",
                    ),
                ),
            ],
            options={
                "verbose_name": "村务公开的一行",
                "verbose_name_plural": "村务公开的一行",
                "ordering": ["account", "project"],
            },
        ),
        migrations.AddIndex(
            model_name="villageaccount",
            index=models.Index(condition=models.Q(("posted_on", None)), fields=["due_on"], name="account_owed"),
        ),
        migrations.AddConstraint(
            model_name="villageaccount",
            constraint=models.UniqueConstraint(fields=("area", "starts_on"), name="account_once_per_quarter"),
        ),
        migrations.AddConstraint(
            model_name="villageaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gt", models.F("starts_on"))), name="account_period_is_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="villageaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("as_of", None), ("photo", None), ("place", ""), ("posted_by", None), ("posted_on", None)),
                    models.Q(
                        ("as_of__isnull", False),
                        ("posted_by__isnull", False),
                        ("posted_on__gt", models.F("ends_on")),
                        models.Q(("place", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="account_posted_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountline",
            constraint=models.UniqueConstraint(fields=("account", "project"), name="account_line_once"),
        ),
        migrations.AddConstraint(
            model_name="accountline",
            constraint=models.CheckConstraint(
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
                name="account_line_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_yuan__gte", 0),
                    ("paid_now_yuan__gte", 0),
                    ("paid_yuan__gte", models.F("paid_now_yuan")),
                    ("rest_yuan__gte", 0),
                ),
                name="account_line_sums_fit",
            ),
        ),
    ]
