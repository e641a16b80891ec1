"""What goes on in a place now (进行中): one card per open phase with the days left and one button."""

from datetime import datetime
from typing import NamedTuple

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from civic.models import Area
from proposals.models import Round
from voting.models import Poll, PollState


class Phase(NamedTuple):
    """One open phase: 征集中 · 还有6天 [我来提议]; ``is_taking_part`` where a resident proposes or votes."""

    title: str
    detail: str
    button: str
    url: str
    is_taking_part: bool = True


def cards(place: Area, rounds: list[Round], polls: list[Poll], *, running: int, at: datetime) -> list[Phase]:
    """The open phases of a place, the one a resident can act on first."""
    calling = [each for each in rounds if each.opens_at <= at and not _over(each, at) and for_residents(each)]
    found = [_polled(poll, at) for poll in polls]
    found += [_called(calling, at)] if calling else []
    if running:
        url = f"{reverse('publicity:notices')}?area={place.code}"
        title, detail = _("公示中 · %(count)d项") % {"count": running}, _("有不同意见，现在就能提")
        found.append(Phase(title, detail, _("看公示"), url, is_taking_part=False))
    return found


def _polled(poll: Poll, at: datetime) -> Phase:
    """A poll that takes ballots: 投票中 · 还有2天 [去投票], never how many voted; or whose result is new [看结果]."""
    if poll.state == PollState.PUBLISHED:
        said = _("%(place)s居民投票 · %(round)s") % {"place": poll.area.short_name, "round": poll.round.name}
        url = reverse("voting:results", args=[poll.pk])
        return Phase(_("投票结果公布了"), said, _("看结果"), url, is_taking_part=False)
    days = (localdate(poll.closes_at) - localdate(at)).days
    title = _("投票中 · 还有%(days)d天") % {"days": days} if days else _("投票中 · 今天截止")
    detail = _("%(place)s居民投票 · %(round)s") % {"place": poll.area.short_name, "round": poll.round.name}
    return Phase(title, detail, _("去投票"), reverse("voting:ballot", args=[poll.pk]))


def _called(calling: list[Round], at: datetime) -> Phase:
    """One card for all rounds that take proposals; the one that closes first gives the days."""
    first = min(calling, key=lambda each: (each.closes_at is None, each.closes_at or at))
    names = _("、").join(each.name for each in calling[:2])
    detail = _("%(names)s等%(count)d轮") % {"names": names, "count": len(calling)} if len(calling) > 2 else names
    return Phase(_days(first, at), detail, _("我来提议"), reverse("proposals:propose"))


def _over(round: Round, at: datetime) -> bool:
    return round.closes_at is not None and at >= round.closes_at


def for_residents(round: Round) -> bool:
    """Whether residents propose in it (居民可以提议)."""
    return "resident" in round.terms.who_may_propose


def _days(round: Round, at: datetime) -> str:
    if round.closes_at is None:
        return _("征集中 · 随时可以提")
    days = (localdate(round.closes_at) - localdate(at)).days
    return _("征集中 · 还有%(days)d天") % {"days": days} if days else _("征集中 · 今天截止")


def opening_next(rounds: list[Round], at: datetime) -> Round | None:
    """The round that opens next for residents (下一轮)."""
    coming = (each for each in rounds if each.opens_at > at and for_residents(each))
    return min(coming, key=lambda each: each.opens_at, default=None)
