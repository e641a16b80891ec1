"""What a voter is told outside the pages (短信): that something was done in her name, or what she asked to be told."""

from typing import Any
from uuid import uuid4

from django.conf import settings

from civic.accounts import sms
from civic.models import Person
from civic.outbox import later
from voting.models import Poll


def tell(person: Person, template: str, poll: Poll, **values: Any) -> None:
    """Queue one message in the caller's transaction; whoever has no phone gets none.

    The key is random and the payload goes once it is sent, so that no row tells whom a message was for. When the day's
    budget is used up but for codes, nothing is sent, and the log says so.
    """
    if person.phone and sms.spare(template):
        said = {"place": poll.area.short_name, "help": settings.HELP_PHONE} | values
        later("sms", uuid4().hex, {"phone": person.phone, "template": template, "values": said})
