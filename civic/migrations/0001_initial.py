"""People, places, offices, files, the record and the outbox."""

import civic.fields
import civic.models.files
import civic.moments
import django.core.serializers.json
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False, verbose_name="日期")),
                ("is_workday", models.BooleanField(verbose_name="上班")),
                ("name", models.CharField(blank=True, max_length=20, verbose_name="说明")),
            ],
            options={
                "verbose_name": "工作日历",
                "verbose_name_plural": "工作日历",
                "ordering": ["day"],
            },
        ),
        migrations.CreateModel(
            name="DemoMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("phone", models.CharField(db_index=True, max_length=14)),
                ("text", models.CharField(max_length=200)),
                ("created_at", models.DateTimeField(default=civic.moments.now)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="RateCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=120, unique=True)),
                ("window", models.DateTimeField(db_index=True)),
                ("count", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Serial",
            fields=[
                ("series", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Area",
            fields=[
                ("code", models.CharField(max_length=12, primary_key=True, serialize=False, verbose_name="区划代码")),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("province", "省"),
                            ("prefecture", "市"),
                            ("county", "区县"),
                            ("town", "镇街"),
                            ("village", "村居"),
                        ],
                        max_length=10,
                        verbose_name="级别",
                    ),
                ),
                ("is_zone", models.BooleanField(default=False, verbose_name="工业园区（不计入村居）")),
                ("valid_from", models.DateField(verbose_name="启用日期")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="停用日期")),
                (
                    "latitude",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="纬度"),
                ),
                (
                    "longitude",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="经度"),
                ),
                ("outline", models.JSONField(blank=True, null=True, verbose_name="边界（GeoJSON）")),
                ("population", models.PositiveIntegerField(blank=True, null=True, verbose_name="常住人口")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="civic.area",
                        verbose_name="上级",
                    ),
                ),
            ],
            options={
                "verbose_name": "地方",
                "verbose_name_plural": "地方",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["province", "prefecture", "county", "town", "village"])),
                        name="area_level_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[0-9]{12}$")), name="area_code_is_12_digits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="area_dates_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("population", None),
                            models.Q(("population__gt", 0), ("population__lte", 100000000)),
                            _connector="OR",
                        ),
                        name="area_population_sensible",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("phone", models.CharField(blank=True, max_length=14, null=True, unique=True, verbose_name="手机号")),
                ("phone_verified_at", models.DateTimeField(blank=True, null=True, verbose_name="手机核对时间")),
                ("name", models.CharField(blank=True, max_length=40, verbose_name="姓名")),
                (
                    "view_size",
                    models.CharField(
                        blank=True,
                        choices=[("standard", "标准"), ("elder", "大"), ("elder-xl", "特大")],
                        db_default="",
                        default="",
                        max_length=8,
                        verbose_name="看页面的字号",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="可用")),
                ("is_demo", models.BooleanField(default=False, verbose_name="演示账号")),
                ("erased_at", models.DateTimeField(blank=True, null=True, verbose_name="注销时间")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                (
                    "home_area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.area",
                        verbose_name="常看的地方",
                    ),
                ),
            ],
            options={
                "verbose_name": "人",
                "verbose_name_plural": "人",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("phone", None), ("phone__regex", "^\\+861[3-9][0-9]{9}$"), _connector="OR"),
                        name="person_phone_normal",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("view_size__in", ["", "standard", "elder", "elder-xl"])),
                        name="person_view_size_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(blank=True, db_index=True, max_length=40, verbose_name="编号")),
                ("happened_at", models.DateTimeField(default=civic.moments.now, verbose_name="发生时间")),
                ("date_only", models.BooleanField(default=False, verbose_name="只知道日期")),
                ("recorded_at", models.DateTimeField(default=civic.moments.now, verbose_name="记录时间")),
                ("action", models.CharField(max_length=60, verbose_name="动作")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("decision", "决定"),
                            ("money", "钱"),
                            ("photo", "照片"),
                            ("objection", "异议"),
                            ("daily", "日常"),
                        ],
                        default="decision",
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("job", models.CharField(blank=True, max_length=60, verbose_name="系统任务")),
                ("role", models.CharField(blank=True, max_length=20, verbose_name="以什么角色")),
                ("unit", models.CharField(blank=True, max_length=80, verbose_name="单位")),
                ("post", models.CharField(blank=True, max_length=40, verbose_name="岗位")),
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
                ("target", models.CharField(blank=True, max_length=60, verbose_name="对象")),
                (
                    "before",
                    models.JSONField(
                        blank=True,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        null=True,
                        verbose_name="之前",
                    ),
                ),
                (
                    "after",
                    models.JSONField(
                        blank=True,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        null=True,
                        verbose_name="之后",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="理由")),
                ("rule", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                ("money_delta_yuan", civic.fields.YuanField(blank=True, null=True, verbose_name="金额变化（元）")),
                ("documents", models.JSONField(blank=True, default=list, verbose_name="材料")),
                ("sentence", models.CharField(blank=True, max_length=400, verbose_name="公开的话")),
                ("is_public", models.BooleanField(default=True, verbose_name="公开")),
                (
                    "used_workdays",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="用时（工作日）"),
                ),
                (
                    "limit_workdays",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="限时（工作日）"),
                ),
                ("mark", models.CharField(blank=True, max_length=40, verbose_name="标注")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁",
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.area",
                        verbose_name="地方",
                    ),
                ),
                (
                    "on_behalf_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="替谁",
                    ),
                ),
            ],
            options={
                "verbose_name": "记录",
                "verbose_name_plural": "记录",
                "ordering": ["-happened_at", "-id"],
                "indexes": [
                    models.Index(fields=["subject", "-happened_at", "-id"], name="event_timeline"),
                    models.Index(
                        condition=models.Q(("is_public", True)), fields=["-happened_at", "-id"], name="event_latest"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["decision", "money", "photo", "objection", "daily"])),
                        name="event_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["web", "desk", "paper", "phone", "api", "system"])),
                        name="event_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("actor__isnull", False), models.Q(("job", ""), _negated=True), _connector="OR"
                        ),
                        name="event_has_an_actor",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("photo", "照片"), ("document", "文件"), ("voice", "录音")],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                (
                    "file",
                    models.FileField(max_length=120, upload_to=civic.models.files.stored_name, verbose_name="文件"),
                ),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("bytes", models.PositiveIntegerField(verbose_name="字节")),
                ("width", models.PositiveIntegerField(blank=True, null=True)),
                ("height", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "voice_format",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("m4a", "M4A"),
                            ("3gp", "3GP"),
                            ("mp3", "MP3"),
                            ("ogg", "OGG"),
                            ("wav", "WAV"),
                            ("amr", "AMR"),
                        ],
                        db_default="",
                        default="",
                        max_length=4,
                        verbose_name="录音格式",
                    ),
                ),
                ("seconds", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="录音几秒")),
                ("caption", models.CharField(blank=True, max_length=100, verbose_name="说明")),
                ("uploaded_at", models.DateTimeField(auto_now_add=True, verbose_name="上传时间")),
                ("is_public", models.BooleanField(default=False, verbose_name="公开")),
                ("is_used", models.BooleanField(default=False, verbose_name="已用在记录里")),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="civic.area",
                        verbose_name="地方",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
            ],
            options={
                "verbose_name": "材料",
                "verbose_name_plural": "材料",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["photo", "document", "voice"])), name="attachment_kind_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("bytes__gt", 0)), name="attachment_not_empty"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "voice"),
                                ("seconds__isnull", False),
                                ("seconds__range", (1, 60)),
                                ("voice_format__in", ["m4a", "3gp", "mp3", "ogg", "wav", "amr"]),
                            ),
                            models.Q(
                                models.Q(("kind", "voice"), _negated=True), ("seconds", None), ("voice_format", "")
                            ),
                            _connector="OR",
                        ),
                        name="attachment_voice_is_a_minute_at_most",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "voice"), _negated=True), ("is_public", False), _connector="OR"
                        ),
                        name="attachment_voice_is_private",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="correction",
                        serialize=False,
                        to="civic.auditevent",
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="corrected", to="civic.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "更正",
                "verbose_name_plural": "更正",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("corrects__lt", models.F("event"))), name="correction_of_an_earlier_event"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UnsealedEvent",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="unsealed",
                        serialize=False,
                        to="civic.auditevent",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("prev_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64, unique=True)),
                ("events", models.PositiveIntegerField()),
                ("sealed_at", models.DateTimeField(default=civic.moments.now)),
            ],
            options={
                "ordering": ["id"],
                "constraints": [models.UniqueConstraint(fields=("prev_hash",), name="seal_chain_does_not_fork")],
            },
        ),
        migrations.CreateModel(
            name="SealedEvent",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="sealed",
                        serialize=False,
                        to="civic.auditevent",
                    ),
                ),
                ("seq", models.PositiveBigIntegerField(unique=True)),
                (
                    "seal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="members", to="civic.auditseal"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Dispatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(db_index=True, default=civic.moments.today, verbose_name="日期")),
                (
                    "way",
                    models.CharField(
                        choices=[("sms", "短信"), ("voice", "语音电话"), ("wechat", "微信"), ("email", "电子邮件")],
                        max_length=8,
                        verbose_name="渠道",
                    ),
                ),
                ("template", models.CharField(max_length=20, verbose_name="内容")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("sent", "发出"),
                            ("held", "超额没发"),
                            ("late", "过时没发"),
                            ("failed", "没发成"),
                            ("refused", "对方拒收"),
                        ],
                        max_length=8,
                        verbose_name="结果",
                    ),
                ),
                ("parts", models.PositiveSmallIntegerField(default=1, verbose_name="计费条数")),
            ],
            options={
                "verbose_name": "发送记录",
                "verbose_name_plural": "发送记录",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("way__in", ["sms", "voice", "wechat", "email"])), name="dispatch_way_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["sent", "held", "late", "failed", "refused"])),
                        name="dispatch_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("template", ""), _negated=True), name="dispatch_names_its_template"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FamilyHelp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("helper_place", models.PositiveSmallIntegerField(editable=False)),
                ("helped_place", models.PositiveSmallIntegerField(editable=False)),
                ("since", models.DateTimeField(default=civic.moments.now, verbose_name="从何时起")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="何时结束")),
                (
                    "helped",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="family_helpers",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="帮谁办",
                    ),
                ),
                (
                    "helper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="family_helped",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="代办的人",
                    ),
                ),
            ],
            options={
                "verbose_name": "帮家里人办",
                "verbose_name_plural": "帮家里人办",
                "ordering": ["-since", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("helper", models.F("helped")), _negated=True), name="family_help_of_another"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("helper_place__gte", 1), ("helper_place__lte", 4)),
                        name="family_help_helps_few",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("helped_place__gte", 1), ("helped_place__lte", 2)),
                        name="family_help_helped_by_few",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("helper", "helped"),
                        name="family_help_one_live_pair",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("helper", "helper_place"),
                        name="family_help_helper_place_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("helped", "helped_place"),
                        name="family_help_helped_place_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HelperCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("digits", models.CharField(max_length=4, verbose_name="四位数")),
                ("made_at", models.DateTimeField(default=civic.moments.now)),
                ("dies_at", models.DateTimeField(db_index=True)),
                ("wrong_tries", models.PositiveSmallIntegerField(default=0)),
                (
                    "how",
                    models.CharField(
                        blank=True,
                        choices=[("present", "在场"), ("by_phone", "电话里认得"), ("card", "身份证看过")],
                        max_length=10,
                        verbose_name="怎样认得",
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
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
                        verbose_name="社工",
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
                        verbose_name="居民",
                    ),
                ),
            ],
            options={
                "verbose_name": "社工帮登录的四位数",
                "verbose_name_plural": "社工帮登录的四位数",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("digits",), name="helper_code_live_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digits__regex", "^[0-9]{4}$")), name="helper_code_is_4_digits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by", None), ("how", ""), ("person", None)),
                            models.Q(
                                ("by__isnull", False),
                                ("how__in", ["present", "by_phone", "card"]),
                                ("person__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="helper_code_says_who_and_how",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("person", None),
                            ("by", None),
                            models.Q(("person", models.F("by")), _negated=True),
                            _connector="OR",
                        ),
                        name="helper_code_never_for_oneself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("wrong_tries__lt", 3),
                            models.Q(("wrong_tries", 3), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="helper_code_dies_of_3_wrong_tries",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20, verbose_name="导入什么")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("tried", "试过，还没有导入"),
                            ("waiting", "正在导入"),
                            ("done", "已导入"),
                            ("failed", "没有导入"),
                            ("cancelled", "已取消"),
                        ],
                        default="tried",
                        max_length=9,
                        verbose_name="状态",
                    ),
                ),
                ("job", models.CharField(blank=True, max_length=60, verbose_name="系统任务")),
                ("file_name", models.CharField(max_length=120, verbose_name="文件名")),
                ("file_hash", models.CharField(max_length=64, verbose_name="文件指纹")),
                ("file", models.BinaryField(blank=True, null=True, verbose_name="文件")),
                ("heads", models.JSONField(default=list, verbose_name="表头")),
                ("mapping", models.JSONField(default=dict, verbose_name="各列对应什么")),
                ("unit", models.CharField(blank=True, max_length=4, verbose_name="金额单位")),
                ("for_all", models.JSONField(default=dict, verbose_name="整张表都一样的")),
                (
                    "trial",
                    models.JSONField(
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="试导入的结果",
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0, verbose_name="行数")),
                (
                    "stage",
                    models.CharField(
                        blank=True,
                        choices=[("reading", "正在读表"), ("checking", "正在核对"), ("writing", "正在写入")],
                        db_default="",
                        default="",
                        max_length=8,
                        verbose_name="办到哪一段",
                    ),
                ),
                ("reached", models.PositiveIntegerField(db_default=0, default=0, verbose_name="办到第几行")),
                ("added", models.PositiveIntegerField(default=0, verbose_name="新增")),
                ("changed", models.PositiveIntegerField(default=0, verbose_name="修改")),
                ("same", models.PositiveIntegerField(default=0, verbose_name="不变")),
                ("created_at", models.DateTimeField(default=civic.moments.now, verbose_name="提交时间")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imports",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
            ],
            options={
                "verbose_name": "导入",
                "verbose_name_plural": "导入",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["by", "-id"], name="import_of_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["tried", "waiting", "done", "failed", "cancelled"])),
                        name="import_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("by__isnull", False), models.Q(("job", ""), _negated=True), _connector="OR"
                        ),
                        name="import_has_an_actor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["done", "cancelled"]), _negated=True),
                            ("file", None),
                            _connector="OR",
                        ),
                        name="import_done_keeps_no_file",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stage__in", ["", "reading", "checking", "writing"])),
                        name="import_stage_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField(verbose_name="行")),
                (
                    "what",
                    models.CharField(
                        choices=[("added", "新增"), ("changed", "修改")], max_length=8, verbose_name="结果"
                    ),
                ),
                ("target", models.CharField(max_length=60, verbose_name="对象")),
                ("label", models.CharField(max_length=120, verbose_name="是什么")),
                ("fields", models.JSONField(blank=True, default=list, verbose_name="改了哪几项")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="civic.import",
                        verbose_name="导入",
                    ),
                ),
            ],
            options={
                "verbose_name": "导入明细",
                "verbose_name_plural": "导入明细",
                "ordering": ["run", "line"],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "line"), name="import_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(("what__in", ["added", "changed"])), name="import_line_what_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("department", "职能部门"),
                            ("town_office", "镇街政府"),
                            ("village_office", "村居两委"),
                            ("social_work", "社工机构"),
                            ("contractor", "承接单位"),
                            ("partner", "共建单位"),
                            ("foundation", "基金会"),
                        ],
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                (
                    "duty",
                    models.CharField(
                        blank=True,
                        help_text="轮次规则按此找部门，如 建设、民政、财政",
                        max_length=20,
                        verbose_name="审核领域",
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="公开电话")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="organisations",
                        to="civic.area",
                        verbose_name="所在地",
                    ),
                ),
            ],
            options={
                "verbose_name": "单位",
                "verbose_name_plural": "单位",
                "constraints": [
                    models.UniqueConstraint(fields=("area", "name"), name="organisation_once_per_area"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "department",
                                    "town_office",
                                    "village_office",
                                    "social_work",
                                    "contractor",
                                    "partner",
                                    "foundation",
                                ],
                            )
                        ),
                        name="organisation_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("assembly_member", "议事会成员"),
                            ("social_worker", "驻村社工"),
                            ("grid_worker", "网格员"),
                            ("village_office", "村居两委"),
                            ("reviewer", "部门审核"),
                            ("town_handler", "镇街经办"),
                            ("town_approver", "镇街审批"),
                            ("district_office", "区专班"),
                            ("sponsor", "领办领导"),
                            ("contractor", "施工单位"),
                            ("supervisor", "监督小组"),
                            ("auditor", "审计"),
                            ("system_admin", "系统管理员"),
                            ("security_admin", "安全管理员"),
                            ("audit_admin", "审计管理员"),
                        ],
                        max_length=20,
                        verbose_name="角色",
                    ),
                ),
                ("post", models.CharField(blank=True, max_length=40, verbose_name="岗位")),
                ("starts_on", models.DateField(default=civic.moments.today, verbose_name="开始")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="结束（当天起失效）")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人",
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="civic.area",
                        verbose_name="范围",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="civic.organisation",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "任职",
                "verbose_name_plural": "任职",
                "indexes": [models.Index(fields=["role", "area"], name="appointment_role_area")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "assembly_member",
                                    "social_worker",
                                    "grid_worker",
                                    "village_office",
                                    "reviewer",
                                    "town_handler",
                                    "town_approver",
                                    "district_office",
                                    "sponsor",
                                    "contractor",
                                    "supervisor",
                                    "auditor",
                                    "system_admin",
                                    "security_admin",
                                    "audit_admin",
                                ],
                            )
                        ),
                        name="appointment_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                        name="appointment_dates_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Outbox",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("topic", models.CharField(max_length=60)),
                ("key", models.CharField(max_length=120, unique=True)),
                ("payload", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(default=civic.moments.now)),
                ("due_at", models.DateTimeField(default=civic.moments.now)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("dead", models.BooleanField(default=False)),
                ("last_error", models.TextField(blank=True)),
            ],
            options={
                "verbose_name": "待办队列",
                "verbose_name_plural": "待办队列",
                "indexes": [
                    models.Index(
                        condition=models.Q(("dead", False), ("done_at", None)),
                        fields=["due_at", "id"],
                        name="outbox_waiting",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Residency",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "basis",
                    models.CharField(
                        choices=[("household", "户籍"), ("living", "居住"), ("work", "工作"), ("study", "就学")],
                        default="living",
                        max_length=12,
                        verbose_name="身份",
                    ),
                ),
                ("how_verified", models.CharField(max_length=100, verbose_name="怎样核对")),
                ("verified_at", models.DateTimeField(default=civic.moments.now, verbose_name="核对时间")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="失效日期")),
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="residencies",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="居民",
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核对人",
                    ),
                ),
            ],
            options={
                "verbose_name": "居民身份",
                "verbose_name_plural": "居民身份",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("person", "area"),
                        name="residency_once_while_it_lasts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("basis__in", ["household", "living", "work", "study"])),
                        name="residency_basis_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("person", models.F("verified_by")), _negated=True),
                        name="residency_not_self_verified",
                    ),
                ],
            },
        ),
    ]
