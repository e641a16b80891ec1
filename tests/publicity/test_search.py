"""Searching the list: words in any text people wrote, parts of codes, and why each was found."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from proposals.models import Project
from publicity.cards import why_found
from tests import make

pytestmark = pytest.mark.django_db
NEED = "卫生站门口台阶太高，轮椅上不去。修坡道，LED灯也要。"


@pytest.fixture
def projects():
    round = make.round_()
    make.project(round=round, title="卫生站门口改造", need=NEED, plan="做一段混凝土斜面", place_text="村口榕树下")
    make.project(round=round, title="修坡道", need="路不平", plan="", place_text="文化室旁")
    make.project(round=round, title="装路灯", need="太黑", plan="沿坡道装十盏", place_text="村口")


def found(client, words):
    """Titles with what their cards say of why they were found."""
    lines = client.get("/projects/", {"q": words}).context["lines"]
    return {line.card()["title"]: line.card()["note"] for line in lines}


@pytest.mark.parametrize(
    ("words", "cards"),
    [
        (
            "坡道",
            {
                "卫生站门口改造": "在“为什么要办”里提到“坡道”",
                "修坡道": "",
                "装路灯": "在“打算怎么办”里提到“坡道”",
            },
        ),
        ("榕树", {"卫生站门口改造": "在“在哪里”里提到“榕树”"}),
        ("led", {"卫生站门口改造": "在“为什么要办”里提到“led”"}),
        ("坡道 村口", {
            "卫生站门口改造": "在“为什么要办”里提到“坡道”；在“在哪里”里提到“村口”",
            "装路灯": "在“打算怎么办”里提到“坡道”；在“在哪里”里提到“村口”",
        }),
        ("坡道 没有的", {}),
        ("100%", {}),
    ],
)  # fmt: skip
def test_a_word_is_found_wherever_people_wrote_it_and_the_card_says_where(client, projects, words, cards):
    assert found(client, words) == cards


def test_a_part_of_a_code_finds_its_project_in_either_case(client, projects):
    code = Project.objects.get(title="修坡道").code

    assert found(client, code[-6:]) == found(client, code.lower()) == {"修坡道": ""}


def test_a_word_in_the_part_of_a_title_that_is_cut_off_is_named(client):
    project = make.project(title="卫生站门口到村口桥头沿路两边的人行道加装夜间照明灯")

    assert why_found(project, ["照明灯"]) == "在“什么事”里提到“照明灯”"


def test_a_kept_card_never_shows_the_reason_of_another_search(client, projects):
    client.get("/projects/?q=坡道")

    assert "里提到" not in client.get("/projects/").content.decode()
    assert "提到“榕树”" in client.get("/projects/?q=榕树").content.decode()


def test_the_api_finds_the_same(client, projects):
    answer = client.get("/api/v1/projects/", {"q": "坡道 村口"}).json()

    assert {each["title"] for each in answer["results"]} == set(found(client, "坡道 村口"))


def test_a_search_takes_no_more_queries_than_the_list_and_the_list_reads_no_long_texts(client, projects):
    def asked(query):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/projects/{query}")
        return queries

    plain, searched = asked(""), asked("?q=坡道")

    assert len(searched) <= len(plain) <= 10
    assert all('"proposals_project"."need"' not in query["sql"] for query in plain)
    assert any('"proposals_project"."need"' in query["sql"] for query in searched)


@pytest.mark.postgres
def test_a_word_of_three_letters_is_found_by_an_index(projects):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'proposals_project' AND indexdef LIKE '%gin%'"
        )
        indexed = {name for (name,) in cursor.fetchall()}
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")  # so few rows need no index
        sql = Project.objects.filter(need__icontains="轮椅上").order_by().query
        cursor.execute(f"EXPLAIN {str(sql).replace('%轮椅上%', chr(39) + '%轮椅上%' + chr(39))}")
        plan = " ".join(line for (line,) in cursor.fetchall())

    assert indexed == {f"project_search_{name}" for name in ("code", "title", "place_text", "need", "plan")}
    assert "project_search_need" in plan
