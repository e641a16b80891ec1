"""The end of a poll's key (销毁密钥): once the time to object is over nobody can link voter and ballot any longer."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from civic.calendar import add_workdays
from civic.models.record import Kind
from civic.moments import now
from voting import poll_queries, result_sentences
from voting.models import ActKind, ActState, Poll, PollAct, PollState
from voting.services import polls, urn

ENDED_BY = [ActKind.PUBLISH, ActKind.CANCEL]


def with_keys() -> QuerySet[Any]:
    """Polls that are over and still have their key (密钥还在): published, or cancelled after they began; since when."""
    acts = PollAct.objects.filter(poll=OuterRef("pk"), kind__in=ENDED_BY, state=ActState.CONFIRMED)
    over = Poll.objects.filter(state__in=[PollState.PUBLISHED, PollState.CANCELLED], key_ended_at=None)
    begun = over.exclude(opened_at=None).select_related("round", "area").order_by("pk")
    return begun.annotate(over_since=Subquery(acts.order_by("-settled_at").values("settled_at")[:1]))


def due() -> list[Poll]:
    """Those whose time to object is over and whose box keeps no order any longer (到期销毁)."""
    ordered = poll_queries.boxes_to_rewrite()
    found = (poll for poll in with_keys() if poll.pk not in ordered)
    return [poll for poll in found if now() > ends_after(poll, poll.over_since)]


def ends_after(poll: Poll, since: datetime) -> datetime:
    """The last moment an objection to the result may come (异议期限); the key goes after it, when all are answered."""
    day = add_workdays(timezone.localdate(since), poll.round.terms.objection_workdays)
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min)) - timedelta(seconds=1)


@transaction.atomic
def end(poll: Poll, *, by: str) -> bool:
    """Destroy the key, say so in the urn's log and in public (销毁密钥); twice is once. False while a recount waits."""
    poll = polls.locked(poll)
    if poll.key_ended_at is not None or poll.acts.filter(state=ActState.ASKED).exists():
        return False
    urn.destroy_key(poll=poll.pk)
    poll.key_ended_at = now()
    poll.save(update_fields=["key_ended_at"])
    polls.note(poll, "poll.key_ended", by=by, kind=Kind.DECISION, sentence=result_sentences.key_ended())
    return True
