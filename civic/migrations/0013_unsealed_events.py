"""What waits to be sealed is a list of its own, kept by the engine, so that a sealer need not look through the log."""

import django.db.models.deletion
from django.db import migrations, models

from civic.append_only import listed

WAITS = """
INSERT INTO civic_unsealedevent (event_id)
SELECT e.id FROM civic_auditevent e WHERE NOT EXISTS (SELECT 1 FROM civic_sealedevent s WHERE s.event_id = e.id)
"""


class Migration(migrations.Migration):
    dependencies = [("civic", "0012_dispatches")]
    operations = [
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
        listed("civic_auditevent", "civic_unsealedevent", "event_id"),
        migrations.RunSQL(WAITS, migrations.RunSQL.noop),
    ]
