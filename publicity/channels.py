"""The ways out of the house (通知渠道): one seam, behind which whoever sends stands. The inbox is none of them.

Text messages go through civic.accounts.sms, with its budget; WeChat and e-mail through a provider named in the
settings, without which they are neither offered nor asked for. A note is a template's name and its values, no free
text. Who has no phone stands on the call list (`CallTask`), whose line leads to the printed sheet.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol
from uuid import uuid4

from django.conf import settings
from django.utils.module_loading import import_string

from civic.accounts import sms
from civic.models import Person
from civic.outbox import later
from publicity.models import Via


class Note(NamedTuple):
    """What is said outside: one of sms.TEMPLATES and its values."""

    template: str
    values: Mapping[str, Any]


class Provider(Protocol):
    """Who sends by WeChat or e-mail; ``send`` raises when it could not, and the outbox tries again."""

    def reaches(self, person: Person) -> bool: ...

    def send(self, person: Person, template: str, values: Mapping[str, Any]) -> None: ...


class Channel(Protocol):
    """A way out: whether it reaches somebody, and what it does; False where it may not just now."""

    def reaches(self, person: Person) -> bool: ...

    def send(self, person: Person, note: Note) -> bool: ...


class Sms:
    """短信: queued under a random key, so that no row tells whom it was for; over the day's budget none goes out."""

    def reaches(self, person: Person) -> bool:
        return bool(person.phone)

    def send(self, person: Person, note: Note) -> bool:
        if not sms.spare(note.template):
            return False
        later("sms", uuid4().hex, {"phone": person.phone, "template": note.template, "values": dict(note.values)})
        return True


class Plugged:
    """微信、电子邮件: whatever the settings name."""

    def __init__(self, provider: str) -> None:
        self.provider: Provider = import_string(provider)()

    def reaches(self, person: Person) -> bool:
        return self.provider.reaches(person)

    def send(self, person: Person, note: Note) -> bool:
        self.provider.send(person, note.template, note.values)
        return True


def ready() -> dict[Via, Channel]:
    """The ways out there are, in the order they are tried: the one that costs nothing first."""
    plugged = {via: settings.MESSAGE_PROVIDERS.get(via, "") for via in (Via.WECHAT, Via.EMAIL)}
    found: dict[Via, Channel] = {via: Plugged(path) for via, path in plugged.items() if path}
    wechat, email = found.get(Via.WECHAT), found.get(Via.EMAIL)
    return {via: one for via, one in ((Via.WECHAT, wechat), (Via.SMS, Sms()), (Via.EMAIL, email)) if one is not None}
