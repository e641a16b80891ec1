"""Publishing again and again (按期公开): what is owed is noted when its period is over, told once published, and when late."""

from datetime import date
from typing import Any

from django.db import transaction

from civic import files
from civic.audit import record
from civic.calendar import add_workdays, workdays_between
from civic.models import Attachment, Person
from civic.moments import now, today
from delivery import sentences
from delivery.models import Disclosure, DisclosureKind
from delivery.queries.disclosures import disclosures_owed, told_of
from delivery.rules import disclosures as rules
from delivery.services.works import OFFICES
from proposals.models import Project, Round
from proposals.services import moves, telling

JOB = "task:tell_disclosures"


def open_due() -> int:
    """Note what has become due to be published (到期的公开), each once; returns how much was new."""
    owed = [row for project in told_of() for row in _owed_by(project)]
    known = set(
        Disclosure.objects.filter(project__in={row.project_id for row in owed}).values_list(
            "project", "kind", "ends_on"
        )
    )
    new = [row for row in owed if (row.project_id, row.kind, row.ends_on) not in known]
    return len(Disclosure.objects.bulk_create(new, ignore_conflicts=True)) if new else 0


@transaction.atomic
def publish(disclosure: Disclosure, *, by: Person, words: str, document: Attachment | None = None) -> Disclosure:
    """Publish what is owed, on the project's page (公开)."""
    project, found = _held(disclosure.pk)
    rules.check_can_publish(is_published=found.published_at is not None)
    papers = files.use([document] if document else [], public=True)
    found.words, found.document, found.published_at, found.published_by = words, document, now(), by
    found.save(update_fields=["words", "document", "published_at", "published_by"])
    moves.touch(project)
    record(
        "disclosure.publish",
        by=by,
        on=found,
        roles=OFFICES,
        sentence=sentences.disclosed(found, words),
        documents=papers,
        used_workdays=max(0, found.limit_workdays - workdays_between(today(), found.due_on)),
        limit_workdays=found.limit_workdays,
    )
    return found


def due_to_tell() -> telling.News:
    """What is late or near its day and of which there is something new to tell."""
    return telling.news(disclosures_owed(), Round.objects.in_bulk(), to="project__round_id")


@transaction.atomic
def tell_late(pk: int) -> bool:
    """Say in the record that it was not published in time, and to whom the round's rules have it told (公开超期)."""
    project, found = _held(pk)
    if not found.is_late(today()) or not disclosures_owed().filter(pk=pk).exists():
        return False
    return telling.late(found, project, _clock(found, project), by=JOB)


@transaction.atomic
def tell_near(pk: int) -> bool:
    """Remind whom the round's rules want reminded of what is nearly due to be published (快到期)."""
    project, found = _held(pk)
    is_owed = disclosures_owed().filter(pk=pk, due_on__gte=today()).exists()
    if not is_owed or found.near_told_on == found.due_on:
        return False
    return telling.near(found, project, _clock(found, project), by=JOB)


def _clock(found: Disclosure, project: Project) -> telling.About:
    what = f"公开{DisclosureKind(found.kind).label}"
    return telling.About("disclosure", telling.town_of(project.area), what, on=found)


def _owed_by(project: Any) -> list[Disclosure]:
    """What a project owes today: of its gift, and to whom sponsors it."""
    terms, work = project.round.terms, project.work
    since, found = {"on": today(), "ended_on": work.accepted_on}, []
    gift = rules.period_over(
        work.started_on, every=terms.donation_every_months, after=terms.donation_after_months, **since
    )
    final = (
        rules.final_due(work.accepted_on, months=terms.donation_final_months, on=today()) if work.accepted_on else None
    )
    sponsored = rules.period_over(work.started_on, every=terms.sponsor_every_months, **since)
    if project.has_gift and gift and not work.accepted_on:
        found.append(_row(project, DisclosureKind.DONATION, gift))
    if project.has_gift and final:
        whole = rules.Period(work.started_on, max(work.accepted_on, date.fromordinal(work.started_on.toordinal() + 1)))
        found.append(_row(project, DisclosureKind.DONATION_FINAL, whole, due_on=final))
    if project.sponsor_id and sponsored and not work.accepted_on:
        found.append(_row(project, DisclosureKind.SPONSOR, sponsored))
    return found


def _row(project: Project, kind: DisclosureKind, period: rules.Period, *, due_on: date | None = None) -> Disclosure:
    limit = project.round.terms.disclosure_workdays if due_on is None else workdays_between(period.ends_on, due_on)
    return Disclosure(
        project=project,
        kind=kind,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        due_on=due_on or add_workdays(today(), limit),
        limit_workdays=limit,
    )


def _held(pk: int) -> tuple[Project, Disclosure]:
    """The project and then what it owes, locked in this order everywhere, as they are now."""
    project = moves.locked(Project.objects.get(disclosures=pk))
    found = Disclosure.objects.select_for_update(of=("self",)).get(pk=pk)
    found.project = project
    return project, found
