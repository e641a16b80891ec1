"""The town's desk of money, door by door: who comes in, what is typed wrongly, what the rules forbid now."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from civic.models import Attachment, AuditEvent
from delivery.models import Approval, Pool
from delivery.services import approvals
from proposals.models import Project, ProjectState
from tests.delivery import build

pytestmark = pytest.mark.django_db
YUAN = Decimal


@pytest.fixture
def town():
    return build.town(pool="100000")


def url(name: str, *args) -> str:
    return reverse(f"delivery:{name}", args=args)


def paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("纪要.pdf", b"%PDF-1.4 minutes", "application/pdf")


def typed(**changes) -> dict:
    return {"amount_yuan": "50000", "reason": "", "minutes_no": "镇纪要第4号", "minutes": paper()} | changes


def test_the_pool_reads_number_first_with_requests_and_cut_line(client, town):
    build.submitted(town, "60000")
    build.asking(town, "30000")
    build.asking(town, "20000", title="排在切线下面")
    approvals.reserve(build.asking(town, "9000", title="候补的项目"), by=town.handler, reason="钱不够")

    client.force_login(town.handler)
    html = client.get(url("budget")).content.decode()

    assert "拟批" in html
    assert html.count("切线：钱用到这里为止") == 1
    assert html.index("切线") < html.index("排在切线下面")
    assert "候补的项目" in html


def test_pages_of_money_are_for_those_who_answer_for_it(client, town):
    project = build.submitted(town).project

    for someone in (town.resident, town.village, town.foreman, town.social):
        client.force_login(someone)
        assert client.get(url("budget")).status_code == 403
        assert client.get(url("approve", project.code)).status_code == 403
    for someone in (town.handler, town.approver, town.district):
        client.force_login(someone)
        assert client.get(url("budget")).status_code == 200
        assert client.get(url("approve", project.code)).status_code == 200


def test_a_handler_of_another_town_sees_another_pool(client, town):
    from civic.models import Role
    from tests import make

    project = build.asking(town)
    client.force_login(make.officer(Role.TOWN_HANDLER, make.OTHER_TOWN))

    assert "还没有定资金池" in client.get(url("budget")).content.decode()
    assert client.get(url("approve", project.code)).status_code == 403
    assert client.post(url("approve", project.code), typed()).status_code == 403


def test_the_handler_submits_and_the_page_says_who_is_next(client, town):
    project = build.asking(town)
    client.force_login(town.handler)

    answer = client.post(url("approve", project.code), typed(), follow=True)

    assert answer.redirect_chain == [(url("approve", project.code), 302)]
    assert "已提交，等另一位同事审批" in answer.content.decode()
    assert "您提交的，要由另一位同事审批" in answer.content.decode()
    assert Approval.objects.get().minutes.is_public


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("", "请填写金额"),
        ("-1", "金额不能是负数"),  # row 27
        ("-0.00", "金额不能是负数"),  # 28
        ("NaN", "请填写金额"),  # 29
        ("1e9", "请填写金额"),  # 30
        ("1e1000000", "请填写金额"),
        ("50000.001", "2"),  # 31: at most two decimals
        ("0", "0.01"),
        ("100000.01", "超出0.01元，不能提交"),  # 34
        ("999999999999999", "12"),
    ],
)
def test_an_amount_nobody_means_is_a_form_to_mend(client, town, amount, said):
    project = build.asking(town)
    client.force_login(town.handler)

    answer = client.post(url("approve", project.code), typed(amount_yuan=amount, reason="按定额"))

    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in html.split("data-error-summary")[1].split("</ul>")[0]
    assert "镇纪要第4号" in html
    assert f'name="minutes-kept" value="{Attachment.objects.get().token}"' in html
    assert Approval.objects.count() == 0


@pytest.mark.parametrize("amount", ["５００００", "50,000", "50，000.00", "50000元"])
def test_an_amount_as_people_write_it_is_understood(client, town, amount):  # rows 32 and 33
    project = build.asking(town)
    client.force_login(town.handler)

    assert client.post(url("approve", project.code), typed(amount_yuan=amount)).status_code == 302
    assert Approval.objects.get().amount_yuan == YUAN("50000")


def test_the_fen_too_much_in_a_second_tab_is_a_conflict_with_everything_kept(client, town):  # row 35
    first, second = build.asking(town, "50000"), build.asking(town, "50000.01")
    client.force_login(town.handler)
    seen = Pool.objects.get().version
    client.post(url("approve", first.code), typed(version=seen))

    answer = client.post(url("approve", second.code), typed(version=seen, amount_yuan="50000.01", minutes_no="纪要乙"))

    assert answer.status_code == 409
    assert "超出0.01元，不能提交" in answer.content.decode()
    assert "纪要乙" in answer.content.decode()
    again = client.post(url("approve", second.code), typed(version=Pool.objects.get().version, amount_yuan="50000.01"))
    assert again.status_code == 422
    assert Approval.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"minutes_no": ""}, "请写会议纪要号"),
        ({"minutes": ""}, "请传会议纪要"),
        ({"amount_yuan": "40000"}, "请写明原因"),
        ({"donation": "50000.01"}, "合计要等于批准金额"),
        ({"donation": "-5"}, "金额不能是负数"),
        ({"minutes_no": "纪" * 61}, "最多60个字"),
        ({"reason": "改\x00了"}, "特殊字符"),
    ],
)
def test_a_request_is_complete(client, town, changes, said):
    project = build.asking(town)
    client.force_login(town.handler)

    answer = client.post(url("approve", project.code), typed(**changes))

    assert answer.status_code == 422
    assert said in answer.content.decode()


@pytest.mark.parametrize("state", ["in_review", "for_assembly", "on_notice", "in_progress", "completed", "declined"])
def test_a_post_that_skips_a_step_is_a_conflict(client, town, state):  # row 58
    project = build.stand(build.asking(town), state)
    client.force_login(town.handler)

    answer = client.post(url("approve", project.code), typed())

    assert answer.status_code == 409
    assert Approval.objects.count() == 0


def test_the_second_person_is_told_the_consequence_before_the_act(client, town):
    project = build.submitted(town, "52800").project
    client.force_login(town.approver)

    html = client.get(url("approve_confirm", project.code)).content.decode()
    answer = client.post(url("approve_confirm", project.code))

    assert "批准后马上公示5个工作日，异议答复后才能开工。批准记录不能删，只能作废并公开说明。" in html
    assert html.count(f'href="{url("approve", project.code)}"') == 2, "the way back is to what is decided"
    assert answer.status_code == 302
    assert Project.objects.get(pk=project.pk).state == ProjectState.ON_NOTICE


def test_nobody_else_decides(client, town):
    project = build.submitted(town).project

    for someone in (town.handler, town.village, town.district, town.resident):
        client.force_login(someone)
        assert client.post(url("approve_confirm", project.code)).status_code == 403
        assert client.post(url("approve_return", project.code), {"reason": "不行"}).status_code == 403
    assert Approval.objects.get().state == "submitted"


def test_one_person_holding_both_offices_still_needs_a_second(client, town):
    from civic.models import Appointment, Role
    from tests import make

    Appointment.objects.create(person=town.handler, role=Role.TOWN_APPROVER, area=make.area(make.TOWN))
    project = build.submitted(town).project
    client.force_login(town.handler)

    assert client.post(url("approve_confirm", project.code)).status_code == 403


def test_a_second_press_on_approve_is_a_conflict_that_says_so(client, town):
    project = build.submitted(town).project
    client.force_login(town.approver)
    client.post(url("approve_confirm", project.code))

    answer = client.post(url("approve_confirm", project.code))

    assert answer.status_code == 409
    assert Pool.objects.get().committed_yuan == YUAN("50000")


def test_a_return_without_a_reason_is_a_form_to_mend(client, town):
    project = build.submitted(town).project
    client.force_login(town.approver)

    assert client.post(url("approve_return", project.code), {"reason": " "}).status_code == 422
    assert client.post(url("approve_return", project.code), {"reason": "缺报价单"}).status_code == 302
    assert AuditEvent.objects.get(action="approval.return").reason == "缺报价单"


def test_a_request_that_came_back_brings_what_was_written(client, town):
    approval = build.submitted(town)
    approvals.send_back(approval, by=town.approver, reason="附图")
    client.force_login(town.handler)

    html = client.get(url("approve", approval.project.code)).content.decode()

    assert 'value="50,000"' in html
    assert 'value="镇纪要第4号"' in html


def test_the_ledger_shows_what_the_money_still_there_lost_and_won(client, town):
    build.approved(town)
    client.force_login(town.handler)

    assert '批出 <span class="amount">−<span class="money">50,000' in client.get(url("budget")).content.decode()


def test_reserve_and_recall_by_the_handler_alone(client, town):
    project = build.asking(town, "60000")
    for someone in (town.approver, town.village):
        client.force_login(someone)
        assert client.post(url("reserve", project.code), {"reason": "钱不够"}).status_code == 403
        assert client.post(url("recall", project.code)).status_code == 403

    client.force_login(town.handler)
    assert client.post(url("reserve", project.code), {"reason": ""}).status_code == 422
    assert client.post(url("reserve", project.code), {"reason": "钱不够"}).status_code == 302
    assert client.post(url("reserve", project.code), {"reason": "钱不够"}).status_code == 409
    assert client.post(url("recall", project.code)).status_code == 302
    assert Project.objects.get(pk=project.pk).state == ProjectState.FOR_APPROVAL


def test_the_district_sets_the_pool(client, town):
    data = {"round": town.round.pk, "area": "440403107000", "amount_yuan": "5000000", "reason": ""}
    client.force_login(town.handler)
    assert client.post(url("set_pool"), data).status_code == 403

    client.force_login(town.district)
    assert client.get(url("set_pool")).status_code == 200
    assert client.post(url("set_pool"), data).status_code == 302
    assert client.post(url("set_pool"), data | {"amount_yuan": "6000000"}).status_code == 422  # a change says why
    assert client.post(url("set_pool"), data | {"area": "999"}).status_code == 422
    assert Pool.objects.get(area="440403107000").amount_yuan == YUAN("5000000")


def test_a_visitor_is_asked_to_sign_in_and_nothing_exists_that_may_not_be_seen(client, town):
    project = build.asking(town)

    assert client.get(url("budget")).status_code == 302
    client.force_login(town.handler)
    assert client.get(url("approve", "WSS-0000-0000")).status_code == 404
    assert client.get(url("approve_confirm", project.code)).status_code == 404


def test_the_budget_page_costs_the_same_with_one_and_with_many(client, town, django_assert_max_num_queries):
    client.force_login(town.handler)
    build.submitted(town, "1000")
    client.get(url("budget"))
    for _ in range(3):
        build.submitted(town, "1000")
        build.asking(town, "1000")

    with django_assert_max_num_queries(35):
        client.get(url("budget"))
