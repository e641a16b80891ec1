"""What a reviewer learns from works done before (先例): their real cost, and whose contracts cluster."""

from decimal import Decimal

import pytest

from civic.models import OrganisationKind
from delivery.models import Work
from proposals import precedents
from proposals.models import ProjectState
from tests import make
from tests.delivery import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return build.town("400000", tender_threshold_yuan="150000")


def test_a_precedent_shows_the_contract_and_after_settlement_what_was_settled(town):
    past = build.contracted(town, price="48000", size_text="无障碍坡道12米")
    new = make.project(round=town.round)

    before = precedents.like(new)[0]
    Work.objects.filter(project=past).update(settled_yuan=Decimal("46800"))
    after = precedents.like(new)[0]

    assert (before.project, before.cost.word, before.cost.amount_yuan) == (past, "合同价", Decimal("48000.00"))
    assert (after.cost.word, after.cost.amount_yuan, after.each) == ("结算金额", Decimal("46800.00"), "每米3,900元")


def test_contracts_of_one_contractor_town_and_type_within_a_year_are_told_together(town):
    for _n in range(2):
        build.contracted(town, price="48000")
    other = make.organisation("别的施工队", kind=OrganisationKind.CONTRACTOR)
    project = build.approved(town)
    build.contracts.sign(build.terms(town, contractor=other), [(project, Decimal("48000"))], by=town.village)

    found = precedents.clusters(make.project(round=town.round))

    assert found == [precedents.Cluster("测试施工队", 2, Decimal("96000.00"))]
    assert precedents.clusters(make.project(round=town.round, work_type="service")) == []
    assert precedents.clusters(make.project(round=town.round, at=make.OTHER_TOWN)) == []


@pytest.mark.parametrize(("estimate", "warned"), [("54000.00", False), ("54000.01", True)])
def test_the_reviewer_reads_when_this_one_would_pass_the_purchasing_limit(client, town, estimate, warned):
    for _n in range(2):
        build.contracted(town, price="48000")
    building = make.organisation("镇建设办", duty="建设")
    project = make.project(ProjectState.IN_REVIEW, round=town.round, estimate_yuan=Decimal(estimate))
    case = project.reviews.create(duty="建设", department=building)
    client.force_login(make.officer(build.Role.REVIEWER, make.TOWN, organisation=building))

    html = client.get(f"/desk/review/{case.pk}/").content.decode()

    assert "测试施工队：2份，" in html and "96,000" in html
    assert ("加上这一件会超过采购限额" in html) == warned
