"""What a roll lets go of with a person (注销): the entry stays, so that the roll's size and the count still hold."""

from django.db import transaction
from django.db.models import Q, QuerySet

from civic.models import Attachment
from civic.people import GONE
from voting.models import PollAct, RollEntry


def with_traces() -> QuerySet[RollEntry]:
    """Entries of erased people that still say more than the village (注销了还没清的)."""
    says_more = ~Q(household="") | ~Q(age_band="") | ~Q(evidence__in=["", GONE]) | Q(document__isnull=False)
    return RollEntry.objects.filter(says_more, person__erased_at__isnull=False).order_by("pk")


def forget_erased() -> int:
    """Empty household, age band and evidence of whoever was erased, in the roll and in the requests to enrol them."""
    return sum(_forget(pk) for pk in with_traces().values_list("pk", flat=True))


@transaction.atomic
def _forget(pk: int) -> int:
    entry = with_traces().select_for_update(of=("self",)).filter(pk=pk).first()
    if entry is None:
        return 0
    acts = list(PollAct.objects.select_for_update().filter(poll=entry.poll_id, person=entry.person_id))
    rows: list[RollEntry | PollAct] = [entry, *acts]
    documents = {row.document_id for row in rows if row.document_id}
    for row in rows:
        row.age_band, row.document = "", None
        row.evidence = GONE if row.evidence else ""
    entry.household = ""
    entry.save(update_fields=["household", "age_band", "evidence", "document"])
    PollAct.objects.bulk_update(acts, ["age_band", "evidence", "document"])
    _release(documents)
    return 1


def _release(documents: set[int]) -> None:
    """Leave a file that no other entry needs to those that nobody took (清理未提交的上传)."""
    held = {*RollEntry.objects.filter(document__in=documents).values_list("document", flat=True)}
    held |= {*PollAct.objects.filter(document__in=documents).values_list("document", flat=True)}
    Attachment.objects.filter(pk__in=documents - held).update(is_used=False)
