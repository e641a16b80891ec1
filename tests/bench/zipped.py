"""The product as the proxy hands it out (deploy/nginx.conf.template): texts compressed, everything else as it is."""

import gzip
from collections.abc import Callable, Iterable
from typing import Any

from config.wsgi import application as plain

TYPES = ("text/", "application/javascript", "application/json", "application/manifest+json", "image/svg+xml")
LEAST = 1024  # bytes worth the work, as the proxy is told


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The answer of ``config.wsgi``, compressed where the browser understands it."""
    told: dict[str, Any] = {}

    def hear(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
        told.update(status=status, headers=headers)

    answer = plain(environ, hear)
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    names = {name.lower(): value for name, value in told["headers"]}
    kind = names.get("content-type", "")
    understood = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
    if understood and kind.startswith(TYPES) and len(body) >= LEAST and "content-encoding" not in names:
        body = gzip.compress(body, 5)
        kept = [pair for pair in told["headers"] if pair[0].lower() != "content-length"]
        told["headers"] = [*kept, ("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))]
    start_response(told["status"], told["headers"])
    return [body]
