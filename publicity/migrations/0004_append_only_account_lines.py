"""What hangs on a board is as it hangs there: the lines of a posted account only grow, whoever writes."""

from django.db import migrations

from civic.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("publicity", "0003_village_accounts")]
    operations = [append_only("publicity_accountline")]
