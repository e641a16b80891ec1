"""Minutes that are closed do not change (定稿); corrections stand beside them, append-only."""

from django.db import migrations

from civic.append_only import append_only, closed_rows

CLOSED = "EXISTS (SELECT 1 FROM voting_meeting m WHERE m.id = {row}.meeting_id AND m.state = 'confirmed')"
CLOSED_ITEM = (
    "EXISTS (SELECT 1 FROM voting_agendaitem i JOIN voting_meeting m ON m.id = i.meeting_id "
    "WHERE i.id = {row}.item_id AND m.state = 'confirmed')"
)

SETTLED = "state", "outcome", "settled_at", "settled_by"
TOLD = "near_told_on", "overdue_level", "overdue_told"


class Migration(migrations.Migration):
    replaces = [("voting", "0012_closed_minutes")]
    dependencies = [("voting", "0003_append_only_results")]
    operations = [
        append_only("voting_minutescorrection"),
        closed_rows("voting", "Meeting", "{row}.state = 'confirmed'", takes_new=True),
        closed_rows("voting", "Meeting_roll", CLOSED),
        closed_rows("voting", "AgendaItem", CLOSED, free=("applied_at",)),
        closed_rows("voting", "Attendance", CLOSED),
        closed_rows("voting", "Undertaking", CLOSED, free=(*SETTLED, *TOLD)),
        closed_rows("voting", "Conflict", CLOSED_ITEM),
        closed_rows("voting", "MeetingVote", CLOSED_ITEM),
        closed_rows("voting", "SecretSlip", CLOSED_ITEM),
    ]
