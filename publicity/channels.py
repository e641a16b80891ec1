"""The ways out of the house (通知渠道): one seam, behind which whoever sends stands. The inbox is none of them.

Text messages go through civic.accounts.sms, with its budget; WeChat and e-mail through a provider named in the
settings, without which they are neither offered nor asked for; publicity.mails is the one for e-mail. A note is a
template's name and its values, no free text. Who has no phone stands on the call list (`CallTask`), whose line leads to the printed sheet.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple, Protocol
from uuid import uuid4

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.timezone import localtime

from civic import dispatches
from civic.accounts import sms
from civic.models import Outcome, Person, Way
from civic.moments import now, today
from civic.outbox import later
from publicity import stops
from publicity.message_rules import after_quiet
from publicity.models import MessageSetting, Via

MAIL, CHAT = "message.mail", "message.chat"
BESIDE = frozenset({Via.EMAIL})  # read at leisure: no stand-in for what is told at once


class Note(NamedTuple):
    """What is said outside: one of sms.TEMPLATES and its values; ``whole`` gives what only a mail has room for."""

    template: str
    values: Mapping[str, Any]
    whole: Callable[[], Mapping[str, Any]] = dict


class Provider(Protocol):
    """Who sends by WeChat or e-mail; ``send`` raises when it could not, and the outbox tries again."""

    def reaches(self, person: Person) -> bool: ...

    def send(self, person: Person, template: str, values: Mapping[str, Any]) -> None: ...


class Channel(Protocol):
    """A way out: whether it reaches somebody, and what it does; False where it may not just now.

    ``by_text``: where it fails in the end, a text message may go instead, for that is wanted as well.
    """

    def reaches(self, person: Person) -> bool: ...

    def send(self, person: Person, note: Note, *, by_text: bool = False) -> bool: ...


class Sms:
    """短信: queued under a random key, so that no row tells whom it was for; over the day's budget none goes out."""

    def reaches(self, person: Person) -> bool:
        return bool(person.phone)

    def send(self, person: Person, note: Note, *, by_text: bool = False) -> bool:
        if not sms.spare(note.template):
            return False
        payload = {"phone": person.phone, "template": note.template, "values": dict(note.values)}
        later("sms", uuid4().hex, payload, due_at=after_quiet(localtime(now())))
        return True


class Plugged:
    """微信: whatever the settings name, queued by itself: a provider that is away holds up nothing else.

    The row knows no address, and is tried and noted by itself.
    """

    topic = CHAT

    def __init__(self, provider: Provider) -> None:
        self.provider = provider

    def reaches(self, person: Person) -> bool:
        return self.provider.reaches(person)

    def send(self, person: Person, note: Note, *, by_text: bool = False) -> bool:
        payload = {"person": person.pk, "template": note.template, "values": self.said(note), "by_text": by_text}
        later(self.topic, uuid4().hex, payload)
        return True

    def said(self, note: Note) -> dict[str, Any]:
        """The values that go out."""
        return dict(note.values)


class Mail(Plugged):
    """电子邮件: has room for the whole of a note."""

    topic = MAIL

    def said(self, note: Note) -> dict[str, Any]:
        return {**note.values, **note.whole()}


KINDS: dict[Via, type[Plugged]] = {Via.WECHAT: Plugged, Via.EMAIL: Mail}


def chat(payload: dict[str, Any]) -> None:
    """Send one message by WeChat (发微信), through whoever the settings name, to who can still have it so."""
    person, sender = Person.objects.filter(pk=payload["person"], is_active=True).first(), provider(Via.WECHAT)
    if person is None or sender is None:
        return
    if not sender.reaches(person):
        _by_text(payload)
        return
    sender.send(person, payload["template"], payload["values"])
    dispatches.note(Way.WECHAT, payload["template"])


def not_chatted(payload: dict[str, Any]) -> None:
    """WeChat stayed away to the last attempt (没发成): counted so, and told by text message where that is wanted too."""
    dispatches.note(Way.WECHAT, payload["template"], Outcome.FAILED)
    _by_text(payload)


def _by_text(payload: dict[str, Any]) -> None:
    """The same by text message (改发短信), on the day's budget and not at night; not to who has stopped them meanwhile."""
    person = Person.objects.filter(pk=payload["person"], is_active=True).first()
    is_stopped = MessageSetting.objects.filter(person=payload["person"], via=Via.SMS, topic="", is_on=False).exists()
    if payload.get("by_text") and person is not None and not is_stopped and Sms().reaches(person):
        Sms().send(person, _stoppable(Note(payload["template"], payload["values"]), person, Via.SMS))


def _stoppable(note: Note, person: Person, via: Via) -> Note:
    """A note with the link by which its reader stops that way, in one tap."""
    stop = settings.SITE_URL + reverse("publicity:stop", args=[stops.token(person.pk, via, today())])
    return note._replace(values={**note.values, "stop": stop})


def provider(via: Via) -> Provider | None:
    """Who sends this way, as the settings name them; None where nobody does."""
    path = settings.MESSAGE_PROVIDERS.get(via, "")
    return import_string(path)() if path else None


def ready() -> dict[Via, Channel]:
    """The ways out there are, in the order they are tried: the one that costs nothing first."""
    found: dict[Via, Channel] = {Via.SMS: Sms()}
    for via, kind in KINDS.items():
        if (sender := provider(via)) is not None:
            found[via] = kind(sender)
    return {via: found[via] for via in (Via.WECHAT, Via.SMS, Via.EMAIL) if via in found}


def mails_ready() -> bool:
    """Whether people can have messages by e-mail at all: somebody sends them, in somebody's name."""
    return Via.EMAIL in ready() and bool(settings.MAIL_SENDER)


def tell(person: Person, wanted: Collection[Via], compose: Callable[[], Note | None]) -> None:
    """Tell somebody once, by the first of the ways wanted that reaches them; by mail besides (BESIDE), where that is wanted.

    ``compose`` is asked only if any does; each way gets its own link that stops it.
    """
    ways = {via: channel for via, channel in ready().items() if via in wanted and channel.reaches(person)}
    note = compose() if ways else None
    if note is None:
        return
    is_told = False
    for via, channel in ways.items():
        if via in BESIDE or not is_told:
            is_sent = channel.send(person, _stoppable(note, person, via), by_text=Via.SMS in ways)
            is_told = is_told or is_sent
