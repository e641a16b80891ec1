"""Numbers given out one after another (流水号), never twice, whoever asks at once."""

from django.db import transaction

from civic.models import Serial


def next_number(series: str) -> int:
    """The next number of a series, from 1; inside the caller's transaction, so a failure leaves no gap."""
    return next_numbers(series, 1)[0]


def next_numbers(series: str, count: int) -> range:
    """So many numbers of a series at once, for a set that is written together."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("next_numbers() belongs in the transaction that uses the numbers")
    Serial.objects.bulk_create([Serial(series=series)], ignore_conflicts=True)
    serial = Serial.objects.select_for_update().get(pk=series)
    serial.last += count
    serial.save(update_fields=["last"])
    return range(serial.last - count + 1, serial.last + 1)
