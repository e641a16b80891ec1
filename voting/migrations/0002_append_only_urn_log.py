"""The urn's log and its signed heads are append-only whoever writes."""

from django.db import migrations

from civic.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("voting", "0001_initial")]
    operations = [append_only("voting_logleaf", "voting_checkpoint", urn=True)]
