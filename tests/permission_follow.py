"""What the routes of following and of messages name in the permission table: a message, a stop link, a line to call."""

from typing import Any

from civic.audit import record
from civic.models import Outbox
from civic.moments import today
from publicity import stops
from publicity.models import CallTask, Message, Via
from publicity.services import follows, mailboxes, messages


def _mailbox(person: Any) -> str:
    """What confirms somebody's mailbox."""
    mailboxes.ask(person, "lin@example.com", ip="10.0.0.1")
    token: str = Outbox.objects.get(topic=mailboxes.ASKED).payload["token"]
    return token


def tell(rows: Any) -> None:
    """A neighbour follows the project that is being built, and heard of it; somebody is to be told by voice."""
    project, neighbour = rows.projects["in_progress"], rows.neighbour
    follows.follow(project, by=neighbour)
    messages.tell(record("milestone.finish", by="test", on=project))
    message = Message.objects.filter(person=neighbour).latest("pk")
    task = CallTask.objects.create(person=neighbour, event=message.event, area=project.area)
    rows.pk("publicity:read, messages-read", message)
    rows.given["publicity:stop"] = {"token": stops.token(neighbour.pk, Via.SMS, today())}
    rows.given["publicity:mailbox_confirm"] = {"token": _mailbox(neighbour)}
    rows.sent["publicity:calls"] = {"task": task.pk}
    rows.given["publicity:dispatches_file"] = {"kind": "csv"}
    rows.given["publicity:wording"] = {"slug": "project.start"}
    rows.sent["publicity:wording"] = {"step": "look", "words": "动工了"}
    rows.sent["publicity:followed"] = {"code": project.code}
    rows.sent["follows-list"] = {"project": project.code}
