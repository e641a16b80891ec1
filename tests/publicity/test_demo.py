"""The demo reconciles to what was published, tells whole lives, and is loaded once."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from civic.models import Area, AuditEvent, Outbox, Person
from civic.moments import today
from civic.sealing import findings
from delivery.models import FollowUp
from delivery.todo import waiting_for
from proposals.models import CheckedProject, Finding, Project, Round, SpotCheck
from publicity.demo import DEMO, FILLER, REPORTED, follows, register
from publicity.demo.places import account
from publicity.demo.tales import REPORTED_HERE
from publicity.models import Follow, Message
from publicity.opendata.datasets import DATASETS
from publicity.queries.figures import headline
from publicity.queries.stats.scope import ALL, read
from wishes.models import Demand, DemandState, Survey, Visit

ENGLISH = re.compile(r"[A-Za-z]+ [A-Za-z ]+|(?<![0-9A-Za-z])[A-Za-z]{4,}(?![0-9A-Za-z])")  # not the letters of a hash

pytestmark = [
    pytest.mark.django_db(databases=["default", "urn"]),
    pytest.mark.postgres,
    pytest.mark.timeout(600),  # the first test loads the whole demo
    pytest.mark.usefixtures("demo"),
]


@pytest.fixture
def figures():
    return headline(Area.objects.get(pk="440403000000"), 2021)


def count_on(page: str) -> int:
    return int(re.search(r"共\s*([\d,]+)\s*项", page)[1].replace(",", ""))


def test_the_figures_are_the_published_ones(figures):
    assert figures.counts["projects"] == 624
    assert figures.counts["micro_projects"] == 421
    assert figures.counts["self_chosen"] == 203
    assert figures.counts["micro_done"] == 77
    assert figures.counts["micro_in_progress"] == 201
    assert figures.planned_yuan == 124_000_000
    assert (figures.villages_with_social_worker, figures.villages) == (129, 129)
    assert Project.objects.filter(round__year=2021, sponsor__isnull=False).count() == 34


@pytest.mark.parametrize("name", ["projects", "micro_projects", "self_chosen", "micro_done", "micro_in_progress"])
def test_each_figure_leads_to_a_list_of_exactly_that_length(figures, name):
    page = Client().get(f"/projects/?{figures.lists[name]}").content.decode()

    assert count_on(page) == figures.counts[name]


def test_the_six_reported_projects_stand_in_their_villages_with_their_outcomes():
    told = {p.title: p for p in Project.objects.filter(code__startswith="WSS-2021-", mark="").select_related("area")}

    assert {(t, p.area.short_name, p.state) for t, p in told.items()} == {
        (row["title"], row["village"], register.OUTCOME_STATE[row["outcome"]]) for row in register.samples()[:6]
    }


def test_whatever_no_report_says_is_marked():
    reported = Project.objects.filter(code__startswith="WSS-2021-", mark="")
    others = Project.objects.filter(round__year=2021).exclude(pk__in=reported)
    events = AuditEvent.objects.exclude(subject="").filter(is_public=True)

    assert set(others.values_list("mark", flat=True)) == {FILLER, REPORTED}
    assert set(events.values_list("mark", flat=True)) == {DEMO, FILLER, REPORTED}


def test_every_village_is_in_the_register():
    assert Project.objects.filter(round__name="2021年民生微实事").values("area").distinct().count() == 129


def test_the_precedent_that_was_voted_down_is_declined_with_its_reason():
    project = Project.objects.get(title="深宝住宅区天台防水")

    event = AuditEvent.objects.get(subject=project.code)

    assert project.state == "declined"
    assert event.reason
    assert event.rule


def test_a_whole_life_prints_as_text_with_masked_people_only():
    out = StringIO()

    call_command("story", Project.objects.get(title="健身器材更新").code, stdout=out)

    text = out.getvalue()
    for told in (
        "提出",
        "社工受理",
        "预审通过",
        "议事会通过",
        "批准85,000元",
        "公示结束",
        "合同价",
        "开工",
        "验收合格",
        "结算",
    ):
        assert told in text
    assert not any(name in text for name in Person.objects.filter(is_demo=True).values_list("name", flat=True))


def test_a_story_of_nothing_is_an_error():
    with pytest.raises(CommandError, match="WSS-0000-0000"):
        call_command("story", "WSS-0000-0000")


def test_a_second_load_changes_nothing():
    before = (Project.objects.count(), AuditEvent.objects.count(), Person.objects.count())

    call_command("load_demo", stdout=StringIO())

    assert (Project.objects.count(), AuditEvent.objects.count(), Person.objects.count()) == before


def test_the_record_of_the_demo_is_whole():
    assert list(findings(heads={})) == []


def test_the_record_stays_in_chinese_though_everybody_acted_with_english_pages():
    said = AuditEvent.objects.values_list("sentence", "post", "reason", "rule")

    english = {words for row in said for text in row for words in ENGLISH.findall(text)}

    assert english - {"helper"} == set()  # who held the pen is filled in when it is read


def test_residents_follow_what_is_on_the_way_and_have_heard_of_it_and_nothing_was_sent():
    def kept():
        return list(Follow.objects.values_list("pk", flat=True)), list(Message.objects.values_list("pk", "read_at"))

    someone, before = account("居民（陈阿姨）"), kept()
    its_round = Round.objects.get(name="2026年民生微实事（演示）")

    follows.tell(its_round)

    assert someone.follows.exclude(project=None).count() == 4
    assert someone.follows.get(project=None).area == someone.home_area
    assert someone.messages.filter(read_at=None).count() == 2 < someone.messages.count()
    assert kept() == before, "told again, nothing is new"
    assert not Outbox.objects.filter(topic__startswith="message").exists()


def test_the_board_has_a_matter_in_every_state_and_each_says_it_is_a_demo(demo):
    matters = list(Demand.objects.all())

    assert len(matters) == 12
    assert {matter.state for matter in matters} == set(DemandState)
    assert {matter.mark for matter in matters} == {"演示数据"}
    assert len({matter.area_id for matter in matters}) > 1


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_register_exported_and_imported_into_an_empty_one_is_equal(kind, tmp_path):
    """By the commands, to the letter: every column, and every public field of the open data."""
    first, moved, second = (tmp_path / name for name in ("first.csv", f"moved.{kind}", "second.csv"))
    said = StringIO()
    public = sorted(DATASETS["projects"].rows(read({"year": ALL})))
    many = Project.objects.exclude(code=None).count()
    for file in (first, moved):
        call_command("export_register", file, stdout=StringIO())

    with transaction.atomic():
        call_command("import_file", "projects", moved, stdout=said)  # where it came from
        Project.objects.all()._raw_delete("default")  # and what hangs on them stays behind, until the rollback
        for _again in range(2):
            call_command("import_file", "projects", moved, stdout=said)
        call_command("export_register", second, stdout=StringIO())
        public_again = sorted(DATASETS["projects"].rows(read({"year": ALL})))
        transaction.set_rollback(True)

    assert said.getvalue().splitlines() == [
        f"{many} rows: 0 added, 0 changed, {many} as before",
        f"{many} rows: {many} added, 0 changed, 0 as before",
        f"{many} rows: 0 added, 0 changed, {many} as before",
    ]
    assert second.read_bytes() == first.read_bytes()
    assert public_again == public


def test_a_village_has_visits_and_another_a_survey_all_said_to_be_a_demo():
    survey = Survey.objects.get()

    assert all("演示" in visit.said and "演示" in visit.who for visit in Visit.objects.all())
    assert (Visit.objects.count(), survey.sheets.count(), survey.area.short_name) == (3, 55, "南澳村")
    assert survey.published_at is not None
    events = AuditEvent.objects.filter(action__regex=r"^(visit|survey)\.")
    assert set(events.values_list("mark", "is_public")) == {(DEMO, False)}


def test_nothing_of_2021_waits_at_the_desks_of_today():
    late = FollowUp.objects.filter(done_on=None, due_on__lt=today())
    site = [lines.rows for todo in waiting_for(account("施工单位")) for lines in todo.items]

    assert not late.exists()
    assert [rows.filter(line_due_on__lt=today()).count() for rows in site] == [0, 0]
    assert FollowUp.objects.exclude(done_on=None).count() == 4


def test_one_spot_check_is_done_with_something_found_and_one_is_open():
    done, drawn = SpotCheck.objects.order_by("drawn_at")

    assert done.items.filter(finding=Finding.DIFFERS).count() == 1
    assert not done.items.filter(finding="").exists()
    assert set(drawn.items.values_list("finding", flat=True)) == {""}
    told = CheckedProject.objects.get(finding=Finding.DIFFERS).project.title
    assert told not in {tale.title for tale in REPORTED_HERE}, "of what was really reported nothing is found"
