"""Polls open and close at their second, by the database's clock, once, whoever else is late or wrong."""

import logging

import pytest
import time_machine

from civic.models import AuditEvent
from tests import make
from tests.voting.polls import build
from voting import poll_queries as queries
from voting import tasks
from voting.models import BallotBox, Poll, RollEntry
from voting.rules.ties import commitment
from voting.services import polls

pytestmark = pytest.mark.django_db(databases=build.URN)


def confirmed(**more) -> build.Office:
    office = build.ready(**more)
    office.agree("open")
    return office


def due(office: build.Office, field: str) -> None:
    """Its second has just passed."""
    Poll.objects.filter(pk=office.poll.pk).update(**{field: build.hour(-0.001)})
    if field == "closes_at":
        BallotBox.objects.filter(poll=office.poll.pk).update(closes_at=build.hour(-0.001))


def test_the_clock_opens_what_is_confirmed_and_due():
    office = confirmed(roll=4)
    tasks.open_and_close_polls()
    assert office.fresh().state == "draft"

    due(office, "opens_at")
    tasks.open_and_close_polls()
    tasks.open_and_close_polls()

    poll = office.fresh()
    assert (poll.state, poll.roll_size) == ("open", 4)
    assert AuditEvent.objects.filter(action="poll.opened").count() == 1
    event = AuditEvent.objects.get(action="poll.opened")
    assert event.after["rule_hash"] == poll.rule_hash
    assert event.after["seed_commitment"] == poll.seed_commitment
    assert "名册4人" in event.sentence


def test_a_poll_opens_the_box_with_its_style_and_its_own_hours():
    office = confirmed()
    due(office, "opens_at")
    polls.open_due(by="test")

    box, poll = BallotBox.objects.get(), office.fresh()
    assert (box.poll, box.opens_at, box.closes_at, box.roll_size) == (poll.pk, poll.opens_at, poll.closes_at, 3)
    assert (box.style["method"], box.style["limit"], box.style["budget_fen"]) == ("choose", 5, 10_000_000)
    assert box.style["projects"] == [
        {"id": project.code, "code": project.code, "cost_fen": 6_000_000} for project in office.projects
    ]


def test_every_project_of_an_open_poll_says_so_on_its_page():
    office = build.opened()

    told = AuditEvent.objects.filter(action="poll.project_in_poll").values_list("subject", flat=True)
    assert sorted(told) == sorted(project.code for project in office.projects)


def test_an_unconfirmed_draft_does_not_open_by_itself():
    office = build.ready()
    office.ask("open")
    due(office, "opens_at")

    assert polls.open_due(by="test") == 0
    assert office.fresh().state == "draft"


def test_a_poll_that_is_no_longer_ready_stays_shut_and_does_not_hold_up_the_next(caplog):
    broken, sound = confirmed(), confirmed()
    RollEntry.objects.filter(poll=broken.poll).delete()
    due(broken, "opens_at")
    due(sound, "opens_at")

    with caplog.at_level(logging.ERROR, "weishishi.polls"):
        assert polls.open_due(by="test") == 1

    assert (broken.fresh().state, sound.fresh().state) == ("draft", "open")
    assert "名册还是空的" in caplog.text


def test_the_clock_closes_what_is_over_and_shows_the_seed():
    office = build.opened()
    assert polls.close_due(by="test") == 0
    assert office.fresh().seed == ""

    due(office, "closes_at")
    assert polls.close_due(by="test") == 1
    assert polls.close_due(by="test") == 0

    poll = office.fresh()
    assert poll.state == "closed"
    assert commitment(poll.seed) == poll.seed_commitment
    assert BallotBox.objects.get().state == "closed"
    assert AuditEvent.objects.filter(action="poll.closed").count() == 1


def test_a_poll_whose_box_was_opened_before_a_crash_opens_with_that_box():
    office = confirmed()
    due(office, "opens_at")
    poll = office.fresh()
    poll.roll_size = 3
    polls._open_box(poll)

    assert polls.open_due(by="test") == 1
    assert (BallotBox.objects.count(), office.fresh().state) == (1, "open")


@pytest.mark.postgres
@pytest.mark.parametrize("hours", [-3, 3])
def test_a_web_server_whose_clock_is_wrong_opens_nothing_early_and_closes_nothing_late(hours):
    office = confirmed()
    live = build.opened()
    due(live, "closes_at")

    with time_machine.travel(build.hour(hours)):
        assert (polls.open_due(by="test"), polls.close_due(by="test")) == (0, 1)

    assert (office.fresh().state, live.fresh().state) == ("draft", "closed")


def test_a_key_folder_that_is_away_holds_up_no_close_and_the_seed_follows(settings, caplog):
    office = build.opened()
    due(office, "closes_at")
    folder = settings.POLL_KEYS_DIR
    settings.POLL_KEYS_DIR = folder / "away"
    tasks.open_and_close_polls()
    assert (office.fresh().state, office.poll.seed) == ("closed", "")
    assert "抽签种子" not in AuditEvent.objects.get(action="poll.closed").sentence
    assert "不见了" in caplog.text

    settings.POLL_KEYS_DIR = folder
    tasks.open_and_close_polls()
    tasks.open_and_close_polls()

    assert commitment(office.fresh().seed) == office.poll.seed_commitment
    assert AuditEvent.objects.get(action="poll.seed_shown").after == {"seed": office.poll.seed}


def test_whatever_breaks_at_one_poll_the_next_is_opened(monkeypatch, caplog):
    confirmed(), confirmed()
    Poll.objects.update(opens_at=build.hour(-0.001))
    whole = polls._open_box

    def breaking(poll):
        if poll.pk == Poll.objects.earliest("pk").pk:
            raise OSError("disk")
        whole(poll)

    monkeypatch.setattr(polls, "_open_box", breaking)

    assert polls.open_due(by="test") == 1
    assert list(Poll.objects.order_by("pk").values_list("state", flat=True)) == ["draft", "open"]
    assert "OSError: disk" in caplog.text


def test_the_office_sees_where_the_roll_came_from_and_how_old_people_are():
    office = build.opened(roll=3)
    build.on_roll(office.poll, age_band="75+", source="import")

    assert queries.roll_counts(office.poll) == {
        "source": {"import": 1, "residency": 3},
        "age_band": {"30-44": 3, "75+": 1},
    }


def test_a_place_shows_its_own_polls_and_those_of_its_villages():
    office, elsewhere = build.prepared(), build.prepared(at=make.TOWN)

    assert list(queries.polls(make.area(make.TOWN))) == [elsewhere.poll, office.poll]
    assert list(queries.polls(make.area())) == [office.poll]
    assert list(queries.polls(make.area(make.OTHER_VILLAGE))) == []
