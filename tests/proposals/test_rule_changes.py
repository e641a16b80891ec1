"""Rules that hold from a day to come: previewed in plain words, public before they hold, put into force once."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from civic.models import AuditEvent, Role
from civic.moments import today
from civic.rules import RuleBroken
from proposals import tasks
from proposals.models import ProjectState as S
from proposals.models import RuleChange, Step
from proposals.services import moves, rounds, rule_changes
from tests import make

pytestmark = pytest.mark.django_db
TOMORROW = timedelta(days=1)
ROUTE = "受理\n预审\n议事\n审批\n公示"


@pytest.fixture
def office():
    make.areas()
    return make.officer(Role.DISTRICT_OFFICE, make.DISTRICT)


def decide(round, office, **changed):
    given = {
        "rules": {"review_workdays": 8},
        "route": round.route,
        "from_day": today() + TOMORROW,
        "reason": "人手不够",
    }
    return rule_changes.decide(round, by=office, **(given | changed))


def test_a_change_is_looked_at_in_plain_words_and_then_decided(client, office):
    round = make.round_()
    client.force_login(office)
    url = reverse("proposals:rules_change", args=[round.pk])
    day = today() + TOMORROW
    form = {"from_day": day.isoformat(), "reason": "人手不够", "route": ROUTE, "rule_review_workdays": "8"}

    looked = client.post(url, form | {"step": "look"})

    body = looked.content.decode()
    assert re.search(r"部门预审时限.*?原来5个工作日，改为<strong>8个工作日", body, re.S)
    assert body.count("改为<strong>") == 1, "only what changes"
    assert not RuleChange.objects.exists(), "looking decides nothing"
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', body))
    kept = client.post(url, {**hidden, "step": "keep"}, follow=True)
    change = RuleChange.objects.get()
    assert (change.rules, change.from_day, change.decided_by) == ({"review_workdays": 8}, day, office)
    assert "改为<strong>8个工作日" in kept.content.decode(), "the public reads it before it holds"
    round.refresh_from_db()
    assert (round.rules, round.rules_version) == ({}, 1)


def test_what_is_wrong_is_said_beside_the_rule_and_nothing_typed_is_lost(client, office):
    round = make.round_()
    client.force_login(office)
    wrong = {"from_day": "", "reason": "", "route": ROUTE, "rule_review_workdays": "八天", "rule_quorum_share": "3/2"}

    answer = client.post(reverse("proposals:rules_change", args=[round.pk]), wrong)

    body = answer.content.decode()
    assert answer.status_code == 422
    assert {"from_day", "reason", "rule_review_workdays", "rule_quorum_share"} <= set(answer.context["form"].errors)
    assert 'value="3/2"' in body and "要大于0、不超过1" in body


def test_it_holds_from_its_day_on_once_and_leaves_running_deadlines_alone(office, monkeypatch):
    running = make.project(S.IN_REVIEW, due_on=today() + timedelta(days=5), limit_workdays=5)
    round = running.round
    decide(round, office)

    tasks.apply_rule_changes()
    round.refresh_from_db()
    assert round.rules == {}, "not before its day"

    monkeypatch.setattr(rule_changes, "today", lambda: today() + TOMORROW)
    tasks.apply_rule_changes()
    tasks.apply_rule_changes()

    round.refresh_from_db()
    running.refresh_from_db()
    assert (round.rules, round.rules_version) == ({"review_workdays": 8}, 2)
    assert (running.limit_workdays, running.due_on) == (5, today() + timedelta(days=5))
    assert round.versions.get(version=2).changed_by == office
    assert AuditEvent.objects.filter(action="round.change_rules").count() == 1
    fresh = make.project(S.FILED, round=round)
    moves.advance(moves.locked(fresh), by="test")
    fresh.refresh_from_db()
    assert (fresh.state, fresh.limit_workdays) == (S.IN_REVIEW, 8)


def test_from_today_on_it_holds_at_once(client, office):
    round = make.round_()
    assert decide(round, office, from_day=today()) is None
    round.refresh_from_db()
    assert round.rules == {"review_workdays": 8}


def test_two_changes_never_cross(client, office):
    round = make.round_()
    change = decide(round, office)

    for attempt in (
        lambda: decide(round, office, rules={"review_workdays": 9}),
        lambda: rounds.change_rules(round, by=office, rules={"review_workdays": 9}, reason="改急的"),
    ):
        with pytest.raises(RuleBroken, match="请先撤回它"):
            attempt()
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleChange.objects.create(
            round=round, rules={}, route=round.route, from_day=today(), reason="同时", decided_by=office
        )
    client.force_login(office)
    client.post(reverse("proposals:rules_withdraw", args=[change.pk]))
    assert decide(round, office, rules={"review_workdays": 9}) is not None
    with pytest.raises(RuleBroken, match="已经生效或撤回"):
        rule_changes.withdraw(change, by=office)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"from_day": today() - TOMORROW}, "不能早于今天"),
        ({"rules": {}}, "没有改动"),
        ({"reason": " "}, "请写明理由"),
        ({"route": ["screening", "assembly", "approval", "notice"]}, "不能从路线里去掉"),
    ],
)
def test_what_cannot_be_decided_is_said(office, changed, said):
    project = make.project(S.IN_REVIEW)

    with pytest.raises(RuleBroken, match=said):
        decide(project.round, office, **changed)


def test_a_step_filled_in_the_meantime_holds_a_change_up_and_says_so(client, office, monkeypatch):
    round = make.round_()
    decide(round, office, route=["screening", "assembly", "approval", "notice"])
    project = make.project(S.IN_REVIEW, round=round)
    monkeypatch.setattr(rule_changes, "today", lambda: today() + TOMORROW)

    tasks.apply_rule_changes()

    change = RuleChange.objects.get()
    assert (change.state, "不能从路线里去掉" in change.trouble) == (RuleChange.State.WAITING, True)
    client.force_login(office)
    assert change.trouble in client.get(reverse("proposals:rules_change", args=[round.pk])).content.decode()
    project.state = S.DECLINED
    project.save()
    tasks.apply_rule_changes()
    round.refresh_from_db()
    assert Step.REVIEW not in round.route


def test_only_the_district_office_of_the_place(client):
    make.areas()
    round = make.round_()
    for role in (Role.TOWN_APPROVER, Role.AUDITOR, Role.SYSTEM_ADMIN):
        client.force_login(make.officer(role, make.DISTRICT))
        assert client.get(reverse("proposals:rules")).status_code == 403
        assert client.post(reverse("proposals:rules_change", args=[round.pk]), {}).status_code == 403


def test_a_decision_the_rules_forbid_is_a_conflict_that_says_why(client, office):
    round = make.round_()
    client.force_login(office)
    form = {"from_day": today().isoformat(), "reason": "人手不够", "route": ROUTE, "step": "keep"}

    answer = client.post(reverse("proposals:rules_change", args=[round.pk]), form)

    assert answer.status_code == 409
    assert "没有改动" in answer.content.decode()
