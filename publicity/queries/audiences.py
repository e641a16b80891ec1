"""Who hears of an event (通知谁): for each part the people who have it, as a query of their keys."""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from civic import offices
from civic.models import Area, AuditEvent, Person, Residency, Role
from civic.telling import is_by_family
from proposals.models import Project, Round
from proposals.queries import secondings_of
from publicity.models import Follow, Objection, OpeningWish, VillageAccount, Why
from publicity.queries.areas import path_codes
from voting.models import AgeBand, Poll, RollEntry, Undertaking
from voting.queries import promised
from wishes.models import Demand, Join

BATCH = 1000
ELDERS = (AgeBand.UNDER_75, AgeBand.OLDER)


class About(NamedTuple):
    """What an event is about: a project, a poll, a round, or a matter on the board; the objection, where it is one's; the
    offices it is told to; for whom the family did it; whose account it is; what somebody undertook at a meeting; which
    village's account hangs on its board or does not."""

    project: Project | None = None
    poll: Poll | None = None
    objection: Objection | None = None
    round: Round | None = None
    demand: Demand | None = None
    told: tuple[str, ...] = ()
    helped: int | None = None
    owner: int | None = None
    undertaking: Undertaking | None = None
    account: VillageAccount | None = None

    @property
    def opens_in(self) -> Area | None:
        """Where a call or a vote opens."""
        opened = self.poll or self.round
        return opened.area if opened else None


def about(event: AuditEvent) -> About:
    """What an event is about, in at most two queries; nothing of it where its project is no public one."""
    model, _dot, key = event.target.partition(":")
    if model == "civic.person":
        return About(owner=int(key))
    if model == "voting.poll":
        return About(poll=Poll.objects.select_related("area", "round").filter(pk=key).first())
    if model == "proposals.round":
        return About(round=Round.objects.select_related("area").filter(pk=key).first())
    helped = event.on_behalf_of_id if is_by_family(event) else None
    if model == "wishes.demand":
        return About(demand=Demand.objects.select_related("area").filter(pk=key).first(), helped=helped)
    after = event.after if isinstance(event.after, dict) else {}
    named = after.get("told", "")
    told = tuple(named) if isinstance(named, list) else (named,)
    if model == "publicity.villageaccount":
        return About(account=VillageAccount.objects.filter(pk=key).first(), told=told)
    if "undertaking" in after:
        return About(undertaking=promised().filter(pk=after["undertaking"]).first(), told=told)
    project = Project.objects.select_related("area", "round").filter(code=event.subject).first()
    objection = Objection.objects.filter(pk=key).first() if model == "publicity.objection" else None
    return About(project=project, objection=objection, told=told, helped=helped)


def of(why: Why, it: About, *, but: int | None = None) -> QuerySet[Person, int]:
    """The keys of those who have this part in it and still have an account; ``but`` did it and knows."""
    found = Person.objects.filter(_part(why, it), is_active=True, erased_at=None).exclude(pk=but or 0)
    return found.order_by("pk").values_list("pk", flat=True)


def _part(why: Why, it: About) -> Q | Exists:
    me = OuterRef("pk")
    if why == Why.VOTER and it.poll is not None:
        return Exists(RollEntry.objects.filter(poll=it.poll, person=me))
    if why in (Why.REMINDED, Why.PLACE):
        return Exists((wishes_met(it) if why == Why.REMINDED else _follows_of_place(it)).filter(person=me))
    if why in (Why.HELPED, Why.OWNER):
        return Q(pk=(it.helped if why == Why.HELPED else it.owner) or 0)
    if it.demand is not None:
        return _part_of(it.demand, why)
    if it.account is not None:
        return Q(pk__in=_holders(it.account.area_id, it.told) if why == Why.SUPERIOR else [])
    if it.undertaking is not None:
        return _part_at(it.undertaking, why, it.told)
    return Q(pk__in=[]) if it.project is None else _part_in(it.project, why, it)


def _part_of(demand: Demand, why: Why) -> Q | Exists:
    if why == Why.REPORTER:
        return Q(pk=demand.reporter_id)
    return Exists(Join.objects.filter(demand=demand, person=OuterRef("pk"), withdrawn_at=None))


def _part_at(undertaking: Undertaking, why: Why, told: Iterable[str]) -> Q:
    """Who undertook it at a meeting (议定事项), and the offices above the place that its lateness is told to."""
    if why == Why.SUPERIOR:
        return Q(pk__in=_holders(undertaking.meeting.assembly.area_id, told) - {undertaking.owner_id})
    return Q(pk__in=[undertaking.owner_id] if why == Why.UNDERTAKER else [])


def _part_in(project: Project, why: Why, it: About) -> Q | Exists:
    me = OuterRef("pk")
    if why == Why.PROPOSER:
        return Q(pk=project.proposer_id or 0)
    if why == Why.OBJECTOR:
        its_own = Q(pk=it.objection.pk) if it.objection else Q()
        return Exists(Objection.objects.filter(its_own, project=project, objector=me))
    if why == Why.SECONDER:
        return Exists(secondings_of(project).filter(person=me))
    if why == Why.FOLLOWER:
        return Exists(Follow.objects.filter(project=project, person=me))
    if why == Why.SUPERIOR:
        return Q(pk__in=_superiors(project, it.told))
    if why == Why.NEARBY:
        return Exists(Residency.objects.filter(area=project.area_id, ended_on=None, person=me))
    return Q(pk__in=[])


def _superiors(project: Project, told: Collection[str]) -> set[int]:
    """Who holds the office that hears of what is late (超期上报); with the town's approvers the project's sponsor (领办人)."""
    over = _holders(project.area_id, told)
    return over | ({project.sponsor_id} if Role.TOWN_APPROVER in told and project.sponsor_id else set())


def _holders(area: str, told: Iterable[str]) -> set[int]:
    roles = {Role(role) for role in told if role in Role.values}
    return {office.person_id for office in offices.over({area}, roles)} if roles else set()


def wishes_met(it: About) -> QuerySet[OpeningWish]:
    """The wishes to be told when something opens that this opening meets (到时提醒): in the place, in and above it."""
    place = it.opens_in
    if place is None:
        return OpeningWish.objects.none()
    here = Q(area__code__startswith=place.prefix) | Q(area__in=path_codes(place.code))
    return OpeningWish.objects.filter(here)


def _follows_of_place(it: About) -> QuerySet[Follow]:
    """Who follows the village of a project, or one in which something opens (关注村居的人)."""
    if it.project is not None:
        return Follow.objects.filter(area=it.project.area_id)
    return Follow.objects.filter(area__code__startswith=it.opens_in.prefix) if it.opens_in else Follow.objects.none()


def by_voice(people: QuerySet[Person], *, elders: bool) -> QuerySet[Person]:
    """Those of them whom no message reaches, having no phone; with ``elders`` also whom a roll knows as 60 or more."""
    known = Exists(RollEntry.objects.filter(person=OuterRef("pk"), age_band__in=ELDERS))
    return people.filter(Q(phone=None) | known if elders else Q(phone=None))


def in_batches(keys: QuerySet[Person, int]) -> Iterator[list[int]]:
    """The keys of people, so many at a time, each batch a query of its own: nothing is held for ten thousand."""
    last = 0
    while batch := list(keys.filter(pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1]
