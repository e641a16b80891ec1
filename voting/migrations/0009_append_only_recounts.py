"""Results stay as they were counted, however often that is."""

from django.db import migrations

from civic.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("voting", "0008_recounts")]
    operations = [append_only("voting_result", "voting_resultline")]
