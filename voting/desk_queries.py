"""What the desk of polls reads (投票工作页): the polls in reach, where one could be prepared, the roll, how it goes."""

from collections import Counter
from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from civic.models import Area, Level, Role
from civic.models.areas import DIGITS
from civic.permissions import User, scopes
from proposals.models import Project, ProjectState, Round
from voting.models import HOLDING_POLLS, LIVE_POLLS, ActState, Ballot, Poll, PollAct, PollProject, RollEntry
from voting.permissions import POLL_OFFICE
from voting.queries import within

COARSE = 10  # a live counter of single ballots would tell who has just voted


def on_desk(user: User) -> QuerySet[Poll]:
    """The polls this person prepares or may add people to, the latest first."""
    workers = scopes(user, Role.SOCIAL_WORKER)
    above = {prefix[:digits].ljust(12, "0") for prefix in workers for digits in DIGITS.values()}
    reach = within("area__code", [*scopes(user, POLL_OFFICE), *workers]) | Q(area__in=above)
    return Poll.objects.filter(reach).select_related("round", "area").order_by("-pk")


def places_to_prepare(prefixes: Sequence[str]) -> list[tuple[Round, Area, int]]:
    """Where projects wait for a vote and no poll is alive (可以筹备的): each village, and a town where several wait."""
    taken = PollProject.objects.filter(project=OuterRef("pk"), poll__state__in=HOLDING_POLLS)
    waiting = Project.objects.filter(within("area__code", prefixes), ~Exists(taken), state=ProjectState.IN_POLL)
    counts: Counter[tuple[int, str]] = Counter(waiting.values_list("round_id", "area_id"))
    towns: dict[tuple[int, str], set[str]] = {}
    for round_id, code in counts:
        towns.setdefault((round_id, code[: DIGITS[Level.TOWN]].ljust(12, "0")), set()).add(code)
    for (round_id, town), villages in towns.items():
        if len(villages) > 1 and any(town.startswith(prefix) for prefix in prefixes):
            counts[round_id, town] = sum(counts[round_id, code] for code in villages)
    rounds = Round.objects.in_bulk({round_id for round_id, _code in counts})
    areas = Area.objects.in_bulk({code for _round, code in counts})
    alive = set(Poll.objects.filter(state__in=LIVE_POLLS).values_list("round_id", "area_id"))
    return [(rounds[r], areas[code], counts[r, code]) for r, code in sorted(counts) if (r, code) not in alive]


def poll_that_holds(project: Project) -> Poll | None:
    """The poll a project is in until its result is public, or the one that stands in its place's way."""
    own = Q(entries__project=project, state__in=HOLDING_POLLS)
    beside = Q(round=project.round_id, area=project.area_id, state__in=LIVE_POLLS)
    return Poll.objects.filter(own | beside).order_by("-pk").first()


def acts_to_confirm(user: User) -> QuerySet[PollAct]:
    """What waits for this person as the second one (等您确认)."""
    asked = PollAct.objects.filter(within("poll__area__code", scopes(user, POLL_OFFICE)), state=ActState.ASKED)
    return asked.exclude(asked_by=user.pk).exclude(person=user.pk)


def acts(poll: Poll) -> QuerySet[PollAct]:
    """All that was asked for in a poll, with the people it names, the latest first."""
    return poll.acts.select_related("poll", "asked_by", "confirmed_by", "refused_by", "person", "area").order_by("-pk")


def roll(poll: Poll, user: User) -> QuerySet[RollEntry]:
    """The roll as far as this person may read it: the office all, a worker their villages."""
    mine = within("area__code", scopes(user, (*POLL_OFFICE, Role.SOCIAL_WORKER)))
    return (
        RollEntry.objects.filter(mine, poll=poll)
        .select_related("person", "area")
        .order_by("area", "person__name", "pk")
    )


def coarse_ballots(poll: Poll) -> int:
    """How many ballots the urn holds, rounded down to tens (已收选票); what they say is not read."""
    return Ballot.objects.filter(box__poll=poll.pk).count() // COARSE * COARSE
