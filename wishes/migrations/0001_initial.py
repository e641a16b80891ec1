"""Matters of the board, visits, needs surveys."""

import civic.moments
import django.db.models.deletion
import proposals.models.projects
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    replaces = [("wishes", "0001_demands_joins_visits")]

    dependencies = [
        ("civic", "0001_initial"),
        ("proposals", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Demand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=16, unique=True, verbose_name="编号")),
                ("what", models.CharField(max_length=40, verbose_name="什么事")),
                ("place_text", models.CharField(max_length=40, verbose_name="在哪里")),
                (
                    "spoken",
                    models.CharField(
                        blank=True,
                        choices=[("waits", "等社工听后写下"), ("written", "社工听后写下")],
                        db_default="",
                        default="",
                        editable=False,
                        max_length=8,
                        verbose_name="语音报事",
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
                    "horizon",
                    models.CharField(
                        choices=[("now", "马上办"), ("dated", "限期办"), ("long", "长期办")],
                        default="now",
                        max_length=8,
                        verbose_name="哪一类",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="答应哪天")),
                ("first_due_on", models.DateField(verbose_name="原定哪天")),
                ("limit_days", models.PositiveSmallIntegerField(verbose_name="给了几天")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("filed", "已登记"),
                            ("doing", "在办"),
                            ("done", "已办理待确认"),
                            ("solved", "已解决"),
                            ("explained", "已说明"),
                            ("hotline", "转12345"),
                            ("project", "转为项目"),
                        ],
                        default="filed",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("state_since", models.DateTimeField(default=civic.moments.now, verbose_name="这个状态从何时起")),
                ("reopen_until", models.DateField(blank=True, null=True, verbose_name="哪天前可以重新打开")),
                (
                    "solved_by",
                    models.CharField(
                        blank=True,
                        choices=[("reporter", "报的人说解决了"), ("visit", "现场查看")],
                        max_length=10,
                        verbose_name="谁说解决了",
                    ),
                ),
                ("town_at", models.DateTimeField(blank=True, null=True, verbose_name="何时上了镇里的清单")),
                (
                    "town_why",
                    models.CharField(
                        blank=True,
                        choices=[("joins", "3人也碰到"), ("overdue", "过了答应的日子")],
                        max_length=10,
                        verbose_name="为什么上清单",
                    ),
                ),
                ("filed_at", models.DateTimeField(default=civic.moments.now, verbose_name="登记时间")),
                ("updated_at", models.DateTimeField(default=civic.moments.now, verbose_name="最近进展")),
                ("submit_key", models.CharField(blank=True, editable=False, max_length=40, null=True, unique=True)),
                ("mark", models.CharField(blank=True, max_length=40, verbose_name="标注")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="demands",
                        to="civic.area",
                        verbose_name="村居",
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
                    "handler",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.appointment",
                        verbose_name="谁在办",
                    ),
                ),
                (
                    "photos",
                    models.ManyToManyField(blank=True, related_name="+", to="civic.attachment", verbose_name="照片"),
                ),
                (
                    "project",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="demand",
                        to="proposals.project",
                        verbose_name="转成的项目",
                    ),
                ),
                (
                    "reporter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="demands",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁报的",
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
                    "voice_again",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="civic.attachment",
                        verbose_name="还差什么（录音）",
                    ),
                ),
            ],
            options={
                "verbose_name": "民声黑板",
                "verbose_name_plural": "民声黑板",
                "ordering": ["due_on", "pk"],
                "indexes": [models.Index(fields=["state", "horizon", "due_on"], name="demand_board")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["filed", "doing", "done", "solved", "explained", "hotline", "project"])
                        ),
                        name="demand_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("horizon__in", ["now", "dated", "long"])), name="demand_horizon_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["web", "desk", "paper", "phone", "api", "system"])),
                        name="demand_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("assisted_how__in", ["", "present", "phone", "paper", "family"])),
                        name="demand_assisted_how_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("solved_by__in", ["", "reporter", "visit"])), name="demand_solved_by_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("town_why__in", ["", "joins", "overdue"])), name="demand_town_why_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("spoken__in", ["", "waits", "written"])), name="demand_spoken_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("spoken", "waits"), _negated=True), ("state", "filed"), _connector="OR"
                        ),
                        name="demand_unheard_waits_to_be_taken_in",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("entered_by", None),
                            models.Q(("entered_by", models.F("reporter")), _negated=True),
                            _connector="OR",
                        ),
                        name="demand_helper_is_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("horizon", "now"), _negated=True), ("limit_days__lte", 7), _connector="OR"
                        ),
                        name="demand_now_is_a_week",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "filed"), ("handler__isnull", False), _connector="OR"),
                        name="demand_taken_in_has_a_handler",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("solved_by__in", ["reporter", "visit"]), ("state", "solved")),
                            models.Q(models.Q(("state", "solved"), _negated=True), ("solved_by", "")),
                            _connector="OR",
                        ),
                        name="demand_solved_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("project__isnull", False), ("state", "project")),
                            models.Q(models.Q(("state", "project"), _negated=True), ("project", None)),
                            _connector="OR",
                        ),
                        name="demand_project_is_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("town_at", None), ("town_why", "")),
                            models.Q(("town_at__isnull", False), models.Q(("town_why", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="demand_town_list_says_why",
                    ),
                ],
            },
            bases=(proposals.models.projects.HandedIn, models.Model),
        ),
        migrations.CreateModel(
            name="Join",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("joined_at", models.DateTimeField(default=civic.moments.now, verbose_name="时间")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="撤回时间")),
                (
                    "demand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="joins",
                        to="wishes.demand",
                        verbose_name="哪件事",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="joined_demands",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁也碰到",
                    ),
                ),
            ],
            options={
                "verbose_name": "我也碰到",
                "verbose_name_plural": "我也碰到",
                "constraints": [models.UniqueConstraint(fields=("demand", "person"), name="join_once_per_person")],
            },
        ),
        migrations.CreateModel(
            name="SiteVisit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("visited_on", models.DateField(verbose_name="哪天去看的")),
                ("is_solved", models.BooleanField(verbose_name="解决了")),
                ("words", models.CharField(max_length=200, verbose_name="看到什么")),
                ("recorded_at", models.DateTimeField(default=civic.moments.now, verbose_name="记录时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁去看的",
                    ),
                ),
                (
                    "demand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="wishes.demand",
                        verbose_name="哪件事",
                    ),
                ),
            ],
            options={
                "verbose_name": "现场查看",
                "verbose_name_plural": "现场查看",
                "ordering": ["-visited_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Survey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("began_at", models.DateTimeField(default=civic.moments.now, verbose_name="何时开始")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="何时公开汇总")),
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
                        verbose_name="谁开的",
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
                "verbose_name": "问需",
                "verbose_name_plural": "问需",
                "ordering": ["-began_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("area", "round"), name="survey_one_of_village_and_round")
                ],
            },
        ),
        migrations.CreateModel(
            name="Need",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="第几项")),
                ("words", models.CharField(max_length=30, verbose_name="需要什么")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="needs",
                        to="wishes.survey",
                        verbose_name="问需",
                    ),
                ),
            ],
            options={
                "verbose_name": "需要",
                "verbose_name_plural": "需要",
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("survey", "number"), name="need_one_of_each_number"),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="need_number_counts"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("serial", models.CharField(max_length=20, verbose_name="表号")),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("elder", "60岁以上"),
                            ("adult", "18至59岁"),
                            ("young", "18岁以下"),
                            ("unsaid", "没写"),
                        ],
                        default="unsaid",
                        max_length=8,
                        verbose_name="人群",
                    ),
                ),
                ("said", models.CharField(blank=True, max_length=200, verbose_name="还想说的")),
                ("asked_on", models.DateField(default=civic.moments.today, verbose_name="哪天")),
                ("recorded_at", models.DateTimeField(default=civic.moments.now, verbose_name="记录时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁录的",
                    ),
                ),
                ("needs", models.ManyToManyField(related_name="sheets", to="wishes.need", verbose_name="勾了哪几项")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="wishes.survey",
                        verbose_name="问需",
                    ),
                ),
            ],
            options={
                "verbose_name": "问需表",
                "verbose_name_plural": "问需表",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("survey", "serial"), name="sheet_one_of_each_number"),
                    models.CheckConstraint(
                        condition=models.Q(("serial", ""), _negated=True), name="sheet_has_a_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("group__in", ["elder", "adult", "young", "unsaid"])),
                        name="sheet_group_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(editable=False, unique=True)),
                ("who", models.CharField(blank=True, max_length=40, verbose_name="谁说的")),
                ("said", models.CharField(blank=True, max_length=500, verbose_name="说了什么")),
                ("place_text", models.CharField(blank=True, max_length=40, verbose_name="在哪里")),
                ("visited_on", models.DateField(default=civic.moments.today, verbose_name="哪天")),
                ("version", models.PositiveSmallIntegerField(default=1, editable=False)),
                ("recorded_at", models.DateTimeField(default=civic.moments.now, verbose_name="记录时间")),
                ("updated_at", models.DateTimeField(default=civic.moments.now, verbose_name="最近修改")),
                ("erased_at", models.DateTimeField(blank=True, null=True, verbose_name="何时抹掉")),
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
                        verbose_name="谁记的",
                    ),
                ),
                (
                    "demand",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="from_visit",
                        to="wishes.demand",
                        verbose_name="报上黑板的事",
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
                        verbose_name="登记的居民",
                    ),
                ),
                (
                    "project",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="from_visit",
                        to="proposals.project",
                        verbose_name="转成的提议",
                    ),
                ),
            ],
            options={
                "verbose_name": "走访",
                "verbose_name_plural": "走访",
                "ordering": ["-visited_on", "-pk"],
                "indexes": [models.Index(fields=["area", "-visited_on"], name="visit_of_village")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("version__gte", 1)), name="visit_version_counts"),
                    models.CheckConstraint(
                        condition=models.Q(("demand", None), ("project", None), _connector="OR"),
                        name="visit_leads_to_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("erased_at", None),
                                models.Q(("who", ""), _negated=True),
                                models.Q(("said", ""), _negated=True),
                                models.Q(("place_text", ""), _negated=True),
                            ),
                            models.Q(
                                ("erased_at__isnull", False),
                                ("person", None),
                                ("place_text", ""),
                                ("said", ""),
                                ("who", ""),
                            ),
                            _connector="OR",
                        ),
                        name="visit_says_all_or_is_erased",
                    ),
                ],
            },
        ),
    ]
