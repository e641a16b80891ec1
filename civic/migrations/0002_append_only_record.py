"""The record is append-only whoever writes; the engine itself lists what waits to be sealed."""

from django.db import migrations

from civic.append_only import append_only, listed


class Migration(migrations.Migration):
    dependencies = [("civic", "0001_initial")]
    operations = [
        append_only("civic_auditevent", "civic_auditseal", "civic_sealedevent", "civic_correction"),
        listed("civic_auditevent", "civic_unsealedevent", "event_id"),
    ]
