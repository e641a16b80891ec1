"""Whether, around a merge (合并的规则): who is asked, how a proposer agreed, and when it takes effect.

Across proposers two people in office, or one and a proposer, decide; and every proposer has agreed, or was told and
had the round's working days to object. No query, no request, no clock.
"""

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext as _

from civic.models import Person
from civic.rules import RuleBroken
from proposals.models import ConsentHow, Merge, MergeState, Project

DECIDED = "merge_decided"


def asked(source: Project, target: Project) -> set[int]:
    """The residents whose proposals these are (要问的提议人), by key; a unit's own proposal asks nobody."""
    return {pk for pk in (source.proposer_id, target.proposer_id) if pk is not None}


def takes_effect(merge: Merge, agreed: Collection[int], today: date) -> bool:
    """Whether a second person confirmed it and every proposer agreed, or was told and the notice is over (听完意见)."""
    is_heard = merge.notice_until is None or today > merge.notice_until
    return merge.confirmed_by_id is not None and (is_heard or asked(merge.source, merge.target) <= set(agreed))


def check_considered(merge: Merge) -> None:
    """A merge that has its outcome is not decided again (已有结果)."""
    if merge.state != MergeState.PROPOSED:
        raise RuleBroken(_("这次合并已经有结果了"), code=DECIDED)


def check_second_person(merge: Merge, by: Person) -> None:
    """A considered merge is confirmed or refused by another than proposed it (两人合并)."""
    check_considered(merge)
    if by.pk == merge.proposed_by_id:
        raise RuleBroken(_("提出合并的人不能自己确认，请另一位同事或提议人来办"), code="merge_same_person")


def check_not_confirmed(merge: Merge) -> None:
    """One second person is enough (已确认); what is still waited for are the proposers."""
    if merge.confirmed_by_id is not None:
        raise RuleBroken(_("已经有人确认过了，听完提议人的意见自动合并"), code="merge_confirmed")


def check_consent(merge: Merge, person_id: int, agreed: Collection[int], how: str, note: str, *, is_own: bool) -> None:
    """A proposer of one of the two agrees once (同意一次); where a worker writes it down, with what shows it."""
    check_considered(merge)
    if person_id not in asked(merge.source, merge.target):
        raise RuleBroken(_("请选这两件的提议人"), code="merge_not_asked", field="person")
    if person_id in agreed:
        raise RuleBroken(_("这位提议人已经同意过了"), code="merge_agreed", field="person")
    if how not in ConsentHow.values or (how == ConsentHow.OWN) != is_own:
        raise RuleBroken(_("请选怎样同意的"), code="consent_how", field="how")
    if not is_own and not note.strip():
        raise RuleBroken(_("请写明凭什么知道本人同意"), code="consent_note", field="note")
