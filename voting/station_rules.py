"""Whether, at a station and in assisted voting (投票站、代为录入): what must be shown, said and still possible. Pure."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from civic.models import Attachment
from civic.rules import RuleBroken
from voting.models import AssistedEntry, AssistedReason, IdentityPaper, Poll, PollState

DISPUTABLE_IN = frozenset({PollState.OPEN, PollState.CLOSED})  # afterwards the count stands, and its objections


def check_takes_ballots(poll: Poll, at: datetime) -> None:
    """The poll is open (正在投票); its box decides once more by its own clock."""
    if poll.state != PollState.OPEN or poll.closes_at is None or poll.closes_at <= at:
        raise RuleBroken(_("现在不是投票时间"), code="vote_not_open")


def check_paper(paper: str) -> None:
    if paper not in IdentityPaper.values:
        raise RuleBroken(_("请先看证件，选一种"), code="paper_required", field="paper")


def check_assisted(reason: str, witness: str, documents: Sequence[Attachment]) -> None:
    """A vote entered for somebody says why, who was there, and shows that she wanted it (代录凭据)."""
    if reason not in AssistedReason.values:
        raise RuleBroken(_("请选为什么要代录"), code="assisted_reason_required", field="reason")
    if not witness.strip():
        raise RuleBroken(_("请写在场证人的姓名"), code="witness_required", field="witness")
    if not documents:
        raise RuleBroken(_("请拍下本人同意的样子或者签名"), code="consent_required", field="documents")


def check_disputable(row: AssistedEntry, at: datetime) -> None:
    """A dispute comes once, within its hours and before the count (还能提出异议)."""
    if row.dispute:
        raise RuleBroken(_("已经提出过，等镇街答复"), code="disputed_already")
    if not is_disputable(row, at):
        raise RuleBroken(_("提出的时间已经过了，请打电话给镇街"), code="dispute_too_late")


def is_disputable(row: AssistedEntry, at: datetime) -> bool:
    return not row.dispute and at < row.disputable_until and row.entry.poll.state in DISPUTABLE_IN


def check_said(text: str, field: str) -> None:
    """What is said of a dispute stays inside, unlike public reasons."""
    if not text.strip():
        raise RuleBroken(_("请写清楚"), code="text_required", field=field)
