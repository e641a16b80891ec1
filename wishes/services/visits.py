"""Visits (走访): writing one down exactly once, changing it over the wording one has read, and what comes of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from civic import limits
from civic.audit import record
from civic.models import Area, Level, Person
from civic.models.record import Kind
from civic.moments import now, today
from civic.permissions import require
from civic.rules import RuleBroken, check_reason
from proposals.services import proposing
from proposals.services.proposing import Resident
from wishes import rules, visit_queries
from wishes.models import Visit
from wishes.permissions import HELPERS
from wishes.services import handling, reporting

VISIT_ACCOUNT = limits.Limit("visit", rules.VISITS_A_DAY, limits.DAY_SECONDS)


@dataclass(frozen=True, kw_only=True)
class Note:
    """What a worker writes down, cleaned: who said what, and where."""

    who: str
    said: str
    place_text: str
    area: Area
    visited_on: date


class VisitChanged(RuleBroken):
    """The same visit stands there in other words (两边不一样): its writer sees both and chooses."""

    def __init__(self, stands: Visit) -> None:
        super().__init__(_("这条走访在别处改过，和这里的不一样。请看两边，选一个"), code="visit_changed")
        self.stands = stands


@transaction.atomic
def keep(note: Note, *, by: Person, key: UUID, version: int | None = None) -> Visit:
    """Write a visit down (记走访), or change one's own over the ``version`` one has read. One key is one visit.

    The same words twice are one visit and no change. VisitChanged where it says something else meanwhile;
    RuleBroken for a key of another's, a place that is no village, a day to come, or words that are gone.
    """
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)  # one after another, so a second try finds the first
    require(by, "wishes.visits", note.area)
    _check(note)
    visit = Visit.objects.select_for_update().filter(key=key).first()
    if visit is None:
        return _create(note, by, key)
    if visit.by_id != by.pk:
        raise RuleBroken(_("这一份是别人记的，不能改。请另写一份"), code="key_reused")
    if visit.erased_at is not None:
        raise RuleBroken(_("这条走访已经抹掉了，不能再改"), code="visit_erased")
    if _says(visit) == note:
        return visit
    if version != visit.version:
        raise VisitChanged(visit)
    return _change(visit, note, by)


@transaction.atomic
def to_demand(visit: Visit, *, by: Person, what: str, resident: Resident) -> Visit:
    """报上黑板: a matter of the board, reported for who said it; both pages name each other. Twice is once."""
    visit = _free(visit, by)
    matter = reporting.Matter(what=what, place_text=visit.place_text, area=visit.area)
    visit.demand = reporting.report(matter, by=by, key=uuid5(visit.key, "demand"), resident=resident)
    return _turned(visit, visit.demand.reporter, by)


@transaction.atomic
def to_project(visit: Visit, *, by: Person, title: str, need: str, category: str, resident: Resident) -> Visit:
    """转为提议, in the round that takes it now; RuleBroken where none does. Both pages name each other."""
    visit = _free(visit, by)
    round = visit_queries.round_for(visit.area_id)
    if round is None:
        raise RuleBroken(handling.closed_words(visit.area_id), code="no_round")
    proposal = proposing.Proposal(
        round=round,
        area=visit.area,
        title=title,
        category=category,
        need=need,
        place_text=visit.place_text,
    )
    visit.project = proposing.propose(proposal, by=by, key=uuid5(visit.key, "project"), resident=resident)
    return _turned(visit, visit.project.proposer, by)


@transaction.atomic
def erase(visit: Visit, *, by: Person, reason: str) -> Visit:
    """Wipe who said what (抹掉), at the resident's wish or because it was written in error; twice is once."""
    visit = _locked(visit)
    require(by, "wishes.visits", visit.area)
    check_reason(reason)
    if visit.erased_at is None:
        _wipe(visit)
        _note("erased", visit, by=by, reason=reason)
    return visit


@transaction.atomic
def forget_erased() -> None:
    """The words of people who are gone (注销) go with them; twice is harmless."""
    for visit in visit_queries.of_erased_people().select_for_update(of=("self",)):
        _wipe(visit)
        _note("erased", visit, by="task:forget_erased_people")


def _create(note: Note, by: Person, key: UUID) -> Visit:
    VISIT_ACCOUNT.hit(by.pk)
    known = visit_queries.resident_named(note.who, note.area)
    visit = Visit.objects.create(key=key, by=by, person=known, **vars(note))
    _note("noted", visit, by=by)
    return visit


def _change(visit: Visit, note: Note, by: Person) -> Visit:
    for name, value in vars(note).items():
        setattr(visit, name, value)
    if not visit.is_turned:
        visit.person = visit_queries.resident_named(note.who, note.area)
    visit.version, visit.updated_at = visit.version + 1, now()
    visit.save()
    _note("changed", visit, by=by, after={"version": visit.version})
    return visit


def _check(note: Note) -> None:
    if note.area.level != Level.VILLAGE or note.area.is_zone:
        raise RuleBroken(_("请选到村居"), code="not_a_village", field="area")
    if note.visited_on > today():
        raise RuleBroken(_("走访的日子不能在今天以后"), code="visit_in_the_future", field="visited_on")


def _says(visit: Visit) -> Note:
    return Note(
        who=visit.who,
        said=visit.said,
        place_text=visit.place_text,
        area=visit.area,
        visited_on=visit.visited_on,
    )


def _locked(visit: Visit) -> Visit:
    return Visit.objects.select_for_update(of=("self",)).select_related("area").get(pk=visit.pk)


def _free(visit: Visit, by: Person) -> Visit:
    """The visit, held, of which nothing has come yet."""
    visit = _locked(visit)
    if not visit_queries.may_turn(by, visit):
        raise PermissionDenied("wishes.visits")
    if visit.erased_at is not None:
        raise RuleBroken(_("这条走访已经抹掉了，转不了"), code="visit_erased")
    if visit.is_turned:
        raise RuleBroken(_("这条走访已经转过了"), code="visit_turned")
    return visit


def _turned(visit: Visit, person: Person | None, by: Person) -> Visit:
    visit.person, visit.updated_at = person, now()
    visit.save()
    _note("turned", visit, by=by, after={"demand": visit.demand_id, "project": visit.project_id})
    return visit


def _wipe(visit: Visit) -> None:
    visit.who = visit.said = visit.place_text = ""
    visit.person, visit.erased_at, visit.updated_at = None, now(), now()
    visit.save()


def _note(action: str, visit: Visit, *, by: Person | str, **event: Any) -> None:
    """What the log keeps of a visit: that it was, where and by whom; not a word of it."""
    roles = () if isinstance(by, str) else HELPERS
    record(f"visit.{action}", by=by, on=visit, kind=Kind.DAILY, is_public=False, roles=roles, **event)
