"""Ranks where only the assembly decides (只议事的轮次): by its votes, and passing over one ahead is told in public."""

from datetime import timedelta

import pytest

from civic.models import AuditEvent
from civic.moments import now
from civic.rules import RuleBroken
from delivery import queries
from delivery.models import Approval
from delivery.rules.approvals import council_places
from delivery.services import approvals
from delivery.views.requests import facts
from proposals.models import Step
from tests import make
from tests.delivery import build
from tests.delivery.test_requests import polled
from voting.models import AgendaItem, Assembly, Meeting

pytestmark = pytest.mark.django_db
WITHOUT_POLL = [Step.SCREENING, Step.REVIEW, Step.ASSEMBLY, Step.APPROVAL, Step.NOTICE]


@pytest.fixture
def town():
    town = build.town(pool="100000")
    town.round.route = WITHOUT_POLL
    town.round.save()
    town.body = Assembly.objects.create(area=make.area(), name="测试甲村居民议事会")
    return town


def sat(town, *decided, body=None, present: int = 20) -> Meeting:
    """A meeting that ended: what it put to the vote, with the votes for of those present."""
    at = now() - timedelta(days=2)
    meeting = Meeting.objects.create(
        assembly=body or town.body, round=town.round, place="村委会", starts_at=at, notice_at=at - timedelta(days=5),
        state="closed", chair=town.village, recorder=town.social, teller=town.supervisor, monitor=town.handler,
        vote_form="open", pass_base="present", quorum_share_text="2/3", pass_share_text="1/2", rule_book="办法",
        due_count=present, present_count=present, opened_at=at, closed_at=at, confirmed_at=at, confirmed_by=town.village,
    )  # fmt: skip
    needed = present // 2 + 1
    for order, (project, votes) in enumerate(decided, start=1):
        AgendaItem.objects.create(
            meeting=meeting, project=project, order=order, state="closed", counted_from="hands", opened_at=at,
            closed_at=at, votes_for=votes, votes_against=present - votes, votes_abstain=0, present_count=present,
            recused_count=0, base_count=present, needed_count=needed, applied_at=at,
            outcome="passed" if votes >= needed else "not_passed",
        )  # fmt: skip
    Meeting.objects.filter(pk=meeting.pk).update(state="confirmed")  # from here on its rows are closed
    return meeting


def submit(town, project, **extra):
    given = {"amount_yuan": project.reviewed_yuan, "minutes_no": "镇纪要第4号", "minutes": build.file(town.handler)}
    return approvals.submit(project, by=town.handler, **given | extra)


@pytest.mark.parametrize(
    ("votes", "places"),
    [
        ({1: (15, 20), 2: (18, 20)}, {1: 2, 2: 1}),
        ({1: (15, 20), 2: (15, 20), 3: (11, 20)}, {1: 1, 2: 1, 3: 3}),
        ({1: (9, 10), 2: (17, 20)}, {1: 1, 2: 2}),  # nine of ten is more than seventeen of twenty
        ({1: (1, 3), 2: (2, 6)}, {1: 1, 2: 1}),
        ({}, {}),
    ],
)
def test_the_larger_share_for_comes_first_and_equal_shares_stand_level(votes, places):
    assert council_places(votes) == places


def test_requests_of_a_round_without_a_poll_stand_by_the_assemblys_votes(town):
    late, second, first = (build.asking(town, "10000") for _n in range(3))
    sat(town, (second, 12), (first, 18))

    table = queries.table(town.pool)

    assert [ask.pk for ask in table.asks] == [first.pk, second.pk, late.pk]
    assert [ask.rank and (ask.rank.rank, ask.rank.votes) for ask in table.asks] == [(1, 18), (2, 12), None]
    assert facts([first])[first.pk].votes == "议事会第1名，赞成18票"


def test_passing_over_one_the_assembly_ranked_ahead_needs_a_reason_that_stands_on_its_page(town, client):
    first, second = build.asking(town, "30000"), build.asking(town, "20000")
    sat(town, (first, 18), (second, 12))

    with pytest.raises(RuleBroken, match=f"名次在前的还没有提交：{first.code}"):
        submit(town, second)
    assert Approval.objects.count() == 0

    submit(town, second, skip_reason="第一名要等电力迁杆")

    event = AuditEvent.objects.get(subject=first.code, action="approval.skip")
    assert event.is_public
    assert "第一名要等电力迁杆" in client.get(first.get_absolute_url()).content.decode()


def test_level_projects_and_those_of_another_assembly_are_not_passed_over(town):
    first, level, elsewhere = build.asking(town), build.asking(town), build.asking(town, at=make.OTHER_VILLAGE)
    other = Assembly.objects.create(area=make.area(make.OTHER_VILLAGE), name="测试乙村居民议事会")
    sat(town, (first, 15), (level, 15))
    sat(town, (elsewhere, 20), body=other)

    assert queries.skipped_by(level) == []
    assert queries.skipped_by(first) == []


def test_two_sittings_of_one_assembly_are_one_order(town):
    early, later = build.asking(town), build.asking(town)
    sat(town, (early, 11))
    sat(town, (later, 9), present=10)

    assert queries.skipped_by(early) == [later]
    assert queries.skipped_by(later) == []


def test_what_the_assembly_did_not_pass_has_no_rank(town):
    passed, failed = build.asking(town), build.asking(town)
    sat(town, (passed, 11), (failed, 10))

    assert queries.ranks([failed.pk]) == {}
    assert queries.skipped_by(passed) == []


def test_where_residents_vote_the_poll_alone_ranks(town):
    town.round.route = [*WITHOUT_POLL[:3], Step.POLL, *WITHOUT_POLL[3:]]
    town.round.save()
    first, second = build.asking(town, "20000"), build.asking(town, "20000")
    sat(town, (second, 20), (first, 11))

    assert queries.ranks([first.pk, second.pk]) == {}
    polled(town, first, second)
    assert queries.skipped_by(second) == [first]


def test_ranks_take_as_many_statements_for_thirty_as_for_two(town, django_assert_num_queries):
    projects = [build.asking(town, "100") for _n in range(30)]
    sat(town, *((project, 11 + place % 9) for place, project in enumerate(projects)))

    for keys in ([p.pk for p in projects[:2]], [p.pk for p in projects]):
        with django_assert_num_queries(3):
            assert len(queries.ranks(keys)) == len(keys)
