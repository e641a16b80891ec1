"""A provider of text messages that writes each into a file (SMS_PROVIDER in drills)."""

import os
from collections.abc import Mapping
from typing import Any


class ToFile:
    def send(self, phone: str, template: str, values: Mapping[str, Any]) -> None:
        """One line each: the code, or the template's name where a message has none."""
        with open(os.environ["DRILL_SMS_FILE"], "a") as file:
            file.write(f"{values.get('code', template)}\n")
            file.flush()
            os.fsync(file.fileno())
