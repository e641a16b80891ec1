"""Whether this container's web server answers /healthz, asked the way the proxy would."""

import os
import sys
import urllib.request

host = os.environ.get("ALLOWED_HOSTS", "127.0.0.1").split(",")[0].strip().lstrip(".")
request = urllib.request.Request("http://127.0.0.1:8000/healthz", headers={"Host": host, "X-Forwarded-Proto": "https"})
try:
    with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310 - the address is written above
        sys.exit(0 if answer.status == 200 else 1)
except OSError as error:
    sys.exit(f"healthz: {error}")
