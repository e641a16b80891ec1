"""One poll from the round to its winners: prepared, a roll, two people, the clock, ballots, the seed, the count."""

import json
from dataclasses import asdict

import pytest

from civic.models import AuditEvent, Person
from civic.rules import RuleBroken
from proposals.models import Project
from tests import make
from tests.voting.polls import build
from voting import tasks
from voting.models import Ballot, BallotBox, Poll, RollEntry
from voting.roll_files.people import read
from voting.rules import model
from voting.rules.count import count
from voting.rules.records import from_json
from voting.services import roll, tickets, urn

pytestmark = pytest.mark.django_db(databases=build.URN)
CHOICES = [(0, 1), (0,), (1, 2), (2,), ()]


def counted(poll: Poll, openings: list) -> list[str]:
    """The winners from what is published alone: projects, openings, rule record and seed."""
    entries = list(poll.entries.select_related("project").order_by("position"))
    codes = [entry.project.code for entry in entries]
    election = model.Election(
        projects=tuple(model.Project(one.project.code, int(one.cost_yuan * 100)) for one in entries),
        budget=int(poll.budget_yuan * 100),
        ballots=tuple(model.Ballot(tuple(codes.index(code) for code in one.choices)) for one in openings),
        scale=100,
    )
    return list(count(election, from_json(json.dumps(poll.rule_record)), poll.seed).selected)


@pytest.fixture
def office() -> build.Office:
    office = build.prepared(budget_yuan=120000)
    roll.import_roll(
        office.poll,
        read("\n".join(["姓名,手机号,年龄", *[f"居民{n},1390000000{n},{30 + n}" for n in range(5)]]).encode()),
        by=office.handler,
    )
    office.agree("open")
    Poll.objects.update(opens_at=build.hour(-0.01))
    tasks.open_and_close_polls()
    assert office.fresh().state == "open"
    return office


def vote(office: build.Office) -> None:
    for entry, chosen in zip(office.poll.roll.order_by("pk"), CHOICES, strict=True):
        ticket = tickets.issue(office.poll.pk, entry.person_id, channel="online")
        urn.cast(ticket, {office.projects[place].code: 1 for place in chosen})


def test_from_the_list_to_the_winners_whose_tie_the_committed_seed_decides(office):
    vote(office)
    office.agree("close")
    tasks.rewrite_closed_boxes()
    tasks.rewrite_closed_boxes()

    poll = office.fresh()
    openings = urn.openings(poll.pk)
    assert sorted(tuple(sorted(one.choices)) for one in openings) == sorted(
        tuple(sorted(office.projects[place].code for place in chosen)) for chosen in CHOICES
    )
    winners = counted(poll, openings)  # three projects of the same cost with two votes each, money for two
    assert len(winners) == 2
    assert winners == counted(poll, list(reversed(openings)))
    assert AuditEvent.objects.filter(action="poll.box_rewritten").count() == 1
    assert BallotBox.objects.get().state == "rewritten"


def test_what_decides_stands_out_in_the_record_from_what_prepares(office):
    office.agree("extend", closes_at=build.hour(72))
    office.agree("close")

    told = AuditEvent.objects.filter(subject=f"poll:{office.poll.pk}").order_by("pk")
    assert list(told.filter(kind="decision").values_list("action", flat=True)) == [
        "poll.opening_confirmed",
        "poll.opened",
        "poll.extended",
        "poll.closed",
    ]
    assert list(told.filter(kind="daily").values_list("action", flat=True)) == [
        "poll.prepared",
        "poll.roll_imported",
        "poll.act_asked",
        "poll.act_asked",
        "poll.act_asked",
    ]
    assert all(told.values_list("sentence", flat=True))


def test_who_is_not_on_the_roll_gets_no_ticket(office):
    with pytest.raises(RuleBroken, match="名册里没找到您"):
        tickets.issue(office.poll.pk, make.person().pk, channel="online")


def test_nothing_of_the_default_database_tells_who_voted_or_what(office):
    def all_rows() -> list:
        models = (Poll, RollEntry, Person, Project, AuditEvent)
        return [list(model.objects.order_by("pk").values()) for model in models]

    before = all_rows()
    vote(office)

    assert all_rows() == before
    assert Ballot.objects.count() == 5


def test_no_event_of_a_poll_holds_a_choice_or_a_pseudonym(office):
    vote(office)
    office.agree("close")
    tasks.rewrite_closed_boxes()

    told = json.dumps([str(event) for event in AuditEvent.objects.values()], ensure_ascii=False)
    for ballot in Ballot.objects.all():
        assert ballot.pseudonym not in told
        assert ballot.commitment not in told
    assert "choices" not in told
    assert all("choices" in asdict(one) for one in urn.openings(office.poll.pk))
