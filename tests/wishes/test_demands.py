"""A matter's life: promised, proved, confirmed by who reported it, opened anew with a clock that starts again."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from civic import clock, limits, people
from civic.models import AuditEvent, Role
from civic.moments import at, now, today
from civic.rules import RuleBroken
from proposals.models import AssistedHow, Project
from proposals.services.proposing import Resident
from tests import make
from tests.wishes import build
from tests.wishes.build import in_days
from wishes import queries, rules, tasks
from wishes.models import MOVES, Demand, DemandState, Horizon, Join, SolvedBy
from wishes.services import answering, handling, reporting

pytestmark = pytest.mark.django_db(databases=["default", "urn"])  # the clock rings for votes, too
S = DemandState


@pytest.fixture
def officer():
    return build.office()


@pytest.fixture
def reporter():
    return make.person("王测试")


def test_a_report_gets_its_number_and_a_day_until_when_it_is_taken_in(reporter):
    demand = build.reported(reporter)

    assert demand.number == f"MS-{today().year}-0001"
    assert (demand.state, demand.due_on) == (S.FILED, in_days(rules.INTAKE_DAYS))
    assert AuditEvent.objects.get(subject=demand.number).action == "demand.report"


def test_the_same_key_is_the_same_matter_and_with_other_words_refused(reporter):
    key = uuid4()
    first = reporting.report(build.matter(), by=reporter, key=key)

    again = reporting.report(build.matter(), by=reporter, key=key)

    assert (again.pk, Demand.objects.count()) == (first.pk, 1)
    with pytest.raises(RuleBroken, match="内容不一样"):
        reporting.report(build.matter(what="下水道堵住了"), by=reporter, key=key)


def test_three_a_day_are_enough(reporter):
    for _n in range(3):
        build.reported(reporter)

    with pytest.raises(limits.TooOften):
        build.reported(reporter)
    assert Demand.objects.count() == 3


def test_a_matter_belongs_to_a_village(reporter):
    with pytest.raises(RuleBroken, match="请选到村居"):
        build.reported(reporter, area=make.area(make.TOWN))


def test_a_worker_enters_for_a_resident_and_both_stand_in_the_record(officer):
    resident = Resident(name="陈阿婆", how=AssistedHow.PHONE, note="来电话说的")

    demand = reporting.report(build.matter(), by=officer, key=uuid4(), resident=resident)

    event = AuditEvent.objects.get(subject=demand.number)
    assert (demand.reporter.name, demand.entered_by, demand.channel) == ("陈阿婆", officer, "phone")
    assert (event.actor, event.on_behalf_of) == (officer, demand.reporter)
    assert event.sentence == "{who}报上来，{helper}代录（电话）"


@pytest.mark.parametrize(
    ("horizon", "days", "fits"),
    [
        ("now", 7, True),
        ("now", 8, False),
        ("dated", 180, True),
        ("dated", 181, False),
        ("long", 90, True),
        ("long", 91, False),
    ],
)
def test_a_promise_fits_its_class(officer, horizon, days, fits):
    demand = build.reported()

    if fits:
        assert handling.take_in(demand, by=officer, horizon=horizon, due_on=in_days(days)).state == S.DOING
    else:
        with pytest.raises(RuleBroken, match="最多"):
            handling.take_in(demand, by=officer, horizon=horizon, due_on=in_days(days))


def test_nobody_is_promised_a_day_that_has_passed(officer):
    with pytest.raises(RuleBroken, match="今天以前"):
        handling.take_in(build.reported(), by=officer, horizon="now", due_on=in_days(-1))


def test_only_somebody_in_office_there_is_made_to_see_to_it(officer):
    elsewhere = build.office(at=make.OTHER_VILLAGE).appointments.get()

    with pytest.raises(RuleBroken, match="在任"):
        handling.take_in(build.reported(), by=officer, horizon="now", due_on=in_days(3), handler=elsewhere)


def test_done_needs_words_and_a_photo(officer):
    demand = build.doing(officer=officer)

    with pytest.raises(RuleBroken, match="照片"):
        handling.finish(demand, by=officer, words="换了灯泡", photos=[])
    with pytest.raises(RuleBroken, match="写清楚"):
        handling.finish(demand, by=officer, words=" ", photos=[build.picture(officer)])
    demand.refresh_from_db()
    assert demand.state == S.DOING


def test_done_is_not_solved_until_its_reporter_says_so(officer, reporter):
    demand = build.done(reporter, officer=officer)

    assert queries.figures(make.VILLAGE, today()).solved == 0
    assert queries.figures(make.VILLAGE, today()).done == 1
    demand = answering.confirm(demand, by=reporter)

    assert (demand.state, demand.solved_by) == (S.SOLVED, SolvedBy.REPORTER)
    assert queries.figures(make.VILLAGE, today()).solved == 1
    assert queries.figures(make.VILLAGE, today()).done == 0


def test_not_yet_starts_the_clock_anew(officer, reporter):
    demand = build.done(reporter, officer=officer)

    with at(now() + timedelta(days=4)):
        demand = answering.reopen(demand, by=reporter, words="晚上又灭了")

    event = AuditEvent.objects.filter(subject=demand.number).latest("pk")
    assert (demand.state, demand.due_on, demand.first_due_on) == (S.DOING, in_days(9), in_days(9))
    assert (event.action, event.reason) == ("demand.deny", "晚上又灭了")
    assert "时限重新算" in event.sentence


@pytest.mark.parametrize(("days", "opens"), [(15, True), (16, False)])
def test_what_was_solved_can_be_opened_anew_for_fifteen_days(officer, reporter, days, opens):
    demand = answering.confirm(build.done(reporter, officer=officer), by=reporter)

    with at(now() + timedelta(days=days)):
        if opens:
            again = answering.reopen(demand, by=reporter)
            assert (again.state, again.solved_by, again.due_on) == (S.DOING, "", in_days(5))
        else:
            with pytest.raises(RuleBroken, match="15天"):
                answering.reopen(demand, by=reporter)


@pytest.mark.parametrize("end", ["explain", "hand_on"])
def test_an_explanation_and_a_hand_over_are_public_and_can_be_opened_anew(officer, reporter, end):
    said = {"words": "属电网检修，3月20日来人"} if end == "explain" else {"reason": "属电网公司"}

    demand = getattr(handling, end)(build.reported(reporter), by=officer, **said)

    assert demand.handler.person == officer
    assert answering.reopen(demand, by=reporter).state == S.DOING
    assert queries.figures(make.VILLAGE, today()).solved == 0


def test_a_hand_over_without_a_reason_is_refused(officer):
    with pytest.raises(RuleBroken, match="理由"):
        handling.hand_on(build.reported(), by=officer, reason="")


def test_a_visit_by_another_can_say_it_is_solved_but_not_by_who_reported_it_done(officer):
    demand = build.done(officer=officer)
    look = {"visited_on": today(), "is_solved": True, "words": "灯亮着"}

    with pytest.raises(RuleBroken, match="谁报的办理"):
        answering.visit(demand, by=officer, **look)
    demand = answering.visit(demand, by=build.office("林测试", Role.SUPERVISOR), **look)

    assert (demand.state, demand.solved_by) == (S.SOLVED, SolvedBy.VISIT)
    assert demand.visits.get().visited_on == today()


@pytest.mark.parametrize("days", [-1, 1])
def test_a_visit_lies_between_the_work_and_today(officer, days):
    with pytest.raises(RuleBroken):
        answering.visit(
            build.done(officer=officer),
            by=build.office("林测试"),
            visited_on=in_days(days),
            is_solved=True,
            words="灯亮着",
        )


def test_a_visit_that_finds_it_unsolved_starts_the_clock_anew(officer):
    demand = build.done(officer=officer)

    demand = answering.visit(demand, by=build.office("林测试"), visited_on=today(), is_solved=False, words="灯还是不亮")

    assert (demand.state, demand.due_on) == (S.DOING, in_days(5))


def test_news_of_a_long_matter_name_the_day_of_the_next(officer):
    demand = build.doing(horizon=Horizon.LONG, days=30, officer=officer)

    with pytest.raises(RuleBroken, match="下次"):
        handling.say(demand, by=officer, words="图纸在画")
    demand = handling.say(demand, by=officer, words="图纸在画", due_on=in_days(60))

    assert demand.due_on == in_days(60)


def test_a_promise_moves_only_later_with_a_reason_and_a_week_no_longer_is_a_dated_matter(officer):
    demand = build.doing(officer=officer)

    with pytest.raises(RuleBroken, match="理由"):
        handling.extend(demand, by=officer, due_on=in_days(6), reason="")
    with pytest.raises(RuleBroken, match="以后"):
        handling.extend(demand, by=officer, due_on=in_days(5), reason="下雨")
    assert handling.extend(demand, by=officer, due_on=in_days(7), reason="下雨").horizon == Horizon.NOW
    demand = handling.extend(demand, by=officer, due_on=in_days(12), reason="等灯具到货")

    assert (demand.horizon, demand.due_on, demand.first_due_on) == (Horizon.DATED, in_days(12), in_days(5))


def test_three_joins_lift_a_matter_to_the_towns_list_once():
    demand = build.reported()
    people_ = [make.person() for _n in range(4)]

    for person in people_[:2]:
        reporting.join(demand, by=person)
    demand.refresh_from_db()
    assert demand.town_at is None
    for person in people_[1:]:
        reporting.join(demand, by=person)

    demand.refresh_from_db()
    assert demand.town_why == "joins"
    assert AuditEvent.objects.filter(action="demand.lift").count() == 1


def test_one_person_joins_once_and_may_take_it_back_and_join_again():
    demand, person = build.reported(), make.person()

    for _n in range(2):
        reporting.join(demand, by=person)
    assert queries.public().get().joined == 1
    reporting.unjoin(demand, by=person)
    assert queries.public().get().joined == 0
    reporting.join(demand, by=person)

    assert queries.public().get().joined == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Join.objects.create(demand=demand, person=person)


def test_a_promise_that_passed_lifts_a_matter_to_the_towns_list(officer):
    demand = build.doing(officer=officer)

    with at(now() + timedelta(days=5)):
        tasks.lift_overdue()
        demand.refresh_from_db()
        assert demand.town_at is None
    with at(now() + timedelta(days=6)):
        tasks.lift_overdue()
        clock.tick()

    demand.refresh_from_db()
    assert demand.town_why == "overdue"
    assert AuditEvent.objects.filter(action="demand.lift").count() == 1


def test_what_waits_for_a_confirmation_is_not_overdue(officer):
    demand = build.done(officer=officer)

    with at(now() + timedelta(days=30)):
        tasks.lift_overdue()

    demand.refresh_from_db()
    assert demand.town_at is None


def test_a_matter_becomes_a_project_of_its_reporter_and_both_name_each_other(officer, reporter):
    make.round_()

    demand = handling.to_project(
        build.reported(reporter),
        by=officer,
        title="村口桥头装路灯",
        need="晚上看不见路",
        category="健全公共设施",
        how=AssistedHow.PHONE,
        note="电话问过",
    )

    project = Project.objects.get()
    assert (demand.project, project.demand) == (project, demand)
    assert (project.proposer, project.entered_by) == (reporter, officer)


def test_without_an_open_round_nothing_becomes_a_project_and_why_is_said(officer):
    demand = build.reported()

    with pytest.raises(RuleBroken, match="不在征集期"):
        handling.to_project(demand, by=officer, title="装路灯装路灯", need="黑", category="", how="phone", note="问过")

    demand.refresh_from_db()
    assert (demand.state, Project.objects.count()) == (S.FILED, 0)


@pytest.mark.parametrize("action", MOVES)
def test_no_act_starts_from_a_state_it_does_not_name(action):
    sources, _target = MOVES[action]

    for state in set(S) - set(sources):
        with pytest.raises(rules.WrongState):
            rules.target_state(state, action)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "solved"},
        {"state": "doing"},
        {"state": "project"},
        {"horizon": "soon"},
        {"limit_days": 8},
        {"town_why": "joins"},
    ],
    ids=str,
)
def test_the_database_refuses_nonsense(wrong):
    demand = build.reported()

    with pytest.raises(IntegrityError), transaction.atomic():
        Demand.objects.filter(pk=demand.pk).update(**wrong)


def test_who_is_erased_leaves_the_matter_under_no_name_and_no_note(officer):
    resident = Resident(name="陈阿婆", how=AssistedHow.PRESENT, note="女儿陪来的")
    demand = reporting.report(build.matter(), by=officer, key=uuid4(), resident=resident)

    people.erase(demand.reporter)
    clock.tick()

    demand = Demand.objects.get()
    assert (demand.reporter.public_name, demand.assisted_note) == ("居民", people.GONE)
