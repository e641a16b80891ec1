"""Who signs a contract for the village or the town (甲方); nobody wrote it down of the older ones."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0004_filings_told_by_rule"),
    ]

    operations = [
        migrations.AddField(
            model_name="contract",
            name="client",
            field=models.CharField(blank=True, db_default="", max_length=60, verbose_name="甲方"),
        ),
    ]
