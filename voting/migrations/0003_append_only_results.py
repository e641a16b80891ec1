"""A poll's result stays as it was counted, whoever writes."""

from django.db import migrations

from civic.append_only import append_only


class Migration(migrations.Migration):
    replaces = [("voting", "0005_append_only_results")]
    dependencies = [("voting", "0002_append_only_urn_log")]
    operations = [append_only("voting_result", "voting_resultline")]
