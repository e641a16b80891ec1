"""A poll's result stays as it was counted, whoever writes."""

from django.db import migrations

from civic.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("voting", "0004_result_line_cost")]
    operations = [append_only("voting_result", "voting_resultline")]
