"""Voting at a station (投票站): a worker who looked at a person's papers opens one screen for her, and she votes on it.

Nothing is kept that she voted. How many screens were opened stands by village, day and worker; the screen itself is
erased with the vote, or when its quarter of an hour is over.
"""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from civic.clock import every_minute
from civic.models import Person
from civic.moments import now, today
from civic.permissions import require
from civic.rules import RuleBroken
from voting import station_rules
from voting.ballot_rules import Choices
from voting.models import Poll, RollEntry, StationDay, StationScreen
from voting.models.urn import BallotChannel
from voting.receipts import Receipt
from voting.services import tickets, urn, voter_messages

LIFE = timedelta(minutes=15)


class ScreenOver(RuleBroken):
    """No such screen for this session: used, run out, another session's, or made up; one answer for all."""

    def __init__(self) -> None:
        super().__init__(_("这一屏已经用过，或者超过15分钟了。请工作人员再开一次"), code="screen_over")


@transaction.atomic
def open_screen(entry: RollEntry, *, by: Person, session: str, paper: str) -> str:
    """Open a screen for somebody on the roll whose papers were seen (开一屏); the token that leads to it.

    ``session`` is the worker's, in which alone the screen shows. PermissionDenied for oneself and other villages;
    RuleBroken while the poll takes no ballots.
    """
    require(by, "voting.receive_voter", entry)
    station_rules.check_takes_ballots(entry.poll, now())
    station_rules.check_paper(paper)
    token = secrets.token_urlsafe(32)
    StationScreen.objects.create(entry=entry, by=by, seal=_seal(token, session), expires_at=now() + LIFE)
    _count(entry, by=by, paper=paper)
    voter_messages.tell(entry.person, "station", entry.poll)
    return token


def screen(poll: Poll, token: str, *, by: Person, session: str) -> StationScreen:
    """The screen behind an address. ScreenOver where there is none for this session now."""
    found = _screens(poll, token, session).select_related("entry__person", "by").first()
    return _checked(found, by)


@transaction.atomic
def vote(poll: Poll, token: str, choices: Choices, *, by: Person, session: str) -> Receipt:
    """Put the voter's own ballot into the urn and end her screen (在投票站投票); what stood before is replaced.

    The page has told her so, and nobody learns from it whether something did stand. ScreenOver; RuleBroken as
    urn.cast has it, and then the screen stays.
    """
    found = _checked(_screens(poll, token, session).select_for_update(of=("self",)).first(), by)
    person = found.entry.person_id
    stands = urn.standing(poll.pk, person)
    ticket = tickets.issue(poll.pk, person, channel=BallotChannel.STATION)
    receipt = urn.cast(ticket, choices, replaces=stands.version if stands else None)
    found.delete()
    return receipt


@every_minute
def drop_old_screens() -> None:
    """Erase screens nobody used in time (过期的一屏)."""
    StationScreen.objects.filter(expires_at__lte=now()).delete()


def _screens(poll: Poll, token: str, session: str) -> QuerySet[StationScreen]:
    return StationScreen.objects.filter(seal=_seal(token, session), entry__poll=poll, expires_at__gt=now())


def _checked(found: StationScreen | None, by: Person) -> StationScreen:
    if found is None or found.by_id != by.pk:
        raise ScreenOver
    require(by, "voting.receive_voter", found.entry)
    return found


def _seal(token: str, session: str) -> str:
    """What is kept of a token: it opens nothing without the session, and without our key it cannot be made."""
    return salted_hmac("voting.services.station", f"{session}:{token}", algorithm="sha256").hexdigest()


def _count(entry: RollEntry, *, by: Person, paper: str) -> None:
    place = {"poll": entry.poll, "area": entry.area, "by": by, "day": today(), "paper": paper}
    StationDay.objects.bulk_create([StationDay(**place)], ignore_conflicts=True)
    StationDay.objects.filter(**place).update(opened=F("opened") + 1)
