"""The works from start to report of completion (开工到报完工): plan, milestones, news, visits, reminders."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from civic import files
from civic.audit import acting_as, record
from civic.calendar import add_workdays
from civic.models import Attachment, Person, Role
from civic.models.record import Kind
from civic.moments import now, today
from civic.rules import RuleBroken, check_reason
from civic.words import label
from delivery import sentences
from delivery.models import Milestone, ProgressReport, ReportKind, Urge, VisitLog, Work
from delivery.rules import works as rules
from delivery.rules.lamps import done_percent
from delivery.services.contracts import write_plan
from proposals.models import Project, ProjectState
from proposals.services import moves

OFFICES = (Role.TOWN_HANDLER, Role.VILLAGE_OFFICE)
SITE = (Role.CONTRACTOR, *OFFICES)
VISITORS = (Role.CONTRACTOR, Role.SOCIAL_WORKER)
AT_WORK = (ProjectState.IN_PROGRESS, ProjectState.RECTIFYING)


def locked(project: Project) -> Work:
    """A project's work with its contract, the project and the work held until the transaction ends (in this order)."""
    project = moves.locked(project)
    work = Work.objects.select_for_update(of=("self",)).filter(project=project).first()
    if work is None:
        raise RuleBroken(_("还没有登记合同"), code="no_contract")
    work.project = project
    return work


@transaction.atomic
def set_plan(project: Project, stages: Sequence[rules.Stage], *, by: Person, visits_planned: int | None = None) -> Work:
    """Write the plan before the start (排工期): names, days, shares and the photos they ask for."""
    work = locked(project)
    rules.check_state(work.project, "plan", ProjectState.AWAITING_START)
    rules.check_plan(stages)
    write_plan(work, stages)
    work.visits_planned = visits_planned if work.is_service else None
    work.save(update_fields=["visits_planned"])
    moves.touch(work.project)
    record(
        "work.plan",
        by=by,
        on=work,
        roles=OFFICES,
        kind=Kind.DAILY,
        sentence=sentences.planned(len(stages)),
        after={"milestones": [{"name": s.name, "planned_on": str(s.planned_on)} for s in stages]},
    )
    return work


@transaction.atomic
def start(project: Project, *, by: Person, board_photo: Attachment, contact: Person | None = None) -> Project:
    """The works begin (开工): with a contract, a plan and a photo of the notice board on the site."""
    project = moves.locked(project)
    planned = Work.objects.filter(project=project).annotate(stages=Count("milestones")).first()
    rules.check_can_start(project, planned, planned.stages if planned else 0)
    work = locked(project)
    files.use([board_photo], public=True, caption="公示牌")
    work.board_photo, work.started_on, work.contact = board_photo, today(), contact or by
    work.last_news_at = now()
    work.save()
    contract = work.item.contract
    return moves.start(
        project,
        by=by,
        due_on=max(contract.finish_on, today()),
        roles=OFFICES,
        kind=Kind.MONEY,
        sentence=sentences.started(work.contract_yuan),
        documents=[contract.scan, board_photo],
    )


@transaction.atomic
def finish_milestone(
    milestone: Milestone,
    *,
    by: Person,
    photo: Attachment | None = None,
    others: Sequence[Attachment] = (),
    late_reason: str = "",
    on: date | None = None,
) -> Milestone:
    """A stage is finished (里程碑完成) today or on an earlier day; late ones say why, publicly."""
    work = locked(milestone.work.project)
    rules.check_state(work.project, "milestone", ProjectState.IN_PROGRESS)
    milestone = Milestone.objects.get(pk=milestone.pk)
    milestone.work = work
    on = on or today()
    rules.check_day(on, work.started_on, today())
    rules.check_milestone(milestone, on=on, has_photo=photo is not None, late_reason=late_reason)
    photos = files.use([*([photo] if photo else []), *others], public=True)
    milestone.actual_on, milestone.photo = on, photo
    milestone.late_reason = late_reason if on > milestone.planned_on else ""
    milestone.post = _post(by, work)
    milestone.save()
    stages = list(work.milestones.all())
    _news(work, percent=done_percent(stages))
    record(
        "milestone.finish",
        by=by,
        on=work,
        roles=SITE,
        kind=Kind.PHOTO if photo else Kind.DECISION,
        sentence=sentences.milestone_done(milestone, sum(1 for m in stages if m.actual_on), len(stages)),
        reason=milestone.late_reason,
        after={"milestone": milestone.name, "planned_on": str(milestone.planned_on), "actual_on": str(on)},
        documents=photos,
        happened_at=None if on == today() else on,
    )
    return milestone


@transaction.atomic
def report_finished(
    project: Project,
    *,
    by: Person,
    stage: int | None = None,
    on: date | None = None,
    late_reason: str = "",
    note: str = "",
    place: str = "",
    photos: Sequence[Attachment] = (),
    key: UUID | None = None,
) -> ProgressReport:
    """报完成 from the site: the stage of this number, else the next that is open, else the whole.

    A ``key`` that was received already answers with what it left then: a phone may send again after a bad line.
    """
    work = locked(project)
    if sent := _received(work, key, by):
        return sent
    stages = work.milestones.filter(pk=stage) if stage else work.milestones.filter(actual_on=None)
    found = stages.order_by("order").first()
    if stage and found is None:
        raise RuleBroken(_("这个工地没有这个里程碑"), code="no_such_stage")
    given = ProgressReport.objects.create(
        work=work, kind=ReportKind.DONE, note=note, place=place, key=key, by=by, post=_post(by, work), at=now()
    )
    given.photos.set(photos)
    if found is None:
        report_done(project, by=by, note=note, photos=photos)
    else:
        first = photos[0] if photos else None
        finish_milestone(found, by=by, photo=first, others=photos[1:], late_reason=late_reason, on=on)
    return given


@transaction.atomic
def reschedule(milestone: Milestone, planned_on: date, *, by: Person, reason: str) -> Milestone:
    """Give an open stage another day (改期); the first promise and the reason stay on the page."""
    work = locked(milestone.work.project)
    milestone = Milestone.objects.get(pk=milestone.pk)
    rules.check_state(work.project, "reschedule", ProjectState.AWAITING_START, *AT_WORK)
    rules.check_reschedule(milestone, planned_on, reason)
    before, milestone.planned_on, milestone.slip_reason = milestone.planned_on, planned_on, reason
    milestone.save()
    moves.touch(work.project)
    record(
        "milestone.reschedule",
        by=by,
        on=work,
        roles=OFFICES,
        sentence=sentences.rescheduled(milestone.name, before, planned_on),
        before={"planned_on": str(before)},
        after={"planned_on": str(planned_on)},
        reason=reason,
    )
    return milestone


@transaction.atomic
def report(
    project: Project,
    *,
    by: Person,
    percent: int | None = None,
    note: str = "",
    place: str = "",
    photos: Sequence[Attachment] = (),
    key: UUID | None = None,
) -> ProgressReport:
    """News from the site (报进展): photos, a percentage, a word; something of the three.

    A ``key`` that was received already answers with what it left then: a phone may send again after a bad line.
    """
    work = locked(project)
    if sent := _received(work, key, by):
        return sent
    rules.check_state(work.project, "report", *AT_WORK)
    rules.check_progress(percent, work.progress_percent)
    if percent is None and not photos and not note.strip():
        raise RuleBroken(_("请传照片，或写一句进展"), code="empty_report", field="photos")
    given = ProgressReport.objects.create(
        work=work, percent=percent, note=note, place=place, key=key, by=by, post=_post(by, work), at=now()
    )
    given.photos.set(files.use(photos, public=True))
    _news(work, percent=percent)
    record(
        "work.report",
        by=by,
        on=work,
        roles=SITE,
        kind=Kind.PHOTO if photos else Kind.DAILY,
        sentence=sentences.progressed(percent, note, place),
        documents=photos,
    )
    return given


def _received(work: Work, key: UUID | None, by: Person) -> ProgressReport | None:
    """What this key left before; the work is locked, so of two at once the second finds what the first made."""
    found = work.reports.filter(key=key).first() if key else None
    if found and found.by_id != by.pk:
        raise RuleBroken(_("这一份已经由别人交上来了"), code="sent_by_another")
    return found


def _post(by: Person, work: Work) -> str:
    """In which office somebody writes from the site (岗位), as the photos' stamp names it."""
    office = acting_as(by, SITE, work.audit_area_id)
    return (office.post or label(Role(office.role))) if office else ""


@transaction.atomic
def report_trouble(
    project: Project,
    *,
    by: Person,
    note: str,
    place: str = "",
    photos: Sequence[Attachment] = (),
    key: UUID | None = None,
) -> ProgressReport:
    """The site meets a trouble (报问题); it stays on the desk until an office answers. One ``key``, one trouble."""
    work = locked(project)
    if sent := _received(work, key, by):
        return sent
    rules.check_state(work.project, "report", *AT_WORK, ProjectState.AWAITING_START)
    check_reason(note)
    due_on = add_workdays(today(), work.project.round.terms.trouble_workdays)
    given = ProgressReport.objects.create(
        work=work,
        kind=ReportKind.TROUBLE,
        note=note,
        place=place,
        key=key,
        by=by,
        post=_post(by, work),
        at=now(),
        due_on=due_on,
    )
    given.photos.set(files.use(photos, public=True))
    _news(work)
    record(
        "work.trouble",
        by=by,
        on=work,
        roles=SITE,
        kind=Kind.DAILY,
        sentence=sentences.trouble(note),
        documents=photos,
    )
    return given


@transaction.atomic
def answer_trouble(given: ProgressReport, *, by: Person, answer: str) -> ProgressReport:
    """An office answers what the site reported (答复问题)."""
    check_reason(answer)
    work = locked(given.work.project)
    given = ProgressReport.objects.get(pk=given.pk, kind=ReportKind.TROUBLE)
    if given.answered_at:
        raise RuleBroken(_("已经答复过了"), code="already_answered")
    given.answer, given.answered_by, given.answered_at = answer, by, now()
    given.save()
    moves.touch(work.project)
    record(
        "work.trouble_answer",
        by=by,
        on=work,
        roles=OFFICES,
        kind=Kind.DAILY,
        sentence=sentences.trouble_answered(answer),
    )
    return given


@transaction.atomic
def log_visit(project: Project, *, by: Person, visited_on: date, served: int, note: str = "") -> VisitLog:
    """Write down one visit of a service (记上门服务): a count of people, no names, no faces."""
    work = locked(project)
    rules.check_state(work.project, "visit", ProjectState.IN_PROGRESS)
    rules.check_visit(work, visited_on, served, today())
    visit = VisitLog.objects.create(work=work, visited_on=visited_on, served=served, note=note, by=by, at=now())
    count = work.visits.count()
    _news(work, percent=min(100, count * 100 // work.visits_planned) if work.visits_planned else None)
    record(
        "work.visit",
        by=by,
        on=work,
        roles=VISITORS,
        kind=Kind.DAILY,
        sentence=sentences.visited(served, count, work.visits_planned),
        happened_at=None if visited_on == today() else visited_on,
        after={"visits": count, "served": work.visits.aggregate(sum=Sum("served"))["sum"]},
    )
    return visit


@transaction.atomic
def report_done(project: Project, *, by: Person, note: str = "", photos: Sequence[Attachment] = ()) -> Project:
    """The contractor reports the whole done (报完工): every stage is, so acceptance is due."""
    work = locked(project)
    rules.check_state(work.project, "finish", ProjectState.IN_PROGRESS)
    rules.check_all_done(work.milestones.all())
    files.use(photos, public=True)
    work.reported_done_on = today()
    work.save(update_fields=["reported_done_on"])
    _news(work, percent=100)
    return moves.finish(
        work.project,
        by=by,
        roles=SITE,
        kind=Kind.PHOTO if photos else Kind.DECISION,
        sentence=sentences.done_reported(note),
        documents=photos,
    )


@transaction.atomic
def urge(project: Project, *, by: Person, words: str) -> Urge:
    """Remind those who build to get on (催办), at most once in two days."""
    check_reason(words)
    project = moves.locked(project)
    rules.check_state(project, "urge", ProjectState.AWAITING_START, ProjectState.FOR_ACCEPTANCE, *AT_WORK)
    last = project.urges.first()
    rules.check_urge(last.at if last else None, now())
    urge_ = Urge.objects.create(project=project, words=words, by=by, at=now())
    moves.touch(project)
    record(
        "work.urge",
        by=by,
        on=project,
        roles=(*OFFICES, Role.DISTRICT_OFFICE),
        kind=Kind.DAILY,
        sentence=sentences.urged(words),
    )
    return urge_


def urge_each(projects: Iterable[Project], *, by: Person) -> tuple[int, int]:
    """Remind of each late work (批量催办): how many were, and how many the rules forbid now, mostly urged just before."""
    urged = refused = 0
    for project in projects:
        try:
            urge(project, by=by, words=sentences.LATE_WORK)
            urged += 1
        except RuleBroken:
            refused += 1
    return urged, refused


@transaction.atomic
def hand_over(project: Project, *, by: Person, to: Person) -> Work:
    """Another person answers for the project from now on (换联系人)."""
    work = locked(project)
    if work.contact_id == to.pk:
        raise RuleBroken(_("联系人没有变"), code="same_contact", field="contact")
    work.contact = to
    work.save(update_fields=["contact"])
    moves.touch(work.project)
    record(
        "work.hand_over",
        by=by,
        on=work,
        roles=OFFICES,
        kind=Kind.DAILY,
        on_behalf_of=to,
        sentence=sentences.handed_over(),
    )
    return work


def _news(work: Work, percent: int | None = None) -> None:
    """The site was heard of: the lamp's silence ends, progress only rises, the page is fresh."""
    work.last_news_at = now()
    work.progress_percent = max(work.progress_percent, percent or 0)
    work.save(update_fields=["last_news_at", "progress_percent"])
    moves.touch(work.project)
