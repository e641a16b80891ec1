"""Who may vote in a poll (名册): from a list, from verified residents, or added by a worker. One entry per person.

The opening counts and freezes the roll; after it an addition takes two people and is marked ``late``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from civic.areas import BadFile
from civic.files import use
from civic.models import Area, Attachment, Level, Person
from civic.moments import today
from civic.permissions import require
from civic.rules import RuleBroken, check_reason, mask_resident
from civic.tables.layout import problem
from voting import poll_queries as queries
from voting import poll_rules as rules
from voting import poll_sentences as sentences
from voting.models import ActKind, Poll, PollAct, PollState, RollEntry, RollSource
from voting.roll_files.people import Listed
from voting.services import polls, urn
from voting.services.roll_matching import Matcher, Villages

BATCH = 1000


@dataclass
class Counts:
    """What came onto the roll or would; ``too_young`` are the lines, or the people's keys, left out for their age."""

    added: int = 0
    same: int = 0
    too_young: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Placed:
    """A line of a list with its village, its age band, and the person where one is known."""

    listed: Listed
    area: Area
    age_band: str
    person: Person | int | None


def import_roll(poll: Poll, people: Sequence[Listed], *, by: Person | str, dry_run: bool = False) -> Counts:
    """Take a list onto a draft's roll (导入名册): all or nothing, and a second time changes nothing.

    BadFile names every line that cannot be taken. Who is too young on the first day is left out and counted.
    """
    try:
        with transaction.atomic():
            return _import(poll, people, by=by, dry_run=dry_run)
    except IntegrityError:
        raise BadFile([_("导入的时候有人登记了同一个手机号，请再导入一次")]) from None


@transaction.atomic
def from_residents(poll: Poll, ages: Mapping[int, int | None], *, by: Person) -> Counts:
    """Take residents whose residency is verified onto a draft's roll (按已核对的居民身份), by person with their age.

    RuleBroken, and nobody is taken, if one of them is no such resident or has a namesake on the list of the village.
    """
    poll = polls.locked(poll)
    polls.check_can_change(poll)
    verified = {one.person_id: one for one in queries.residents_not_on_roll(poll).filter(person__in=list(ages))}
    same = poll.roll.filter(person__in=list(ages)).count()
    if len(verified) + same < len(ages):
        raise RuleBroken(_("有人在这个地方没有核对过的居民身份"), code="no_residency")
    counts, entries = Counts(same=same), []
    for one in verified.values():
        age = ages[one.person_id]
        if poll.min_age and age is None:
            rules.check_of_age(age, poll.min_age)
        if age is not None and age < poll.min_age:
            counts.too_young.append(one.person_id)
            continue
        _check_namesakes(poll.roll.exclude(source=RollSource.RESIDENCY), one.person, one.area_id)
        entries.append(
            RollEntry(
                poll=poll,
                person=one.person,
                area_id=one.area_id,
                age_band=rules.band(age),
                source=RollSource.RESIDENCY,
                evidence=one.how_verified,
                by=by,
            )
        )
    RollEntry.objects.bulk_create(entries, batch_size=BATCH)
    counts.added = len(entries)
    if counts.added:
        _note_taken(poll, "poll.roll_from_residents", counts, by=by, said=sentences.roll_from_residents)
    return counts


@transaction.atomic
def enrol(
    poll: Poll,
    *,
    by: Person,
    person: Person,
    area: Area,
    age: int | None,
    evidence: str,
    document: Attachment | None = None,
    reason: str = "",
    is_no_namesake: bool = False,
) -> RollEntry | PollAct:
    """A worker adds one person with evidence (社工添加). Once voting has begun it is asked for, and another confirms.

    ``reason`` is public and needed then; ``evidence`` never is. ``is_no_namesake``: the worker made sure that the
    person of the same name on the village's list is another.
    """
    poll = polls.locked(poll)
    entry = RollEntry(
        poll=poll, person=person, area=area, source=RollSource.ADDED, evidence=evidence, document=document, by=by
    )
    require(by, "voting.enrol", entry)
    if poll.state != PollState.OPEN:
        rules.check_can_change(poll, opening_stands=False)
    _check_enrolment(poll, entry, age, is_no_namesake=is_no_namesake)
    entry.age_band = rules.band(age)
    entry.full_clean()
    if document is not None:
        use([document], public=False, at=area.pk)
    if poll.state == PollState.OPEN:
        return _ask_enrol(entry, reason=reason)
    entry.save(force_insert=True)
    polls.note(poll, "poll.enrolled", by=by, sentence=sentences.enrolled(late=False))
    return entry


def enrol_late(poll: Poll, act: PollAct, *, by: Person, **event: Any) -> None:
    """Carry out an enrolment two people agreed to (补进名册); the caller holds the poll. The frozen size stays."""
    if act.person is None or act.area is None:
        raise ValueError("the act enrols nobody")
    _check_new(poll, act.person)
    RollEntry.objects.create(
        poll=poll,
        person=act.person,
        area=act.area,
        age_band=act.age_band,
        source=RollSource.ADDED,
        evidence=act.evidence,
        document=act.document,
        late=True,
        by=act.asked_by,
    )
    urn.enlarge_roll(poll=poll.pk, roll_size=poll.roll.count())
    polls.note(poll, "poll.enrolled", by=by, sentence=sentences.enrolled(late=True), **event)


@transaction.atomic
def strike(entry: RollEntry, *, by: Person, reason: str) -> None:
    """Take somebody off a draft's roll (移出名册) with a public reason, while nobody asked for its opening."""
    check_reason(reason)
    poll = polls.locked(Poll(pk=entry.poll_id))
    polls.check_can_change(poll)
    poll.roll.filter(pk=entry.pk).delete()
    polls.note(poll, "poll.struck", by=by, sentence=sentences.struck(poll.roll.count()), reason=reason)


def _import(poll: Poll, people: Sequence[Listed], *, by: Person | str, dry_run: bool) -> Counts:
    poll = polls.locked(poll)
    polls.check_can_change(poll)
    matcher, counts = Matcher(poll, people), Counts()
    fresh = []
    for one in _placed(poll, people, matcher, counts):
        if _key(one.person) in matcher.on_roll:
            counts.same += 1
        else:
            fresh.append(one)
    counts.added = len(fresh)
    if fresh and not dry_run:
        _write(poll, fresh, by=by)
        _note_taken(poll, "poll.roll_imported", counts, by=by, said=sentences.roll_imported)
    return counts


def _placed(poll: Poll, people: Sequence[Listed], matcher: Matcher, counts: Counts) -> list[Placed]:
    """Every line with its village and person. BadFile with all that is wrong; the too young are counted aside."""
    villages, day = Villages(poll), rules.day_of(poll.opens_at) if poll.opens_at else today()
    found, problems = [], []
    seen: dict[int, int] = {}
    for one in people:
        try:
            age = one.age if one.birth is None else rules.age_on(one.birth, day)
            if age is None or age < 0:
                raise ValueError(_("出生日期在将来"))
            area = villages.named(one.village)
            if age < poll.min_age:
                counts.too_young.append(one.line)
                continue
            person = matcher.person(one, area)
            first = seen.setdefault(_key(person) or -one.line, one.line)
            if first != one.line:
                raise ValueError(_("与第%(first)d行是同一个人") % {"first": first})
            found.append(Placed(one, area, rules.band(age), person))
        except ValueError as fault:
            problems.append(problem(one.line, fault))
    if problems:
        raise BadFile(problems)
    return found


def _write(poll: Poll, fresh: Sequence[Placed], *, by: Person | str) -> None:
    """The people nobody knew yet, then everybody's place on the roll (写入)."""
    made = Person.objects.bulk_create([_stranger(one) for one in fresh if one.person is None], batch_size=BATCH)
    keys = iter([person.pk for person in made])
    RollEntry.objects.bulk_create(
        [
            RollEntry(
                poll=poll,
                person_id=next(keys) if one.person is None else _key(one.person),
                area=one.area,
                age_band=one.age_band,
                source=RollSource.IMPORT,
                household=one.listed.household,
                by=by if isinstance(by, Person) else None,
            )
            for one in fresh
        ],
        batch_size=BATCH,
    )


def _stranger(one: Placed) -> Person:
    """Somebody new (新登记的人): no password, and a phone nobody has proved to hold."""
    listed = one.listed
    return Person(phone=listed.phone, name=listed.name, home_area=one.area, password=make_password(None))


def _key(person: Person | int | None) -> Any:
    return person.pk if isinstance(person, Person) else person


def _note_taken(poll: Poll, action: str, counts: Counts, *, by: Person | str, said: Any) -> None:
    total = poll.roll.count()
    after = {"added": counts.added, "total": total, "too_young": len(counts.too_young)}
    polls.note(poll, action, by=by, after=after, sentence=said(added=counts.added, total=total))


def _check_enrolment(poll: Poll, entry: RollEntry, age: int | None, *, is_no_namesake: bool) -> None:
    rules.check_evidence(entry.evidence)
    if entry.area.level != Level.VILLAGE or not poll.area.covers(entry.area_id):
        raise RuleBroken(_("请选这次投票范围里的村居"), code="outside_the_poll", field="area")
    rules.check_of_age(age, poll.min_age)
    _check_new(poll, entry.person)
    if not is_no_namesake:
        _check_namesakes(poll.roll.all(), entry.person, entry.area_id)


def _check_new(poll: Poll, person: Person) -> None:
    if poll.roll.filter(person=person).exists():
        raise RuleBroken(_("这个人已经在名册里"), code="already_on_roll", field="person")


def _check_namesakes(entries: QuerySet[RollEntry], person: Person, area_id: str) -> None:
    """Nobody of the same name stands among these of the village already (同村同名); verified residents are two."""
    if entries.filter(area_id=area_id, person__name=person.name).exclude(person=person).exists():
        raise RuleBroken(
            _("名册里本村已有同名的%(name)s，请先核对是不是一个人") % {"name": mask_resident(person.name)},
            code="namesake",
        )


def _ask_enrol(entry: RollEntry, *, reason: str) -> PollAct:
    check_reason(reason)
    poll = entry.poll
    rules.check_act(poll, ActKind.ENROL, at=polls.clock_says(poll))
    if queries.pending_acts(poll).filter(kind=ActKind.ENROL, person=entry.person).exists():
        raise RuleBroken(_("已经提请过，等另一人确认"), code="act_pending")
    act = PollAct(
        poll=poll,
        kind=ActKind.ENROL,
        reason=reason,
        person=entry.person,
        area=entry.area,
        age_band=entry.age_band,
        evidence=entry.evidence,
        document=entry.document,
        asked_by=entry.by,
    )
    act.full_clean()
    act.save(force_insert=True)
    sentence = sentences.asked(ActKind.ENROL)
    polls.note(poll, "poll.act_asked", by=act.asked_by, sentence=sentence, reason=reason, after={"act": act.pk})
    return act
