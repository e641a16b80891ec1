"""The ledger's triggers laid anew after its constraints were changed: SQLite makes the table anew without them."""

from django.db import migrations

from civic.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("delivery", "0011_carry_over")]
    operations = [append_only("delivery_poolentry")]
