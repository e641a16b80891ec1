"""Doors to the shell's own pages: the elders' view, files, health."""

import re
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import connection, connections
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civic import contrast, limits, mail, people, smaller
from civic.forms import MailForm, OneFile
from civic.models import Attachment, ViewSize
from civic.models.files import AttachmentKind
from civic.pages import VIEW_MODES, YEAR_SECONDS, form_status, keep_view, page
from civic.pages import view_mode as view_size
from civic.permissions import allowed, require
from civic.samples import samples

RANGE = re.compile(r"bytes=(\d{1,9})-(\d{0,9})")
LOOK_NAMES = {"size": _("字的大小"), "theme": _("深浅"), "medium": _("看在哪里")}
LOOKS = {  # what the style guide shows on demand; the first of each is as the device has it
    "size": {"": _("标准"), "elder": _("大"), "elder-xl": _("特大")},
    "theme": {"": _("随手机"), "dark": _("深色")},
    "medium": {"": _("屏幕"), "print": _("纸")},
}


@csrf_exempt  # a token here would put a cookie on every public page; all a stranger could do is change the type size
@require_POST
def view_mode(request: HttpRequest) -> HttpResponse:
    """Switch the elders' view (长辈版) on this device, and for who is signed in on others too; then back again."""
    response = redirect(safe_next(request))
    mode = VIEW_MODES.get(request.POST.get("mode", ""), "")
    keep_view(response, mode)
    if request.user.is_authenticated:
        people.choose_view(request.user, ViewSize(mode or ViewSize.STANDARD))
    return response


@csrf_exempt  # as above: no token on a public page; a stranger could only change the language
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Read the pages in another language on this device (中/EN) and go back to where the visitor was."""
    response = redirect(safe_next(request))
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        age = {"max_age": YEAR_SECONDS, "samesite": "Lax", "secure": settings.HTTPS}
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, **age)
    return response


def safe_next(request: HttpRequest, default: str = "/") -> str:
    """The ``next`` address if it is a page of ours, else the default (开放重定向不放行)."""
    target = request.POST.get("next") or request.GET.get("next") or default
    ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if ours else default


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail_link(request: HttpRequest) -> HttpResponse:
    """发到邮箱: the link of a page or file that cannot be opened where one is, as in WeChat. 404 where nothing is mailed."""
    if not mail.is_ready():
        raise Http404
    path = safe_next(request)
    form = MailForm(request.POST if request.method == "POST" else None)
    retry_after = 0
    if form.is_valid():
        try:
            mail.send_link(path, form.cleaned_data["address"], ip=limits.client_ip(request))
        except limits.TooOften as error:
            retry_after = error.retry_after
        else:
            messages.success(request, gettext("已发到您的邮箱，几分钟内会到"))
            return redirect(path if path.partition("?")[0].endswith("/") else "/")
    response = page(
        request,
        "civic/mail_link.html",
        form=form,
        path=path,
        retry_after=retry_after,
        status=429 if retry_after else 200,
    )
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


@never_cache
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take one photo in for a form that is still being filled (一张张传): its token and picture, or why not."""
    if not request.user.is_authenticated:
        return _not_taken(gettext("登录已经过期。请重新登录，再选这张照片"), 401)
    try:
        limits.UPLOAD_ACCOUNT.hit(request.user.pk)
        limits.UPLOAD_IP.hit(limits.client_ip(request))
    except limits.TooOften as often:
        minutes = -(-often.retry_after // 60)
        words = gettext("传得太多了，大约%(minutes)s分钟后可以再传") % {"minutes": minutes}
        return _not_taken(words, 429, {"Retry-After": str(often.retry_after)})
    form = OneFile(request.POST, request.FILES, by=request.user, documents="documents" in request.POST)
    if not form.is_valid():
        return _not_taken(" ".join(form.errors["file"]), form_status([form]))
    [kept] = form.cleaned_data["file"]
    address = reverse("civic:attachment", args=[kept.token])
    thumb = f"{address}?size=card" if kept.kind == AttachmentKind.PHOTO else ""
    return JsonResponse({"token": str(kept.token), "thumb": thumb}, status=201)


def _not_taken(words: str, status: int, headers: dict[str, str] | None = None) -> JsonResponse:
    return JsonResponse({"error": words}, status=status, headers=headers)


@require_safe
def attachment(request: HttpRequest, token: str) -> HttpResponse:
    """A photo or document by its public name, a photo smaller where asked (?size=card); private ones only some may see."""
    found = get_object_or_404(Attachment, token=token)
    if not found.is_public and not allowed(request.user, "civic.open_file", found):
        raise Http404
    if not found.file.storage.exists(found.file.name):
        raise Http404  # the row outlived its file; a restore brings it back
    response = _part(request, found) or FileResponse(
        smaller.opened(found, request.GET.get("size", "")) or found.file.open(), content_type=found.content_type
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    shown = "attachment" if found.kind == AttachmentKind.DOCUMENT else "inline"
    name = f"{found.token}.{found.ending}" if found.kind == AttachmentKind.VOICE else found.token
    response["Content-Disposition"] = f'{shown}; filename="{name}"'
    response["Cache-Control"] = "public, max-age=31536000, immutable" if found.is_public else "private, no-store"
    return response


def _part(request: HttpRequest, found: Attachment) -> HttpResponse | None:
    """The bytes of a recording that a player asks for; some phones play nothing that comes whole (206)."""
    asked = RANGE.fullmatch(request.headers.get("Range", "")) if found.kind == AttachmentKind.VOICE else None
    if asked is None:
        return None
    first, last = int(asked[1]), min(int(asked[2] or found.bytes), found.bytes - 1)
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{found.bytes}"})
    with found.file.open() as file:
        file.seek(first)
        response = HttpResponse(file.read(last - first + 1), status=206, content_type=found.content_type)
    response["Content-Range"] = f"bytes {first}-{last}/{found.bytes}"
    return response


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process is up (no database)."""
    return JsonResponse({"ok": True})


@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """Both databases answer; Redis being down only degrades. 503 while either is away (config.errors)."""
    for database in connections.all():
        with database.cursor() as cursor:
            cursor.execute("SELECT 1")
    return JsonResponse({"ok": True, "database": connection.vendor})


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every token and component in every state and look (样式手册): for people in office, and anyone in a demo."""
    if not settings.DEMO:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        require(request.user, "civic.desk")
    look = {name: value for name, value in request.GET.items() if value in LOOKS.get(name, {})}
    size = look.get("size", view_size(request))
    shown = {"view_mode": size, "look": look, "looks": _looks(look)}
    return page(request, "styleguide/index.html", pairs=contrast.pairs(), **samples(size), **shown)


def _looks(look: dict[str, str]) -> list[dict[str, Any]]:
    """The links that change one wish of the look and keep the others."""
    return [
        {
            "label": LOOK_NAMES[name],
            "choices": [
                {
                    "label": label,
                    "url": "?" + urlencode({k: v for k, v in (look | {name: value}).items() if v}),
                    "current": look.get(name, "") == value,
                }
                for value, label in choices.items()
            ],
        }
        for name, choices in LOOKS.items()
    ]
