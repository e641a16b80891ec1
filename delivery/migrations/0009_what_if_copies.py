"""Copies of a pool in which requests are tried before they count (测算), and next year as a source (跨年)."""

import civic.fields
import civic.moments
import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0008_approver_and_ranks"),
        ("proposals", "0005_review_queue"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WhatIf",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                ("made_at", models.DateTimeField(default=civic.moments.now, verbose_name="时间")),
                ("submitted_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="提交时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "verbose_name": "测算",
                "verbose_name_plural": "测算",
                "ordering": ["-made_at", "-id"],
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
            ],
            options={
                "verbose_name": "测算的项目",
                "verbose_name_plural": "测算的项目",
                "ordering": ["whatif", "position"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="fundingsource",
            name="source_kind_known",
        ),
        migrations.AlterField(
            model_name="fundingsource",
            name="kind",
            field=models.CharField(
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
        migrations.AddConstraint(
            model_name="fundingsource",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["pool", "collective", "donation", "fiscal", "next_year", "other"])),
                name="source_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="whatif",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="谁做的",
            ),
        ),
        migrations.AddField(
            model_name="whatif",
            name="pool",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="whatifs",
                to="delivery.pool",
                verbose_name="资金池",
            ),
        ),
        migrations.AddField(
            model_name="whatifline",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="proposals.project",
                verbose_name="项目",
            ),
        ),
        migrations.AddField(
            model_name="whatifline",
            name="whatif",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lines",
                to="delivery.whatif",
                verbose_name="测算",
            ),
        ),
        migrations.AddConstraint(
            model_name="whatif",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="whatif_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="whatifline",
            constraint=models.UniqueConstraint(fields=("whatif", "project"), name="whatif_line_once_per_project"),
        ),
        migrations.AddConstraint(
            model_name="whatifline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_yuan__gt", 0)), name="whatif_amount_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="whatifline",
            constraint=models.CheckConstraint(
                condition=models.Q(("next_year_yuan__gte", 0), ("next_year_yuan__lt", models.F("amount_yuan"))),
                name="whatif_next_year_is_a_part",
            ),
        ),
    ]
