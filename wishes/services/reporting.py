"""Reporting (报一件事) and joining (我也碰到): what residents do, and workers for them."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from civic import family, files, limits
from civic.audit import record
from civic.models import Area, Attachment, Level, Person
from civic.models.record import Channel, Kind
from civic.moments import now, today
from civic.rules import RuleBroken
from civic.serials import next_number
from proposals.models import Spoken
from proposals.services.proposing import CHANNELS, Resident, person_of
from wishes import rules, sentences
from wishes.models import NUMBER_PREFIX, Demand, Join
from wishes.permissions import HELPERS
from wishes.services import lifting, moves

REPORT_ACCOUNT = limits.Limit("demand", 3, limits.DAY_SECONDS)
REPORT_IP = limits.Limit("demand-ip", 20, 3600)
ENTRY_ACCOUNT = limits.Limit("demand-entry", rules.ENTRIES_A_DAY, limits.DAY_SECONDS)
JOIN_ACCOUNT = limits.Limit("demand-join", 20, limits.DAY_SECONDS)


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What is reported, cleaned: what (in writing or aloud), where, in which village, and the photos."""

    what: str
    place_text: str
    area: Area
    photos: tuple[Attachment, ...] = ()
    voice: Attachment | None = None


@transaction.atomic
def report(
    matter: Matter,
    *,
    by: Person,
    key: UUID,
    resident: Resident | None = None,
    channel: Channel = Channel.WEB,
    mark: str = "",
) -> Demand:
    """Put a matter on the board (报上黑板). One key is one matter, however often it is sent.

    RuleBroken for a place that is no village, TooOften past the day's number, PermissionDenied for a worker who
    enters for themselves.
    """
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)  # one after another, so a double press finds the first
    filed = Demand.objects.filter(submit_key=str(key)).first()
    if filed is not None:
        return _the_same(filed, matter, by)
    if matter.area.level != Level.VILLAGE or matter.area.is_zone:
        raise RuleBroken(_("请选到村居"), code="not_a_village", field="area")
    if not matter.what and matter.voice is None:
        raise RuleBroken(_("写下是什么事（至少5个字）"), code="what_required", field="what")
    _count(by, resident)
    demand = _create(matter, by, key, resident, channel, mark)
    photos = files.use(matter.photos, public=True, caption=matter.what)
    demand.photos.set(photos)
    record(
        "demand.report",
        by=by,
        on=demand,
        sentence=sentences.reported(demand.assisted_how),
        roles=HELPERS if resident and not resident.by_family else (),
        on_behalf_of=demand.reporter if resident else None,
        channel=Channel(demand.channel),
        documents=photos,
        after={"state": demand.state},
        mark=mark,
    )
    return demand


@transaction.atomic
def join(demand: Demand, *, by: Person) -> Join:
    """我也碰到; twice is once. The third joiner lifts the matter to the town's list."""
    demand = moves.locked(demand)
    rules.check_can_join(demand.state)
    joined, is_new = Join.objects.get_or_create(demand=demand, person=by)
    if is_new or joined.withdrawn_at is not None:
        JOIN_ACCOUNT.hit(by.pk)
        joined.joined_at, joined.withdrawn_at = now(), None
        joined.save(update_fields=["joined_at", "withdrawn_at"])
        record("demand.join", by=by, on=demand, kind=Kind.DAILY, is_public=False)
        lifting.by_joins(demand)
    return joined


@transaction.atomic
def unjoin(demand: Demand, *, by: Person) -> None:
    """Take it back (撤回); twice is once. What stands on the town's list stays there: the town has seen it."""
    demand = moves.locked(demand)
    rules.check_can_join(demand.state)
    if Join.objects.filter(demand=demand, person=by, withdrawn_at=None).update(withdrawn_at=now()):
        record("demand.unjoin", by=by, on=demand, kind=Kind.DAILY, is_public=False)


def _count(by: Person, resident: Resident | None) -> None:
    """One more of the day (限次): a resident's own, also where the family hands it in; a worker's entries apart."""
    if resident and resident.by_family:
        family.acting(by, resident.known)
        REPORT_ACCOUNT.hit(resident.known.pk if resident.known else "")
    else:
        (ENTRY_ACCOUNT if resident else REPORT_ACCOUNT).hit(by.pk)


def _the_same(filed: Demand, matter: Matter, by: Person) -> Demand:
    """What the key filed before; RuleBroken when the key came with something else."""
    same = (filed.what, filed.area_id) == (matter.what or rules.SPOKEN_WHAT, matter.area.pk)
    if not same or by.pk not in {filed.reporter_id, filed.entered_by_id}:
        raise RuleBroken(_("这一份已经提交过，内容不一样。请另写一份"), code="key_reused")
    return filed


def _create(matter: Matter, by: Person, key: UUID, resident: Resident | None, channel: Channel, mark: str) -> Demand:
    due_on = today() + timedelta(days=rules.INTAKE_DAYS)
    demand = Demand(
        number=f"{NUMBER_PREFIX}-{today().year}-{next_number(f'demand-{today().year}'):04d}",
        area=matter.area,
        what=matter.what or rules.SPOKEN_WHAT,
        spoken="" if matter.what else Spoken.WAITS,
        place_text=matter.place_text,
        reporter=(resident.known or person_of(resident, matter.area)) if resident else by,
        channel=channel,
        due_on=due_on,
        first_due_on=due_on,
        limit_days=rules.INTAKE_DAYS,
        submit_key=str(key),
        mark=mark,
    )
    if matter.voice:
        demand.voice = files.use([matter.voice], public=False, at=demand.area_id)[0]
    if resident:
        if demand.reporter.pk == by.pk:
            raise PermissionDenied("a worker reports for themselves as themselves")
        demand.entered_by, demand.channel = by, CHANNELS[resident.how]
        demand.assisted_how, demand.assisted_note = resident.how, resident.note
    demand.save(force_insert=True)
    return demand
