"""The district office's pages: places compared, every figure down to its list, the log, the spot check, the export."""

import csv
import io
import re
import zipfile
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from civic.audit import record
from civic.models import Area, AuditEvent, Role
from civic.moments import now, today
from civic.rules import RuleBroken
from delivery.models import Disclosure
from proposals.models import Among, CheckedProject, Finding, SpotCheck
from proposals.models import ProjectState as S
from proposals.services import checks, rounds
from publicity.models import Quarter, VillageAccount
from publicity.queries import district
from publicity.queries.stats.composed import statistics
from publicity.queries.stats.scope import ALL, of
from tests import make
from tests.publicity.stats import build
from tests.publicity.taking import taken_out

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    make.areas()
    return make.officer(Role.DISTRICT_OFFICE, make.DISTRICT)


@pytest.fixture
def year(office):
    """Projects in every state in two villages, steps in time and late, ratings, proposals on paper."""
    micro = build.year_of(2)
    elsewhere = make.project(S.DECLINED, round=micro, at=make.OTHER_VILLAGE, channel="paper")
    done = make.project(S.COMPLETED, round=micro, at=make.OTHER_VILLAGE, channel="desk")
    build.finished(done, "镇建设办", 3, 5)
    build.finished(done, "镇建设办", 9, 5)
    build.finished(elsewhere, "村居委会", 1, 5)
    build.rated(done, 5, 4, 3, 2, 1, 5)
    published(done, office)
    return micro


def published(project, by) -> None:
    """Told of four periods, three of them in time; two owed. A village's accounts: two posted, one of them late, one owed."""
    first, made = today() - timedelta(days=500), {"project": project, "kind": "sponsor", "limit_workdays": 10}
    for number, late in enumerate((-1, 0, -5, 1, None, None)):
        said = (
            {} if late is None else {"published_at": now() + timedelta(days=late), "published_by": by, "words": "铺路"}
        )
        period = {"starts_on": first, "ends_on": first + timedelta(days=30 * number + 1), "due_on": today()}
        Disclosure.objects.create(**made | period | said)
    quarters = (Quarter(project.round.year, number) for number in (1, 2, 3))
    for quarter, late in zip(quarters, (0, 4, None), strict=True):
        due_on = quarter.ends_on + timedelta(days=14)
        on = (
            {}
            if late is None
            else {"posted_on": due_on + timedelta(days=late), "place": "公开栏", "as_of": now(), "posted_by": by}
        )
        period = {"starts_on": quarter.starts_on, "ends_on": quarter.ends_on, "due_on": due_on, "limit_workdays": 10}
        VillageAccount.objects.create(area=project.area, round=project.round, **period, **on)


def rows(page) -> int:
    return int(re.search(r"共(?:<[^>]+>)*([\d,]+)(?:<[^>]+>)*[条项]", page.content.decode())[1].replace(",", ""))


def test_every_figure_leads_to_a_list_of_that_length(client, office, year):
    client.force_login(office)
    lines = [*district.compared(of(make.area(make.DISTRICT))), *district.compared(of(make.area(make.TOWN)))]
    figures = [f for line in lines for cell in line.cells for f in (cell.main, *cell.parts) if f.url]

    lengths = {figure.url: figure.length for figure in figures if "worker=yes" not in figure.url}

    assert len({url.split("?")[0] for url in lengths}) == 10, "projects and declined, eight kinds of cases"
    assert {url: rows(client.get(url)) for url in lengths} == lengths


def test_the_lines_add_up_to_the_whole_and_agree_with_the_statistics(office, year):
    scope = of(make.area(make.DISTRICT))
    *towns, whole = district.compared(scope)
    tables = statistics(scope).tables

    def cell(line, label):
        return next(cell for cell in line.cells if cell.label == label)

    assert sum(cell(town, "项目").main.length for town in towns) == cell(whole, "项目").main.length
    assert cell(whole, "项目").main.length == tables["funnel"].total_of("projects")
    assert cell(whole, "按时率").main.text == f"{tables['clocks'].total_of('rate'):.1f}%"
    assert cell(whole, "按时率").parts[0].length == tables["clocks"].total_of("steps")
    assert cell(whole, "按期公开").main.text == "66.7%", "3 + 1 in time of 4 + 2"
    assert [part.text for part in cell(whole, "按期公开").parts] == [
        "项目按时3期",
        "还要公开2期",
        "村务按时上墙1期",
        "还要上墙1期",
    ]
    assert cell(whole, "满意率").main.text == f"{tables['answers'].rows[2].cells[2]:.1f}%"
    assert cell(whole, "满意率").parts[0].length == tables["answers"].rows[2].cells[1]


def test_money_per_head_wants_to_know_how_many_live_there(office, year):
    scope = of(make.area(make.TOWN))
    Area.objects.filter(pk=make.VILLAGE).update(population=1000)

    here, there = (
        next(line for line in district.compared(scope) if line.place.pk == code).cells[1]
        for code in (make.VILLAGE, make.OTHER_VILLAGE)
    )

    planned = sum(p.estimate_yuan for p in scope.projects.filter(area=make.VILLAGE))
    assert here.parts[0].text == f"人均{planned / 1000:,.2f}元"
    assert there.parts[0].text == "没有登记人口"


def test_comparing_takes_as_many_queries_for_many_as_for_few(client, office, year):
    client.force_login(office)
    client.get(reverse("publicity:district"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("publicity:district"))
    for _n in range(20):
        build.finished(make.project(S.COMPLETED, round=year), "镇建设办", 3, 5)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("publicity:district"))

    assert len(many) <= len(few) <= 30


def test_a_town_sees_its_own_and_no_other(client):
    make.areas()
    client.force_login(make.officer(Role.TOWN_HANDLER, make.TOWN))

    own = client.get(reverse("publicity:district"))

    assert (own.status_code, own.context["place"].code) == (200, make.TOWN)
    assert client.get(reverse("publicity:district"), {"area": make.OTHER_TOWN}).status_code == 403
    assert client.get(reverse("publicity:district"), {"area": make.DISTRICT}).status_code == 403
    assert client.get(reverse("publicity:audit")).status_code == 403
    assert client.get(reverse("publicity:district_cases", args=["clicks"])).status_code == 404


def test_coverage_says_who_serves_and_where_nobody_does(client, office):
    worker = make.officer(Role.SOCIAL_WORKER, make.VILLAGE, name="陈社工")
    client.force_login(office)

    page = client.get(reverse("publicity:coverage"))
    towns = {town.place.code: town for town in page.context["towns"]}

    assert (page.context["served"], page.context["villages"]) == (1, 2)
    assert towns[make.TOWN].served == 1
    assert {v.code: [w.person for w in serving] for v, serving in towns[make.TOWN].villages} == {
        make.VILLAGE: [worker],
        make.OTHER_VILLAGE: [],
    }
    assert "陈社工" not in page.content.decode() and "陈*" in page.content.decode()


# --- The spot check ---


def test_anyone_draws_the_same_by_the_seed(client, office, year):
    client.force_login(office)
    form = {"area": make.DISTRICT, "among": Among.ALL, "size": 5}

    client.post(reverse("publicity:checks"), form)
    check = SpotCheck.objects.get()
    drawn = [item.project.code for item in check.items.all()]

    codes = of(make.area(make.DISTRICT), ALL).projects.values_list("code", flat=True)
    assert check.out_of == len(codes)
    assert drawn == sorted(codes, key=lambda code: sha256(f"{check.seed}:{code}".encode()).hexdigest())[:5]
    event = AuditEvent.objects.get(action="check.draw")
    assert (event.after["codes"], event.is_public) == (drawn, False)
    assert check.seed in client.get(reverse("publicity:check", args=[check.pk])).content.decode()


def test_fewer_are_drawn_where_there_are_fewer_and_none_is_said(client, office):
    make.project(S.IN_PROGRESS)
    client.force_login(office)

    assert checks.draw(make.area(make.DISTRICT), among=Among.DOING, size=10, by=office).size == 1
    answer = client.post(reverse("publicity:checks"), {"area": make.DISTRICT, "among": Among.DONE, "size": 3})

    assert answer.status_code == 409
    assert "这里没有可以抽的项目" in answer.content.decode()
    assert (
        client.post(reverse("publicity:checks"), {"area": make.DISTRICT, "among": "x", "size": 99}).status_code == 422
    )


def test_what_was_seen_is_written_down_once_and_in_public(client, office):
    project = make.project(S.IN_PROGRESS)
    check = checks.draw(make.area(make.DISTRICT), among=Among.DOING, size=1, by=office)
    url = reverse("publicity:check_find", args=[check.pk, 1])
    client.force_login(office)
    desk = client.get(reverse("publicity:desk")).content.decode()
    assert project.title in desk and f'href="{url}"' in desk, "it waits in the queue, a press from its form"

    without = client.post(url, {"finding": Finding.DIFFERS})
    client.post(url, {"finding": Finding.DIFFERS, "words": "坡道比记录短了半米"})
    again = client.post(url, {"finding": Finding.MATCHES})

    assert (without.status_code, again.status_code) == (422, 409)
    event = AuditEvent.objects.get(subject=project.code, action="check.find")
    assert (event.sentence, event.reason, event.is_public) == ("现场抽查：和记录有出入", "坡道比记录短了半米", True)
    page = client.get(reverse("publicity:project", args=[project.code])).content.decode()
    assert "现场抽查：和记录有出入" in page and "坡道比记录短了半米" in page
    assert project.title not in client.get(reverse("publicity:desk")).content.decode()


def test_the_database_keeps_a_draw_whole(office):
    project = make.project(S.IN_PROGRESS)
    check = checks.draw(make.area(make.DISTRICT), among=Among.DOING, size=1, by=office)

    for wrong in ({"finding": Finding.MATCHES}, {"finding": "?"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CheckedProject.objects.filter(check_of=check).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckedProject.objects.create(check_of=check, order=2, project=project)
    with pytest.raises(IntegrityError), transaction.atomic():
        SpotCheck.objects.filter(pk=check.pk).update(size=2)
    with pytest.raises(RuleBroken, match="请写明看到什么"):
        checks.find(check.items.get(), by=office, finding=Finding.NOT_SEEN)


# --- The log and the export ---


def test_the_log_says_what_was_and_what_is_and_offers_no_change(client, office):
    round_ = make.round_()
    rounds.change_rules(round_, by=office, rules={"review_workdays": 8}, reason="部门人手不够")
    with transaction.atomic():
        record(
            "project.note",
            by="test",
            on=make.project(at=make.OTHER_VILLAGE),
            before={"a": 1, "b": 2},
            after={"a": 1, "b": 3},
        )
    client.force_login(office)

    page = client.get(reverse("publicity:audit"), {"action": "round.change_rules"})
    (entry,) = page.context["entries"]

    assert entry.event.reason == "部门人手不够"
    assert ("规则", "没有", "部门预审时限 8") in entry.changes
    note = client.get(reverse("publicity:audit"), {"action": "project.note"}).context["entries"][0]
    assert [tuple(change) for change in note.changes] == [("b", "2", "3")], "what stayed the same is left out"
    main = re.search(r"<main.*</main>", page.content.decode(), re.DOTALL)[0]
    posted = re.findall(r'<form method="post" action="([^"]*)"', main)
    assert 'method="get"' in main and posted == [reverse("publicity:audit_file")], "it is asked, never changed"
    assert client.post(reverse("publicity:audit")).status_code == 405


def test_the_log_is_read_page_by_page_without_counting(client, office):
    project = make.project()
    with transaction.atomic():
        made = [record("project.note", by="test", on=project, reason=str(n)).pk for n in range(120)]
    client.force_login(office)

    seen, url = [], reverse("publicity:audit") + f"?code={project.code}"
    while url:
        with CaptureQueriesContext(connection) as asked:
            page = client.get(url)
        sql = [query["sql"] for query in asked.captured_queries]
        assert not any("COUNT(*)" in said and 'FROM "civic_auditevent"' in said for said in sql)
        seen += [entry.event.pk for entry in page.context["entries"]]
        url = (
            page.context["more"] and reverse("publicity:audit") + f"?code={project.code}&before={page.context['more']}"
        )

    assert seen == sorted(made, reverse=True)


def test_dates_the_wrong_way_round_are_told(client, office):
    client.force_login(office)
    asked = {"since": "2026-03-02", "until": "2026-03-01"}

    for ask, name in ((client.get, "audit"), (client.post, "audit_file")):
        answer = ask(reverse(f"publicity:{name}"), asked)
        assert answer.status_code == 422
        assert "结束的日子不能早于开始的日子" in answer.content.decode()


def test_the_log_as_a_file_has_the_same_lines(client, office, year):
    with transaction.atomic():
        record("project.note", by="test", on=make.project(), reason="=1+1")
    client.force_login(office)

    known = AuditEvent.objects.count()
    file = taken_out(client, reverse("publicity:audit_file")).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(file)))

    assert len(lines) - 1 == known + 1, "with the line that it was taken out"
    assert "'=1+1" in file, "text is never a formula"


def test_everything_of_a_place_is_taken_out_whole_and_noted(client, office, year):
    client.force_login(office)

    archive = zipfile.ZipFile(io.BytesIO(taken_out(client, reverse("publicity:export"))))

    assert archive.testzip() is None
    assert {"projects.csv", "money.csv", "events.csv", "log.csv", "rules.json"} <= set(archive.namelist())
    projects = list(csv.reader(io.StringIO(archive.read("projects.csv").decode("utf-8-sig"))))
    assert len(projects) - 1 == of(make.area(make.DISTRICT), ALL).projects.count()
    whole = "".join(archive.read(name).decode("utf-8-sig") for name in archive.namelist())
    assert "王测试" not in whole and not re.search(r"1[3-9]\d{9}", whole)
    noted = AuditEvent.objects.get(action="export.asked")
    assert (noted.actor, noted.area_id, noted.after["kind"]) == (office, make.DISTRICT, "whole.zip")


def test_an_auditor_of_one_village_has_nowhere_to_draw_and_is_shown_so(client):
    make.areas()
    client.force_login(make.officer(Role.AUDITOR, make.VILLAGE))

    assert client.get(reverse("publicity:checks")).status_code == 200
    assert client.get(reverse("publicity:district")).context["place"].code == make.VILLAGE
