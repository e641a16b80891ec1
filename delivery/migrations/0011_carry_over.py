"""A pool's rest is carried over to the next year by two people (结转)."""

import civic.fields
import civic.moments
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from civic.append_only import lifted


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0010_call_backs"),
        ("proposals", "0007_papers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        lifted("delivery_poolentry"),
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
            ],
            options={
                "verbose_name": "结转",
                "verbose_name_plural": "结转",
                "ordering": ["-asked_at", "-id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="poolentry",
            name="entry_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="poolentry",
            name="entry_sign_fits_kind",
        ),
        migrations.RemoveConstraint(
            model_name="poolentry",
            name="entry_has_a_project",
        ),
        migrations.AlterField(
            model_name="poolentry",
            name="kind",
            field=models.CharField(
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
        migrations.AddConstraint(
            model_name="poolentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["commit", "release", "surplus", "adjust", "carry_out", "carry_in"])),
                name="entry_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="poolentry",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="poolentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["adjust", "carry_out", "carry_in"]), ("project__isnull", False), _connector="OR"
                ),
                name="entry_has_a_project",
            ),
        ),
        migrations.AddField(
            model_name="carryover",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="提请人",
            ),
        ),
        migrations.AddField(
            model_name="carryover",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="确认人",
            ),
        ),
        migrations.AddField(
            model_name="carryover",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="carried_out",
                to="delivery.pool",
                verbose_name="从哪个资金池",
            ),
        ),
        migrations.AddField(
            model_name="carryover",
            name="target",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="carried_in",
                to="delivery.pool",
                verbose_name="到哪个资金池",
            ),
        ),
        migrations.AddConstraint(
            model_name="carryover",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["asked", "confirmed", "refused"])), name="carry_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="carryover",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_yuan__gt", 0)), name="carry_amount_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="carryover",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="carry_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="carryover",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", models.F("target")), _negated=True), name="carry_to_another_pool"
            ),
        ),
        migrations.AddConstraint(
            model_name="carryover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("settled_by", None), models.Q(("settled_by", models.F("asked_by")), _negated=True), _connector="OR"
                ),
                name="carry_by_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="carryover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "asked"),
                    models.Q(("settled_at__isnull", False), ("settled_by__isnull", False)),
                    _connector="OR",
                ),
                name="carry_settled_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="carryover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("answer", ""), _negated=True),
                    _connector="OR",
                ),
                name="carry_refusal_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="carryover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "asked")), fields=("source",), name="carry_one_asked_per_pool"
            ),
        ),
    ]
