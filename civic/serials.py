"""Numbers given out one after another (流水号), never twice, whoever asks at once."""

from django.db import transaction

from civic.models import Serial


def next_number(series: str) -> int:
    """The next number of a series, from 1; inside the caller's transaction, so a failure leaves no gap."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("next_number() belongs in the transaction that uses the number")
    Serial.objects.bulk_create([Serial(series=series)], ignore_conflicts=True)
    serial = Serial.objects.select_for_update().get(pk=series)
    serial.last += 1
    serial.save(update_fields=["last"])
    return serial.last
