"""Corrections (更正): wrong words of the record are put right by a new event that names the old one; the old one stays."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from civic import offices
from civic.audit import record
from civic.models import AuditEvent, Correction, Person
from civic.models.record import Channel
from civic.permissions import User, allowed
from civic.rules import RuleBroken
from civic.telling import Told
from civic.words import clean_text

ACTION = "record.correct"
MOST = {"right": 70, "recorded": 40, "reason": 20}  # together a line of the timeline
BRACES = str.maketrans("{}", "｛｝")  # a sentence names its people by {who}: what somebody typed never does


@transaction.atomic
def correct(
    event: AuditEvent, *, by: Person, right: str, recorded: str, reason: str, channel: Channel = Channel.WEB
) -> AuditEvent:
    """Say what is right, what was recorded and why it was wrong (更正), public where the corrected event is.

    It moves no state and no money. PermissionDenied outside the unit that made the entry; RuleBroken for an event
    that is corrected already (its correction is what can be corrected), and for words that say nothing.
    """
    office = offices.to_correct(by, event)
    if office is None:
        raise PermissionDenied("civic.correct")
    right, recorded, reason = checked(right=right, recorded=recorded, reason=reason)
    made = record(
        ACTION,
        by=by,
        on=event,
        roles=[office.role],
        unit=office.unit_name,
        kind=event.kind,
        channel=channel,
        sentence=sentence(right=right, recorded=recorded, reason=reason),
        before={"event": event.pk, "words": recorded},
        after={"words": right, "reason": reason},
        is_public=event.is_public,
        mark=event.mark,
    )
    _tie(made, event)
    return made


def offer(events: Sequence[AuditEvent], lines: Sequence[Told], reader: User, route: str) -> None:
    """Beside each event that this reader may put right and nobody did yet, the door to it (更正这条记录)."""
    for event, line in zip(events, lines, strict=True):
        if not line.corrected_url and allowed(reader, "civic.correct", event):
            line.correct_url = reverse(route, args=[event.subject, event.pk])


def checked(*, right: str, recorded: str, reason: str) -> tuple[str, str, str]:
    """The three as the record takes them; RuleBroken where they say nothing, say too much or put nothing right."""
    right, recorded, reason = _checked("right", right), _checked("recorded", recorded), _checked("reason", reason)
    if right == recorded:
        raise RuleBroken(_("和原来记的一样，不用更正"), code="same_words", field="right")
    return right, recorded, reason


def sentence(*, right: str, recorded: str, reason: str) -> str:
    """What the public reads of a correction."""
    return f"更正：{right}（原记{recorded}，{reason}）"


def _checked(name: str, words: str) -> str:
    words = clean_text(words).translate(BRACES)
    if not words:
        raise RuleBroken(_("请写清楚：对的是什么、原来记的是什么、为什么错"), code="words_required", field=name)
    if len(words) > MOST[name]:
        raise RuleBroken(_("最多写%(most)d个字") % {"most": MOST[name]}, code="too_long", field=name)
    return words


def _tie(made: AuditEvent, event: AuditEvent) -> None:
    """The database keeps one correction for each event, however many ask at once."""
    try:
        with transaction.atomic():
            Correction.objects.create(event=made, corrects=event)
    except IntegrityError:
        raise RuleBroken(_("这条记录已经更正过。更正本身写错了，请更正那一条。"), code="corrected_already") from None
