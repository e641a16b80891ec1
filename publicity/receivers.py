"""What follows: a move's notice opens or comes down in its own transaction; an event's messages are left to the outbox."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from civic.audit import happened
from civic.models import AuditEvent, Person
from civic.outbox import handler
from delivery.holding import holds
from proposals.models import Project, ProjectState
from proposals.services import moves
from publicity import channels
from publicity.models import BLOCKING, NoticeState, Objection, ObjectionState
from publicity.rules import check_can_start, check_notice_over
from publicity.services import desk_digest, mailboxes, messages, notices, objections, sending

ON_NOTICE = frozenset({ProjectState.ON_NOTICE, ProjectState.OBJECTED})


@moves.after_move
def keep_notice(project: Project, action: str, before: str) -> None:
    """Open the notice when the project comes on notice; take it down when the project is sent away from it."""
    if project.state == ProjectState.ON_NOTICE:
        notices.open_for(project)
    elif before in ON_NOTICE and project.state == ProjectState.AWAITING_START:
        check_notice_over(project.notices.filter(state=NoticeState.RUNNING).exists())
    elif before in ON_NOTICE and project.state not in ON_NOTICE:
        notices.withdraw(project, reason=action)


@moves.after_move
def hold_start(project: Project, action: str, _before: str) -> None:
    """Refuse the start of the works while an objection waits for its answer (异议未答复不能开工)."""
    if action == "start":
        check_can_start(project.objections.filter(state__in=BLOCKING).count())


@holds
def under_recheck(projects: Collection[int]) -> dict[int, str]:
    """Money waits while another person looks at an objection again (复核期间锁定)."""
    found = Objection.objects.filter(project__in=projects, state=ObjectionState.RECHECKING)
    return {
        pk: _("异议%(number)s正在复核") % {"number": number} for pk, number in found.values_list("project", "number")
    }


@receiver(happened)
def leave_messages(sender: Any, event: AuditEvent, **_kwargs: Any) -> None:
    """通知: what happened is told by the outbox, and what is kept of somebody who went is forgotten by it."""
    messages.told_later(event)


@handler("message.tell")
def tell(payload: dict[str, Any]) -> None:
    messages.tell(AuditEvent.objects.get(pk=payload["event"]))


@handler("message.forget")
def forget(payload: dict[str, Any]) -> None:
    person = Person.objects.get(pk=payload["person"])
    messages.forget(person)
    objections.forget(person)


@handler("message.digest")
def digest(payload: dict[str, Any]) -> None:
    sending.leave_digest(date.fromisoformat(payload["monday"]))


@handler("message.desks")
def desks(payload: dict[str, Any]) -> None:
    desk_digest.leave(date.fromisoformat(payload["day"]))


handler(desk_digest.DESK)(desk_digest.send)
handler(sending.SEND)(sending.send)
handler(sending.WEEK)(sending.send_week)
handler(channels.CHAT, given_up=channels.not_chatted)(channels.chat)
handler(channels.MAIL, given_up=mailboxes.failed)(mailboxes.send)
handler(mailboxes.ASKED, given_up=mailboxes.failed)(mailboxes.ask_there)
