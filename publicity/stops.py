"""The link that stops messages in one tap (一键停收): it proves itself, so that nobody has to sign in for it.

It is short, because it stands in text messages: person, way out and day, with 128 bits of a keyed hash.
"""

from datetime import date, timedelta
from typing import NamedTuple

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from publicity.models import Via

LIFE_DAYS = 180
SIGN = {Via.SMS: "s", Via.WECHAT: "w", Via.EMAIL: "e"}
VIA = {sign: via for via, sign in SIGN.items()}


class Stop(NamedTuple):
    """Whose messages a link stops, and by which way."""

    person: int
    via: Via


def token(person: int, via: Via, on: date) -> str:
    """What stands behind /stop/ in a message of that day."""
    said = f"{int_to_base36(person)}-{SIGN[via]}-{int_to_base36(on.toordinal())}"
    return f"{said}-{_proof(said, settings.SECRET_KEY)}"


def read(text: str, on: date) -> Stop | None:
    """What the link says; None for one that was altered, cut off, or is older than half a year."""
    said, _dash, proof = text.rpartition("-")
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not any(constant_time_compare(proof, _proof(said, key)) for key in keys):
        return None
    person, sign, day = said.split("-")
    if date.fromordinal(base36_to_int(day)) < on - timedelta(days=LIFE_DAYS):
        return None
    return Stop(base36_to_int(person), VIA[sign])


def _proof(said: str, key: str) -> str:
    return salted_hmac("publicity.stops", said, secret=key, algorithm="sha256").hexdigest()[:32]
