"""A round's rules and route are data: defaults, clear faults, versions, and three routes walked by one machine."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation

from civic.models import AuditEvent, Role
from civic.rules import RuleBroken
from proposals import round_rules, rule_words
from proposals.models import Project, ProjectState, Round, Step
from proposals.models.rounds import check_route, check_rules
from proposals.round_rules import RoundRules
from proposals.services import moves, rounds
from tests import make

S = ProjectState


def test_nothing_said_means_the_defaults_of_the_field():
    terms = round_rules.read({})

    assert (terms.screening_workdays, terms.review_workdays, terms.notice_workdays) == (5, 5, 5)
    assert (terms.quorum_share, terms.pass_share) == (Fraction(2, 3), Fraction(1, 2))
    assert terms.caps_yuan == {"works": Decimal(500000), "goods": Decimal(200000), "service": Decimal(200000)}
    assert terms.who_may_propose == ("resident", "village_office", "social_worker", "grid_worker")


def test_what_is_stored_is_read_back_the_same():
    terms = round_rules.read({"quorum_share": "3/5", "caps_yuan": {"works": "80000.50"}})

    assert round_rules.read(terms.model_dump(mode="json")) == terms
    assert terms.caps_yuan == {"works": Decimal("80000.50")}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"screening_workdays": "五天"}, "screening_workdays：要填整数"),
        ({"screening_workdays": 2.5}, "screening_workdays：要填整数"),
        ({"screening_workdays": -1}, "screening_workdays：不能小于0"),
        ({"screening_workdays": 999}, "screening_workdays：不能大于365"),
        ({"quorum_share": "全部"}, "quorum_share：写成分数，例如 2/3"),
        ({"quorum_share": "3/2"}, "quorum_share：要大于0、不超过1"),
        ({"quorum_share": "1/0"}, "quorum_share：写成分数，例如 2/3"),
        ({"caps_yuan": {"works": 0}}, "caps_yuan.works：要大于0"),
        ({"caps_yuan": {"bridges": 1}}, "caps_yuan.bridges.[key]：只能填"),
        ({"cap_action": "maybe"}, "cap_action：只能填"),
        ({"who_may_propose": ["everyone"]}, "who_may_propose.0：只能填"),
        ({"categories": []}, "categories：至少要有1项"),
        ({"categories": [""]}, "categories.0：不能空着"),
        ({"prior_study_required": "也许"}, "prior_study_required：要填“是”或“否”"),
        ({"quorom": 3}, "quorom：没有这一项规则"),
    ],
)
def test_a_wrong_rule_is_named_with_what_is_wrong_in_chinese(data, said):
    with pytest.raises(ValidationError) as refused:
        check_rules(data)

    assert [message for message in refused.value.messages if message.startswith(said)]
    assert all(message.startswith(said.split("：")[0].split(".")[0]) for message in refused.value.messages)


def test_every_fault_is_named_at_once():
    with pytest.raises(ValidationError) as refused:
        check_rules({"screening_workdays": "五", "cap_action": "x", "nonsense": 1})

    assert len(refused.value.messages) == 3


@pytest.mark.parametrize("data", [None, [], "rules", 3])
def test_rules_that_are_no_object_are_refused(data):
    with pytest.raises(ValidationError):
        check_rules(data)


@pytest.mark.parametrize(
    "route",
    [
        [],
        "screening",
        ["screening"],
        ["notice", "approval"],
        ["review", "screening", "approval", "notice"],
        ["screening", "screening", "approval", "notice"],
        ["screening", "party", "approval", "notice"],
    ],
)
def test_a_route_that_leads_nowhere_is_refused(route):
    with pytest.raises(ValidationError):
        check_route(route)


# --- Three routes, one machine ------------------------------------------------------------------------

ROUTES = {
    ("screening", "review", "assembly", "approval", "notice"): [
        S.FILED, S.IN_REVIEW, S.FOR_ASSEMBLY, S.FOR_APPROVAL, S.ON_NOTICE, S.AWAITING_START,
    ],
    ("approval", "notice"): [S.FOR_APPROVAL, S.ON_NOTICE, S.AWAITING_START],
    ("screening", "assembly", "review", "approval", "notice"): [
        S.FILED, S.FOR_ASSEMBLY, S.IN_REVIEW, S.FOR_APPROVAL, S.ON_NOTICE, S.AWAITING_START,
    ],
    ("screening", "review", "assembly", "poll", "approval", "notice"): [
        S.FILED, S.IN_REVIEW, S.FOR_ASSEMBLY, S.IN_POLL, S.FOR_APPROVAL, S.ON_NOTICE, S.AWAITING_START,
    ],
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("route", "states"), ROUTES.items(), ids=["→".join(route) for route in ROUTES])
def test_the_route_is_walked_in_the_order_the_round_lists(route, states, monkeypatch):
    """The machine alone; what each step needs before it may be left is tested where that step lives."""
    monkeypatch.setattr(moves, "FOLLOWERS", [])
    project = make.project(S.DRAFT, round=make.round_(route=list(route)))
    Project.objects.filter(pk=project.pk).update(code="WSS-2026-9001", filed_at=project.state_since)

    walked = [moves.submit(project, by="test").state]
    while walked[-1] != S.AWAITING_START:
        walked.append(moves.advance(project, by="test").state)

    assert walked == states
    recorded = AuditEvent.objects.filter(subject="WSS-2026-9001", action__in=["project.submit", "project.advance"])
    assert [event.after["state"] for event in recorded.order_by("pk")] == states


@pytest.mark.django_db
def test_each_step_gets_the_days_the_round_gives_it():
    its_round = make.round_(rules={"screening_workdays": 2, "review_workdays": 9})
    project = make.project(S.FILED, round=its_round)

    reviewed = moves.advance(project, by="test")

    assert (project.limit_workdays, reviewed.limit_workdays) == (2, 9)


# --- Versions -----------------------------------------------------------------------------------------


def fresh(**extra):
    return Round(
        **{
            "area": make.area(make.DISTRICT),
            "year": 2026,
            "name": "2026年民生微实事",
            "route": make.MICRO_ROUTE,
            "opens_at": "2026-01-01T00:00+08:00",
        }
        | extra
    )


@pytest.mark.django_db
def test_a_new_round_keeps_the_first_version_of_its_rules():
    admin = make.officer(Role.SYSTEM_ADMIN, make.DISTRICT)

    its_round = rounds.set_up(fresh(), by=admin)

    assert its_round.versions.get().version == 1
    assert AuditEvent.objects.get(action="round.set_up").role == Role.SYSTEM_ADMIN


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"rules": {"review_workdays": "五"}}, {"route": ["notice"]}, {"year": 1}])
def test_a_round_with_a_fault_is_not_set_up(wrong):
    with pytest.raises(ValidationError), transaction.atomic():
        rounds.set_up(fresh(**wrong), by="test")

    assert not Round.objects.exists()


@pytest.mark.django_db
def test_a_changed_rule_is_a_new_version_and_the_old_one_stays():
    its_round = make.round_(rules={"review_workdays": 5})

    changed = rounds.change_rules(its_round, by="test", rules={"review_workdays": 8}, reason="部门人手不够")

    versions = changed.versions.order_by("version")
    assert [(v.version, v.rules, v.reason) for v in versions] == [
        (1, {"review_workdays": 5}, ""),
        (2, {"review_workdays": 8}, "部门人手不够"),
    ]
    event = AuditEvent.objects.get(action="round.change_rules")
    assert (event.before["rules"], event.after["version"]) == ({"review_workdays": 5}, 2)


@pytest.mark.django_db
def test_a_change_needs_a_reason_and_a_right_rule_or_nothing_changes():
    its_round = make.round_()

    with pytest.raises(RuleBroken):
        rounds.change_rules(its_round, by="test", rules={"review_workdays": 8}, reason=" ")
    with pytest.raises(ValidationError):
        rounds.change_rules(its_round, by="test", rules={"review_workdays": "八"}, reason="试试")

    its_round.refresh_from_db()
    assert (its_round.rules, its_round.rules_version) == ({}, 1)


@pytest.mark.django_db
def test_saving_the_same_rules_is_no_new_version():
    its_round = rounds.set_up(fresh(), by="test")

    assert rounds.change_rules(its_round, by="test", rules={}, reason="没变").rules_version == 1


@pytest.mark.django_db
def test_a_change_never_moves_a_deadline_that_already_runs():
    project = make.project(S.IN_REVIEW)
    rounds.change_rules(project.round, by="test", rules={"review_workdays": 30}, reason="放宽")

    before, project = project.due_on, Project.objects.get(pk=project.pk)

    assert (project.due_on, project.limit_workdays) == (before, 5)


# --- In plain words -----------------------------------------------------------------------------------


def test_every_rule_is_told_under_some_chapter_and_once():
    told = [rule.key for chapter in rule_words.chapters(RoundRules()).values() for rule in chapter]

    assert sorted(told) == sorted(RoundRules.model_fields)


def test_every_rule_has_its_name_in_the_readers_language():
    with translation.override("en"):
        english = {key: round_rules.rule_name(key) for key in RoundRules.model_fields}

    assert [key for key, name in english.items() if re.search(r"[\u4e00-\u9fff]", name)] == []
    assert round_rules.rule_name("screening_workdays") == "受理时限"


def said(**rules):
    terms = round_rules.read(rules)
    return {rule.key: rule.says for chapter in rule_words.chapters(terms).values() for rule in chapter}


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("review_workdays", 5, "5个工作日"),
        ("meeting_notice_days", 3, "3天"),
        ("quorum_share", "2/3", "2/3"),
        ("vote_min_age", 18, "满18岁"),
        ("propose_min_age", 0, "不限"),
        ("prior_study_required", True, "是"),
        ("caps_yuan", {"works": "500000", "goods": "1000.50"}, "工程 500,000元；货物 1,000.50元"),
        ("who_may_propose", ["resident", "department"], "居民、职能部门"),
        ("review_departments", {"works": ["建设", "财政"]}, "工程 建设、财政"),
        ("vote_form", "secret", "不记名"),
        ("negative_list", [], "没有"),
    ],
)
def test_a_rule_is_said_with_its_figure(key, value, words):
    assert said(**{key: value})[key] == words


def test_no_code_word_is_left_untranslated():
    assert not [
        words for words in said().values() if any(part.isascii() and part.isalpha() for part in words.split("、"))
    ]


def test_the_steps_name_their_days():
    route = rule_words.steps([Step.REVIEW, Step.POLL, Step.NOTICE], round_rules.read({"review_workdays": 9}))

    assert [(step.label, step.says) for step in route] == [("预审", "9个工作日"), ("投票", ""), ("公示", "5个工作日")]


@pytest.mark.django_db
def test_the_page_of_a_round_tells_route_rules_and_version(client):
    its_round = rounds.change_rules(
        make.round_(name="2026年民生微实事"), by="test", rules={"review_workdays": 8}, reason="部门人手不够"
    )

    shown = client.get(f"/cycles/{its_round.pk}/").content.decode()

    assert "2026年民生微实事" in shown
    assert "8个工作日" in shown
    assert "第2版" in shown
    assert "部门人手不够" in shown
    assert f"/propose/?round={its_round.pk}" in shown


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_rounds_asks_the_same_for_one_and_for_three(client, number, django_assert_max_num_queries):
    for _ in range(number):
        make.project()

    with django_assert_max_num_queries(3):
        answer = client.get("/cycles/")

    assert answer.content.decode().count("收到1条") == number


@pytest.mark.django_db
def test_a_round_that_is_not_there_is_not_found(client):
    assert client.get("/cycles/999999/").status_code == 404
