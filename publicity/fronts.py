"""What the pages of a place tell (首页、一村一档): what can be done there now, how it stands, and a place's whole file."""

from typing import Any

from civic.models import Area, Level
from civic.moments import now, today
from publicity import phases
from publicity.cards import figure_cards, year_sentence
from publicity.charted import chart
from publicity.models import VillageAccount
from publicity.queries import accounts, figures, notices, record, works
from publicity.queries import areas as places
from publicity.queries.stats import composed, money
from publicity.queries.stats.scope import Scope
from publicity.saying import moment_words, today_words
from voting import papers
from wishes import lines
from wishes import queries as board
from wishes.survey_queries import public_summary

OTHER_YEARS = 3  # told in a sentence each below the chosen one
ACCOUNTS = 8  # quarters
FEW = 3  # notices, matters and pictures on a place's page; the rest behind a link


def home(place: Area, asked: str) -> dict[str, Any]:
    """What a front page tells (首页); ``asked`` is the year in the address."""
    at, rounds = now(), figures.rounds_of(place)
    years = sorted({each.year for each in rounds}, reverse=True)
    year = next((each for each in years if str(each) == asked), years[0] if years else None)
    scope, others = Scope(place, year), [each for each in years[:OTHER_YEARS] if each != year]
    told = figures.headlines(place, [year or 0, *others], scope.known)
    open_now = phases.cards(place, rounds, papers.of_place(place, at), running=notices.running_in(place), at=at)
    return {
        "cards": open_now,
        "is_quiet": not any(card.is_taking_part for card in open_now),
        "next_round": phases.opening_next(rounds, at),
        "figures": figure_cards(told[0], composed.timeliness(scope)),
        "other_years": [year_sentence(each) for each in told[1:]],
        "year": year,
        "latest": record.latest_in(place),
        "meeting": places.next_meeting(place),
        "updated": today_words(at),
    }


def file(place: Area, asked: str) -> dict[str, Any]:
    """A place's file (一村一档): the same, who serves there, its money by year, its pictures, notices and board."""
    years = Scope(place, None)
    return home(place, asked) | {
        "serving": places.serving(place),
        "money": chart(money.by_year(years), years),
        "pairs": works.pairs_in(place, FEW),
        "notices": [(notice, moment_words(notice.ends_at)) for notice in _running(place)],
        "needs": public_summary(place) if place.level == Level.VILLAGE else None,
        "accounts": _accounts(place) if place.level == Level.VILLAGE else [],
        "board": board.figures(place.code, today()),
        "lines": [lines.line(each) for each in board.listed(place.code).prefetch_related("photos")[:FEW]],
        "below": [] if place.level == Level.VILLAGE else places.just_below(place),
        "coverage": places.coverage(place),
    }


def _accounts(place: Area) -> list[tuple[VillageAccount, bool]]:
    """The newest accounts on the village's board (村务公开), and whether one that does not hang there is late and it is said."""
    on = today()
    return [
        (each, each.is_late(on) and each.round.terms.overdue_is_public) for each in accounts.of_place(place, ACCOUNTS)
    ]


def _running(place: Area) -> list[Any]:
    return list(notices.listed(place, running_only=True)[:FEW])
