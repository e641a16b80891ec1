"""Pools, approvals, works, contracts, payments, acceptance, ratings."""

import civic.fields
import civic.moments
import delivery.models.works
import django.db.models.deletion
import django.db.models.expressions
from decimal import Decimal
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
            name="Acceptance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("attempt", models.PositiveSmallIntegerField(default=1, verbose_name="第几次")),
                ("held_on", models.DateField(verbose_name="验收日期")),
                (
                    "conclusion",
                    models.CharField(
                        blank=True,
                        choices=[("pass", "合格"), ("fail", "不合格"), ("void", "已作废")],
                        editable=False,
                        max_length=4,
                        verbose_name="结论",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                ("opened_at", models.DateTimeField(default=civic.moments.now, verbose_name="开始时间")),
                ("concluded_at", models.DateTimeField(blank=True, null=True, verbose_name="结论时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "concluded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="结论人",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="组织人",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acceptances",
                        to="proposals.project",
                        verbose_name="项目",
                    ),
                ),
            ],
            options={
                "verbose_name": "验收",
                "verbose_name_plural": "验收",
                "ordering": ["-attempt"],
                "constraints": [
                    models.UniqueConstraint(fields=("project", "attempt"), name="acceptance_attempt_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("conclusion", "")),
                        fields=("project",),
                        name="acceptance_one_open_per_project",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("conclusion__in", ["", "pass", "fail", "void"])),
                        name="acceptance_conclusion_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("conclusion", ""),
                            models.Q(("concluded_at__isnull", False), ("concluded_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="acceptance_concluded_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("conclusion", "void"), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="acceptance_void_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AcceptanceItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(verbose_name="次序")),
                ("name", models.CharField(max_length=40, verbose_name="验收项")),
                ("unit", models.CharField(max_length=8, verbose_name="单位")),
                ("contract_quantity", models.DecimalField(decimal_places=2, max_digits=10, verbose_name="合同数量")),
                (
                    "measured",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=10, null=True, verbose_name="实测数量"
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        choices=[("pass", "合格"), ("fail", "不合格"), ("n_a", "不适用")],
                        max_length=4,
                        verbose_name="结果",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=100, verbose_name="说明")),
                (
                    "acceptance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="delivery.acceptance",
                        verbose_name="验收",
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
            ],
            options={
                "verbose_name": "验收项",
                "verbose_name_plural": "验收项",
                "ordering": ["acceptance", "order"],
                "constraints": [
                    models.UniqueConstraint(fields=("acceptance", "order"), name="accepted_item_order_once"),
                    models.CheckConstraint(
                        condition=models.Q(("result__in", ["pass", "fail", "n_a"])), name="accepted_item_result_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("result", "n_a"), ("measured__isnull", False), _connector="OR"),
                        name="accepted_item_is_measured",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("contract_quantity__gt", 0)), name="accepted_item_quantity_above_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("measured", None), ("measured__gte", 0), _connector="OR"),
                        name="accepted_item_measured_not_below_zero",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CallBack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField(verbose_name="应于")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="没人接几次")),
                ("tried_at", models.DateTimeField(blank=True, null=True, verbose_name="最近一次没人接")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("rated", "打通了，评了"), ("declined", "不想评"), ("unreached", "打了几次没人接")],
                        editable=False,
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁打的",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="call_backs",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="问谁",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="call_backs",
                        to="proposals.project",
                        verbose_name="项目",
                    ),
                ),
            ],
            options={
                "verbose_name": "电话回访",
                "verbose_name_plural": "电话回访",
                "ordering": ["due_on", "id"],
                "indexes": [
                    models.Index(condition=models.Q(("outcome", "")), fields=["due_on"], name="call_back_waiting")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("project", "person"), name="call_back_once_per_person"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("outcome", "")),
                            models.Q(
                                ("by__isnull", False),
                                ("done_at__isnull", False),
                                ("outcome__in", ["rated", "declined", "unreached"]),
                            ),
                            _connector="OR",
                        ),
                        name="call_back_ended_by_someone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=40, verbose_name="合同编号")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("direct", "直接委托"),
                            ("quotes", "询价比选"),
                            ("tender", "公开招标"),
                            ("self_built", "村民自建"),
                        ],
                        default="direct",
                        max_length=10,
                        verbose_name="采购方式",
                    ),
                ),
                ("signed_on", models.DateField(verbose_name="签订日期")),
                ("finish_on", models.DateField(verbose_name="约定完工")),
                ("total_yuan", civic.fields.YuanField(verbose_name="合同总价（元）")),
                ("split_reason", models.CharField(blank=True, max_length=200, verbose_name="为什么不是拆分采购")),
                ("registered_at", models.DateTimeField(default=civic.moments.now, verbose_name="登记时间")),
                (
                    "contractor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to="civic.organisation",
                        verbose_name="承接单位",
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "scan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.attachment",
                        verbose_name="合同扫描件",
                    ),
                ),
            ],
            options={
                "verbose_name": "合同",
                "verbose_name_plural": "合同",
                "ordering": ["-signed_on", "-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("contractor", "number"), name="contract_once_per_contractor"),
                    models.CheckConstraint(
                        condition=models.Q(("method__in", ["direct", "quotes", "tender", "self_built"])),
                        name="contract_method_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("total_yuan__gt", 0)), name="contract_total_above_zero"),
                    models.CheckConstraint(
                        condition=models.Q(("finish_on__gte", models.F("signed_on"))),
                        name="contract_finishes_after_signing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Disclosure",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("donation", "捐赠使用情况"),
                            ("gift_final", "捐赠全部使用情况"),
                            ("sponsor", "领办情况"),
                        ],
                        max_length=10,
                        verbose_name="公开什么",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="从")),
                ("ends_on", models.DateField(verbose_name="到")),
                ("opened_at", models.DateTimeField(default=civic.moments.now, verbose_name="该公开的时间")),
                ("due_on", models.DateField(verbose_name="期限")),
                ("limit_workdays", models.PositiveSmallIntegerField(verbose_name="时限（工作日）")),
                ("published_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="公开时间")),
                ("words", models.CharField(blank=True, editable=False, max_length=100, verbose_name="公开的内容")),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.attachment",
                        verbose_name="材料",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures",
                        to="proposals.project",
                        verbose_name="项目",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁公开的",
                    ),
                ),
            ],
            options={
                "verbose_name": "按期公开",
                "verbose_name_plural": "按期公开",
                "ordering": ["due_on", "pk"],
                "indexes": [
                    models.Index(condition=models.Q(("published_at", None)), fields=["due_on"], name="disclosure_owed")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["donation", "gift_final", "sponsor"])),
                        name="disclosure_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gt", models.F("starts_on"))), name="disclosure_period_is_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("document", None), ("published_at", None), ("published_by", None), ("words", "")),
                            models.Q(
                                ("published_at__isnull", False),
                                ("published_by__isnull", False),
                                models.Q(("words", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="disclosure_published_is_whole",
                    ),
                    models.UniqueConstraint(fields=("project", "kind", "ends_on"), name="disclosure_once_per_period"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Filing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("limit_workdays", models.PositiveSmallIntegerField(verbose_name="时限（工作日）")),
                ("due_on", models.DateField(verbose_name="期限")),
                ("filed_on", models.DateField(blank=True, null=True, verbose_name="备案日期")),
                ("number", models.CharField(blank=True, max_length=40, verbose_name="备案号")),
                ("told_at", models.DateTimeField(blank=True, null=True, verbose_name="超期记录时间")),
                (
                    "contract",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="filing",
                        to="delivery.contract",
                        verbose_name="合同",
                    ),
                ),
                (
                    "filed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁登记的",
                    ),
                ),
            ],
            options={
                "verbose_name": "合同备案",
                "verbose_name_plural": "合同备案",
                "ordering": ["due_on", "pk"],
                "indexes": [
                    models.Index(condition=models.Q(("filed_on", None)), fields=["due_on"], name="filing_open")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("filed_by", None), ("filed_on", None), ("number", "")),
                            models.Q(
                                ("filed_by__isnull", False),
                                ("filed_on__isnull", False),
                                models.Q(("number", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="filing_is_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("months", models.PositiveSmallIntegerField(verbose_name="几个月后")),
                ("due_on", models.DateField(verbose_name="应于")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="回访日期")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="看到什么")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="回访人",
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
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="proposals.project",
                        verbose_name="项目",
                    ),
                ),
            ],
            options={
                "verbose_name": "回头看",
                "verbose_name_plural": "回头看",
                "ordering": ["due_on"],
                "constraints": [
                    models.UniqueConstraint(fields=("project", "months"), name="follow_up_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_on", None),
                            models.Q(("by__isnull", False), models.Q(("note", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="follow_up_done_has_a_note",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pool",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount_yuan", civic.fields.YuanField(verbose_name="总额（元）")),
                (
                    "committed_yuan",
                    civic.fields.YuanField(default=Decimal("0"), editable=False, verbose_name="已批（元）"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pools",
                        to="civic.area",
                        verbose_name="地方",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pools",
                        to="proposals.round",
                        verbose_name="轮次",
                    ),
                ),
            ],
            options={
                "verbose_name": "资金池",
                "verbose_name_plural": "资金池",
                "ordering": ["-round__year", "area"],
                "constraints": [
                    models.UniqueConstraint(fields=("area", "round"), name="pool_once_per_area_and_round"),
                    models.CheckConstraint(condition=models.Q(("amount_yuan__gt", 0)), name="pool_amount_above_zero"),
                    models.CheckConstraint(
                        condition=models.Q(("committed_yuan__gte", 0)), name="pool_committed_not_below_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("committed_yuan__lte", models.F("amount_yuan"))),
                        name="pool_never_overdrawn",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "待第二人审批"),
                            ("approved", "已批准"),
                            ("returned", "已退回"),
                            ("void", "已作废"),
                        ],
                        default="submitted",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("requested_yuan", civic.fields.YuanField(verbose_name="申请金额（元）")),
                ("amount_yuan", civic.fields.YuanField(verbose_name="批准金额（元）")),
                ("pool_yuan", civic.fields.YuanField(verbose_name="其中资金池（元）")),
                ("reason", models.TextField(blank=True, max_length=300, verbose_name="与申请不同的原因")),
                (
                    "skip_reason",
                    models.TextField(
                        blank=True, db_default="", default="", max_length=300, verbose_name="越过名次在前的项目的原因"
                    ),
                ),
                (
                    "approver_role",
                    models.CharField(
                        choices=[("town_approver", "镇街审批"), ("district_office", "区专班")],
                        db_default="town_approver",
                        default="town_approver",
                        editable=False,
                        max_length=20,
                        verbose_name="由谁审批",
                    ),
                ),
                ("minutes_no", models.CharField(max_length=60, verbose_name="会议纪要号")),
                ("submitted_at", models.DateTimeField(default=civic.moments.now, verbose_name="提交时间")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="审批时间")),
                ("answer", models.TextField(blank=True, max_length=500, verbose_name="退回或作废的理由")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审批人",
                    ),
                ),
                (
                    "minutes",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.attachment",
                        verbose_name="会议纪要",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="proposals.project",
                        verbose_name="项目",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "pool",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="delivery.pool",
                        verbose_name="资金池",
                    ),
                ),
            ],
            options={
                "verbose_name": "审批",
                "verbose_name_plural": "审批",
                "ordering": ["-submitted_at", "-id"],
                "indexes": [models.Index(fields=["pool", "state"], name="approval_by_pool")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["submitted", "approved", "returned", "void"])),
                        name="approval_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("approver_role__in", ["town_approver", "district_office"])),
                        name="approval_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("requested_yuan__gt", 0)), name="approval_requested_above_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_yuan__gt", 0)), name="approval_amount_above_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pool_yuan__gte", 0), ("pool_yuan__lte", models.F("amount_yuan"))),
                        name="approval_pool_part_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            models.Q(("approved_by", models.F("submitted_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="approval_by_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            models.Q(("approved_by__isnull", False), ("decided_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="approval_approved_has_a_second_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_yuan", models.F("requested_yuan")),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="approval_difference_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes_no", ""), _negated=True), name="approval_has_minutes"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["returned", "void"]), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="approval_refusal_has_a_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["submitted", "approved"])),
                        fields=("project",),
                        name="approval_one_live_per_project",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FundingSource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pool", "民生微实事资金池"),
                            ("collective", "村居自筹"),
                            ("donation", "社会捐赠"),
                            ("fiscal", "其他财政资金"),
                            ("next_year", "下年度资金池"),
                            ("other", "其他"),
                        ],
                        max_length=10,
                        verbose_name="来源",
                    ),
                ),
                ("amount_yuan", civic.fields.YuanField(verbose_name="金额（元）")),
                (
                    "unbooked_yuan",
                    civic.fields.YuanField(
                        db_default=0, default=Decimal("0"), editable=False, verbose_name="等下年资金池定了再记账（元）"
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=60, verbose_name="说明")),
                (
                    "approval",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sources",
                        to="delivery.approval",
                        verbose_name="审批",
                    ),
                ),
            ],
            options={
                "verbose_name": "资金来源",
                "verbose_name_plural": "资金来源",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["pool", "collective", "donation", "fiscal", "next_year", "other"])
                        ),
                        name="source_kind_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount_yuan__gt", 0)), name="source_amount_above_zero"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("unbooked_yuan", 0),
                            models.Q(
                                ("kind", "next_year"),
                                ("unbooked_yuan__gt", 0),
                                ("unbooked_yuan__lte", models.F("amount_yuan")),
                            ),
                            _connector="OR",
                        ),
                        name="source_unbooked_is_of_next_year",
                    ),
                    models.UniqueConstraint(fields=("approval", "kind"), name="source_once_per_kind"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CarryOver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount_yuan", civic.fields.YuanField(verbose_name="结转金额（元）")),
                ("reason", models.TextField(max_length=300, verbose_name="结转的理由")),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "待第二人确认"), ("confirmed", "已结转"), ("refused", "已退回")],
                        default="asked",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("asked_at", models.DateTimeField(default=civic.moments.now, verbose_name="提请时间")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                ("answer", models.TextField(blank=True, max_length=500, verbose_name="退回的理由")),
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
                    "settled_by",
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
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carried_out",
                        to="delivery.pool",
                        verbose_name="从哪个资金池",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carried_in",
                        to="delivery.pool",
                        verbose_name="到哪个资金池",
                    ),
                ),
            ],
            options={
                "verbose_name": "结转",
                "verbose_name_plural": "结转",
                "ordering": ["-asked_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "confirmed", "refused"])), name="carry_state_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("amount_yuan__gt", 0)), name="carry_amount_above_zero"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="carry_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", models.F("target")), _negated=True), name="carry_to_another_pool"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("settled_by", None),
                            models.Q(("settled_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="carry_by_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "asked"),
                            models.Q(("settled_at__isnull", False), ("settled_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="carry_settled_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="carry_refusal_has_a_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "asked")), fields=("source",), name="carry_one_asked_per_pool"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PoolEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("commit", "批出"),
                            ("release", "退回"),
                            ("surplus", "结余退回"),
                            ("adjust", "调整总额"),
                            ("carry_out", "结转下年"),
                            ("carry_in", "上年结转"),
                        ],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("delta_yuan", civic.fields.YuanField(verbose_name="金额（元）")),
                ("at", models.DateTimeField(default=civic.moments.now, verbose_name="时间")),
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
                    "pool",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="delivery.pool",
                        verbose_name="资金池",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pool_entries",
                        to="proposals.project",
                        verbose_name="项目",
                    ),
                ),
            ],
            options={
                "verbose_name": "资金池流水",
                "verbose_name_plural": "资金池流水",
                "ordering": ["-at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["commit", "release", "surplus", "adjust", "carry_out", "carry_in"])
                        ),
                        name="entry_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("delta_yuan__gt", 0), ("kind", "commit")),
                            models.Q(("delta_yuan__lt", 0), ("kind__in", ["release", "surplus"])),
                            models.Q(("kind", "adjust"), models.Q(("delta_yuan", 0), _negated=True)),
                            models.Q(("delta_yuan__lt", 0), ("kind", "carry_out")),
                            models.Q(("delta_yuan__gt", 0), ("kind", "carry_in")),
                            _connector="OR",
                        ),
                        name="entry_sign_fits_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["adjust", "carry_out", "carry_in"]),
                            ("project__isnull", False),
                            _connector="OR",
                        ),
                        name="entry_has_a_project",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rating",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "score",
                    models.PositiveSmallIntegerField(
                        choices=[(5, "非常满意"), (4, "满意"), (3, "基本满意"), (2, "不满意"), (1, "非常不满意")],
                        verbose_name="评价",
                    ),
                ),
                ("reasons", models.JSONField(blank=True, default=list, verbose_name="原因")),
                ("words", models.CharField(blank=True, max_length=300, verbose_name="想说的话")),
                ("rated_at", models.DateTimeField(default=civic.moments.now, verbose_name="评价时间")),
                ("changed_at", models.DateTimeField(blank=True, null=True, verbose_name="修改时间")),
                ("edit_until", models.DateTimeField(verbose_name="可修改至")),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁打电话记的",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ratings",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="评价人",
                    ),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="civic.attachment",
                        verbose_name="照片",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ratings",
                        to="proposals.project",
                        verbose_name="项目",
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
                "verbose_name": "评价",
                "verbose_name_plural": "评价",
                "ordering": ["-rated_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("entered_by", None),
                            models.Q(("entered_by", models.F("person")), _negated=True),
                            _connector="OR",
                        ),
                        name="rating_caller_is_another",
                    ),
                    models.UniqueConstraint(fields=("project", "person"), name="rating_once_per_person"),
                    models.CheckConstraint(
                        condition=models.Q(("score__in", [5, 4, 3, 2, 1])), name="rating_score_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Afterword",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "score",
                    models.PositiveSmallIntegerField(
                        choices=[(5, "非常满意"), (4, "满意"), (3, "基本满意"), (2, "不满意"), (1, "非常不满意")],
                        verbose_name="追评",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=300, verbose_name="想说的话")),
                ("said_at", models.DateTimeField(default=civic.moments.now, verbose_name="追评时间")),
                ("edit_until", models.DateTimeField(verbose_name="可修改至")),
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
                    "look",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="afterwords",
                        to="delivery.followup",
                        verbose_name="回头看",
                    ),
                ),
                (
                    "rating",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="afterwords",
                        to="delivery.rating",
                        verbose_name="评价",
                    ),
                ),
            ],
            options={
                "verbose_name": "追评",
                "verbose_name_plural": "追评",
                "ordering": ["said_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("rating", "look"), name="afterword_once_per_look_back"),
                    models.CheckConstraint(
                        condition=models.Q(("score__in", [5, 4, 3, 2, 1])), name="afterword_score_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rectification",
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
                ("what", models.CharField(max_length=300, verbose_name="改什么")),
                ("limit_workdays", models.PositiveSmallIntegerField(verbose_name="时限（工作日）")),
                ("due_on", models.DateField(verbose_name="期限")),
                ("opened_at", models.DateTimeField(default=civic.moments.now, verbose_name="开出时间")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="改好日期")),
                ("reply", models.CharField(blank=True, max_length=300, verbose_name="怎样改的（公开）")),
                ("solved", models.BooleanField(blank=True, null=True, verbose_name="居民说解决了")),
                ("asked_at", models.DateTimeField(blank=True, null=True, verbose_name="再问居民的时间")),
                ("escalated_at", models.DateTimeField(blank=True, null=True, verbose_name="超期记录时间")),
                (
                    "acceptance",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rectifications",
                        to="delivery.acceptance",
                        verbose_name="验收",
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
                        verbose_name="谁改的",
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
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rectifications",
                        to="proposals.project",
                        verbose_name="项目",
                    ),
                ),
                (
                    "rating",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rectifications",
                        to="delivery.rating",
                        verbose_name="评价",
                    ),
                ),
            ],
            options={
                "verbose_name": "整改",
                "verbose_name_plural": "整改",
                "ordering": ["due_on", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_on", None)), fields=["project", "due_on"], name="rectification_open"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("acceptance__isnull", False), ("rating", None)),
                            models.Q(("acceptance", None), ("rating__isnull", False)),
                            _connector="OR",
                        ),
                        name="rectification_has_one_cause",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("what", ""), _negated=True), name="rectification_says_what"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_on", None),
                            models.Q(("done_by__isnull", False), models.Q(("reply", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="rectification_done_is_answered",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("done_on", None)),
                        fields=("rating",),
                        name="rectification_one_open_per_rating",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("resident", "居民代表"),
                            ("supervisor", "监督小组"),
                            ("village_office", "村居两委"),
                            ("town_handler", "镇街经办"),
                        ],
                        max_length=16,
                        verbose_name="身份",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=40, verbose_name="签字人姓名（见证）")),
                ("agrees", models.BooleanField(verbose_name="同意通过")),
                ("dissent", models.CharField(blank=True, max_length=200, verbose_name="不同意见")),
                ("signed_at", models.DateTimeField(default=civic.moments.now, verbose_name="签字时间")),
                (
                    "acceptance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="delivery.acceptance",
                        verbose_name="验收",
                    ),
                ),
                (
                    "drawn",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.attachment",
                        verbose_name="屏幕手写签名",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.attachment",
                        verbose_name="纸质签字照片",
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
                        verbose_name="签字人",
                    ),
                ),
                (
                    "witnessed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="见证人",
                    ),
                ),
            ],
            options={
                "verbose_name": "签字",
                "verbose_name_plural": "签字",
                "ordering": ["acceptance", "signed_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["resident", "supervisor", "village_office", "town_handler"])),
                        name="signature_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), ("person__isnull", False)),
                            models.Q(
                                ("person", None), ("witnessed_by__isnull", False), models.Q(("name", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="signature_is_someones",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("agrees", True), models.Q(("dissent", ""), _negated=True), _connector="OR"),
                        name="signature_dissent_says_why",
                    ),
                    models.UniqueConstraint(fields=("acceptance", "person"), name="signature_once_per_person"),
                    models.UniqueConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        fields=("acceptance", "role", "name"),
                        name="signature_once_per_name",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Urge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.CharField(max_length=140, verbose_name="催什么")),
                ("at", models.DateTimeField(default=civic.moments.now, verbose_name="时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="催办人",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="urges",
                        to="proposals.project",
                        verbose_name="项目",
                    ),
                ),
            ],
            options={
                "verbose_name": "催办",
                "verbose_name_plural": "催办",
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="WhatIf",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                ("made_at", models.DateTimeField(default=civic.moments.now, verbose_name="时间")),
                ("submitted_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="提交时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
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
                    "pool",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="whatifs",
                        to="delivery.pool",
                        verbose_name="资金池",
                    ),
                ),
            ],
            options={
                "verbose_name": "测算",
                "verbose_name_plural": "测算",
                "ordering": ["-made_at", "-id"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="whatif_has_a_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="WhatIfLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField(verbose_name="第几行")),
                ("is_included", models.BooleanField(default=True, verbose_name="列入")),
                ("amount_yuan", civic.fields.YuanField(verbose_name="金额（元）")),
                ("next_year_yuan", civic.fields.YuanField(default=Decimal("0"), verbose_name="其中下年（元）")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="金额不同的原因")),
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
                    "whatif",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="delivery.whatif",
                        verbose_name="测算",
                    ),
                ),
            ],
            options={
                "verbose_name": "测算的项目",
                "verbose_name_plural": "测算的项目",
                "ordering": ["whatif", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("whatif", "project"), name="whatif_line_once_per_project"),
                    models.CheckConstraint(condition=models.Q(("amount_yuan__gt", 0)), name="whatif_amount_above_zero"),
                    models.CheckConstraint(
                        condition=models.Q(("next_year_yuan__gte", 0), ("next_year_yuan__lt", models.F("amount_yuan"))),
                        name="whatif_next_year_is_a_part",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Work",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("granted_yuan", civic.fields.YuanField(verbose_name="可用金额（元）")),
                (
                    "contract_yuan",
                    civic.fields.YuanField(default=Decimal("0"), editable=False, verbose_name="合同价（元）"),
                ),
                (
                    "changes_delta_yuan",
                    civic.fields.YuanField(default=Decimal("0"), editable=False, verbose_name="变更增减（元）"),
                ),
                (
                    "paid_yuan",
                    civic.fields.YuanField(default=Decimal("0"), editable=False, verbose_name="已付款（元）"),
                ),
                (
                    "settled_yuan",
                    civic.fields.YuanField(blank=True, editable=False, null=True, verbose_name="结算金额（元）"),
                ),
                (
                    "progress_percent",
                    models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="进度（%）"),
                ),
                ("is_service", models.BooleanField(default=False, verbose_name="服务类")),
                ("visits_planned", models.PositiveIntegerField(blank=True, null=True, verbose_name="计划服务次数")),
                ("started_on", models.DateField(blank=True, null=True, verbose_name="开工日期")),
                ("reported_done_on", models.DateField(blank=True, null=True, verbose_name="报完工日期")),
                ("accepted_on", models.DateField(blank=True, null=True, verbose_name="验收合格日期")),
                ("last_news_at", models.DateTimeField(default=civic.moments.now, verbose_name="现场最近更新")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "board_photo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.attachment",
                        verbose_name="公示牌照片",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="项目联系人",
                    ),
                ),
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="work",
                        to="proposals.project",
                        verbose_name="项目",
                    ),
                ),
            ],
            options={
                "verbose_name": "实施",
                "verbose_name_plural": "实施",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("granted_yuan__gt", 0)), name="work_granted_above_zero"),
                    models.CheckConstraint(
                        condition=models.Q(("contract_yuan__gte", 0)), name="work_contract_not_below_zero"
                    ),
                    models.CheckConstraint(condition=models.Q(("paid_yuan__gte", 0)), name="work_paid_not_below_zero"),
                    models.CheckConstraint(
                        condition=models.Q(("settled_yuan", None), ("settled_yuan__gte", 0), _connector="OR"),
                        name="work_settled_not_below_zero",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "granted_yuan__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("contract_yuan"), "+", models.F("changes_delta_yuan")
                                ),
                            )
                        ),
                        name="work_contract_within_granted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "paid_yuan__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("contract_yuan"), "+", models.F("changes_delta_yuan")
                                ),
                            )
                        ),
                        name="work_paid_within_contract",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("settled_yuan", None),
                            (
                                "settled_yuan__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("contract_yuan"), "+", models.F("changes_delta_yuan")
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="work_settled_within_contract",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("settled_yuan", None), ("paid_yuan__lte", models.F("settled_yuan")), _connector="OR"
                        ),
                        name="work_paid_within_settled",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("progress_percent__lte", 100)), name="work_progress_is_percent"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("visited_on", models.DateField(verbose_name="服务日期")),
                ("served", models.PositiveIntegerField(verbose_name="服务人数")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="做了什么")),
                ("at", models.DateTimeField(default=civic.moments.now, verbose_name="记录时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="记录人",
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="delivery.work",
                        verbose_name="实施",
                    ),
                ),
            ],
            options={
                "verbose_name": "服务记录",
                "verbose_name_plural": "服务记录",
                "ordering": ["-visited_on", "-id"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("served__gte", 1)), name="visit_served_someone")
                ],
            },
            bases=(delivery.models.works.OfAProject, models.Model),
        ),
        migrations.CreateModel(
            name="Settlement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("surplus_yuan", civic.fields.YuanField(default=Decimal("0"), verbose_name="结余（元）")),
                ("returned_yuan", civic.fields.YuanField(default=Decimal("0"), verbose_name="退回资金池（元）")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
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
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.attachment",
                        verbose_name="结算书",
                    ),
                ),
                (
                    "work",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settlement",
                        to="delivery.work",
                        verbose_name="实施",
                    ),
                ),
            ],
            options={
                "verbose_name": "结算",
                "verbose_name_plural": "结算",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("surplus_yuan__gte", 0)), name="settlement_surplus_not_below_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("returned_yuan__gte", 0), ("returned_yuan__lte", models.F("surplus_yuan"))),
                        name="settlement_returned_within_surplus",
                    ),
                ],
            },
            bases=(delivery.models.works.OfAProject, models.Model),
        ),
        migrations.CreateModel(
            name="ProgressReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("progress", "进度"), ("trouble", "问题"), ("done", "完成")],
                        default="progress",
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("percent", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="进度（%）")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("key", models.UUIDField(blank=True, editable=False, null=True, verbose_name="发送编号")),
                (
                    "place",
                    models.CharField(blank=True, db_default="", default="", max_length=60, verbose_name="拍照地点"),
                ),
                ("post", models.CharField(blank=True, db_default="", default="", max_length=60, verbose_name="岗位")),
                ("at", models.DateTimeField(default=civic.moments.now, verbose_name="时间")),
                ("due_on", models.DateField(blank=True, editable=False, null=True, verbose_name="答复期限")),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="答复")),
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
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="报告人",
                    ),
                ),
                (
                    "photos",
                    models.ManyToManyField(blank=True, related_name="+", to="civic.attachment", verbose_name="照片"),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="delivery.work",
                        verbose_name="实施",
                    ),
                ),
            ],
            options={
                "verbose_name": "进展",
                "verbose_name_plural": "进展",
                "ordering": ["-at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["progress", "trouble", "done"])), name="report_kind_known"
                    ),
                    models.UniqueConstraint(fields=("work", "key"), name="report_once_per_key"),
                    models.CheckConstraint(
                        condition=models.Q(("percent", None), ("percent__lte", 100), _connector="OR"),
                        name="report_is_percent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["progress", "done"]), models.Q(("note", ""), _negated=True), _connector="OR"
                        ),
                        name="report_trouble_says_what",
                    ),
                ],
            },
            bases=(delivery.models.works.OfAProject, models.Model),
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("batch", models.PositiveSmallIntegerField(verbose_name="第几批")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "待审核"),
                            ("reviewed", "待付款"),
                            ("paid", "已付款"),
                            ("refused", "已退回"),
                        ],
                        default="requested",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("amount_yuan", civic.fields.YuanField(verbose_name="金额（元）")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("requested_at", models.DateTimeField(default=civic.moments.now, verbose_name="请款时间")),
                ("due_on", models.DateField(blank=True, editable=False, null=True, verbose_name="付款期限")),
                ("reviewed_at", models.DateTimeField(blank=True, null=True, verbose_name="审核时间")),
                ("paid_on", models.DateField(blank=True, null=True, verbose_name="付款日期")),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="退回理由")),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.attachment",
                        verbose_name="发票或收据",
                    ),
                ),
                (
                    "paid_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="付款人",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="请款人",
                    ),
                ),
                (
                    "reviewed_by",
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
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="delivery.work",
                        verbose_name="实施",
                    ),
                ),
            ],
            options={
                "verbose_name": "付款",
                "verbose_name_plural": "付款",
                "ordering": ["work", "batch"],
                "constraints": [
                    models.UniqueConstraint(fields=("work", "batch"), name="payment_batch_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["requested", "reviewed", "paid", "refused"])),
                        name="payment_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_yuan__gt", 0)), name="payment_amount_above_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by", None),
                            models.Q(("reviewed_by", models.F("requested_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="payment_not_by_its_claimant",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("paid_by", None),
                            models.Q(("paid_by", models.F("reviewed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="payment_by_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "paid"), _negated=True),
                            models.Q(
                                ("paid_by__isnull", False), ("paid_on__isnull", False), ("reviewed_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="payment_paid_is_complete",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="payment_refusal_has_a_reason",
                    ),
                ],
            },
            bases=(delivery.models.works.OfAProject, models.Model),
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(verbose_name="次序")),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                ("share_percent", models.PositiveSmallIntegerField(verbose_name="占工作量（百分比）")),
                (
                    "photo_slot",
                    models.CharField(
                        blank=True,
                        choices=[("before", "前"), ("during", "中"), ("after", "后")],
                        max_length=8,
                        verbose_name="要照片",
                    ),
                ),
                ("first_planned_on", models.DateField(verbose_name="原定日期")),
                ("planned_on", models.DateField(verbose_name="计划日期")),
                ("slip_reason", models.CharField(blank=True, max_length=200, verbose_name="改期原因")),
                ("actual_on", models.DateField(blank=True, null=True, verbose_name="实际日期")),
                ("late_reason", models.CharField(blank=True, max_length=200, verbose_name="晚了的原因")),
                (
                    "post",
                    models.CharField(blank=True, db_default="", default="", max_length=60, verbose_name="报完成的岗位"),
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
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="milestones",
                        to="delivery.work",
                        verbose_name="实施",
                    ),
                ),
            ],
            options={
                "verbose_name": "里程碑",
                "verbose_name_plural": "里程碑",
                "ordering": ["work", "order"],
                "constraints": [
                    models.UniqueConstraint(fields=("work", "order"), name="milestone_order_once"),
                    models.CheckConstraint(
                        condition=models.Q(("photo_slot__in", ["", "before", "during", "after"])),
                        name="milestone_slot_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("share_percent__gte", 1), ("share_percent__lte", 100)),
                        name="milestone_share_is_percent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("actual_on", None), ("photo_slot", ""), ("photo__isnull", False), _connector="OR"
                        ),
                        name="milestone_done_has_its_photo",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("actual_on", None),
                            ("actual_on__lte", models.F("planned_on")),
                            models.Q(("late_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="milestone_late_has_a_reason",
                    ),
                ],
            },
            bases=(delivery.models.works.OfAProject, models.Model),
        ),
        migrations.CreateModel(
            name="ContractItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount_yuan", civic.fields.YuanField(verbose_name="金额（元）")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="delivery.contract",
                        verbose_name="合同",
                    ),
                ),
                (
                    "work",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="item",
                        to="delivery.work",
                        verbose_name="实施",
                    ),
                ),
            ],
            options={
                "verbose_name": "合同分项",
                "verbose_name_plural": "合同分项",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount_yuan__gt", 0)), name="item_amount_above_zero")
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reported", "待处理"),
                            ("submitted", "待镇街审批"),
                            ("agreed", "已同意"),
                            ("refused", "不同意"),
                        ],
                        default="reported",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="变更内容和原因")),
                ("delta_yuan", civic.fields.YuanField(verbose_name="增减金额（元）")),
                ("extra_days", models.SmallIntegerField(default=0, verbose_name="增加天数")),
                ("is_over", models.BooleanField(verbose_name="须镇街审批")),
                (
                    "drawn_yuan",
                    civic.fields.YuanField(default=Decimal("0"), editable=False, verbose_name="另从资金池批出（元）"),
                ),
                ("minutes_no", models.CharField(blank=True, max_length=60, verbose_name="依据的纪要号")),
                ("reported_at", models.DateTimeField(default=civic.moments.now, verbose_name="提出时间")),
                ("due_on", models.DateField(blank=True, editable=False, null=True, verbose_name="答复期限")),
                ("handled_at", models.DateTimeField(blank=True, null=True, verbose_name="经办时间")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="决定时间")),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="不同意的理由")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审批人",
                    ),
                ),
                (
                    "handled_by",
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
                    "photo",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.attachment",
                        verbose_name="照片",
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="delivery.work",
                        verbose_name="实施",
                    ),
                ),
            ],
            options={
                "verbose_name": "变更",
                "verbose_name_plural": "变更",
                "ordering": ["-reported_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["reported", "submitted", "agreed", "refused"])),
                        name="change_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="change_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("delta_yuan", 0), _negated=True),
                            models.Q(("extra_days", 0), _negated=True),
                            _connector="OR",
                        ),
                        name="change_changes_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("drawn_yuan__gte", 0)), name="change_drawn_not_below_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("handled_by", None),
                            models.Q(("handled_by", models.F("reported_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="change_not_by_its_reporter",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            models.Q(
                                models.Q(("approved_by", models.F("handled_by")), _negated=True),
                                models.Q(("approved_by", models.F("reported_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="change_by_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "agreed"), _negated=True),
                            models.Q(("handled_by__isnull", False), ("is_over", False)),
                            ("approved_by__isnull", False),
                            _connector="OR",
                        ),
                        name="change_agreed_by_whom_it_takes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="change_refusal_has_a_reason",
                    ),
                ],
            },
            bases=(delivery.models.works.OfAProject, models.Model),
        ),
    ]
