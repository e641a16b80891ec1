"""How messages name events (通知用语): the district's words, or else the table's; and how a message reads with them."""

from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from civic.accounts import sms
from civic.models import AuditEvent
from publicity import mails
from publicity import message_rules as rules
from publicity.models import Topic, Why, Wording


class Line(NamedTuple):
    """One event that is told: its key, what it says by itself, and what the district wrote last, if anything."""

    key: str
    default: str
    own: Wording | None

    @property
    def slug(self) -> str:
        return slug_of(self.key)

    @property
    def is_changed(self) -> bool:
        return self.words != self.default

    @property
    def words(self) -> str:
        return self.own.words if self.own else self.default


class Sample(NamedTuple):
    """How a message reads, its length, and as how many text messages it is charged (计几条); and as a mail."""

    text: str
    length: int
    parts: int
    subject: str
    mail: str


def slug_of(key: str) -> str:
    """A key as an address writes it."""
    return key.replace(">", "--").replace("<", "---")


LINKS = {  # where a message about something else than a project leads
    "poll": partial(reverse, "voting:ballot", args=[1]),
    "round": partial(reverse, "proposals:propose"),
    "demand": partial(reverse, "wishes:demand", args=["MS-2026-0001"]),
}
KEYS = {slug_of(key): key for key in rules.WORDED}


def words_of(key: str) -> str:
    """What a text message says of an event. One query."""
    own = Wording.objects.filter(event=key).first()
    return own.words if own else str(rules.ACTIONS[key].words)


def said_of(event: AuditEvent, said: rules.Said) -> str:
    """What a text message says of an event: the district's words, but of what the family did the product's own."""
    key = rules.key_of(event.action, event.before, event.after)
    return words_of(key) if said is rules.ACTIONS.get(key) else str(said.words)


def line_of(key: str) -> Line:
    own = Wording.objects.filter(event=key).select_related("changed_by").first()
    return Line(key, str(rules.ACTIONS[key].words), own)


def by_topic() -> Iterator[tuple[str, list[Line]]]:
    """Every event that is told, under the topics their readers switch on and off. One query."""
    own = {row.event: row for row in Wording.objects.select_related("changed_by")}
    lines = [Line(key, str(rules.ACTIONS[key].words), own.get(key)) for key in rules.WORDED]
    for topic, some in groupby(lines, key=lambda line: rules.ACTIONS[line.key].topic):
        yield str(Topic(topic).label), list(some)


def sample(key: str, words: str) -> Sample:
    """How such a message reads (预览), with a project, a matter and a place that stand for any."""
    about = key.partition(".")[0]
    link = settings.SITE_URL + LINKS.get(about, partial(reverse, "publicity:by_code", args=["WSS-2026-0001"]))()
    whose = rules.WHOSE[Why.REPORTER if about == "demand" else Why.PROPOSER]
    values = {"said": words, "link": link, "stop": f"{settings.SITE_URL}/stop/…/"}
    values |= {"whose": str(whose), "title": _("村口坡道"), "place": _("某村")}
    template = {"poll": "poll_news", "round": "round_news"}.get(about, "project_news")
    text = sms.text_of(template, values)
    subject, mail = mails.written(template, values | {"code": _number(about), "next": _("……")})
    return Sample(text, len(text), sms.parts_of(text), subject, mail)


def _number(about: str) -> str:
    return "MS-2026-0001" if about == "demand" else "WSS-2026-0001"
