"""Doors to the list and to a project's page (项目列表、项目页)."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from civic import smaller
from civic.moments import now, today
from civic.pages import Act, page, view_mode
from civic.permissions import User
from civic.qr import data_uri
from proposals.models import Project
from proposals.queries import Seconds
from publicity import saying, steps
from publicity.cards import area_names, line
from publicity.forms import ProjectFilter, said
from publicity.queries import offers, people, record, search, story
from publicity.queries.search import SORTS, TEXTS, Wanted
from publicity.views import maps

PAGE_SIZE = 20
KEPT_SECONDS = 60
LOG_KINDS = (
    ("", gettext_lazy("全部")),
    ("decision", gettext_lazy("决定")),
    ("money", gettext_lazy("钱")),
    ("photo", gettext_lazy("照片")),
    ("objection", gettext_lazy("异议")),
)


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """The list (项目列表): every state of it is an address; HTMX gets the rows alone."""
    wanted, rounds = Wanted.read(request.GET), search.rounds()
    asked = search.found(wanted, rounds)
    counted = search.counted(wanted, asked)
    pages = Paginator(search.for_cards(asked, wanted), PAGE_SIZE)
    pages.count = counted["count"]
    found = pages.get_page(request.GET.get("page"))
    on_map = request.GET.get("view") == "map"
    return page(
        request,
        "publicity/projects.html",
        part="publicity/_rows.html",
        tab="projects",
        wanted=wanted,
        filters=partial(ProjectFilter, wanted, rounds),  # made only where the bar is not in the cache
        lines=[line(project, today(), wanted.words) for project in found],
        found=found,
        count=counted["count"],
        total_yuan=counted.get("total_yuan"),
        active=_active(request, wanted),
        sorts=_sorts(request, wanted),
        shown_as=[_shown_as(request, _("列表"), ""), _shown_as(request, _("地图"), "map")],
        view="map" if on_map else "",
        map=maps.told(wanted, rounds, view_mode(request)) if on_map else None,
    )


def _shown_as(request: HttpRequest, label: str, view: str) -> dict[str, Any]:
    """The same filters as a list, or as a map."""
    return {"label": label, "url": _changed(request, view=view), "current": request.GET.get("view", "") == view}


def _active(request: HttpRequest, wanted: Wanted) -> list[dict[str, str]]:
    """Each filter that is on, as a link that takes it off."""
    on = [name for name in TEXTS if name != "sort" and getattr(wanted, name)]
    return [{"label": said(wanted, name), "url": _changed(request, **{name: ""})} for name in on]


def _sorts(request: HttpRequest, wanted: Wanted) -> list[dict[str, Any]]:
    labels = dict(ProjectFilter.base_fields["sort"].choices)  # type: ignore[attr-defined]
    return [
        {
            "label": labels[name],
            "url": _changed(request, sort="" if name == "latest" else name, seed=_seed() if name == "random" else ""),
            "current": wanted.sort == name,
        }
        for name in SORTS
    ]


def _seed() -> str:
    """A shuffle for whoever asks for one next; it then stays in the address."""
    return str(now().microsecond % 9973 + 1)


def _changed(request: HttpRequest, **changes: str) -> str:
    kept = {name: value for name, value in request.GET.items() if name not in {*changes, "page"}}
    return "?" + urlencode({**kept, **{name: value for name, value in changes.items() if value}})


class Telling:
    """What a project's page tells; each part gathered when it is first shown, not at all while the cache holds it.

    ``marked`` is the project as queries.story.marked gives it: enough to know whether the parts kept still hold.
    """

    def __init__(self, marked: Project, reader: User, *, kind: str = "", everything: bool = False) -> None:
        self.marked, self.reader, self.kind, self.everything = marked, reader, kind, everything

    @property
    def key(self) -> str:
        """All that the page depends on but the passing of time: any act on the project leaves an event."""
        found: Any = self.marked
        parts = (found.pk, found.version, found.last_event, found.seconds, self.kind, self.everything, self.reader.pk)
        return ".".join(str(part) for part in parts)

    @property
    def shared_seconds(self) -> int:
        """How long the part with 附议 is kept: not at all where a form holds a session's token or others' seconders count."""
        return 0 if self.reader.is_authenticated or self.marked.is_joined else KEPT_SECONDS  # type: ignore[attr-defined]

    @cached_property
    def project(self) -> Project:
        return story.found(self.reader, self.marked.code or "").get()

    @property
    def acts(self) -> list[Act]:
        return offers.acts(self.reader, self.project) if self.reader.is_authenticated else []

    @property
    def ended(self) -> str:
        return self.project.get_state_display() if self.project.state in steps.HALTED else ""

    @property
    def proposer(self) -> str:
        return people.proposer(self.project)

    @property
    def place_words(self) -> str:
        return area_names(self.project)

    @cached_property
    def where(self) -> dict[str, Any]:
        return maps.where(self.project)

    @property
    def logs(self) -> list[dict[str, Any]]:
        """The record's filters as links."""
        return [
            {"label": label, "url": f"?log={key}#timeline" if key else "?#timeline", "current": key == self.kind}
            for key, label in LOG_KINDS
        ]

    @cached_property
    def joined(self) -> list[story.Joined]:
        return story.joined_to(self.project)

    @cached_property
    def seconding(self) -> Seconds:
        return story.seconding(self.project, self.reader, self.joined)

    @cached_property
    def story(self) -> story.Story:
        return story.story(
            self.project,
            reader=self.reader,
            joined=self.joined,
            seconding=self.seconding,
            kind=self.kind,
            everything=self.everything,
        )

    @cached_property
    def now(self) -> saying.Now:
        return saying.now_card(self.story, at=now())

    @cached_property
    def events(self) -> list[Any]:
        return self.story.events if self.kind else record.folded(self.story.events)

    @cached_property
    def coming(self) -> list[Any]:
        return [] if self.kind else saying.coming(self.story)

    @cached_property
    def photos(self) -> list[dict[str, str]]:
        return [_photo(picture) for picture in self.story.pictures.get(0, [])]


@require_safe
def project(request: HttpRequest, code: str) -> HttpResponse:
    """One project's page for life (项目页): five answers, money, the whole record."""
    marked = get_object_or_404(story.marked(request.user, code))
    kind = request.GET.get("log", "")
    kind = kind if kind in record.FILTERS else ""
    told = Telling(marked, request.user, kind=kind, everything=request.GET.get("all") == "1")
    return page(request, "publicity/project.html", tab="projects", place=marked.area, told=told)


def _photo(photo: story.Picture) -> dict[str, str]:
    whole, thumb = smaller.address(photo.token), smaller.address(photo.token, "page")
    return {"url": whole, "thumb_url": thumb, "alt": photo.caption or _("提议人拍的照片"), "caption": photo.caption}


@require_safe
def printed(request: HttpRequest, code: str) -> HttpResponse:
    """The page as an A4 sheet (打印)."""
    told = Telling(get_object_or_404(story.marked(request.user, code)), request.user, everything=True)
    found = told.project
    return page(
        request,
        "publicity/print.html",
        project=found,
        story=told.story,
        now=told.now,
        events=told.story.events,
        place_words=area_names(found),
        address=request.build_absolute_uri(found.get_absolute_url()),
        qr=data_uri(request.build_absolute_uri(reverse("publicity:by_code", args=[found.code]))),
        printed_at=now(),
    )


@require_safe
def by_code(request: HttpRequest, code: str) -> HttpResponse:
    """The QR on the wall (二维码): leads to the page, however the code is typed."""
    found = get_object_or_404(story.found(request.user, code.strip().upper()))
    return redirect(reverse("publicity:project", args=[found.code]))
