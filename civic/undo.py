"""A minute to take it back (撤销): what was done is said in a toast, with a button that does the opposite.

The offer travels with Django's message, signed and dated; the opposite act is a plain POST to its own door, which
decides by itself whether it may still be done.
"""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext as _

SECONDS = 60
MARK = "undo"  # posted by the button, so that taking back is not offered to be taken back in turn
signer = signing.TimestampSigner(salt="civic.undo")


@dataclass(frozen=True)
class Undo:
    """The opposite of what was done: the door it is posted to and what goes along."""

    url: str
    fields: dict[str, str] = field(default_factory=dict)


def told(request: HttpRequest, words: str, undo: Undo) -> None:
    """Say what was done and offer to take it back; what was itself a taking back is only said."""
    if request.POST.get(MARK):
        messages.success(request, _("已撤销。"))
    else:
        messages.success(request, words, extra_tags=signer.sign_object({"url": undo.url, "fields": undo.fields}))


def offered(message: Message) -> Undo | None:
    """What a toast still offers to take back; nothing after the minute."""
    try:
        kept: Any = signer.unsign_object(message.extra_tags or "", max_age=SECONDS)
    except signing.BadSignature:
        return None
    return Undo(kept["url"], kept["fields"])
