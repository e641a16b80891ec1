"""What browsers report about our Content-Security-Policy: a line in the log, without addresses or words."""

import json
import logging
import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from civic.limits import REPORT_IP, client_ip

log = logging.getLogger("weishishi.security")
MOST_BYTES = 20_000


@csrf_exempt  # sent by the browser itself, without a token; all it can do is write a line, sixty an hour
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """One refusal: which directive, and the host that was refused."""
    REPORT_IP.hit(client_ip(request))
    log.warning("csp: %s refused %s", *_told(request.body[:MOST_BYTES]))
    return HttpResponse(status=204)


def _told(body: bytes) -> tuple[str, str]:
    try:
        report: Any = json.loads(body)["csp-report"]
        directive, blocked = str(report["violated-directive"]), str(report["blocked-uri"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return "?", "?"
    host = re.match(r"(?:https?://)?([A-Za-z0-9.\-]{1,80})", blocked)
    return re.sub(r"[^a-z\-]", "", directive)[:40], host[1] if host else "?"
