"""What somebody was told and follows (消息、关注), in public words, in a fixed number of queries; and who looked them up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.models import AuditEvent, Person
from civic.moments import midnight, today
from civic.telling import is_by_family
from civic.templatetags.civic import day
from proposals.models import MOVES, Project, Round
from publicity import message_rules as rules
from publicity import steps
from publicity.message_rules import OF_ACCOUNT, WHOSE
from publicity.models import BundleKind, CallTask, Follow, Mailbox, Message, OpeningWish, VillageAccount, Why
from publicity.queries import people
from voting.models import Poll, Undertaking
from voting.queries import promised
from wishes import lines
from wishes.models import NUMBER_PREFIX, Demand

OPENED: dict[str, QuerySet[Any]] = {
    "voting.poll": Poll.objects.all(),
    "proposals.round": Round.objects.all(),
    "publicity.villageaccount": VillageAccount.objects.all(),
}
WRONG = {  # what the family did for somebody: how she takes it back, and what the way there is called
    "project.submit": (
        gettext_lazy("不是您的意思？您可以自己撤回，或打村公服站电话说一声。"),
        gettext_lazy("看这条提议"),
    ),
    "project.complete": (
        gettext_lazy("不是您的意思？您可以自己改写，或打村公服站电话说一声。"),
        gettext_lazy("看这条提议"),
    ),
    "seconding.add": (gettext_lazy("不是您的意思？您可以自己取消附议。"), gettext_lazy("去取消附议")),
    "seconding.withdraw": (gettext_lazy("不是您的意思？您可以再附议。"), gettext_lazy("去附议")),
    "demand.report": (gettext_lazy("不是您的意思？打村公服站电话说一声，经办的人会写明。"), gettext_lazy("看这件事")),
}
LOOK_UPS = ("civic.person.looked_up", "person.phone_looked_up", "civic.person.vouched")


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
    wrong: str = ""
    """How whom the family helped takes back what is not her will, and the way there."""
    mend: str = ""
    mend_url: str = ""
    sheet_url: str = ""
    """The printed sheet of a project."""


def of_person(person: Person) -> QuerySet[Message]:
    """A person's inbox (消息), newest first."""
    return Message.objects.filter(person=person)


def unread_of(person: Person) -> int:
    """How many were not read yet."""
    return of_person(person).filter(read_at=None).count()


def told_of_late(person: Person) -> int:
    """How many of what is late below, told to this office, were not read yet; a reminder before its day is none."""
    unread = of_person(person).filter(read_at=None, why=Why.SUPERIOR)
    return unread.exclude(event__action__in=rules.NEAR).count()


def letters(messages: Sequence[Message | CallTask]) -> list[Letter]:
    """Messages in words: at most six queries, whatever their number."""
    events = people.with_names(AuditEvent.objects.filter(pk__in=[message.event_id for message in messages]))
    by_key = events.in_bulk()
    targets = [event.target.partition(":") for event in by_key.values()]
    opened: dict[str, Poll | Round | VillageAccount] = {}
    for model, rows in OPENED.items():
        keys = [key for target, _dot, key in targets if target == model]
        opened |= {f"{model}:{key}": row for key, row in rows.select_related("area").in_bulk(keys).items()}
    codes = [event.subject for event in by_key.values()]
    subjects: dict[str, Project | Demand] = {}
    subjects |= Project.objects.select_related("round").in_bulk(codes, field_name="code")
    if matters := [code for code in codes if code.startswith(f"{NUMBER_PREFIX}-")]:
        subjects |= Demand.objects.in_bulk(matters, field_name="number")
    kept = {pk: key for pk, event in by_key.items() if (key := _promised_in(event))}
    promises = promised().in_bulk(kept.values()) if kept else {}
    return [
        _promise(message, by_key[message.event_id], promises[kept[message.event_id]])
        if message.event_id in kept
        else _letter(message, by_key[message.event_id], subjects, opened)
        for message in messages
    ]


def _promised_in(event: AuditEvent) -> int | None:
    """Which undertaking an event tells of, if any."""
    return event.after.get("undertaking") if isinstance(event.after, dict) else None


def _promise(message: Message | CallTask, event: AuditEvent, one: Undertaking) -> Letter:
    """What somebody undertook at a meeting (议定事项): by when, and where its owner says what became of it."""
    is_mine = message.person_id == one.owner_id
    whose = rules.whose(Why(message.why), event.action) if isinstance(message, Message) else ""
    after = _("%(day)s前办好，办得怎样自己写上去") % {"day": day(one.due_on, "short")} if is_mine else ""
    url = one.get_absolute_url() if is_mine else one.meeting.get_absolute_url()
    return Letter(message, whose, one.text, "", people.text(event), event.reason, after, url)


def _letter(
    message: Message | CallTask,
    event: AuditEvent,
    subjects: dict[str, Project | Demand],
    opened: dict[str, Poll | Round | VillageAccount],
) -> Letter:
    if isinstance(message, Message) and message.why == Why.ASKER:
        return _file(message, event)
    if event.action in OF_ACCOUNT:
        return _account(message, event)
    subject = subjects.get(event.subject)
    whose = rules.whose(Why(message.why), event.action) if isinstance(message, Message) else ""
    if subject is not None:
        title = subject.what if isinstance(subject, Demand) else subject.title
        url = f"{subject.get_absolute_url()}#e{event.pk}" if event.is_public else subject.get_absolute_url()
        more = _wrong(message, event, subject)
        if isinstance(subject, Project):
            more["sheet_url"] = reverse("publicity:print", args=[event.subject])
        after = _next(event, subject)
        return Letter(message, whose, title, event.subject, people.text(event), event.reason, after, url, **more)
    one = opened[event.target]
    if isinstance(one, VillageAccount):
        title = _("%(place)s%(quarter)s村务公开") % {"place": one.area.short_name, "quarter": one.quarter}
        place = f"{reverse('publicity:area', args=[one.area_id])}#accounts-title"
        return Letter(message, whose, title, "", people.text(event), event.reason, "", place)
    words = _("%(place)s居民投票") if isinstance(one, Poll) else _("%(place)s征集提议")
    url = reverse("voting:ballot", args=[one.pk]) if isinstance(one, Poll) else reverse("proposals:propose")
    title = words % {"place": one.area.short_name}
    return Letter(message, whose, title, "", people.text(event), event.reason, _until(one), url)


def _file(message: Message, event: AuditEvent) -> Letter:
    """That a file one asked for is made, and where it is (文件做好了)."""
    title = str(BundleKind((event.after or {})["kind"]).label)
    whose, url = str(WHOSE[Why.ASKER]), reverse("publicity:bundle", args=[event.target.partition(":")[2]])
    return Letter(message, whose, title, event.subject, _("文件做好了，可以下载"), "", "", url)


def _account(message: Message | CallTask, event: AuditEvent) -> Letter:
    """What was done with one's account, why, and where to see to it."""
    said, url = str(OF_ACCOUNT[event.action].words), reverse("second_factor")
    after = _("下次登录收短信验证码，或先绑定新的身份验证器。不是您要重设的，马上打电话找系统管理员。")
    return Letter(message, str(WHOSE[Why.OWNER]), _("登录第二步"), "", said, event.reason, after, url)


def _wrong(message: Message | CallTask, event: AuditEvent, subject: Project | Demand) -> dict[str, str]:
    """How she whom the family helped says that it is not her will (不是您的意思), and a proposer that nothing be merged."""
    if event.action == "project.merge_proposed" and isinstance(subject, Project):
        return _not_merged(message, subject)
    if message.person_id != event.on_behalf_of_id or not is_by_family(event) or event.action not in WRONG:
        return {}
    words, label = WRONG[event.action]
    found = {"wrong": str(words), "mend": str(label), "mend_url": subject.get_absolute_url()}
    if event.action == "project.submit" and isinstance(subject, Project) and subject.state in MOVES["withdraw"][0]:
        found |= {"mend": _("去撤回"), "mend_url": reverse("proposals:withdraw", args=[subject.code])}
    return found


def _not_merged(message: Message | CallTask, project: Project) -> dict[str, str]:
    """Where a proposer says yes or no to a merge: at the project's page, whose button stands while it is considered."""
    if isinstance(message, Message) and message.why != Why.PROPOSER:
        return {}
    words = _("不同意合并？期限前在项目页点“合并：同意或不同意”，或打村公服站电话说一声。")
    return {"wrong": words, "mend": _("去说同意或不同意"), "mend_url": project.get_absolute_url()}


def _next(event: AuditEvent, project: Project | Demand) -> str:
    """What comes after what happened (下一步): by the state it led to, else by where the project stands."""
    if isinstance(project, Demand):
        return lines.promise(project) if project.is_waiting else ""
    after = event.after.get("state", "") if isinstance(event.after, dict) else ""
    before = event.before.get("state", "") if isinstance(event.before, dict) else ""
    return steps.next_words(project.round.route, after or project.state, stood=before or project.resume_state)


def _until(one: Poll | Round) -> str:
    if one.closes_at is None:
        return ""
    closes_at = localtime(one.closes_at)
    return _("%(until)s截止") % {"until": f"{day(closes_at, 'short')} {closes_at:%H:%M}"}


def mailbox_of(person: Person) -> Mailbox | None:
    """Where somebody wants messages by e-mail (邮箱), confirmed or not; for that person's own eyes."""
    return Mailbox.objects.filter(person=person).first()


def followed_by(person: Person) -> QuerySet[Follow]:
    """The projects a person follows (我关注的), newest first, with where each stands."""
    return Follow.objects.filter(person=person, area=None).select_related("project__area")


def places_followed_by(person: Person) -> QuerySet[Follow]:
    """The villages a person follows (关注的村居), newest first."""
    return Follow.objects.filter(person=person, project=None).select_related("area__parent")


def openings_wished_by(person: Person) -> QuerySet[OpeningWish]:
    """Where a person waits for the next call or vote (到时提醒), newest first."""
    return OpeningWish.objects.filter(person=person).select_related("area__parent")


def looked_up(person: Person) -> QuerySet[AuditEvent]:
    """Who looked at this person's phone or let her in (谁查看过我的电话、谁帮我登录), newest first: an office and a masked
    name, never more."""
    found = AuditEvent.objects.filter(on_behalf_of=person, action__in=LOOK_UPS).exclude(actor=person)
    return people.with_names(found).order_by("-happened_at", "-pk")


def calls_in(prefixes: Sequence[str]) -> QuerySet[CallTask]:
    """Who waits to be told by voice in these places (要打的电话), oldest first."""
    found = CallTask.objects.none()
    for prefix in prefixes:
        found = found | CallTask.objects.filter(area__code__startswith=prefix, done_at=None)
    return found.select_related("person", "event", "area").order_by("created_at", "pk")


def told_today(by: Person) -> QuerySet[CallTask]:
    """Whom this worker told today, the latest first: what was pressed by mistake is taken back there (按错了)."""
    found = CallTask.objects.filter(done_by=by, done_at__gte=midnight(today()))
    return found.select_related("person", "area").order_by("-done_at")
