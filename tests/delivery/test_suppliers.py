"""What each contractor does and did (承接单位), for everybody; contracts that cover several projects; visits of a service."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from civic.models import AuditEvent
from civic.moments import at, now, today
from delivery.models import Contract
from delivery.queries.suppliers import bundle_of, record_of, suppliers
from delivery.services import contracts, works
from proposals.models import Project, WorkType
from tests.delivery import build

pytestmark = pytest.mark.django_db
YUAN = Decimal


@pytest.fixture
def town():
    return build.town(pool="1000000")


def page_of(town) -> str:
    return reverse("delivery:supplier", args=[town.builder.pk])


def test_a_unit_is_in_time_by_the_day_its_contract_names(town):
    build.completed(town)
    late, not_done = build.begun(town), build.begun(town)
    Contract.objects.filter(items__work__project__in=[late, not_done]).update(
        signed_on=today() - timedelta(days=9), finish_on=today() - timedelta(days=1)
    )
    for milestone in late.work.milestones.all():
        works.finish_milestone(milestone, by=town.foreman, photo=build.photo(), late_reason="下雨")
    works.report_done(late, by=town.foreman)

    told = record_of(town.builder)

    assert {name: told[name] for name in ("projects", "building", "accepted", "in_time", "late")} == {
        "projects": 3, "building": 1, "accepted": 1, "in_time": 1, "late": 2,
    }  # fmt: skip
    assert told["contract_yuan"] == YUAN(3 * 48000)


def test_what_acceptance_found_is_counted(town):
    build.held(town, build.finished(town), build.measured(result="fail", got="11.00"))

    told = record_of(town.builder)

    assert (told["fixes"], told["open_fixes"]) == (1, 1)


def test_everybody_reads_the_page_and_it_names_nobody(client, town):
    project = build.begun(town)

    html = client.get(page_of(town)).content.decode()
    listed = client.get(reverse("delivery:suppliers"), {"q": "测试施工"}).content.decode()

    assert project.title in html and "48,000" in html
    assert page_of(town) in listed
    assert [who for who in ("李工头", "黄村委", "周经办") if who in html + listed] == []
    assert "管实施" not in html
    client.force_login(town.village)
    assert "管实施" in client.get(page_of(town)).content.decode()


def test_a_unit_without_a_contract_has_no_page(client, town):
    assert client.get(page_of(town)).status_code == 404
    assert suppliers().count() == 0


def bundled(town) -> list[Project]:
    projects = [build.approved(town), build.approved(town)]
    contracts.sign(
        build.terms(town, "90000"), [(projects[0], YUAN(48000)), (projects[1], YUAN(42000))], by=town.village
    )
    return [Project.objects.get(pk=project.pk) for project in projects]


def test_a_contract_over_two_projects_shows_what_each_takes(client, town):
    first, second = bundled(town)

    public = client.get(page_of(town)).content.decode()
    own = client.get(first.get_absolute_url()).content.decode()
    client.force_login(town.village)
    desk = client.get(reverse("delivery:work", args=[first.code])).content.decode()

    assert [share.amount_yuan for share in bundle_of(first.work)] == [YUAN(48000), YUAN(42000)]
    assert public.count("一份合同包2个项目") == 2
    assert "一份合同包了几个项目" in own
    shares = desk.split('data-test="bundle"')[1].split("</ul>")[0]
    assert second.title in shares and "42,000" in shares and "48,000" in shares


def test_the_page_asks_as_often_for_one_project_as_for_three(client, town):
    build.begun(town)
    client.get(page_of(town))
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(page_of(town))
    bundled(town)
    with CaptureQueriesContext(connection) as three:
        client.get(page_of(town))

    assert len(one) == len(three) <= 10


def test_the_visits_of_a_service_are_listed_where_it_is_managed_and_where_it_is_done(client, town):
    project = build.begun(town, work_type=WorkType.SERVICE)
    with at(now() + timedelta(hours=1)):
        works.log_visit(project, by=town.foreman, visited_on=today(), served=7, note="理发")

    for who, name in ((town.foreman, "site"), (town.village, "work")):
        client.force_login(who)
        html = client.get(reverse(f"delivery:{name}", args=[project.code])).content.decode()
        assert "服务7人次 · 理发" in html.split('data-test="visits"')[1]
    assert AuditEvent.objects.filter(action="work.visit").count() == 1
