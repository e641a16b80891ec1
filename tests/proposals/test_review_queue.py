"""The queue of pre-review: its lists, who looks at a case, what was kept, naming departments and reminding in bulk."""

from datetime import timedelta

import pytest

from civic import moments
from civic.models import AuditEvent, Role
from civic.moments import now, today
from civic.rules import RuleBroken
from proposals import queries
from proposals.models import PreReview, ReviewState
from proposals.services import beside, intake, reviews
from tests import make

pytestmark = pytest.mark.django_db
TOGETHER = "/desk/reviews/together/"


@pytest.fixture
def building():
    return make.organisation("镇建设办", duty="建设")


@pytest.fixture
def builder(building):
    return make.officer(Role.REVIEWER, make.TOWN, organisation=building)


@pytest.fixture
def handler():
    return make.officer(Role.TOWN_HANDLER, make.TOWN)


@pytest.fixture
def desk(client, builder):
    client.force_login(builder)
    return client


def accepted(**extra):
    """A project just accepted, whose building office has a task; finance has no unit yet."""
    return intake.accept(make.project(**extra), by=make.officer(Role.SOCIAL_WORKER))


def task(project, duty="建设"):
    return queries.reviews_of(project).get(duty=duty)


@pytest.fixture
def case(building):
    return task(accepted())


def text(response):
    return response.content.decode()


def later(**time):
    return moments.at(now() + timedelta(**time))


def test_the_queue_shows_cases_of_older_open_rounds_in_one_order(desk, building):
    old = make.round_(name="2024年轮次", year=today().year - 2, rules={"review_workdays": 2})
    new = make.round_(name="2026年轮次")
    second, first = task(accepted(round=new)), task(accepted(round=old))

    html = text(desk.get("/desk/reviews/"))

    assert html.index(f"/desk/review/{first.pk}/") < html.index(f"/desk/review/{second.pk}/")


def test_what_was_passed_on_stands_in_a_list_of_its_own(desk, builder, case):
    other = make.organisation("镇水利所", duty="水利")
    reviews.pass_on(case, by=builder, to=other, reason="属于水利设施")

    html = text(desk.get("/desk/reviews/?tab=passed"))

    assert f'href="/desk/review/{case.pk}/"' in html and "已转给镇水利所" in html
    assert "今天没有要审的" in text(desk.get("/desk/reviews/"))
    assert "已转给镇水利所预审" in text(desk.get(f"/desk/review/{case.pk}/"))


def test_a_task_that_ended_with_its_project_was_not_passed_on(desk, builder, case):
    PreReview.objects.filter(pk=case.pk).update(state=ReviewState.CLOSED)

    assert "没有转给别的部门的" in text(desk.get("/desk/reviews/?tab=passed"))


def test_an_empty_desk_says_when_the_next_one_comes_back(desk, builder, case):
    reviews.ask(case, by=builder, items=["坡道位置照片1张"], reason="看不清")
    case.project.refresh_from_db()
    days = (case.project.due_on - today()).days

    assert f"今天没有要审的。最近一件还有{days}天。" in text(desk.get("/desk/reviews/"))


def test_a_colleague_reads_who_looks_at_a_case_and_is_not_locked_out(desk, client, building, case):
    colleague = make.officer(Role.REVIEWER, make.TOWN, organisation=building, name="周测试")
    with moments.at(now().replace(hour=2, minute=32)):
        client.force_login(colleague)
        client.get(f"/desk/review/{case.pk}/")
        client.force_login(make.officer(Role.REVIEWER, make.TOWN, organisation=building))
        page, queue = text(client.get(f"/desk/review/{case.pk}/")), text(client.get("/desk/reviews/"))
        kept = client.post(f"/desk/review/{case.pk}/", {"act": "answer", "reason": "看过", "keep": "1"})

    assert "周*正在审，10:32起" in page and "周*正在审，10:32起" in queue
    assert "周测试" not in page
    assert kept.status_code == 302


def test_whoever_looks_reads_nothing_of_themselves_and_is_forgotten_after_half_an_hour(desk, client, building, case):
    client.get(f"/desk/review/{case.pk}/")
    own = text(client.get(f"/desk/review/{case.pk}/"))
    client.force_login(make.officer(Role.REVIEWER, make.TOWN, organisation=building, name="周测试"))

    with later(minutes=31):
        other = text(client.get(f"/desk/review/{case.pk}/"))

    case.refresh_from_db()
    assert "正在审，" not in own and "正在审，" not in other
    assert case.looked_by.name == "周测试"


def test_overseers_who_only_read_leave_no_trace(client, handler, case):
    client.force_login(handler)
    client.get(f"/desk/review/{case.pk}/")

    case.refresh_from_db()
    assert case.looked_by is None


def test_words_kept_without_handing_in_are_marked_in_the_own_queue_alone(desk, client, handler, builder, case):
    reviews.keep(case, by=builder, typed={"reason": "还要看图纸"})

    mine = text(client.get("/desk/reviews/"))
    client.force_login(handler)
    watched = text(client.get("/desk/reviews/?tab=running"))

    assert "意见已存，未提交" in mine
    assert f"/desk/review/{case.pk}/" in watched and "意见已存" not in watched


@pytest.mark.parametrize("of", ["own", "another"])
def test_a_case_is_found_by_the_projects_code(client, builder, case, of):
    client.force_login(builder if of == "own" else make.officer(Role.AUDITOR, make.DISTRICT))

    response = client.get(f"/desk/review/{case.project.code}/")

    assert response["Location"] == f"/desk/review/{case.pk}/"
    assert client.get("/desk/review/WSS-1999-9999/").status_code == 404


def test_the_town_names_one_department_for_several(client, handler, building):
    missing = [task(accepted(), "财政") for _n in range(2)]
    audit = make.organisation("区审计局", at=make.DISTRICT, duty="审计")
    client.force_login(handler)
    listed = text(client.get("/desk/reviews/?tab=unassigned"))

    client.post(TOGETHER, {"act": "assign", "pk": [m.pk for m in missing], "department": audit.pk})

    assert all(f'value="{m.pk}" form="bulk"' in listed for m in missing)
    assert set(PreReview.objects.filter(duty="财政").values_list("department", flat=True)) == {audit.pk}


def test_of_several_one_that_cannot_be_named_names_none(client, handler, building):
    missing, has_one = task(accepted(), "财政"), task(accepted())
    other = make.organisation("镇水利所", duty="水利")
    client.force_login(handler)

    page = client.post(TOGETHER, {"act": "assign", "pk": [missing.pk, has_one.pk], "department": other.pk}, follow=True)

    missing.refresh_from_db()
    assert missing.department is None
    assert "已经有部门在办" in text(page)


def test_several_departments_are_reminded_once_in_two_days(client, handler, case):
    client.force_login(handler)
    sent = {"act": "remind", "pk": [case.pk], "tab": "running"}

    done = text(client.post(TOGETHER, sent, follow=True))
    again = text(client.post(TOGETHER, sent, follow=True))
    with later(days=2, minutes=1):
        client.post(TOGETHER, sent)

    told = AuditEvent.objects.filter(action="review.remind").order_by("pk")
    assert "已催办1件" in done and "1件没有催" in again
    assert [event.is_public for event in told] == [True, True]
    assert told[0].sentence == "催办：请镇建设办预审，还剩5个工作日"


def test_a_late_one_is_reminded_with_how_late_it_is(handler, case):
    with later(days=14):
        reviews.remind(case, by=handler)

        late = AuditEvent.objects.get(action="review.remind").sentence
    assert late.startswith("催办：请镇建设办预审，已超期") and late.endswith("个工作日")


def test_a_task_without_a_department_has_nobody_to_remind(handler, case):
    with pytest.raises(RuleBroken, match="还没有部门"):
        reviews.remind(task(case.project, "财政"), by=handler)


@pytest.mark.parametrize("act", ["answer", "refuse", ""])
def test_nothing_is_refused_in_bulk(client, handler, case, act):
    client.force_login(handler)

    assert client.post(TOGETHER, {"act": act, "pk": [case.pk]}).status_code == 400
    case.refresh_from_db()
    assert case.state == ReviewState.OPEN


@pytest.mark.parametrize("act", ["assign", "remind"])
@pytest.mark.parametrize(("role", "at"), [(Role.AUDITOR, make.DISTRICT), (Role.SUPERVISOR, make.VILLAGE)])
def test_who_only_oversees_neither_names_nor_reminds(client, case, act, role, at):
    client.force_login(make.officer(role, at))

    assert client.post(TOGETHER, {"act": act, "pk": [case.pk]}).status_code == 403
    assert 'form="bulk"' not in text(client.get("/desk/reviews/?tab=running"))


def test_cases_of_another_town_are_not_reached(client, case):
    client.force_login(make.officer(Role.TOWN_HANDLER, make.OTHER_TOWN))

    page = client.post(TOGETHER, {"act": "remind", "pk": [case.pk, "x", "9" * 30]}, follow=True)

    assert "没有选上一件" in text(page)
    assert not AuditEvent.objects.filter(action="review.remind").exists()


@pytest.mark.parametrize("tab", ["open", "passed", "unassigned", "running"])
def test_each_list_asks_no_more_for_three_than_for_one(
    client, building, builder, handler, tab, django_assert_max_num_queries
):
    water, counts = make.organisation("镇水利所", duty="水利"), []
    client.force_login(builder if tab in {"open", "passed"} else handler)
    client.get("/desk/reviews/")  # the first page of a session writes it
    for more in (1, 2):
        for _n in range(more):
            project = accepted(at=make.VILLAGE)
            if tab == "passed":
                reviews.pass_on(task(project), by=builder, to=water, reason="属于水利设施")
        with django_assert_max_num_queries(18) as asked:
            client.get(f"/desk/reviews/?tab={tab}")
        counts.append(len(asked))

    assert counts[0] == counts[1]


class TestGivenToAColleague:
    """交给同事: who of the department sees to a task."""

    @pytest.fixture
    def colleague(self, building):
        return make.officer(Role.REVIEWER, make.TOWN, organisation=building, name="周测试")

    def test_the_queue_says_to_whom_and_the_record_keeps_it_for_offices(self, desk, client, builder, colleague, case):
        response = desk.post(f"/desk/review/{case.pk}/", {"act": "give", "colleague": colleague.pk})
        listed, shown = text(desk.get("/desk/reviews/")), text(desk.get(f"/desk/review/{case.pk}/"))
        client.force_login(colleague)
        own = text(client.get("/desk/reviews/"))

        event = AuditEvent.objects.get(action="review.give")
        assert response["Location"] == f"/desk/review/{case.pk}/"
        assert "交给周*" in listed and "交给周*" in shown and "交给您" in own
        assert "周测试" not in listed + shown
        assert (event.is_public, event.after, event.unit) == (False, {"person": colleague.pk}, "镇建设办")

    def test_the_clock_stays_and_every_colleague_may_still_answer(self, builder, colleague, case):
        given = beside.give(case, by=builder, to=colleague)

        reviews.keep(given, by=builder, typed={"reason": "我来看"})
        given.refresh_from_db()
        assert (given.due_on, given.state, given.given_to) == (case.due_on, ReviewState.OPEN, colleague)

    @pytest.mark.parametrize("who", ["another department", "another town", "left", "the author", "no reviewer"])
    def test_only_a_reviewer_of_the_very_department_is_given_it(self, builder, building, case, who):
        other = {
            "another department": lambda: make.officer(Role.REVIEWER, organisation=make.organisation(duty="水利")),
            "another town": lambda: make.officer(Role.REVIEWER, make.OTHER_TOWN, organisation=building),
            "left": lambda: make.officer(Role.REVIEWER, make.TOWN, organisation=building),
            "the author": lambda: case.project.proposer,
            "no reviewer": lambda: make.officer(Role.TOWN_HANDLER, make.TOWN, organisation=building),
        }[who]()
        if who == "left":
            other.appointments.update(ends_on=today())
        if who == "the author":
            make.appoint(other, Role.REVIEWER, make.TOWN, organisation=building)

        with pytest.raises(RuleBroken, match="本部门能审这一件的同事"):
            beside.give(case, by=builder, to=other)
        case.refresh_from_db()
        assert case.given_to is None

    def test_giving_it_again_to_who_has_it_is_refused(self, builder, colleague, case):
        given = beside.give(case, by=builder, to=colleague)

        with pytest.raises(RuleBroken, match="已经交给"):
            beside.give(given, by=builder, to=colleague)

    def test_several_are_given_at_once(self, desk, builder, colleague, building):
        cases = [task(accepted()) for _n in range(2)]
        listed = text(desk.get("/desk/reviews/"))
        beside.give(cases[0], by=builder, to=colleague)

        sent = {"act": "give", "pk": [c.pk for c in cases], "colleague": colleague.pk, "tab": "open"}
        page = text(desk.post(TOGETHER, sent, follow=True))

        assert all(f'value="{c.pk}" form="bulk"' in listed for c in cases)
        assert "已把1件交给这位同事" in page
        assert AuditEvent.objects.filter(action="review.give").count() == 2
        assert set(PreReview.objects.filter(duty="建设").values_list("given_to", flat=True)) == {colleague.pk}

    def test_of_other_departments_nothing_is_given(self, client, building, colleague, case):
        client.force_login(make.officer(Role.REVIEWER, make.TOWN, organisation=make.organisation(duty="水利")))

        page = client.post(TOGETHER, {"act": "give", "pk": [case.pk], "colleague": colleague.pk}, follow=True)

        case.refresh_from_db()
        assert "没有选上一件" in text(page)
        assert case.given_to is None

    def test_the_towns_handler_gives_nothing_within_a_department(self, client, handler, colleague, case):
        client.force_login(handler)

        assert client.post(TOGETHER, {"act": "give", "pk": [case.pk], "colleague": colleague.pk}).status_code == 403

    def test_without_a_colleague_picked_nothing_happens(self, desk, case):
        assert desk.post(f"/desk/review/{case.pk}/", {"act": "give"}).status_code == 422
        assert "请选一位同事" in text(desk.post(TOGETHER, {"act": "give", "pk": [case.pk]}, follow=True))


def test_the_findings_are_called_as_everywhere_else(desk, case):
    shown = text(desk.get(f"/desk/review/{case.pk}/"))

    words = ["通过", "需修改", "不通过", "退回补充", "转其他部门", "请求延期"]
    assert [
        word for word in words if f">{word}<" in shown or f" {word}</label>" in shown or f"{word}\n" in shown
    ] == words
