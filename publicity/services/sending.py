"""What goes out of the house (发出通知): one way for each message, and by mail to who wants it there as well.

Never in the quiet hours, never beyond the budget.

The outbox carries it: one row for each person and event, or person and week, whose key makes it go out once.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from civic.models import Area, AuditEvent, Person
from civic.moments import now
from civic.outbox import later, many
from civic.templatetags.civic import day
from proposals.models import Project, ProjectState
from publicity import channels
from publicity import message_rules as rules
from publicity.channels import Note
from publicity.models import Message, MessageSetting, Topic, Via, Why
from publicity.queries import audiences, inbox, wordings
from publicity.queries.audiences import in_batches

APART = timedelta(seconds=0.5)  # so that a sign-in code does not wait behind thousands
SEND, WEEK = "message.send", "message.week"
WEEKLY = [topic for topic, row in rules.TOPICS.items() if row.weekly]


def leave(event: AuditEvent, said: rules.Said) -> None:
    """Leave what is to be told outside of the inbox to the outbox, after the quiet hours (免打扰)."""
    row = rules.TOPICS[said.topic]
    if said.inside or not row.told:
        return
    theirs = Message.objects.filter(event=event, person=OuterRef("pk"))
    wanted_by: Any = Exists(theirs.filter(why__in=row.told))
    if row.asked:
        wanted_by &= Exists(MessageSetting.objects.filter(person=OuterRef("pk"), topic=said.topic, is_on=True))
    if said.reminds:
        wanted_by |= Exists(theirs.filter(why=Why.REMINDED))
    asked = MessageSetting.objects.filter(person=OuterRef("pk"), topic=Topic.NEARBY, is_on=True)
    wanted_by |= Exists(theirs.filter(topic=Topic.NEARBY)) & Exists(asked)
    _leave(SEND, f"{event.pk}", {"event": event.pk}, Person.objects.filter(wanted_by))


def leave_digest(monday: date) -> None:
    """One line for each who has unread news of what they follow, from the week before (每周汇总)."""
    unread = _week_of(monday).filter(person=OuterRef("pk"))
    heard = Person.objects.filter(Exists(unread), is_active=True)
    _leave(WEEK, f"{monday}", {"monday": f"{monday}"}, heard)


def _leave(topic: str, key: str, payload: dict[str, Any], people: QuerySet[Person]) -> None:
    due_at = rules.after_quiet(localtime(now()))
    for keys in in_batches(people.order_by("pk").values_list("pk", flat=True)):
        rows = {f"{key}:{person}": payload | {"person": person} for person in keys}
        many(topic, rows, due_at=due_at, apart=APART)
        due_at += len(keys) * APART


def _week_of(monday: date) -> QuerySet[Message]:
    since = localtime(now()).replace(year=monday.year, month=monday.month, day=monday.day) - timedelta(days=7)
    return Message.objects.filter(topic__in=WEEKLY, read_at=None, created_at__gte=since)


def send(payload: dict[str, Any]) -> None:
    """Tell one person of one event (发一条通知), if they still have it and want it so, and it is no quiet hour."""
    message = (
        Message.objects.filter(person=payload["person"], event=payload["event"])
        .select_related("person", "event")
        .first()
    )
    if message is not None and not _put_off(SEND, payload):
        _tell(message.person, [Topic(message.topic)], lambda: _news(message))


def send_week(payload: dict[str, Any]) -> None:
    """Tell one person what moved in the week (发每周汇总); what they have read meanwhile counts no more."""
    unread = list(
        _week_of(date.fromisoformat(payload["monday"]))
        .filter(person=payload["person"])
        .select_related("person", "event")
    )
    if unread and not _put_off(WEEK, payload):
        _tell(unread[0].person, WEEKLY, lambda: _week(unread))


def _put_off(topic: str, payload: dict[str, Any]) -> bool:
    """Whether it is a quiet hour; then it is left again, for the morning."""
    local = localtime(now())
    due_at = rules.after_quiet(local)
    if due_at == local:
        return False
    about = payload.get("event", payload.get("monday"))
    later(topic, f"{about}:{payload['person']}:{due_at.date()}", payload, due_at=due_at)
    return True


def _tell(person: Person, topics: Iterable[Topic], compose: Callable[[], Note | None]) -> None:
    """By the ways that they want for one of these topics (channels.tell)."""
    on, wanted_topics = wanted(person), list(topics)
    channels.tell(person, {via for via in Via if any((via, topic) in on for topic in wanted_topics)}, compose)


def wanted(person: Person) -> set[tuple[Via, Topic]]:
    """What a person is told outside of the inbox, by way and topic: their own word, else the topic's default."""
    rows = MessageSetting.objects.filter(person=person).values_list("via", "topic", "is_on")
    said = {(via, topic): is_on for via, topic, is_on in rows}
    return {
        (via, topic)
        for via in Via
        if said.get((via, ""), True)
        for topic in (*rules.SWITCHABLE, Topic.DESK)
        if said.get((via, topic), is_default(via, topic))
    }


def is_default(via: Via, topic: Topic) -> bool:
    """Whether a topic is told by this way without having been asked: by text message, what waits at a desk in chat too."""
    return (via == Via.SMS and rules.told_by_default(topic)) or (via, topic) == (Via.WECHAT, Topic.DESK)


def _news(message: Message) -> Note | None:
    it = audiences.about(message.event)
    said = rules.heard_of(message.event)
    if said is None:
        return None
    words = wordings.said_of(message.event, said)
    if it.poll is not None:
        link = reverse("voting:ballot", args=[it.poll.pk])
        return _opened("poll_news", it.poll.area, words, link, message)
    if it.round is not None:
        return _opened("round_news", it.round.area, words, reverse("proposals:propose"), message)
    if it.demand is not None:
        title, link = it.demand.what, settings.SITE_URL + it.demand.get_absolute_url()
    elif it.project is not None:
        title, link = it.project.title, _short(it.project)
        words += _until(message.event.action, it.project)
    else:
        return None
    values = {"whose": str(rules.WHOSE[Why(message.why)]), "link": link}
    cut = {"title": rules.shortened(title, rules.TITLE_MOST), "said": rules.shortened(words, rules.WORDS_MOST)}
    return Note("project_news", values | cut, lambda: {"title": title, "said": words, **_more(message)})


def _opened(template: str, area: Area, words: str, link: str, message: Message) -> Note:
    """What opens in a place, and where."""
    values = {"place": area.short_name, "said": words, "link": settings.SITE_URL + link}
    return Note(template, values, lambda: _more(message))


def _more(message: Message) -> dict[str, str]:
    """What a mail has room for: the number, and what comes next (下一步)."""
    letter = inbox.letters([message])[0]
    return {"code": letter.code, "next": letter.next}


def _until(action: str, project: Project) -> str:
    """When the works should be done, said at their start (预计完工)."""
    if action != "project.start" or project.state != ProjectState.IN_PROGRESS or project.due_on is None:
        return ""
    return _("，预计%(day)s完工") % {"day": day(project.due_on, "short")}


def _week(unread: list[Message]) -> Note | None:
    codes = {message.event.subject for message in unread}
    newest = Project.objects.filter(code=unread[0].event.subject).first()
    if newest is None:
        return None
    return Note(
        "week_news",
        {
            "count": len(codes),
            "title": rules.shortened(newest.title, rules.TITLE_MOST),
            "link": settings.SITE_URL + reverse("publicity:messages"),
        },
    )


def _short(project: Project) -> str:
    return settings.SITE_URL + reverse("publicity:by_code", args=[project.code])
