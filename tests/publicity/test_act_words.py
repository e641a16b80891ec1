"""The log names every act in words, Chinese and English, and is searched by them (办理日志的动作)."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from civic.audit import record
from civic.models import Role
from delivery.services import approvals
from proposals.models import MOVES
from publicity.act_words import ACT_WORDS, acts_called, in_words
from publicity.field_words import FIELD_WORDS
from publicity.queries.audit import about, entry
from tests import make
from tests.delivery import build
from tests.publicity.taking import taken_out
from wishes.models.board import MOVES as DEMAND_MOVES

APPS = ("civic", "proposals", "voting", "wishes", "delivery", "publicity")
NOT_ACTS = {"message.desk", "message.desks", "message.digest", "message.forget", "message.send", "message.tell"}
NOT_ACTS |= {"message.week", "message.mailbox", "contract.number"}  # things of the outbox, a constraint's field


def written() -> set[str]:
    """The names under which services record something, as their source has them."""
    nouns = {action.split(".")[0] for action in ACT_WORDS}
    found = {f"project.{move}" for move in MOVES} | {f"demand.{move}" for move in DEMAND_MOVES}
    for app in APPS:
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            is_service = "services" in path.parts
            for node in ast.walk(ast.parse(path.read_text())):
                if is_service and isinstance(node, ast.Constant) and isinstance(node.value, str):
                    noun, dot, verb = node.value.partition(".")
                    if dot and noun in nouns and verb.isidentifier():
                        found.add(node.value)
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record" and node.args:
                    first = node.args[0]
                    if isinstance(first, ast.Constant):
                        found.add(first.value)
                found |= _short(node)
    return found - NOT_ACTS


def _short(node: ast.AST) -> set[str]:
    """moves.note(demand, "lift", …), _note("erased", visit, …), About("fix", …): the rest of the name is put there elsewhere."""
    if not isinstance(node, ast.Call):
        return set()
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name == "About" and node.args and isinstance(node.args[0], ast.Constant):
        return {f"{node.args[0].value}.{ending}" for ending in ("overdue", "near_due")}
    words = [arg.value if isinstance(arg, ast.Constant) else getattr(arg, "id", "") for arg in node.args[:2]]
    if len(words) < 2 or name not in {"note", "_note"}:
        return set()
    if words[0] == "demand" and isinstance(node.args[1], ast.Constant):
        return {f"demand.{words[1]}"}
    if words[1] == "visit" and isinstance(node.args[0], ast.Constant):
        return {f"visit.{words[0]}"}
    return set()


def test_every_act_that_is_recorded_has_words():
    found = written()

    assert len(found) > 150
    assert sorted(found - set(ACT_WORDS)) == []


def test_no_two_acts_of_one_thing_have_the_same_words():
    said = [(action.split(".")[0], str(words)) for action, words in ACT_WORDS.items()]

    assert len(set(said)) == len(said)


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "越过名次在前的项目"), ("en", "A project ranked ahead passed over")]
)
def test_an_act_is_named_in_the_readers_language(language, words):
    with translation.override(language):
        assert in_words("approval.skip") == words


def test_an_act_of_a_later_version_keeps_its_own_name():
    assert in_words("drone.landed") == "drone.landed"


def test_an_act_is_looked_for_by_a_word_of_its_name():
    assert set(acts_called("结转")) == {"pool.carry_ask", "pool.carry_in", "pool.carry_out", "pool.carry_refuse"}
    assert acts_called("milestone.finish") == ["milestone.finish"]


@pytest.mark.django_db
def test_the_log_shows_and_finds_acts_by_their_words(client):
    town = build.town()
    approvals.approve(build.submitted(town), by=town.approver)
    auditor = make.officer(Role.AUDITOR, make.DISTRICT)
    client.force_login(auditor)

    html = client.get(reverse("publicity:audit"), {"action": "提交审批"}).content.decode()
    file = taken_out(client, reverse("publicity:audit_file")).decode()

    assert "提交审批：2处" in html
    assert "approval.submit" not in html and "进入下一步" not in html
    assert "提交审批" in file and "approval.submit" not in file


def test_what_has_no_number_of_ours_is_named_by_its_kind():
    assert [about(of) for of in ("poll:2", "WSS-2026-0001", "later:1", "")] == [
        "居民投票2",
        "WSS-2026-0001",
        "later:1",
        "",
    ]


@pytest.mark.django_db
def test_an_act_without_a_sentence_is_told_by_its_words():
    town = build.town()
    event = record("whatif.make", by=town.handler, on=town.pool, roles=(Role.TOWN_HANDLER,), is_public=False)

    assert entry(event).what == "做测算"


def test_every_field_that_the_record_keeps_has_words_too():
    fields = {field.name for model in apps.get_models() for field in model._meta.concrete_fields}
    found = kept()

    assert len(found) > 40
    assert sorted(found - fields - set(FIELD_WORDS)) == []


def kept() -> set[str]:
    """The keys that services write into before and after, as their source has them."""
    found: set[str] = set()
    for app in APPS:
        for path in (Path(settings.BASE_DIR) / app / "services").rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.keyword) and node.arg in {"before", "after"}:
                    dicts = [part for part in ast.walk(node.value) if isinstance(part, ast.Dict)]
                    keys = [key for one in dicts for key in one.keys]
                    found |= {key.value for key in keys if isinstance(key, ast.Constant)}
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "line"), [
    ("zh-hans", ("截止征集", "没有", "2026-11-25 12:00")), ("en", ("Proposals close", "None", "2026-11-25 12:00")),
])  # fmt: skip
def test_a_change_is_told_in_words_with_the_hour_of_here(language, line):
    round_ = make.round_()
    with transaction.atomic():
        event = record("round.change_dates", by="test", on=round_, after={"closes_at": "2026-11-25T04:00:00Z"})

    with translation.override(language):
        assert [tuple(change) for change in entry(event).changes] == [line]


@pytest.mark.django_db
def test_a_state_and_whom_it_concerns_are_told_as_people_say_it():
    project = make.project()
    with transaction.atomic():
        event = record(
            "project.overdue",
            by="test",
            on=project,
            before={"state": "filed", "amount_yuan": "5.00"},
            after={"state": "returned", "amount_yuan": "6.00", "told": "town_approver", "asked_by": 7, "odd": True},
        )

    assert [tuple(change) for change in entry(event).changes] == [
        ("状态", "待受理", "待补充"),
        ("金额（元）", "5.00", "6.00"),
        ("报告给", "没有", "镇街审批"),
        ("提请人", "没有", "编号7的人"),
        ("odd", "没有", "是"),
    ]
