"""A provider of text messages that writes each into a file (SMS_PROVIDER in drills)."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SLOW, SLOW_SECONDS = "slow", 2


class ToFile:
    def send(self, phone: str, template: str, values: Mapping[str, Any]) -> None:
        """One line each: the code, or the template's name where a message has none. The slow one says when it begins."""
        file = Path(os.environ["DRILL_SMS_FILE"])
        code = values.get("code", template)
        if code == SLOW:
            begun(file).touch()
            time.sleep(SLOW_SECONDS)
        with file.open("a") as lines:
            lines.write(f"{code}\n")
            lines.flush()
            os.fsync(lines.fileno())


def begun(file: Path) -> Path:
    """The file that is there once the slow message is being sent."""
    return file.with_name("begun")
