"""The requests of a pool (等着批的): by rank, with a cut line, within caps and limits, and held while a recheck runs."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from civic.models import AuditEvent
from civic.moments import now
from civic.rules import RuleBroken
from delivery import queries
from delivery.models import Approval
from delivery.services import approvals
from proposals.models import ProjectState
from publicity.services import objections
from tests import make
from tests.delivery import build
from voting.models import Poll, PollProject, Result, ResultLine

pytestmark = pytest.mark.django_db
YUAN = Decimal


@pytest.fixture
def town():
    return build.town(pool="100000")


def polled(town, *projects) -> Poll:
    """A published poll that elected the projects in this order."""
    hours = {"opens_at": now() - timedelta(days=9), "closes_at": now() - timedelta(days=2)}
    poll = Poll.objects.create(
        round=town.round, area=make.area(), method="choose", limit=3, project_max=5, budget_yuan=YUAN(100000),
        min_age=18, openings="open", count_rule="greedy_by_score", rule_hash="0" * 64, seed_commitment="0" * 64,
        state="published", roll_size=300, opened_at=hours["opens_at"], closed_at=hours["closes_at"], **hours,
    )  # fmt: skip
    result = Result.objects.create(
        poll=poll, rule_record={}, rule_hash="0" * 64, voters=90, channels={}, cost_yuan=1, outcome_hash="0" * 64
    )
    for place, project in enumerate(projects, start=1):
        PollProject.objects.create(poll=poll, project=project, cost_yuan=project.reviewed_yuan, position=place)
        ResultLine.objects.create(
            result=result, project=project, position=place, rank=place, score=90 - place, votes=90 - place,
            outcome="won", reason="won",
        )  # fmt: skip
    return poll


def submit(town, project, **extra):
    given = {"amount_yuan": project.reviewed_yuan, "minutes_no": "镇纪要第4号", "minutes": build.file(town.handler)}
    return approvals.submit(project, by=town.handler, **given | extra)


def test_requests_stand_by_rank_and_the_line_is_drawn_where_the_money_ends(town):
    late, second, first = (build.asking(town, amount) for amount in ("10000", "60000", "30000"))
    polled(town, first, second)

    table = queries.table(town.pool)

    assert [ask.pk for ask in table.asks] == [first.pk, second.pk, late.pk]
    assert [ask.running_yuan for ask in table.asks] == [YUAN(30000), YUAN(90000), YUAN(100000)]
    assert (table.sum_yuan, table.fitting) == (YUAN(100000), 3)
    assert not any(ask.first_over for ask in table.asks)


@pytest.mark.parametrize(("left", "over"), [("89999.99", 1), ("90000", 2), ("100000", None)])
def test_the_cut_line_stands_before_the_first_that_is_over_by_a_fen(town, left, over):
    rows = [build.asking(town, amount) for amount in ("30000", "60000", "10000")]
    polled(town, *rows)
    town.pool.amount_yuan = YUAN(left)
    town.pool.save()

    lines = [place for place, ask in enumerate(queries.table(town.pool).asks) if ask.first_over]

    assert lines == ([] if over is None else [over])


def test_asking_before_a_project_ranked_ahead_needs_a_reason_that_stands_on_its_page(town, client):
    first, second = build.asking(town, "30000"), build.asking(town, "20000")
    polled(town, first, second)

    with pytest.raises(RuleBroken, match=f"名次在前的还没有提交：{first.code}"):
        submit(town, second)
    assert Approval.objects.count() == 0

    submit(town, second, skip_reason="第一名要等电力迁杆")

    event = AuditEvent.objects.get(subject=first.code, action="approval.skip")
    assert event.sentence == f"名次在后的{second.code}“{second.title}”先提交审批，这个项目还在等"
    page = client.get(first.get_absolute_url()).content.decode()
    assert "第一名要等电力迁杆" in page
    assert event.sentence in page.replace("&quot;", '"')


def test_who_goes_first_by_rank_gives_no_reason(town):
    first, second = build.asking(town, "30000"), build.asking(town, "20000")
    polled(town, first, second)

    submit(town, first, skip_reason="没有越过谁")
    submit(town, second)

    assert set(Approval.objects.values_list("skip_reason", flat=True)) == {""}
    assert not AuditEvent.objects.filter(action="approval.skip").exists()


def test_a_reserve_project_ranked_ahead_is_not_passed_over_in_silence(town):
    first, second = build.asking(town, "30000"), build.asking(town, "20000")
    polled(town, first, second)
    build.stand(first, ProjectState.RESERVE)

    with pytest.raises(RuleBroken, match="写明为什么先批这一个"):
        submit(town, second)


def test_the_page_asks_why_only_where_somebody_is_passed_over(town, client):
    first, second = build.asking(town, "30000"), build.asking(town, "20000")
    polled(town, first, second)
    client.force_login(town.handler)

    ahead, behind = (
        client.get(reverse("delivery:approve", args=[project.code])).content.decode() for project in (first, second)
    )

    assert "为什么先批这一个" not in ahead
    assert "为什么先批这一个" in behind
    assert "第2名，88票，入选" in behind


@pytest.mark.parametrize(
    ("action", "amount", "reason", "refused"),
    [
        ("block", "20000", "", None),
        ("block", "20000.01", "", "超过单项限额0.01元（限额20,000.00元），不能提交"),
        ("block", "20000.01", "急用", "不能提交"),
        ("warn", "20000.01", "", "请写明原因"),
        ("warn", "20000.01", "急用", None),
    ],
)
def test_the_rounds_cap_for_the_type_refuses_or_asks_why(action, amount, reason, refused):
    town = build.town(pool="100000", caps_yuan={"works": "20000"}, cap_action=action)
    project = build.asking(town, amount)

    if refused is None:
        request = submit(town, project, reason=reason)
        assert request.reason == reason
    else:
        with pytest.raises(RuleBroken, match=refused.replace("（", ".").replace("）", ".")):
            submit(town, project, reason=reason)
        assert Approval.objects.count() == 0


@pytest.mark.parametrize(
    ("amount", "role"), [("29999.99", "town_approver"), ("30000", "town_approver"), ("30000.01", "district_office")]
)
def test_who_approves_is_the_lowest_whose_limit_holds_the_amount(amount, role):
    town = build.town(pool="100000", approval_ladder_yuan={"town_approver": "30000", "district_office": "80000"})

    assert submit(town, build.asking(town, amount)).approver_role == role


def test_above_every_limit_nothing_is_submitted():
    town = build.town(pool="100000", approval_ladder_yuan={"town_approver": "30000", "district_office": "80000"})

    with pytest.raises(RuleBroken, match="最多80,000元"):
        submit(town, build.asking(town, "80000.01"))

    assert Approval.objects.count() == 0


def test_above_the_towns_limit_the_district_decides_and_the_town_does_not(client):
    town = build.town(pool="100000", approval_ladder_yuan={"town_approver": "30000"})
    project = submit(town, build.asking(town, "40000")).project
    confirm = reverse("delivery:approve_confirm", args=[project.code])

    client.force_login(town.approver)
    assert client.post(confirm).status_code == 403
    assert not queries.to_decide(town.approver).exists()
    client.force_login(town.district)
    assert queries.to_decide(town.district).count() == 1
    assert client.post(confirm).status_code == 302

    event = AuditEvent.objects.get(subject=project.code, action="project.advance")
    assert (event.sentence, event.role) == ("区专班批准40,000元", "district_office")


def test_a_later_change_of_the_rules_moves_no_request_under_way(town):
    request = submit(town, build.asking(town, "40000"))

    town.round.rules = {"approval_ladder_yuan": {"town_approver": "1"}}
    town.round.save()

    assert list(queries.to_decide(town.approver)) == [request]


def test_an_unknown_approver_is_refused_by_the_database(town):
    request = submit(town, build.asking(town))

    with pytest.raises(IntegrityError, match="approval_role_known"), transaction.atomic():
        Approval.objects.filter(pk=request.pk).update(approver_role="auditor")


@pytest.fixture
def rechecked(town):
    """A project whose place in reserve somebody objects to, and whose objection is looked at again."""
    project = approvals.reserve(build.asking(town, "30000"), by=town.handler, reason="钱不够")
    objection = objections.file(project, by=town.resident, what="不该候补", why="台阶摔过人")
    objections.reply(objection, by=town.handler, outcome="not_upheld", reply="按名次排")
    objections.ask_recheck(objection, by=town.resident, reason="没有看现场")
    return project, objection


def test_while_an_objection_is_rechecked_the_projects_money_is_locked(town, rechecked, client):
    project, objection = rechecked

    with pytest.raises(RuleBroken, match=f"异议{objection.number}正在复核，复核答复之前不能提交、批准或递补"):
        approvals.recall(project, by=town.handler)
    waiting = build.stand(project, ProjectState.FOR_APPROVAL)
    with pytest.raises(RuleBroken, match="正在复核"):
        submit(town, waiting)
    client.force_login(town.handler)

    html = client.get(reverse("delivery:budget")).content.decode()
    assert 'data-test="held"' in html
    assert f"异议{objection.number}正在复核" in html
    assert Approval.objects.count() == 0


def test_a_request_submitted_before_is_not_approved_during_the_recheck(town, rechecked):
    project, objection = rechecked
    objection.refresh_from_db()
    type(objection).objects.filter(pk=objection.pk).update(state="answered")
    request = submit(town, build.stand(project, ProjectState.FOR_APPROVAL))
    type(objection).objects.filter(pk=objection.pk).update(state="rechecking")

    with pytest.raises(RuleBroken, match="正在复核"):
        approvals.approve(request, by=town.approver)

    town.pool.refresh_from_db()
    assert town.pool.committed_yuan == 0


def test_the_line_of_the_pool_says_it_in_short_and_to_the_fen(town, client):
    town.pool.amount_yuan = YUAN("5000000")
    town.pool.save()
    build.approved(town, "31200.50")
    build.submitted(town, "96000")
    client.force_login(town.handler)

    html = client.get(reverse("delivery:budget")).content.decode()

    assert "全年500万元｜已批31,200.50元｜拟批9.6万元｜可用4,872,799.50元" in html


def test_a_pool_not_set_says_whose_turn_it_is(client, town):
    from delivery.models import Pool

    Pool.objects.all().delete()
    client.force_login(town.handler)

    assert "还没有定资金池。请区专班先定下总额。" in client.get(reverse("delivery:budget")).content.decode()


def test_a_thousand_requests_take_as_many_statements_as_three(town, client):
    first = [build.asking(town, "10") for _n in range(4)]
    polled(town, *first[:3])
    client.force_login(town.handler)
    client.get(reverse("delivery:budget"))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(reverse("delivery:budget"))
    from proposals.models import Project

    sample = Project.objects.get(pk=first[0].pk)
    many = []
    for number in range(996):
        sample.pk, sample.code = None, f"WSS-2099-{number:04d}"
        many.append(Project(**{f.attname: getattr(sample, f.attname) for f in Project._meta.concrete_fields}))
    Project.objects.bulk_create(many)

    with CaptureQueriesContext(connection) as lots:
        answer = client.get(f"{reverse('delivery:budget')}?page=2")

    assert answer.context["found"].paginator.count == 1000
    assert len(answer.context["requests"]) == 50
    assert len(lots) == len(few)
