"""Doors to following (关注): the page of one project, and the list of what one follows."""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from civic import undo
from civic.pages import page
from civic.permissions import require
from proposals.models import Project
from proposals.queries import visible_to
from publicity import channels
from publicity.models import Topic, Via
from publicity.queries import inbox
from publicity.services import follows, sending, settings

WANTED_KEY = "follow_when_signed_in"
A_PAGE = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Follow a project, or no longer (关注进度). A stranger presses first, proves the phone, and follows at once."""
    project = get_object_or_404(visible_to(request.user).exclude(code=None), code=code)
    if request.method == "POST":
        return _act(request, project)
    if request.user.is_authenticated and request.session.pop(WANTED_KEY, "") == code:
        follows.follow(project, by=request.user)
        return redirect(_just(project))
    is_followed = request.user.is_authenticated and inbox.followed_by(request.user).filter(project=project).exists()
    return page(
        request,
        "publicity/follow.html",
        tab="projects",
        place=project.area,
        project=project,
        is_followed=is_followed,
        asks_wechat=is_followed and request.GET.get("just") == "1" and _asks_wechat(request),
    )


def _act(request: HttpRequest, project: Project) -> HttpResponse:
    if not request.user.is_authenticated:
        request.session[WANTED_KEY] = project.code
        return redirect_to_login(request.path)
    require(request.user, "publicity.follow", project)
    act = request.POST.get("act")
    if act == "stop":
        follows.unfollow(project, by=request.user)
        undo.told(request, _("已取消关注。"), undo.Undo(reverse("publicity:follow", args=[project.code])))
        return redirect("publicity:follow", code=project.code)
    if act == "wechat" and Via.WECHAT in channels.ready():
        settings.agree(request.user, Via.WECHAT)
        return redirect("publicity:follow", code=project.code)
    follows.follow(project, by=request.user)
    return redirect(_just(project))


def _just(project: Project) -> str:
    return f"{reverse('publicity:follow', args=[project.code])}?just=1"


def _asks_wechat(request: HttpRequest) -> bool:
    """要在微信提醒您结果吗？ only right after an act, only where WeChat is set up, only who has not said so yet."""
    wechat = channels.ready().get(Via.WECHAT)
    is_on = (Via.WECHAT, Topic.DECISION) in sending.wanted(request.user)
    return wechat is not None and wechat.reaches(request.user) and not is_on


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def followed(request: HttpRequest) -> HttpResponse:
    """What I follow (我关注的), each with the way out, and a minute to take that back."""
    if request.method == "POST":
        project = get_object_or_404(visible_to(request.user), code=request.POST.get("code", "")[:16])
        require(request.user, "publicity.follow", project)
        if request.POST.get("act") == "follow":
            follows.follow(project, by=request.user)
            return redirect("publicity:followed")
        follows.unfollow(project, by=request.user)
        told = _("已取消关注“%(title)s”。") % {"title": project.title}
        back = undo.Undo(reverse("publicity:followed"), {"code": project.code or "", "act": "follow"})
        undo.told(request, told, back)
        return redirect("publicity:followed")
    found = Paginator(inbox.followed_by(request.user), A_PAGE).get_page(request.GET.get("page"))
    return page(request, "publicity/follows.html", tab="me", found=found)
