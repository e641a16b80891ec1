"""The record is append-only whoever writes."""

from django.db import migrations

from civic.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("civic", "0001_initial")]
    operations = [append_only("civic_auditevent", "civic_auditseal", "civic_sealedevent")]
