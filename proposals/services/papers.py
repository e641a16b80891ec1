"""Paper forms of proposals (纸质提议表): each is one proposal, entered by a worker under the number on the paper."""

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from civic.models import Area, Attachment, Person
from civic.permissions import require
from civic.rules import RuleBroken
from proposals import queries
from proposals.models import AssistedHow, Project, Round
from proposals.services import proposing


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One paper as it was read: its number, who signed it, what it asks for; a photo of it, if one was taken."""

    round: Round
    area: Area
    serial: str
    name: str
    phone: str
    title: str
    place_text: str
    category: str
    evidence: Attachment | None = None


def enter(paper: Paper, *, by: Person, key: UUID) -> Project:
    """File one paper (录一张), all of it or nothing. One key is one proposal, one number one paper of its round and
    village; RuleBroken with the field where it cannot be."""
    require(by, "proposals.propose_for", paper.area)
    proposal = proposing.Proposal(
        round=paper.round,
        area=paper.area,
        title=paper.title,
        category=paper.category,
        place_text=paper.place_text,
    )
    resident = proposing.Resident(
        name=paper.name,
        phone=paper.phone,
        how=AssistedHow.PAPER,
        note=f"纸质表第{paper.serial}号，本人签名",
        evidence=paper.evidence,
        serial=paper.serial,
    )
    taken = queries.of_paper(paper.round, paper.area, paper.serial)
    _check_free(taken.exclude(submit_key=str(key)).first())
    try:
        with transaction.atomic():
            return proposing.propose(proposal, by=by, key=key, resident=resident)
    except IntegrityError:  # another worker entered the same paper just now
        _check_free(taken.first())
        raise


def _check_free(other: Project | None) -> None:
    if other is not None:
        raise RuleBroken(_("这个表号已经录过，是%(code)s") % {"code": other.code}, code="serial_taken", field="serial")
