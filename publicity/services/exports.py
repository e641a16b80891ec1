"""Noting who took everything out (全部导出)."""

from django.db import transaction

from civic.audit import record
from civic.models import Area, Person
from civic.models.record import Channel, Kind
from publicity.permissions import EXPORTERS


@transaction.atomic
def note_export(area: Area, *, by: Person) -> None:
    """Write down that all of a place's data was taken out (导出留痕)."""
    record(
        "export.whole",
        by=by,
        on=area,
        kind=Kind.DAILY,
        roles=EXPORTERS,
        channel=Channel.DESK,
        is_public=False,
    )
