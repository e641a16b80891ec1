"""Notices (公示): opened with the project's move, never ended early, made longer with a reason."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from civic.audit import record
from civic.calendar import add_workdays, workdays_between
from civic.files import use
from civic.models import Attachment, Person
from civic.moments import now, today
from proposals.models import Project, ProjectState
from proposals.services import moves
from publicity import rules
from publicity.models import BLOCKING, Notice, NoticeState
from publicity.offices import ANSWERERS, closing_moment
from publicity.services import words

JOB = "clock:notices"


@transaction.atomic
def open_for(project: Project, *, by: Person | str = JOB, documents: Iterable[Attachment] = ()) -> Notice | None:
    """The running notice of a project that is on notice (开始公示); None for any other. Twice opens one."""
    project = moves.locked(project)
    if project.state != ProjectState.ON_NOTICE:
        return None
    running = project.notices.filter(state=NoticeState.RUNNING).first()
    if running is not None:
        return running
    ends_at = last_moment(project)
    notice = Notice.objects.create(
        project=project,
        starts_at=project.state_since,
        first_ends_at=ends_at,
        ends_at=ends_at,
        workdays=max(workdays_between(localdate(project.state_since), localdate(ends_at)), 0),
    )
    shown = use(documents, public=True)
    notice.documents.set(shown)
    record(
        "notice.open",
        by=by,
        on=notice,
        sentence=f"公示开始，到{words.moment(ends_at)}。有不同意见，可以在网上提、打电话或到村公服站写",
        documents=shown,
        after={"starts_at": notice.starts_at, "ends_at": ends_at},
        rule=f"{project.round.terms.rule_book}：公示{project.round.terms.notice_workdays}个工作日",
    )
    return notice


def last_moment(project: Project) -> datetime:
    """When the project's notice closes: on the day its step is due, and always after it began."""
    ends_on = project.due_on or add_workdays(today(), 1)
    if closing_moment(ends_on) <= project.state_since:
        ends_on = add_workdays(localdate(project.state_since), 1)
    return closing_moment(ends_on)


@transaction.atomic
def end(notice: Notice, *, by: Person | str = JOB) -> Project:
    """End a notice whose time is over and whose objections are answered (公示结束): the works may be prepared."""
    project = moves.locked(notice.project)
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    waiting = project.objections.filter(state__in=BLOCKING).count()
    rules.check_can_end(notice, at=now(), open_objections=waiting)
    notice.state, notice.ended_at = NoticeState.ENDED, now()
    notice.save()
    received = notice.objections.count()
    heard = f"收到异议{received}条，已答复" if received else "没有收到异议"
    return moves.advance(project, by=by, sentence=f"公示结束：{heard}")


def end_if_over(project: Project, *, by: Person | str = JOB) -> None:
    """End the project's notice when its time was over already and only an answer was missing."""
    notice = project.notices.filter(state=NoticeState.RUNNING, ends_at__lte=now()).first()
    if notice and project.state == ProjectState.ON_NOTICE:
        end(notice, by=by)


@transaction.atomic
def extend(notice: Notice, *, by: Person, to: date, reason: str) -> Notice:
    """Make a running notice longer (延长公示); the first date promised stays visible."""
    project = moves.locked(notice.project)
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    rules.check_can_extend(notice, to=to, today=today(), reason=reason)
    before, notice.ends_at = notice.ends_at, closing_moment(to)
    notice.workdays = workdays_between(localdate(notice.starts_at), to)
    notice.extended_reason = reason
    notice.save()
    if project.state == ProjectState.ON_NOTICE and project.due_on is not None and to > project.due_on:
        moves.set_due(project, to)
    record(
        "notice.extend",
        by=by,
        on=notice,
        roles=ANSWERERS,
        sentence=f"公示延长：原定到{words.moment(before)}，改为到{words.moment(notice.ends_at)}",
        before={"ends_at": before},
        after={"ends_at": notice.ends_at},
        reason=reason,
    )
    return notice


@transaction.atomic
def withdraw(project: Project, *, reason: str) -> None:
    """Take down the notice of a project that has left it (撤下公示); the move itself is the record."""
    for notice in project.notices.select_for_update().filter(state=NoticeState.RUNNING):
        notice.state, notice.withdrawn_reason = NoticeState.WITHDRAWN, reason
        notice.save()
