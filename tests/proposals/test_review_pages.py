"""The pages of pre-review: the queue, the case, its preview and drafts, and who is kept out."""

import re

import pytest
from django.utils.formats import date_format
from django.utils.timezone import localdate

from civic.models import AuditEvent, Role
from proposals import queries
from proposals.models import PreReview, ProjectState, ReviewState
from proposals.services import intake, reviews
from tests import make

pytestmark = pytest.mark.django_db
POINTS = {f"point_{number}": "yes" for number in range(6)}
YES = {"act": "answer", "finding": "feasible", **POINTS}
NO = {"act": "answer", "finding": "not_feasible", **POINTS, "point_1": "no"}


@pytest.fixture
def building():
    return make.organisation("镇建设办", duty="建设")


@pytest.fixture
def builder(building):
    return make.officer(Role.REVIEWER, make.TOWN, organisation=building)


@pytest.fixture
def desk(client, builder):
    client.force_login(builder)
    return client


@pytest.fixture
def case(building):
    """An accepted project's task of the town's building office; finance has no department yet."""
    project = intake.accept(make.project(), by=make.officer(Role.SOCIAL_WORKER))
    return queries.reviews_of(project).get(duty="建设")


def url(case):
    return f"/desk/review/{case.pk}/"


def text(response):
    return response.content.decode()


def test_the_queue_shows_the_departments_own_clock(desk, case):
    response = desk.get("/desk/reviews/")

    assert response.status_code == 200
    assert f'href="{url(case)}"' in text(response)
    assert "还剩5个工作日" in text(response)


def test_the_queue_is_a_table_with_headings_and_every_cell_says_its_own_on_a_phone(desk, case):
    table = re.search(r"<table.*</table>", text(desk.get("/desk/reviews/")), re.DOTALL)[0]
    heads = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', table)
    row = re.search(r"<tbody>(.*?)</tr>", table, re.DOTALL)[1]

    assert heads[:7] == ["什么事", "期限", "从哪天起", "村居", "状态", "金额", "谁在审"]
    assert re.search(
        rf'<th scope="row"[^>]*><a href="{url(case)}">{case.project.title}</a>.*{case.project.code}.*</th>', row
    )
    assert re.findall(r'<td[^>]* data-label="([^"]*)"', row) == heads[1:]
    assert f"{date_format(localdate(case.opened_at), 'n月j日')}" in row


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("open", "今天没有要审的"),
        ("asked", "没有等补充的"),
        ("passed", "没有转给别的部门的"),
        ("answered", "还没有审过的"),
    ],
)
def test_an_empty_list_says_so(desk, tab, words):
    assert words in text(desk.get(f"/desk/reviews/?tab={tab}"))


def test_a_case_shows_proposal_checklist_and_the_other_departments(desk, case):
    response = desk.get(url(case))

    assert case.project.need in text(response)
    assert "预算有依据" in text(response)
    assert "财政：还没有部门" in text(response)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_reviewer_of_another_department_is_kept_out(client, case, method):
    other = make.officer(Role.REVIEWER, make.TOWN, organisation=make.organisation("镇民政办", duty="民政"))
    client.force_login(other)

    response = getattr(client, method)(url(case), YES)

    case.refresh_from_db()
    assert response.status_code == 403
    assert case.state == ReviewState.OPEN


@pytest.mark.parametrize("role", [Role.SOCIAL_WORKER, Role.TOWN_HANDLER, Role.TOWN_APPROVER, Role.DISTRICT_OFFICE])
def test_other_offices_do_not_answer(client, case, role):
    client.force_login(make.officer(role, make.TOWN))

    assert client.post(url(case), YES).status_code == 403


OVERSEERS = [
    (Role.TOWN_HANDLER, make.TOWN),
    (Role.DISTRICT_OFFICE, make.DISTRICT),
    (Role.AUDITOR, make.DISTRICT),
    (Role.SUPERVISOR, make.VILLAGE),
]


@pytest.mark.parametrize(("role", "at"), OVERSEERS)
def test_overseers_read_who_was_asked_and_answer_nothing(client, case, role, at):
    client.force_login(make.officer(role, at))

    told = text(client.get(url(case)))

    main = told[told.index("<main") : told.index("</main>")]
    assert "镇建设办 · 建设" in main and "还没有答复" in main
    assert "还剩5个工作日" in main and "交办" in main and "期限" in main
    assert "还没有部门 · 财政" in main
    assert "<form" not in main and "<button" not in main
    assert client.post(url(case), YES).status_code == 403
    case.refresh_from_db()
    assert case.state == ReviewState.OPEN


def test_overseers_read_the_answer_with_its_reasons(client, builder, case):
    client.force_login(builder)
    client.post(url(case), YES | {"amount_yuan": "52800", "amount_reason": "按定额"})
    client.force_login(make.officer(Role.AUDITOR, make.DISTRICT))

    told = text(client.get(url(case)))

    assert "52,800元" in told and "按定额" in told and "预算有依据" in told
    assert "李*" in told and "李测试" not in told


def test_overseers_do_not_read_what_a_reviewer_keeps_for_themselves(client, builder, case):
    client.force_login(builder)
    client.post(url(case), {"act": "answer", "reason": "还要看图纸", "keep": "1", "version": case.version})
    client.force_login(make.officer(Role.DISTRICT_OFFICE, make.DISTRICT))

    assert "还要看图纸" not in text(client.get(url(case)))


@pytest.mark.parametrize(
    ("role", "at"),
    [
        (Role.TOWN_HANDLER, make.OTHER_TOWN),
        (Role.SUPERVISOR, make.OTHER_VILLAGE),
        (Role.TOWN_APPROVER, make.TOWN),
        (Role.SOCIAL_WORKER, make.VILLAGE),
        (Role.VILLAGE_OFFICE, make.VILLAGE),
        (Role.ASSEMBLY_MEMBER, make.VILLAGE),
        (Role.SYSTEM_ADMIN, make.DISTRICT),
    ],
)
def test_whoever_oversees_nothing_here_is_kept_out(client, case, role, at):
    client.force_login(make.officer(role, at))

    assert client.get(url(case)).status_code == 403


def test_a_case_without_a_department_is_read_by_the_district_and_assigned_by_the_town(client, case):
    missing = queries.reviews_of(case.project).get(duty="财政")
    client.force_login(make.officer(Role.DISTRICT_OFFICE, make.DISTRICT))
    read = text(client.get(url(missing)))
    client.force_login(make.officer(Role.TOWN_HANDLER, make.TOWN))

    assert "由镇街经办指定" in read and 'name="department"' not in read
    assert 'name="department"' in text(client.get(url(missing)))


def test_overseers_find_every_case_under_way_in_their_queue(client, case):
    client.force_login(make.officer(Role.SUPERVISOR, make.VILLAGE))

    assert f'href="{url(case)}"' in text(client.get("/desk/reviews/?tab=running"))
    assert "没有超期的预审" in text(client.get("/desk/reviews/?tab=overdue"))


def test_one_who_oversees_another_village_finds_nothing(client, case):
    client.force_login(make.officer(Role.SUPERVISOR, make.OTHER_VILLAGE))

    assert "现在没有正在审的" in text(client.get("/desk/reviews/?tab=running"))


def test_a_case_passed_on_keeps_the_first_department_in_what_is_read(client, builder, case):
    other = make.organisation("镇规划办", duty="规划")
    reviews.pass_on(case, by=builder, to=other, reason="要看用地")
    client.force_login(make.officer(Role.AUDITOR, make.DISTRICT))

    told = text(client.get(url(case)))

    assert "镇建设办 · 建设" in told and "不再由这个部门审" in told
    assert "镇规划办" in told


def test_a_task_without_a_department_is_nobodys_to_answer(desk, case):
    missing = queries.reviews_of(case.project).get(duty="财政")

    assert desk.post(f"/desk/review/{missing.pk}/", YES).status_code == 403


def test_an_author_does_not_review_their_own(desk, builder, case):
    type(case.project).objects.filter(pk=case.project_id).update(proposer=builder)

    assert desk.post(url(case), YES).status_code == 403


def test_an_answer_is_handed_in_by_a_plain_form(desk, case):
    given = {**YES, "amount_yuan": "52,800", "amount_reason": "按定额", "version": case.version}

    response = desk.post(url(case), given)

    assert (response.status_code, response["Location"]) == (302, "/desk/reviews/")
    event = AuditEvent.objects.get(action="review.answer")
    assert event.sentence == "预审通过，核定52,800元，比提议少7,200元：按定额"


def test_the_preview_is_what_residents_will_read_and_writes_nothing(desk, case):
    given = {**YES, "amount_yuan": "52800", "amount_reason": "按定额"}

    response = desk.post(url(case), {**given, "preview": "1"})

    case.refresh_from_db()
    assert response.status_code == 200
    assert "预审通过，核定52,800元，比提议少7,200元：按定额" in text(response)
    assert 'value="52800"' in text(response)
    assert case.state == ReviewState.OPEN
    assert not AuditEvent.objects.filter(action="review.answer").exists()


def test_what_is_kept_comes_back_and_residents_see_nothing(desk, case):
    half = {"act": "answer", "reason": "还要看图纸", "point_0": "yes", "keep": "1", "version": case.version}

    assert desk.post(url(case), half).status_code == 302

    response = desk.get(url(case))
    assert "意见已存，未提交" in text(response)
    assert "还要看图纸" in text(response)
    assert not AuditEvent.objects.filter(action__startswith="review.answer").exists()


def test_a_colleague_who_kept_words_meanwhile_is_not_overwritten(desk, builder, case):
    reviews.keep(case, by=builder, typed={"reason": "同事写的"})

    response = desk.post(url(case), {"act": "answer", "reason": "我写的", "keep": "1", "version": case.version})

    case.refresh_from_db()
    assert response.status_code == 409
    assert "您的文字已保留" in text(response)
    assert "我写的" in text(response)
    assert case.typed == {"reason": "同事写的"}


@pytest.mark.parametrize("nasty", ["\x00\x08\ud800".encode("utf-8", "replace").decode() + "\x00坏字", "长" * 5000])
def test_whatever_is_typed_can_be_kept(desk, case, nasty):
    assert desk.post(url(case), {"act": "answer", "reason": nasty, "keep": "1"}).status_code == 302


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (NO | {"rule_from": "other", "rule_text": "办法第6条"}, "请写明理由"),
        (NO | {"reason": "占用规划道路"}, "请写明依据哪一条"),
        (YES | {"amount_yuan": "52800"}, "请写明原因"),
        (YES | {"amount_yuan": "1e9"}, "请填写金额"),
        (YES | {"amount_yuan": "-3"}, "不能是负数"),
        (YES | {"amount_yuan": "900000", "amount_reason": "加大"}, "超过单项限额400,000.00元"),
        (YES | {"point_3": ""}, "这一条还没核对"),
        (YES | {"point_3": "maybe"}, "maybe"),
        (YES | {"point_3": "no"}, "有要点不符合"),
        (YES | {"finding": "with_changes"}, "请写明要怎样修改"),
        (YES | {"finding": ""}, "请选一个意见"),
    ],
)
def test_an_unfinished_finding_is_mended_in_place(desk, case, given, words):
    response = desk.post(url(case), given | {"amount_reason": given.get("amount_reason", ""), "conditions": ""})

    case.refresh_from_db()
    assert response.status_code == 422
    assert words in text(response)
    assert case.state == ReviewState.OPEN


def test_a_stale_case_keeps_the_words(desk, builder, case):
    reviews.keep(case, by=builder, typed={})
    typed = NO | {"reason": "占用规划道路", "rule_from": "other", "rule_text": "办法第6条"}

    response = desk.post(url(case), {**typed, "version": case.version})

    case.refresh_from_db()
    assert response.status_code == 409
    assert "占用规划道路" in text(response)
    assert f'name="version" value="{case.version}"' in text(response)
    assert case.state == ReviewState.OPEN


@pytest.mark.parametrize("act", ["answer", "ask", "pass_on"])
def test_a_stage_is_not_skipped_by_posting(desk, building, act):
    project = make.project(ProjectState.FOR_APPROVAL)
    case = PreReview.objects.create(project=project, duty="建设", department=building)
    other = make.organisation("镇水利所", duty="水利")
    given = {"items": "照片", "reason": "看不清", "department": other.pk}

    response = desk.post(url(case), {**YES, **given, "act": act})

    project.refresh_from_db()
    assert response.status_code == 409
    assert project.state == ProjectState.FOR_APPROVAL


def test_asking_for_more_stops_the_clock_and_moves_the_case_to_its_tab(desk, case):
    response = desk.post(url(case), {"act": "ask", "items": "坡道位置照片1张", "reason": "看不清"})

    case.refresh_from_db()
    assert response.status_code == 302
    assert (case.state, case.project.state) == (ReviewState.ASKED, ProjectState.RETURNED)
    assert "暂停不计" in text(desk.get("/desk/reviews/?tab=asked"))
    assert "请补充：坡道位置照片1张" in AuditEvent.objects.get(action="project.return").sentence


def test_a_case_is_passed_on_to_another_department(desk, case):
    other = make.organisation("镇水利所", duty="水利")

    assert "镇水利所（水利）" in text(desk.get(url(case) + "?act=pass_on"))
    response = desk.post(url(case), {"act": "pass_on", "department": other.pk, "reason": "属于水利设施"})

    assert response.status_code == 302
    assert queries.reviews_of(case.project).get(duty="建设").department == other
    assert desk.get(url(case)).status_code == 200


@pytest.mark.parametrize("department", ["", "0", "x", "\x00", "999999999999999999999"])
def test_a_department_nobody_offered_is_refused(desk, case, department):
    response = desk.post(url(case), {"act": "pass_on", "department": department, "reason": "属于水利设施"})

    assert response.status_code == 422
    assert "属于水利设施" in text(response)


def test_the_town_names_a_department_where_none_was_found(client, case):
    handler = make.officer(Role.TOWN_HANDLER, make.TOWN)
    other = make.organisation("区审计局", at=make.DISTRICT, duty="审计")
    missing = queries.reviews_of(case.project).get(duty="财政")
    client.force_login(handler)

    assert url(missing) in text(client.get("/desk/reviews/"))
    assert "按规则要由“财政”领域的部门预审" in text(client.get(url(missing)))
    assert client.post(url(missing), {"act": "assign", "department": other.pk}).status_code == 302
    missing.refresh_from_db()
    assert missing.department == other
    assert "每一件都有部门在审" in text(client.get("/desk/reviews/"))


@pytest.mark.parametrize("bad", [{}, {"act": "advance"}])
def test_an_unknown_act_is_a_bad_request(desk, case, bad):
    assert desk.post(url(case), bad).status_code == 400


def test_an_answered_case_shows_what_was_said(desk, builder, case):
    desk.post(url(case), YES | {"amount_yuan": "52800", "amount_reason": "按定额"})

    response = desk.get(url(case))
    assert "本部门的意见" in text(response)
    assert "52,800" in text(response)
    assert "当天办完" in text(desk.get("/desk/reviews/?tab=answered"))


def test_visitors_and_people_without_an_office_are_kept_out(client, case):
    assert client.get("/desk/reviews/")["Location"].startswith("/login/")
    client.force_login(make.person())
    assert client.get("/desk/reviews/").status_code == 403
    assert client.get(url(case)).status_code == 403
    assert client.get("/desk/review/999999/").status_code == 404


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_queue_asks_no_more_for_three_than_for_one(desk, building, how_many, django_assert_max_num_queries):
    its_round, worker = make.round_(), make.officer(Role.SOCIAL_WORKER)
    for _n in range(how_many):
        intake.accept(make.project(round=its_round), by=worker)

    desk.get("/desk/reviews/")  # the first page of a session writes it
    with django_assert_max_num_queries(10):
        desk.get("/desk/reviews/")
