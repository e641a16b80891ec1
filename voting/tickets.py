"""Tickets (投票凭据): the roll's signed word to the urn that a pseudonym may vote. Short-lived, kept nowhere.

A ticket is good for one poll and one style of ballot. Used twice it gains nothing: the pseudonym has one ballot.
"""

import base64
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from civic.rules import RuleBroken
from voting import keys
from voting.receipts import canonical

LIFE = timedelta(minutes=15)
PURPOSE = b"weishishi ticket v1\n"


@dataclass(frozen=True)
class Ticket:
    poll: int
    pseudonym: str
    style_hash: str
    channel: str
    expires: int  # seconds since 1970


def write(poll: int, pseudonym: str, style_hash: str, channel: str, *, at: datetime) -> str:
    ticket = Ticket(poll, pseudonym, style_hash, channel, int((at + LIFE).timestamp()))
    body = canonical(asdict(ticket))
    return f"{_armoured(body)}.{_armoured(keys.sign(keys.TICKETS, PURPOSE + body))}"


def read(text: str, *, at: datetime) -> Ticket:
    """The ticket that our own roll signed and that has not run out. RuleBroken for any other."""
    body, _dot, signature = text.partition(".")
    with suppress(ValueError):
        plain = base64.urlsafe_b64decode(body)
        if keys.signed(keys.public_key(keys.TICKETS), base64.urlsafe_b64decode(signature), PURPOSE + plain):
            ticket = Ticket(**json.loads(plain))
            if ticket.expires <= at.timestamp():
                raise RuleBroken(_("页面停留太久，请再提交一次"), code="ticket_expired")
            return ticket
    raise RuleBroken(_("投票凭据无效，请回到投票页再试"), code="ticket_invalid")


def _armoured(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode()
