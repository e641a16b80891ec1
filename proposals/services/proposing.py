"""Proposing (提议) and taking back: from what a person filled in to a filed project with its code for life."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from civic import family, files, limits, people
from civic.audit import acting_as as office_of
from civic.models import Area, Attachment, Level, Person, Role
from civic.models.record import Channel
from civic.moments import now
from civic.rules import RuleBroken, check_reason
from civic.serials import next_number
from proposals import rules, sentences
from proposals.models import AssistedHow, Draft, Origin, Project, Round, Spoken, WorkType
from proposals.permissions import HELPERS, UNIT, capacities
from proposals.services import moves

ENTRY_ACCOUNT = limits.Limit("proposal-entry", rules.ENTRIES_A_DAY, limits.DAY_SECONDS)
FIRST_DAY = timedelta(days=1)
PAPER_ACCOUNT = limits.Limit("proposal-paper", rules.PAPERS_A_DAY, limits.DAY_SECONDS)
CHANNELS = {
    AssistedHow.PRESENT: Channel.DESK,
    AssistedHow.PHONE: Channel.PHONE,
    AssistedHow.PAPER: Channel.PAPER,
    AssistedHow.FAMILY: Channel.WEB,
}


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What is proposed, cleaned: which round and village, what, where, and what is known of the works."""

    round: Round
    area: Area
    title: str
    category: str
    need: str = ""
    plan: str = ""
    work_type: str = WorkType.WORKS
    place_text: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    beneficiaries: str = ""
    estimate_yuan: Decimal | None = None
    photos: tuple[Attachment, ...] = ()
    voice: Attachment | None = None  # beside the title, or instead of it: then intake writes down what it says


@dataclass(frozen=True, kw_only=True)
class Resident:
    """For whom another hands in: a worker (代录) with how the resident spoke and what shows it, or family (代办)."""

    name: str
    how: AssistedHow
    phone: str = ""
    note: str = ""
    evidence: Attachment | None = None
    serial: str = ""  # the number on the paper she signed
    known: Person | None = None  # whose matter it is, where another record says so already

    @property
    def by_family(self) -> bool:
        return self.how == AssistedHow.FAMILY


def of_family(helped: Person) -> Resident:
    """For whom a helper of the family hands in (帮家里人办); civic.family says whether that still holds."""
    return Resident(name=helped.name, how=AssistedHow.FAMILY, known=helped)


@transaction.atomic
def propose(
    proposal: Proposal,
    *,
    by: Person,
    key: UUID,
    resident: Resident | None = None,
    for_unit: bool = False,
    channel: Channel = Channel.WEB,
    name: str = "",
) -> Project:
    """File a proposal (提交提议). One key is one proposal, however often and from how many tabs it is sent.

    ``by`` proposes for themselves (``name`` introduces who has none yet), for a ``resident`` (of the family: then it
    counts as hers) or for the unit they work for. RuleBroken with the reason, TooOften past the day's number, PermissionDenied for a worker
    who enters for themselves.
    """
    _wait_your_turn(by, name)
    filed = Project.objects.filter(submit_key=str(key)).first()
    if filed is not None:
        return _the_same(filed, proposal, by)
    acting_as = {"resident"} if resident else capacities(by, proposal.area, for_unit=for_unit)
    _check(proposal, acting_as, for_unit=for_unit)
    _count(by, resident, for_unit)
    project = _create(proposal, by, key, resident, for_unit, channel)
    photos = files.use(proposal.photos, public=True)
    project.photos.set(photos)
    Draft.objects.filter(token=key, owner=by).delete()
    return moves.submit(
        project,
        by=by,
        roles=_roles(resident, for_unit),
        sentence=sentences.proposed(
            unit=_unit_name(project), how=project.assisted_how, estimate=proposal.estimate_yuan
        ),
        on_behalf_of=project.proposer if resident else None,
        channel=project.channel,
        documents=photos,
    )


@transaction.atomic
def withdraw(project: Project, *, by: Person, reason: str = "") -> Project:
    """Take a proposal back (撤回). A worker who does it for somebody without a phone says why."""
    helped = by.pk != project.proposer_id
    if helped:
        check_reason(reason)
    return moves.withdraw(
        project,
        by=by,
        reason=reason,
        sentence=sentences.withdrawn(unit=_unit_name(project), helped=helped),
        on_behalf_of=project.proposer if helped else None,
        roles=(*HELPERS, *UNIT) if helped else (),
    )


def _wait_your_turn(by: Person, name: str) -> None:
    """One person's proposals are filed one after another, so that a double press finds the first one filed."""
    person = Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    if name and not person.name:
        by.name = people.introduce(person, name=name, home_area=person.home_area).name


def _count(by: Person, resident: Resident | None, for_unit: bool) -> None:
    """One more of the day (限次): a resident's own, also where the family hands it in; a worker's entries apart."""
    if resident and resident.by_family:
        family.acting(by, resident.known)
        limits.PROPOSAL_ACCOUNT.hit(resident.known.pk if resident.known else "")
    elif resident and resident.serial:
        PAPER_ACCOUNT.hit(by.pk)
    elif resident or for_unit:
        ENTRY_ACCOUNT.hit(by.pk)
    else:
        if now() - by.created_at < FIRST_DAY:
            limits.PROPOSAL_NEW.hit(by.pk)
        limits.PROPOSAL_ACCOUNT.hit(by.pk)


def _roles(resident: Resident | None, for_unit: bool) -> tuple[Role, ...]:
    """In which offices it is handed in; a resident's own has none, nor has what the family hands in."""
    if resident:
        return () if resident.by_family else HELPERS
    return UNIT if for_unit else ()


def _the_same(filed: Project, proposal: Proposal, by: Person) -> Project:
    """What the key filed before; RuleBroken when the key came with something else."""
    title = proposal.title or rules.SPOKEN_TITLE
    same = (filed.title, filed.area_id, filed.round_id) == (title, proposal.area.pk, proposal.round.pk)
    same = same and {photo.sha256 for photo in proposal.photos} <= set(filed.photos.values_list("sha256", flat=True))
    if not same or by.pk not in {filed.proposer_id, filed.entered_by_id}:
        raise RuleBroken(_("这一份已经提交过，内容不一样。请另写一份"), code="key_reused")
    return filed


def _check(proposal: Proposal, acting_as: set[str], *, for_unit: bool) -> None:
    terms, round = proposal.round.terms, proposal.round
    rules.check_round_takes_proposals(round.opens_at, round.closes_at, now())
    rules.check_who_may_propose(terms, acting_as)
    rules.check_place(round.area.covers(proposal.area.code), proposal.area.level == Level.VILLAGE, for_unit)
    rules.check_said(proposal.title, proposal.voice is not None, round.route)
    rules.check_category(terms, proposal.category)
    rules.check_within_cap(terms, proposal.work_type, proposal.estimate_yuan)


def _create(
    proposal: Proposal, by: Person, key: UUID, resident: Resident | None, for_unit: bool, channel: Channel
) -> Project:
    """The row with its code, still a draft; `moves.submit` files it in the same transaction."""
    project = Project(
        **{name: getattr(proposal, name) for name in Proposal.__dataclass_fields__ if name != "photos"},
        code=_next_code(proposal.round.year),
        filed_at=now(),
        submit_key=str(key),
        channel=channel,
        proposer=by,
    )
    if not proposal.title:
        project.title, project.spoken = rules.SPOKEN_TITLE, Spoken.WAITS
    if proposal.voice:
        project.voice = files.use([proposal.voice], public=False, at=project.area_id)[0]
    if resident:
        _enter_for(project, resident, by)
    elif for_unit:
        _enter_for_unit(project, by)
    project.save(force_insert=True)
    return project


def _next_code(year: int) -> str:
    """WSS-2026-0137: the next of the year that no import has taken."""
    while True:
        code = f"{settings.CODE_PREFIX}-{year}-{next_number(f'project:{year}'):04d}"
        if not Project.objects.filter(code=code).exists():
            return code


def _enter_for(project: Project, resident: Resident, by: Person) -> None:
    project.proposer, project.entered_by = resident.known or person_of(resident, project.area), by
    if project.proposer.pk == by.pk:
        raise PermissionDenied("a worker proposes for themselves as themselves")
    project.channel = CHANNELS[resident.how]
    project.assisted_how, project.assisted_note = resident.how, resident.note
    project.paper_serial = resident.serial
    if resident.evidence:
        project.assisted_evidence = files.use([resident.evidence], public=False, at=project.area_id)[0]


def person_of(resident: Resident, area: Area) -> Person:
    """The person behind a phone, or a new one. A phone that belongs to somebody of another name is no proof."""
    known = Person.objects.filter(phone=resident.phone).first() if resident.phone else None
    if known is None:
        return Person.objects.create_person(resident.phone or None, resident.name, home_area=area)
    if known.name and known.name != resident.name:
        raise RuleBroken(
            _("这个手机号登记的不是这个姓名，请核对；和家人共用的手机号不用填"),
            code="phone_of_another",
            field="resident_phone",
        )
    return known


def _enter_for_unit(project: Project, by: Person) -> None:
    office = office_of(by, UNIT, project.area_id)
    if office is None or office.organisation is None:
        raise RuleBroken(_("您的任职没有登记单位，不能以单位名义提议"), code="no_unit")
    project.proposer, project.proposing_unit, project.entered_by = None, office.organisation, by
    project.origin = Origin.VILLAGE if office.role == UNIT[0] else Origin.DEPARTMENT


def _unit_name(project: Project) -> str:
    return project.proposing_unit.name if project.proposing_unit else ""
