"""Notices (公示): those that run, those due, those whose project has left them."""

from collections.abc import Iterable

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from civic.models import Area, Attachment
from civic.moments import now
from proposals.models import Project, ProjectState
from publicity.models import BLOCKING, Notice, NoticeState, Objection

OPEN_OBJECTION = Objection.objects.filter(project=OuterRef("project"), state__in=BLOCKING)


def listed(area: Area | None = None, *, running_only: bool = False) -> QuerySet[Notice]:
    """All notices of a place (公示栏): the running ones first, the one that ends soonest on top."""
    shown = Notice.objects.exclude(state=NoticeState.WITHDRAWN)
    if running_only:
        shown = shown.filter(state=NoticeState.RUNNING)
    if area is not None:
        shown = shown.filter(project__area__code__startswith=area.prefix)
    return (
        shown.select_related("project__area__parent", "project__round")
        .prefetch_related(Prefetch("documents", Attachment.objects.filter(is_public=True)))
        .annotate(received=Count("objections", distinct=True), is_over=Q(state=NoticeState.ENDED))
        .annotate(unanswered=Count("objections", filter=Q(objections__state__in=BLOCKING), distinct=True))
        .order_by("is_over", F("ended_at").desc(nulls_last=True), "ends_at", "pk")
    )


def of(codes: Iterable[str]) -> list[Notice]:
    """The newest notice of each of these projects, in the order of the codes (一批公示)."""
    wanted = {code: place for place, code in enumerate(dict.fromkeys(codes))}
    newest = {
        notice.project.code or "": notice
        for notice in listed().filter(project__code__in=wanted).order_by("starts_at", "pk")
    }
    return [newest[code] for code in sorted(newest, key=wanted.__getitem__)]


def running_in(area: Area) -> int:
    """How many notices run in a place now (公示中 · 3项)."""
    return Notice.objects.filter(state=NoticeState.RUNNING, project__area__code__startswith=area.prefix).count()


def due_to_end() -> QuerySet[Notice]:
    """Running notices whose time is over and whose objections are all answered."""
    return Notice.objects.filter(
        ~Exists(OPEN_OBJECTION),
        state=NoticeState.RUNNING,
        ends_at__lte=now(),
        project__state=ProjectState.ON_NOTICE,
    ).select_related("project")


def left_behind() -> QuerySet[Project]:
    """Projects that have left their notice while it still runs."""
    on_notice = [ProjectState.ON_NOTICE, ProjectState.OBJECTED]
    return Project.objects.filter(notices__state=NoticeState.RUNNING).exclude(state__in=on_notice)


def not_yet_open() -> QuerySet[Project]:
    """Projects on notice without a running notice."""
    running = Notice.objects.filter(project=OuterRef("pk"), state=NoticeState.RUNNING)
    return Project.objects.filter(~Exists(running), state=ProjectState.ON_NOTICE)
