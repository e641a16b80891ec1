"""Precedents and hints (先例、提示): what was built before, what lies within 100 metres, what it cost per unit."""

from decimal import Decimal

import pytest

from civic.models import Role
from proposals import precedents
from proposals.models import ProjectState, Spoken
from tests import make

HERE = {"latitude": Decimal("22.220000"), "longitude": Decimal("113.190000")}


def north(metres):
    """So many metres north of the place."""
    return HERE | {"latitude": HERE["latitude"] + Decimal(metres) / Decimal(111_200)}


def east(metres):
    """So many metres east of the place; a degree of longitude is shorter there."""
    return HERE | {"longitude": HERE["longitude"] + Decimal(metres) / Decimal(102_942)}


def built(title="卫生站修坡道", **extra):
    return make.project(ProjectState.COMPLETED, title=title, **{"approved_yuan": Decimal("50000")} | extra)


@pytest.mark.parametrize(
    ("size", "amount", "said"),
    [
        ("无障碍坡道12米", "46800", "每米3,900元"),
        ("太阳能路灯 8 盏、灯杆8根", "20000", "每盏2,500元"),
        ("硬化路面150.5平方米", "30100", "每平方米200元"),
        ("一处", "20000", ""),
        ("0米", "20000", ""),
        ("", "20000", ""),
    ],
)
def test_the_price_of_a_unit_is_told_where_the_size_names_one(size, amount, said):
    assert precedents.per_unit(size, Decimal(amount)) == said


@pytest.mark.django_db
def test_what_sounds_alike_comes_before_the_same_category_and_only_of_the_same_type():
    new = make.project(title="卫生站门口修坡道")
    path = built("村道补平", category=new.category)
    ramp = built("卫生站修坡道")
    built("卫生站送坡道板", work_type="goods")
    built("别的类别的事", category="其他")
    built("卫生站修坡道二期", approved_yuan=None)  # nobody knows what it cost
    make.project(title="卫生站侧门修坡道")  # not built yet

    assert [past.project for past in precedents.like(new)] == [ramp, path]


@pytest.mark.django_db
def test_a_precedent_without_a_contract_has_what_was_approved():
    built(size_text="坡道10米")

    cost = precedents.like(make.project(title="卫生站门口修坡道"))[0]

    assert (cost.cost.word, cost.cost.amount_yuan, cost.each) == ("批准金额", Decimal("50000"), "每米5,000元")


@pytest.mark.django_db
def test_what_nobody_has_heard_yet_has_no_precedents():
    built()

    assert precedents.like(make.project(title="卫生站门口修坡道", spoken=Spoken.WAITS)) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("point", "near"), [(north(99), True), (north(101), False), (east(99), True), (east(101), False)]
)
def test_near_is_within_a_hundred_metres(point, near):
    make.project(ProjectState.IN_PROGRESS, **point)

    assert bool(precedents.near(make.project(**HERE))) == near


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (ProjectState.FILED, True),
        (ProjectState.COMPLETED, True),
        (ProjectState.DECLINED, False),
        (ProjectState.WITHDRAWN, False),
        (ProjectState.MERGED, False),
        (ProjectState.DRAFT, False),
    ],
)
def test_only_what_is_live_or_done_counts_as_near(state, shown):
    make.project(state, **north(40))

    assert [row.away for row in precedents.near(make.project(**HERE))] == (["约40米"] if shown else [])


@pytest.mark.django_db
def test_the_nearest_comes_first_and_a_point_of_another_kind_is_not_measured():
    far, close = make.project(**north(80)), make.project(**north(20))
    make.project(**north(10), crs="GCJ-02")

    assert [row.project for row in precedents.near(make.project(**HERE))] == [close, far]
    assert precedents.near(make.project()) == []


@pytest.mark.django_db
def test_a_reviewer_reads_both_on_the_case_and_a_stranger_to_the_desk_nothing(client):
    building = make.organisation("镇建设办", duty="建设")
    past, close = built(size_text="坡道10米"), make.project(title="坡道旁装扶手", **north(40))
    project = make.project(ProjectState.IN_REVIEW, title="卫生站门口修坡道", **HERE)
    case = project.reviews.create(duty="建设", department=building)
    client.force_login(make.officer(Role.REVIEWER, make.TOWN, organisation=building))

    html = client.get(f"/desk/review/{case.pk}/").content.decode()

    assert "100米以内还有" in html and close.get_absolute_url() in html and "约40米" in html
    assert "实际花了多少" in html and past.get_absolute_url() in html and "每米5,000元" in html
    assert 'data-test="precedents"' not in client.get(project.get_absolute_url()).content.decode()
