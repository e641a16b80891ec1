"""Doors to following (关注): the page of one project, of one village, the reminder, and the list of all three."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from civic import undo
from civic.models import Area, Level
from civic.pages import page
from civic.permissions import require
from proposals.models import Project
from proposals.queries import visible_to
from publicity import channels
from publicity.models import Via
from publicity.queries import inbox
from publicity.services import follows, openings, settings
from publicity.views.wishing import Wish, answered

A_PAGE = 20
VILLAGE, OPENING = "place", "opening"  # before the code of a place in a wish's key
page_methods = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@page_methods
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Follow a project, or no longer (关注进度). A stranger presses first, proves the phone, and follows at once."""
    project = get_object_or_404(visible_to(request.user).exclude(code=None), code=code)
    if request.POST.get("act") == "wechat" and request.user.is_authenticated and Via.WECHAT in channels.ready():
        settings.agree(request.user, Via.WECHAT)
        return redirect("publicity:follow", code=project.code)
    if (answer := answered(request, _of_project(project))) is not None:
        return answer
    is_followed = request.user.is_authenticated and inbox.followed_by(request.user).filter(project=project).exists()
    return page(
        request,
        "publicity/follow.html",
        tab="projects",
        place=project.area,
        project=project,
        is_followed=is_followed,
        is_just_done=is_followed and request.GET.get("just") == "1",
    )


def _of_project(project: Project) -> Wish:
    return Wish(
        key=project.code or "",
        farewell=_("已取消关注“%(name)s”。") % {"name": project.title},
        url=reverse("publicity:follow", args=[project.code]),
        permission="publicity.follow",
        on=project,
        keep=lambda person: follows.follow(project, by=person),
        leave=lambda person: follows.unfollow(project, by=person),
    )


def _of_village(area: Area) -> Wish:
    return Wish(
        key=f"{VILLAGE}:{area.code}",
        farewell=_("已取消关注“%(name)s”。") % {"name": area.short_name},
        url=reverse("publicity:follow_area", args=[area.code]),
        permission="publicity.follow",
        on=area,
        keep=lambda person: follows.follow_place(area, by=person),
        leave=lambda person: follows.unfollow_place(area, by=person),
    )


def _of_opening(area: Area) -> Wish:
    return Wish(
        key=f"{OPENING}:{area.code}",
        farewell=_("%(place)s开始征集和投票，不再提醒您。") % {"place": area.short_name},
        url=reverse("publicity:remind_area", args=[area.code]),
        permission="publicity.follow",
        on=area,
        keep=lambda person: openings.wish(area, by=person),
        leave=lambda person: openings.unwish(area, by=person),
    )


OF_PLACES = {VILLAGE: _of_village, OPENING: _of_opening}


@never_cache
@page_methods
def follow_area(request: HttpRequest, code: str) -> HttpResponse:
    """Follow a village, or no longer (关注这个村居); what happens to its projects comes into the inbox."""
    area = get_object_or_404(Area.objects.select_related("parent"), pk=code, level=Level.VILLAGE, is_zone=False)
    kept = inbox.places_followed_by(request.user) if request.user.is_authenticated else None
    return _wish_page(request, area, _of_village(area), kept, "publicity/follow_area.html")


@never_cache
@page_methods
def remind_area(request: HttpRequest, code: str) -> HttpResponse:
    """Be told when the next call or vote of a place opens (到时提醒我), or not after all."""
    area = get_object_or_404(Area.objects.select_related("parent"), pk=code)
    kept = inbox.openings_wished_by(request.user) if request.user.is_authenticated else None
    return _wish_page(request, area, _of_opening(area), kept, "publicity/remind_area.html")


def _wish_page(request: HttpRequest, area: Area, wish: Wish, kept: Any, template: str) -> HttpResponse:
    if (answer := answered(request, wish)) is not None:
        return answer
    is_kept = kept is not None and kept.filter(area=area).exists()
    return page(request, template, tab="home", place=area, wish=wish, is_kept=is_kept)


@never_cache
@login_required
@page_methods
def followed(request: HttpRequest) -> HttpResponse:
    """What I follow and wait for (我关注的), each with the way out, and a minute to take that back."""
    if request.method == "POST":
        return _changed(request, _named(request, request.POST.get("code", "")))
    return page(
        request,
        "publicity/follows.html",
        tab="me",
        found=Paginator(inbox.followed_by(request.user), A_PAGE).get_page(request.GET.get("page")),
        places=inbox.places_followed_by(request.user),
        openings=inbox.openings_wished_by(request.user),
    )


def _named(request: HttpRequest, key: str) -> Wish:
    """What a form names."""
    sort, _colon, code = key.partition(":")
    if sort in OF_PLACES:
        return OF_PLACES[sort](get_object_or_404(Area, pk=code[:12]))
    return _of_project(get_object_or_404(visible_to(request.user), code=key[:16]))


def _changed(request: HttpRequest, wish: Wish) -> HttpResponse:
    require(request.user, wish.permission, wish.on)
    if request.POST.get("act") == "follow":
        wish.keep(request.user)
        return redirect("publicity:followed")
    wish.leave(request.user)
    undo.told(request, wish.farewell, undo.Undo(reverse("publicity:followed"), {"code": wish.key, "act": "follow"}))
    return redirect("publicity:followed")
