"""Changing how messages name events (改通知用语). What was sent stays as it was; what is sent from now on says it anew."""

from django.db import transaction
from django.utils.translation import gettext as _

from civic.audit import record
from civic.models import Person, Role
from civic.models.record import Channel, Kind
from civic.moments import now
from civic.permissions import require
from civic.rules import RuleBroken
from publicity import message_rules as rules
from publicity.models import Wording
from publicity.queries.wordings import words_of


@transaction.atomic
def reword(key: str, words: str, *, by: Person) -> None:
    """Say an event in these words from now on (改用语). The same again is nothing.

    PermissionDenied for who is not of the district office; RuleBroken for an event that is not told one by one.
    """
    require(by, "publicity.reword")
    if key not in rules.WORDED:
        raise RuleBroken(_("这件事不单独发短信，没有用语可改"), code="not_worded")
    before = words_of(key)
    if words == before:
        return
    changed = {"words": words, "changed_by": by, "changed_at": now()}
    row, _is_new = Wording.objects.update_or_create(event=key, defaults=changed)
    record(
        "message.reword",
        by=by,
        on=row,
        kind=Kind.DAILY,
        roles=[Role.DISTRICT_OFFICE],
        channel=Channel.DESK,
        before={"event": key, "words": before},
        after={"event": key, "words": words},
        is_public=False,
    )


def restore(key: str, *, by: Person) -> None:
    """Back to the product's own words (恢复原来的用语)."""
    reword(key, str(rules.ACTIONS[key].words), by=by)
