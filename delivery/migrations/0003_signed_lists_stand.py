"""Signatures are given on a filled list (先填后签), and what is signed or concluded does not change."""

from django.db import migrations

from civic.append_only import closed_rows

CONCLUDED = "EXISTS (SELECT 1 FROM delivery_acceptance a WHERE a.id = {row}.acceptance_id AND a.conclusion <> '')"
SIGNED = "EXISTS (SELECT 1 FROM delivery_signature s WHERE s.acceptance_id = {row}.acceptance_id)"
BLANK = "NOT EXISTS (SELECT 1 FROM delivery_acceptanceitem i WHERE i.acceptance_id = {row}.acceptance_id)"


class Migration(migrations.Migration):
    replaces = [("delivery", "0019_signed_lists_stand")]
    dependencies = [("delivery", "0002_append_only_ledger")]
    operations = [
        closed_rows("delivery", "Acceptance", "{row}.conclusion <> ''", takes_new=True),
        closed_rows("delivery", "AcceptanceItem", f"{SIGNED} OR {CONCLUDED}"),
        closed_rows("delivery", "Signature", f"{BLANK} OR {CONCLUDED}", free=("drawn", "paper")),
    ]
