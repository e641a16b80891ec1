"""Django's deployment check with production's switches on; any warning fails."""

import os
import secrets
import subprocess
import sys
import tempfile

with tempfile.TemporaryDirectory() as folder:
    production = os.environ | {
        "HTTPS": "1",
        "DEMO": "0",
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "weishishi.example.gov.cn",
        "VAR_DIR": folder,
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    sys.exit(subprocess.run(command, env=production, check=False).returncode)
