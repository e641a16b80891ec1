"""Doors of the page as an app (离线外壳): its name card, its service worker, and the page shown without a network."""

import hashlib
import json
import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from civic.pages import page

SCRIPTS = ("vendor/htmx@2.0.10/htmx.min.js", "js/app.js", "js/offline.js")
SITE = ("css/works.css", "js/fresh-key.js", "js/site-queue.js")  # the site's own page without a network
PICTURES = ("img/icons.svg", "img/mark.svg")
STYLESHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)"')


@require_safe
def manifest(_request: HttpRequest) -> JsonResponse:
    """The name card of the app (添加到桌面): its name, colours and pictures."""
    icons = [
        {"src": static(f"img/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"} for size in (192, 512)
    ]
    card = {
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME[:6],
        "lang": "zh-CN",
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#f5f6f7",
        "theme_color": "#ffffff",
        "icons": [*icons, {"src": static("img/mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(card, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """The service worker with the files of the shell it keeps; a release that changes any of them is a new version."""
    response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What a phone shows when a page cannot be fetched (没有网络)."""
    return page(request, "publicity/offline.html")


@cache
def _worker() -> str:
    source = Path(settings.BASE_DIR, "static/js/worker.js").read_text()
    kept = STYLESHEET.findall(render_to_string("publicity/_shell_styles.html"))
    kept += [static(name) for name in (*SCRIPTS, *PICTURES, *SITE)]
    version = hashlib.sha256("\n".join([source, *kept]).encode()).hexdigest()[:12]
    pages = {
        "OFFLINE": reverse("publicity:offline"),
        "SITE": reverse("delivery:site_offline"),
    }
    sealed = {reverse("wishes:visits"): "visits-1", reverse("proposals:door"): "door-1"}
    values = {"SHELL": kept, "VERSION": version, **pages, "SEALED": sealed}
    return "".join(f"var {name} = {json.dumps(value)};\n" for name, value in values.items()) + source
