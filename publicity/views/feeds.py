"""Feeds (订阅): the record of a project, of a place, and the notice board, for readers of Atom and of JSON Feed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from civic.models import Area
from civic.templatetags.civic import yuan
from proposals.models import Project
from publicity.models import Notice
from publicity.queries import notices, record, story
from publicity.queries.record import Told
from publicity.saying import moment_words

BOARD_SHOWS = 50


def _of_code(code: str) -> Project:
    return get_object_or_404(story.found(AnonymousUser(), code))


def _events(project: Project) -> list[Told]:
    return record.told(record.events_of(project.code or "")[: record.SHOWN])


def _link(event: Told) -> str:
    return f"{reverse('publicity:project', args=[event.subject])}#e{event.id}"


def _more(event: Told) -> str:
    corrected = (
        _("已更正，见 #e%(key)s") % {"key": event.corrected_url.partition("#e")[2]} if event.corrected_url else ""
    )
    return " ".join(filter(None, [event.text, event.reason, event.rule, corrected]))


class Atom(Feed):
    """What all have in common; an entry's address is its name for ever."""

    feed_type = Atom1Feed
    author_name = settings.SITE_NAME
    language = "zh-CN"

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return require_safe(super().__call__)(request, *args, **kwargs)


class Events(Atom):
    """Entries that are events of the record, the newest first."""

    def item_title(self, item: Told) -> str:
        return item.text

    def item_description(self, item: Told) -> str:
        return _more(item)

    def item_link(self, item: Told) -> str:
        return _link(item)

    def item_author_name(self, item: Told) -> str:
        return item.who

    def item_pubdate(self, item: Told) -> datetime:
        return item.happened_at

    def item_updateddate(self, item: Told) -> datetime:
        return item.happened_at


class ProjectFeed(Events):
    """One project's record, as on its page."""

    def get_object(self, request: HttpRequest, code: str) -> Project:
        return _of_code(code)

    def title(self, project: Project) -> str:
        return f"{project.code} {project.title}"

    def link(self, project: Project) -> str:
        return project.get_absolute_url()

    def items(self, project: Project) -> list[Told]:
        return _events(project)


class AreaFeed(Events):
    """What happened last in a place (最近进展), the small daily updates left out."""

    def get_object(self, request: HttpRequest, code: str) -> Area:
        return get_object_or_404(Area, pk=code)

    def title(self, area: Area) -> str:
        return _("%(place)s的最近进展") % {"place": area.short_name}

    def link(self, area: Area) -> str:
        return reverse("publicity:area", args=[area.pk])

    def items(self, area: Area) -> list[Told]:
        return record.events_in(area)

    def item_title(self, item: Told) -> str:
        return f"{item.title}：{item.text}"


class NoticeFeed(Atom):
    """The notice board (公示栏), the newest notice first."""

    def title(self) -> str:
        return _("公示")

    def link(self) -> str:
        return reverse("publicity:notices")

    def items(self) -> Iterable[Notice]:
        return notices.listed().order_by("-starts_at", "-pk")[:BOARD_SHOWS]

    def item_title(self, item: Notice) -> str:
        return f"{item.get_kind_display()}：{item.project.title}"

    def item_description(self, item: Notice) -> str:
        amount = item.project.approved_yuan
        said = [_("公示到%(until)s。") % {"until": moment_words(item.ends_at)}]
        said += [_("批准%(amount)s。") % {"amount": strip_tags(yuan(amount))}] if amount else []
        return "".join(said)

    def item_link(self, item: Notice) -> str:
        return f"{item.project.get_absolute_url()}#notice-{item.pk}"

    def item_pubdate(self, item: Notice) -> datetime:
        return item.starts_at

    def item_updateddate(self, item: Notice) -> datetime:
        return item.ended_at or item.starts_at


def _json(request: HttpRequest, title: str, home: str, items: Iterable[tuple[str, Told]]) -> JsonResponse:
    """A JSON Feed of events, each with the title it has here."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": request.build_absolute_uri(home),
        "feed_url": request.build_absolute_uri(),
        "language": "zh-CN",
        "items": [
            {
                "id": request.build_absolute_uri(_link(event)),
                "url": request.build_absolute_uri(_link(event)),
                "title": said,
                "content_text": _more(event),
                "date_published": event.happened_at.isoformat(),
                "authors": [{"name": event.who}],
            }
            for said, event in items
        ],
    }
    return JsonResponse(feed, json_dumps_params={"ensure_ascii": False})


@require_safe
def project_json(request: HttpRequest, code: str) -> HttpResponse:
    """The public record as a JSON Feed (订阅): the newest hundred events, as on the page."""
    found = _of_code(code)
    events = [(event.text, event) for event in _events(found)]
    return _json(request, f"{found.code} {found.title}", found.get_absolute_url(), events)


@require_safe
def area_json(request: HttpRequest, code: str) -> HttpResponse:
    """The newest hundred events of a place as a JSON Feed."""
    place = get_object_or_404(Area, pk=code)
    feed = AreaFeed()
    events = [(feed.item_title(event), event) for event in record.events_in(place)]
    return _json(request, feed.title(place), feed.link(place), events)
