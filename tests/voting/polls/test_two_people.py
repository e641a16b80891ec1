"""Opening, extending, closing early and cancelling take two people and a public reason; nobody's own word will do."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from civic.models import AuditEvent, Role
from civic.permissions import allowed
from civic.rules import RuleBroken
from tests import make
from tests.voting.polls import build
from voting.models import ActKind, BallotBox, Poll, PollAct
from voting.services import poll_acts, polls

pytestmark = pytest.mark.django_db(databases=build.URN)


def test_an_opening_confirmed_by_another_waits_for_its_hour():
    office = build.ready()

    act = office.agree("open")

    assert (act.state, act.asked_by, act.confirmed_by) == ("confirmed", office.handler, office.approver)
    assert office.fresh().state == "draft"
    event = AuditEvent.objects.get(action="poll.opening_confirmed")
    assert event.reason == "群众要求"
    assert "截止；一共100,000元，每人最多选5项；名册3人" in event.sentence
    assert event.is_public


def test_who_asked_cannot_confirm():
    office = build.ready()
    act = office.ask("open")

    with pytest.raises(RuleBroken, match="另一个人"):
        poll_acts.confirm(act, by=office.handler)

    assert PollAct.objects.get().state == "asked"


def test_not_even_past_the_services_can_one_person_do_both():
    act = build.ready().ask("open")

    with pytest.raises(IntegrityError), transaction.atomic():
        PollAct.objects.filter(pk=act.pk).update(confirmed_by=act.asked_by)


def test_an_opening_is_not_asked_for_while_anything_is_missing():
    office = build.prepared()

    with pytest.raises(RuleBroken, match="还不能开放：名册还是空的"):
        office.ask("open")

    assert not PollAct.objects.exists()


def test_what_went_missing_since_is_seen_at_the_confirmation():
    office = build.ready(roll=1)
    act = office.ask("open")
    office.poll.roll.all().delete()

    with pytest.raises(RuleBroken, match="名册还是空的"):
        poll_acts.confirm(act, by=office.approver)

    assert PollAct.objects.get().state == "asked"


@pytest.mark.parametrize("reason", ["", "  "])
def test_every_act_has_a_reason(reason):
    office = build.ready()

    with pytest.raises(RuleBroken, match="理由"):
        poll_acts.ask(office.poll, ActKind.CANCEL, by=office.handler, reason=reason)


def test_a_reason_too_long_is_named():
    office = build.ready()

    with pytest.raises(ValidationError, match="reason"):
        poll_acts.ask(office.poll, ActKind.CANCEL, by=office.handler, reason="长" * 201)


def test_one_act_waits_at_a_time():
    office = build.opened()
    office.ask("extend", closes_at=build.hour(72))

    with pytest.raises(RuleBroken, match="等另一人确认"):
        office.ask("close")

    assert office.poll.acts.filter(state="asked").count() == 1


def test_while_an_opening_stands_nothing_of_the_poll_changes():
    office = build.ready()
    office.agree("open")

    with pytest.raises(RuleBroken, match="先退回开放"):
        polls.change(office.poll, by=office.handler, limit=3)
    with pytest.raises(RuleBroken, match="先退回开放"):
        polls.list_projects(office.poll, office.projects[1:], by=office.handler)


def test_a_confirmed_opening_can_be_sent_back_before_its_hour_and_then_the_poll_changes():
    office = build.ready()
    act = office.agree("open")

    poll_acts.refuse(act, by=office.handler, reason="日期写错了")
    polls.change(office.poll, by=office.handler, limit=3)

    assert office.fresh().limit == 3
    act.refresh_from_db()
    assert (act.state, act.refused_by) == ("refused", office.handler)
    assert AuditEvent.objects.get(action="poll.act_refused").reason == "日期写错了"


def test_what_is_settled_is_not_settled_again():
    office = build.opened()
    act = office.poll.acts.get(kind="open")

    with pytest.raises(RuleBroken, match="不用再办"):
        poll_acts.refuse(act, by=office.handler, reason="晚了")
    with pytest.raises(RuleBroken, match="不用再办"):
        poll_acts.confirm(act, by=office.approver)


def test_an_extension_moves_the_close_of_poll_and_box():
    office = build.opened()
    later = build.hour(72)

    office.agree("extend", closes_at=later)

    assert office.fresh().closes_at == later
    assert BallotBox.objects.get(poll=office.poll.pk).closes_at == later
    assert AuditEvent.objects.get(action="poll.extended").reason == "群众要求"


@pytest.mark.parametrize("hours", [None, 1])
def test_an_extension_only_moves_later(hours):
    office = build.opened()

    with pytest.raises(RuleBroken, match="延长要到原来的截止时间之后"):
        office.ask("extend", closes_at=None if hours is None else build.hour(hours))


def test_an_extension_that_comes_after_the_last_second_is_refused():
    office = build.opened()
    act = office.ask("extend", closes_at=build.hour(72))
    Poll.objects.update(closes_at=build.hour(-0.001))

    with pytest.raises(RuleBroken, match="投票已经截止"):
        poll_acts.confirm(act, by=office.approver)

    assert office.fresh().state == "open"


def test_an_early_close_shows_the_seed_and_closes_the_box():
    office = build.opened()
    seed_commitment = office.poll.seed_commitment

    office.agree("close")

    poll = office.fresh()
    assert poll.state == "closed"
    assert poll.closed_at < poll.closes_at
    assert polls.seeds.trouble(seed_commitment) == ""
    assert BallotBox.objects.get(poll=poll.pk).state == "closed"
    event = AuditEvent.objects.get(action="poll.closed")
    assert (event.reason, event.after["seed"]) == ("群众要求", poll.seed)
    assert "提前截止" in event.sentence


def test_an_early_close_that_broke_off_halfway_can_be_done_again():
    """The box lies in another database: it may be closed while the poll here is not."""
    office = build.opened()
    act = office.ask("close")
    polls.urn.move_close(poll=office.poll.pk, closes_at=None)
    polls.urn.close_box(poll=office.poll.pk)

    poll_acts.confirm(act, by=office.approver)

    assert office.fresh().state == "closed"


def test_a_draft_is_cancelled_without_a_box_and_an_open_poll_with_it():
    draft, live = build.ready(), build.opened()

    draft.agree("cancel")
    live.agree("cancel")

    assert {draft.fresh().state, live.fresh().state} == {"cancelled"}
    assert list(BallotBox.objects.values_list("poll", "state")) == [(live.poll.pk, "closed")]
    assert live.poll.seed == ""


def test_after_a_cancelled_poll_the_place_may_have_another():
    office = build.ready()
    office.agree("cancel")

    again = polls.prepare(office.round, make.area(), by=office.handler)

    assert again.entries.count() == 3


def test_what_still_waited_lapses_with_the_close():
    office = build.opened()
    act = office.ask("extend", closes_at=build.hour(72))
    Poll.objects.update(closes_at=build.hour(-0.001))
    BallotBox.objects.update(closes_at=build.hour(-0.001))

    polls.close_due(by="test")

    act.refresh_from_db()
    assert act.state == "lapsed"


def test_enrolment_is_asked_for_elsewhere():
    office = build.opened()

    with pytest.raises(ValueError, match="enrol"):
        office.ask("enrol")


PEOPLE = {
    "handler": (Role.TOWN_HANDLER, make.TOWN),
    "approver": (Role.TOWN_APPROVER, make.TOWN),
    "district": (Role.DISTRICT_OFFICE, make.DISTRICT),
    "neighbour": (Role.TOWN_HANDLER, make.OTHER_TOWN),
    "worker": (Role.SOCIAL_WORKER, make.VILLAGE),
    "village": (Role.VILLAGE_OFFICE, make.VILLAGE),
    "admin": (Role.SYSTEM_ADMIN, make.DISTRICT),
    "auditor": (Role.AUDITOR, make.DISTRICT),
}


@pytest.mark.parametrize("name", PEOPLE)
def test_only_the_town_office_of_the_place_runs_a_poll(name):
    office = build.ready()
    act = office.ask("open")
    person = make.officer(*PEOPLE[name])
    may = name in {"handler", "approver", "district"}

    asked = {
        "voting.prepare_poll": office.poll,
        "voting.ask_poll_act": office.poll,
        "voting.confirm_poll_act": act,
        "voting.refuse_poll_act": act,
    }
    assert {action: allowed(person, action, thing) for action, thing in asked.items()} == dict.fromkeys(asked, may)


def test_who_asked_may_take_it_back_but_not_confirm_it():
    office = build.ready()
    act = office.ask("open")

    assert not allowed(office.handler, "voting.confirm_poll_act", act)
    assert allowed(office.handler, "voting.refuse_poll_act", act)
