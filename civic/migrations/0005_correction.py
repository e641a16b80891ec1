"""Corrections of the record (更正), append-only as the record is."""

import django.db.models.deletion
from django.db import migrations, models

from civic.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("civic", "0004_voices")]
    operations = [
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
        append_only("civic_correction"),
    ]
