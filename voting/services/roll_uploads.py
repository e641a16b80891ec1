"""Lists on their way onto a roll (待导入的名单): kept for an hour between the trial and the import, then forgotten."""

import os
import time
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings

from civic.clock import every_minute
from civic.models import Person
from voting.models import Poll

KEPT_SECONDS = 3600


def keep(data: bytes, *, poll: Poll, by: Person) -> UUID:
    """Put a list aside, readable by the service alone; the token finds it again for this poll and this person."""
    token = uuid4()
    _folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(os.open(_file(token, poll, by), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    return token


def kept(token: UUID, *, poll: Poll, by: Person) -> bytes | None:
    """What was put aside; None once it is imported or forgotten, and for anybody else."""
    try:
        return _file(token, poll, by).read_bytes()
    except FileNotFoundError:
        return None


def forget(token: UUID, *, poll: Poll, by: Person) -> None:
    _file(token, poll, by).unlink(missing_ok=True)


@every_minute
def forget_old_lists() -> None:
    """Forget lists that nobody imported within the hour (清理没有导入的名单)."""
    for file in _folder().glob("*.list"):
        if time.time() - file.stat().st_mtime > KEPT_SECONDS:
            file.unlink(missing_ok=True)


def _folder() -> Path:
    folder: Path = settings.VAR_DIR / "roll_uploads"
    return folder


def _file(token: UUID, poll: Poll, by: Person) -> Path:
    return _folder() / f"{poll.pk}-{by.pk}-{token}.list"
