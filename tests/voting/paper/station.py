"""Paper ballots for tests: an open poll, a village with its workers, a batch at any stage."""

from dataclasses import dataclass, field

from civic.models import Person, Role
from tests import make
from tests.voting.polls import build
from voting import paper_queries, tasks
from voting.models import PaperBatch, RollEntry
from voting.services import paper, paper_account, paper_keying

WITNESS = "见证人老陈"


@dataclass
class Station:
    """A poll with its office, the village's two workers, and one batch of ballots."""

    office: build.Office
    worker: Person
    village: Person
    batch: PaperBatch
    others: list[PaperBatch] = field(default_factory=list)

    def fresh(self) -> PaperBatch:
        self.batch = paper_queries.batches(self.office.fresh()).get(pk=self.batch.pk)
        return self.batch

    @property
    def entries(self) -> list[RollEntry]:
        return list(RollEntry.objects.filter(poll=self.office.poll).select_related("person").order_by("pk"))

    def give(self, *places: int) -> None:
        """A ballot to each of these people on the roll."""
        for place in places:
            paper.hand_out(self.batch, self.entries[place], by=self.worker, witness=WITNESS)
        self.fresh()

    def close(self) -> None:
        self.office.agree("close")
        self.office.fresh()
        self.fresh()

    def back(self, returned: int, *, left: int | None = None, **aside: int) -> PaperBatch:
        """What the station counted; everything not handed out is left unless said."""
        rest = self.batch.size - paper_queries.account(self.batch).handed_out
        paper.take_back(self.batch, by=self.worker, left=rest if left is None else left, returned=returned, **aside)
        return self.fresh()

    def codes(self) -> list[str]:
        return paper_queries.codes(self.batch)

    def key(self, serial: int, by: Person, *numbers: int, fault: str = "") -> PaperBatch:
        """One paper read: the projects by their numbers on it."""
        choices = None if fault else {self.codes()[number - 1]: 1 for number in numbers}
        paper_keying.key(self.batch, serial, by=by, choices=choices, fault=fault)
        return self.fresh()

    def key_twice(self, serial: int, *numbers: int, fault: str = "") -> PaperBatch:
        for person in (self.worker, self.village):
            self.key(serial, person, *numbers, fault=fault)
        return self.batch

    def sign(self, reason: str = "") -> PaperBatch:
        paper_account.ask_signature(self.batch, by=self.office.handler, reason=reason)
        paper_account.confirm_signature(self.batch, by=self.office.approver)
        return self.fresh()

    def into_urn(self) -> int:
        found = paper_account.into_urn(self.office.poll, by=self.office.handler)
        self.fresh()
        return found


def opened(*, size: int = 10, roll: int = 6, **more) -> Station:
    """A poll that is open, with a batch that is printed."""
    office = build.opened(roll=roll, **more)
    worker, village = make.officer(Role.SOCIAL_WORKER), make.officer(Role.VILLAGE_OFFICE)
    batch = paper.make_batch(office.poll, "小濠冲站", size, by=office.handler)
    return Station(office, worker, village, batch)


def returned(count: int = 3, **more) -> Station:
    """So many ballots were given, the poll closed, and all came back."""
    found = opened(**more)
    found.give(*range(count))
    found.close()
    found.back(count)
    return found


def counted(found: Station) -> None:
    """The clock's turn after the papers are in."""
    tasks.rewrite_closed_boxes()
    tasks.open_and_close_polls()
    found.office.fresh()
