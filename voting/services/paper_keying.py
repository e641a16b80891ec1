"""Reading paper ballots (录入纸质票): two people each on their own, a third where they differ. After the close alone.

What was read lies in the urn, under numbers; no page or event here tells what a paper says to who has not read it.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from civic.models import Person
from civic.permissions import require
from civic.rules import RuleBroken
from voting import paper_rules as rules
from voting import paper_sentences as sentences
from voting.ballot_rules import Choices
from voting.models import PaperBatch
from voting.services import paper, urn


@transaction.atomic
def key(batch: PaperBatch, serial: int, *, by: Person, choices: Choices | None = None, fault: str = "") -> PaperBatch:
    """Keep what this person reads on a paper (录一张): ``choices`` by project code, or why it does not count.

    RuleBroken for a second reading by the same person, more papers than came back, and a ballot beyond its style.
    """
    batch = _opened(batch, by=by)
    rules.check_serial(batch, serial)
    known = {sheet.serial for sheet in urn.sheets(batch.poll_id, batch.number)}
    if serial not in known and len(known) >= batch.to_key:
        said = _("收回要录的%(count)d张都录过了，先核对收回的张数") % {"count": batch.to_key}
        raise RuleBroken(said, code="more_than_returned", field="serial")
    paper.move(batch, rules.target(batch, "key"))
    _read(batch, serial, by=by, choices=choices, fault=fault)
    paper.finish_if_keyed(batch, by=by)
    return batch


@transaction.atomic
def settle(
    batch: PaperBatch, serial: int, *, by: Person, choices: Choices | None = None, fault: str = ""
) -> PaperBatch:
    """Say what a paper holds that two read differently (第三人定): another person than both, the paper in hand."""
    batch = _opened(batch, by=by)
    _read(batch, serial, by=by, choices=choices, fault=fault, is_settling=True)
    paper.note(batch, "paper.settled", by=by, sentence=sentences.settled(batch), is_public=True)
    paper.finish_if_keyed(batch, by=by)
    return batch


@transaction.atomic
def strike(batch: PaperBatch, serial: int, *, by: Person) -> PaperBatch:
    """Take back one's own reading under a wrong number, while nobody else read that paper (撤回录入)."""
    batch = _opened(batch, by=by)
    urn.strike_sheet(poll=batch.poll_id, serial=serial, person=by.pk)
    paper.note(batch, "paper.struck", by=by, sentence=sentences.struck(batch))
    return batch


def _opened(batch: PaperBatch, *, by: Person) -> PaperBatch:
    """The batch, held, while its papers are read."""
    batch = paper.locked(batch)
    require(by, "voting.key_paper", batch)
    paper.check_closed(batch.poll)
    rules.target(batch, "key")
    return batch


def _read(
    batch: PaperBatch, serial: int, *, by: Person, choices: Choices | None, fault: str, is_settling: bool = False
) -> None:
    urn.key_sheet(
        poll=batch.poll_id,
        batch=batch.number,
        serial=serial,
        person=by.pk,
        choices=choices,
        fault=fault,
        is_settling=is_settling,
    )
