"""What more than one caller reads about polls and their rolls (读). Nothing here tells what was chosen."""

from django.db.models import Count, Exists, OuterRef, QuerySet

from civic.models import Area, Residency
from civic.moments import by_database
from proposals.models import Project, ProjectState, Round
from voting import poll_rules
from voting.models import (
    HOLDING_POLLS,
    ActKind,
    ActState,
    BallotBox,
    BoxState,
    Poll,
    PollAct,
    PollProject,
    PollState,
    RollEntry,
)


def polls(area: Area) -> QuerySet[Poll]:
    """The polls of a place and of the places in it, the latest first."""
    return Poll.objects.filter(area__code__startswith=area.prefix).select_related("round", "area")


def waiting_for_poll(round: Round, area: Area) -> QuerySet[Project]:
    """Projects of a round in a place that stand in its poll step and are in no poll that is alive (待投票)."""
    taken = PollProject.objects.filter(project=OuterRef("pk"), poll__state__in=HOLDING_POLLS)
    waiting = Project.objects.filter(round=round, state=ProjectState.IN_POLL, area__code__startswith=area.prefix)
    return waiting.filter(~Exists(taken)).order_by("code")


def poll_projects(poll: Poll) -> QuerySet[PollProject]:
    return poll.entries.select_related("project__area").order_by("position")


def poll_projects_for(poll: Poll, voter: str) -> list[PollProject]:
    """The projects in one voter's own order; ``voter`` is the pseudonym, or the session of who only looks."""
    by_code = {entry.project.code or "": entry for entry in poll_projects(poll)}
    return [by_code[code] for code in poll_rules.shuffled(by_code, commitment=poll.seed_commitment, voter=voter)]


def standing_opening(poll: Poll) -> PollAct | None:
    """The opening that is asked for or confirmed and not yet carried out (已提请或已确认的开放)."""
    return poll.acts.filter(kind=ActKind.OPEN, state__in=[ActState.ASKED, ActState.CONFIRMED]).first()


def pending_acts(poll: Poll) -> QuerySet[PollAct]:
    """What waits for a second person (等另一人确认)."""
    return poll.acts.filter(state=ActState.ASKED).select_related("poll", "asked_by")


def polls_due_to_open() -> QuerySet[Poll]:
    """Drafts whose confirmed hour has come by the database's clock (到点开放)."""
    confirmed = PollAct.objects.filter(poll=OuterRef("pk"), kind=ActKind.OPEN, state=ActState.CONFIRMED)
    return Poll.objects.filter(Exists(confirmed), state=PollState.DRAFT, opens_at__lte=by_database()).order_by("pk")


def polls_due_to_close() -> QuerySet[Poll]:
    """Open polls whose last second is over by the database's clock (到点截止)."""
    return Poll.objects.filter(state=PollState.OPEN, closes_at__lte=by_database()).order_by("pk")


def polls_without_seed() -> QuerySet[Poll]:
    """Closed polls whose seed could not be read at the close (种子还没公开)."""
    return Poll.objects.filter(state=PollState.CLOSED, seed="").order_by("pk")


def boxes_to_rewrite() -> set[int]:
    """The polls whose closed ballot boxes still keep the order in which ballots came (待打乱重写)."""
    return set(BallotBox.objects.filter(state=BoxState.CLOSED).values_list("poll", flat=True))


def residents_not_on_roll(poll: Poll) -> QuerySet[Residency]:
    """Residents whose residency in the place is verified and who are not on the roll yet (可以进名册的居民)."""
    listed = RollEntry.objects.filter(poll=poll, person=OuterRef("person"))
    verified = Residency.objects.filter(area__code__startswith=poll.area.prefix, ended_on=None, person__is_active=True)
    return verified.filter(~Exists(listed)).select_related("person").order_by("pk")


def roll_counts(poll: Poll) -> dict[str, dict[str, int]]:
    """The roll by how people came and by age band (名册人数); whether anyone voted is not known here."""
    return {field: _counts(poll.roll.all(), field) for field in ("source", "age_band")}


def _counts(entries: QuerySet[RollEntry], field: str) -> dict[str, int]:
    return dict(entries.order_by(field).values_list(field).annotate(count=Count("pk")))
