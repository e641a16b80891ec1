"""What somebody was told and follows (消息、关注), in public words, in a fixed number of queries; and who looked them up."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from civic.models import AuditEvent, Person
from civic.templatetags.civic import day
from proposals.models import Project
from publicity import steps
from publicity.message_rules import WHOSE
from publicity.models import CallTask, Follow, Message, Why
from publicity.queries import people
from voting.models import Poll

LOOK_UPS = ("civic.person.looked_up", "person.phone_looked_up")


@dataclass(frozen=True)
class Letter:
    """A message, or what is told by voice, in words: what happened, to what, what comes next, and where to see it."""

    message: Message | CallTask
    whose: str
    title: str
    code: str
    text: str
    reason: str
    next: str
    url: str


def of_person(person: Person) -> QuerySet[Message]:
    """A person's inbox (消息), newest first."""
    return Message.objects.filter(person=person)


def unread_of(person: Person) -> int:
    return of_person(person).filter(read_at=None).count()


def letters(messages: Sequence[Message | CallTask]) -> list[Letter]:
    """Messages in words: three queries, whatever their number."""
    events = people.with_names(AuditEvent.objects.filter(pk__in=[message.event_id for message in messages]))
    by_key = events.in_bulk()
    targets = [event.target.partition(":") for event in by_key.values()]
    polls = Poll.objects.select_related("area").in_bulk([k for model, _dot, k in targets if model == "voting.poll"])
    codes = [event.subject for event in by_key.values()]
    projects = Project.objects.select_related("round").in_bulk(codes, field_name="code")
    return [_letter(message, by_key[message.event_id], projects, polls) for message in messages]


def _letter(
    message: Message | CallTask, event: AuditEvent, projects: dict[str, Project], polls: dict[int, Poll]
) -> Letter:
    project = projects.get(event.subject)
    whose = str(WHOSE[Why(message.why)]) if isinstance(message, Message) else ""
    if project is not None:
        url = f"{project.get_absolute_url()}#e{event.pk}"
        return Letter(
            message, whose, project.title, event.subject, people.text(event), event.reason, _next(event, project), url
        )
    poll = polls[int(event.target.partition(":")[2])]
    title = _("%(place)s居民投票") % {"place": poll.area.short_name}
    return Letter(
        message,
        whose,
        title,
        "",
        people.text(event),
        event.reason,
        _until(poll),
        reverse("voting:ballot", args=[poll.pk]),
    )


def _next(event: AuditEvent, project: Project) -> str:
    """What comes after what happened (下一步): by the state it led to, else by where the project stands."""
    after = event.after.get("state", "") if isinstance(event.after, dict) else ""
    before = event.before.get("state", "") if isinstance(event.before, dict) else ""
    return steps.next_words(project.round.route, after or project.state, stood=before or project.resume_state)


def _until(poll: Poll) -> str:
    if poll.closes_at is None:
        return ""
    closes_at = localtime(poll.closes_at)
    return _("%(until)s截止") % {"until": f"{day(closes_at, 'short')} {closes_at:%H:%M}"}


def followed_by(person: Person) -> QuerySet[Follow]:
    """What a person follows (我关注的), newest first, with where it stands."""
    return Follow.objects.filter(person=person).select_related("project__area")


def looked_up(person: Person) -> QuerySet[AuditEvent]:
    """Who looked at this person's phone (谁查看过我的电话), newest first: an office and a masked name, never more."""
    found = AuditEvent.objects.filter(on_behalf_of=person, action__in=LOOK_UPS).exclude(actor=person)
    return people.with_names(found).order_by("-happened_at", "-pk")


def calls_in(prefixes: Sequence[str]) -> QuerySet[CallTask]:
    """Who waits to be told by voice in these places (要打的电话), oldest first."""
    found = CallTask.objects.none()
    for prefix in prefixes:
        found = found | CallTask.objects.filter(area__code__startswith=prefix, done_at=None)
    return found.select_related("person", "event", "area").order_by("created_at", "pk")
