"""Acceptance, ratings and what follows, door by door."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from civic.moments import today
from delivery import acts, todo
from delivery.models import Acceptance, AcceptanceItem, FollowUp, Rating, Rectification, Settlement, Signature
from delivery.services import acceptance, changes, payments, ratings, rectifying, works
from proposals.models import Project, ProjectState
from tests import make
from tests.delivery import build

pytestmark = pytest.mark.django_db
YUAN = Decimal


@pytest.fixture
def town():
    return build.town(pool="1000000")


def url(name: str, *args) -> str:
    return reverse(f"delivery:{name}", args=args)


def picture() -> SimpleUploadedFile:
    held = io.BytesIO()
    Image.new("RGB", (8, 6), "white").save(held, "JPEG")
    return SimpleUploadedFile("a.jpg", held.getvalue(), "image/jpeg")


def line(n: int = 1, **changes) -> dict:
    values = {
        "name": "坡道长度",
        "unit": "米",
        "contract_quantity": "12",
        "measured": "12.05",
        "result": "pass",
        "note": "",
    }
    return {f"{part}_{n}": value for part, value in (values | changes).items()} | {f"photo_{n}": picture()}


def test_an_acceptance_goes_from_items_over_signatures_to_its_conclusion(client, town):
    project = build.finished(town)
    client.force_login(town.handler)

    client.post(url("accept", project.code), {"held_on": today()})
    client.post(url("accept_items", project.code), line())
    early = client.post(url("accept_conclude", project.code), {})
    witnessed = {"role": "supervisor", "name": "吴监督", "agrees": "yes"}
    client.post(url("accept_witness", project.code), witnessed)
    client.force_login(town.resident)
    client.post(url("sign", project.code), {"role": "resident", "agrees": "no", "dissent": "扶手太滑"})
    client.force_login(town.village)
    client.post(url("sign", project.code), {"role": "village_office", "agrees": "yes"})
    asked = client.get(url("accept_conclude", project.code)).content.decode()
    done = client.post(url("accept_conclude", project.code), {"version": Acceptance.objects.get().version}, follow=True)

    assert early.status_code == 409
    assert "缺签字：居民代表、监督小组、村居两委" in early.content.decode()
    assert "有不同意见，会和结论一起公开" in asked
    assert "扶手太滑" in done.content.decode()
    assert Project.objects.get(pk=project.pk).state == ProjectState.COMPLETED


@pytest.mark.parametrize("state", [ProjectState.AWAITING_START, ProjectState.IN_PROGRESS])
def test_acceptance_before_delivery_is_a_conflict(client, town, state):  # row 59
    project = build.stand(build.begun(town), state)
    client.force_login(town.handler)

    assert client.post(url("accept", project.code), {"held_on": today()}).status_code == 409
    for name in ("accept_items", "accept_witness", "accept_conclude"):
        assert client.post(url(name, project.code), {}).status_code == 409
    assert Acceptance.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"measured_1": ""}, "填写实测数量"),
        ({"measured_1": "-1"}, "0"),
        ({"measured_1": "很多"}, "请填写数字"),
        ({"measured_1": "NaN"}, "请填写数字"),
        ({"measured_1": "1.001"}, "2"),
        ({"contract_quantity_1": "0"}, "合同数量要大于0"),
        ({"unit_1": ""}, "写单位"),
        ({"name_1": ""}, "写下验收什么"),
        ({"result_1": ""}, "选一个结果"),
        ({"result_1": "maybe"}, "maybe"),
        ({"photo_1": ""}, "请传一张照片"),
    ],
)
def test_an_item_is_complete_or_a_form_to_mend(client, town, changes, said):
    held = build.opened(town)
    client.force_login(town.handler)

    answer = client.post(url("accept_items", held.project.code), line() | changes)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert AcceptanceItem.objects.count() == 0


def test_items_written_over_somebody_elses_are_a_conflict_with_everything_kept(client, town):  # row 61
    held = build.filled(town)
    seen = held.version
    acceptance.sign(held, "resident", by=town.resident, agrees=True)
    client.force_login(town.handler)

    answer = client.post(url("accept_items", held.project.code), line(name="扶手高度") | {"version": seen})

    html = answer.content.decode()
    assert answer.status_code == 409
    assert "内容已被其他人更新" in html
    assert "扶手高度" in html
    assert 'name="photo_1-kept"' in html


def test_a_blank_list_is_not_offered_for_signing(client, town):
    project = build.opened(town).project
    sent = {"role": "supervisor", "agrees": "yes"}
    client.force_login(town.supervisor)

    shown, refused = client.get(url("sign", project.code)), client.post(url("sign", project.code), sent)
    client.force_login(town.handler)
    desk = client.get(url("accept", project.code)).content.decode()
    by_hand = client.post(url("accept_witness", project.code), sent | {"name": "冯秀英"})

    assert [shown.status_code, refused.status_code, by_hand.status_code] == [409, 409, 409]
    assert "逐项填完才能签字" in shown.content.decode()
    assert url("accept_witness", project.code) not in desk
    assert Signature.objects.count() == 0


def test_a_signed_list_is_set_aside_and_begins_again_with_what_was_written(client, town):
    held = build.filled(town)
    code = held.project.code
    acceptance.sign(held, "resident", by=town.resident, agrees=False, dissent="扶手太滑")
    client.force_login(town.handler)
    desk = client.get(url("accept", code)).content.decode()
    assert url("accept_items", code) not in desk
    assert url("accept_set_aside", code) in desk
    assert client.get(url("accept_items", code)).status_code == 409

    assert "1个字不再算数" in client.get(url("accept_set_aside", code)).content.decode()
    assert client.post(url("accept_set_aside", code), {"reason": ""}).status_code == 422
    stale = client.post(url("accept_set_aside", code), {"reason": "长度量错了", "version": held.version})
    assert stale.status_code == 409
    again = client.post(url("accept_set_aside", code), {"reason": "长度量错了"}, follow=True)

    html = again.content.decode()
    assert 'value="坡道长度"' in html and 'value="12.00"' in html and 'name="photo_1-kept"' in html
    token = html.split('name="photo_1-kept" value="')[1].split('"')[0]
    kept = line(measured="11.50") | {"photo_1": "", "photo_1-kept": token}
    assert client.post(url("accept_items", code), kept).status_code == 302
    assert str(Acceptance.objects.get(conclusion="").items.get().measured) == "11.50"
    assert client.get(url("accept_set_aside", code)).status_code == 409
    told = client.get(held.project.get_absolute_url()).content.decode()
    assert all(words in told for words in ("作废", "长度量错了", "扶手太滑"))


def test_only_offices_hold_an_acceptance_and_only_those_concerned_sign(client, town):
    held = build.filled(town)
    code = held.project.code

    for someone in (town.foreman, town.resident, town.social, town.approver):
        client.force_login(someone)
        for name in ("accept", "accept_items", "accept_witness", "accept_conclude", "accept_set_aside"):
            assert client.get(url(name, code)).status_code == 403
            assert client.post(url(name, code), {}).status_code == 403
    for someone, wanted in ((town.outsider, 403), (town.foreman, 403), (town.resident, 200), (town.supervisor, 200)):
        client.force_login(someone)
        assert client.get(url("sign", code)).status_code == wanted
    client.force_login(town.resident)
    assert client.post(url("sign", code), {"role": "supervisor", "agrees": "yes"}).status_code == 422
    assert client.post(url("sign", code), {"role": "resident"}).status_code == 422
    assert client.post(url("sign", code), {"role": "resident", "agrees": "no"}).status_code == 422
    assert client.post(url("sign", code), {"role": "resident", "agrees": "yes"}).status_code == 302
    assert client.post(url("sign", code), {"role": "resident", "agrees": "yes"}).status_code == 409
    assert Signature.objects.count() == 1


def test_faults_are_mended_by_the_contractor_and_looked_at_again(client, town):
    project = build.held(town, build.finished(town), build.measured("扶手高度", result="fail"))
    fix = Rectification.objects.get()

    for someone in (town.other_foreman, town.village, town.resident):
        client.force_login(someone)
        assert client.post(url("fix", fix.pk), {"reply": "改好了"}).status_code == 403
    client.force_login(town.foreman)
    assert "扶手高度" in client.get(url("site", project.code)).content.decode()
    assert client.post(url("fix", fix.pk), {"reply": ""}).status_code == 422
    assert client.post(url("fix", fix.pk), {"reply": "扶手加高", "photo": picture()}).status_code == 302
    assert client.post(url("fix", fix.pk), {"reply": "再加高"}).status_code == 409
    assert Project.objects.get(pk=project.pk).state == ProjectState.FOR_ACCEPTANCE


def test_a_settlement_is_typed_by_the_handler_from_a_fresh_page(client, town):
    project = build.completed(town)
    sheet = {"sheet": SimpleUploadedFile("结算.pdf", b"%PDF-1.4 s", "application/pdf")}
    client.force_login(town.village)
    assert client.post(url("settle", project.code), {}).status_code == 403
    client.force_login(town.handler)

    refused = {
        amount: client.post(url("settle", project.code), {"settled_yuan": amount, "note": ""}).status_code
        for amount in ("-1", "48000.01", "47000", "NaN", "")
    }
    stale = client.post(url("settle", project.code), {"settled_yuan": "48000", "version": 7} | sheet)
    token = stale.content.decode().split('name="sheet-kept" value="')[1].split('"')[0]
    done = client.post(url("settle", project.code), {"settled_yuan": "48000", "sheet-kept": token})

    assert set(refused.values()) == {422}
    assert stale.status_code == 409
    assert done.status_code == 302
    assert Settlement.objects.get().surplus_yuan == YUAN("2000")


def test_nothing_is_preselected_and_one_says_it_once(client, town):
    project = build.completed(town)
    client.force_login(town.resident)

    page = client.get(url("rate", project.code)).content.decode()
    empty = client.post(url("rate", project.code), {})
    wrong = client.post(url("rate", project.code), {"score": "6"})
    done = client.post(
        url("rate", project.code), {"score": "4", "reasons": ["质量", "好用"], "words": "好走"}, follow=True
    )
    client.post(url("rate", project.code), {"score": "5"})

    assert " checked" not in page
    assert (empty.status_code, wrong.status_code) == (422, 422)
    assert "谢谢。您的评价会公开，名字显示为陈**。" in done.content.decode()
    assert "您评了“满意”" in done.content.decode()
    assert list(Rating.objects.values_list("score", flat=True)) == [5]


def test_ratings_open_with_acceptance_and_not_for_those_who_built(client, town):
    early, done = build.finished(town), build.completed(town)
    client.force_login(town.resident)
    assert "验收后就能评" in client.get(url("rate", early.code)).content.decode()
    assert client.post(url("rate", early.code), {"score": "5"}).status_code == 409
    for someone in (town.foreman, town.village, town.handler, town.approver):
        client.force_login(someone)
        assert client.get(url("rate", done.code)).status_code == 403
        assert client.post(url("rate", done.code), {"score": "5"}).status_code == 403


def test_a_complaint_is_answered_and_the_resident_asked_again(client, town):
    project = build.completed(town)
    client.force_login(town.resident)
    client.post(url("rate", project.code), {"score": "1", "words": "扶手松了"})
    fix = Rectification.objects.get()
    assert "正在整改" in client.get(url("rate", project.code)).content.decode()
    assert client.post(url("fix", fix.pk), {"reply": "自己答"}).status_code == 403
    assert client.post(url("rate_solved", project.code), {"solved": "yes"}).status_code == 409
    client.force_login(town.village)
    client.post(url("fix", fix.pk), {"reply": "已换膨胀螺栓"})

    client.force_login(town.outsider)
    assert client.post(url("rate_solved", project.code), {"solved": "yes"}).status_code == 409
    client.force_login(town.resident)
    assert "已换膨胀螺栓" in client.get(url("rate", project.code)).content.decode()
    assert client.post(url("rate_solved", project.code), {}).status_code == 422
    assert client.post(url("rate_solved", project.code), {"solved": "no"}).status_code == 302
    assert Rectification.objects.filter(done_on=None).count() == 1


def test_a_look_back_is_done_by_those_near(client, town):
    visit = FollowUp.objects.filter(project=build.completed(town)).first()
    client.force_login(town.social)
    assert client.get(url("follow_up", visit.pk)).status_code == 409
    assert url("follow_up", visit.pk) not in client.get(url("work", visit.project.code)).content.decode()
    FollowUp.objects.filter(pk=visit.pk).update(due_on=today())
    assert url("follow_up", visit.pk) in client.get(url("work", visit.project.code)).content.decode()
    client.force_login(town.foreman)
    assert client.post(url("follow_up", visit.pk), {"note": "完好"}).status_code == 403
    client.force_login(town.social)
    assert client.get(url("follow_up", visit.pk)).status_code == 200
    assert client.post(url("follow_up", visit.pk), {"note": ""}).status_code == 422
    assert client.post(url("follow_up", visit.pk), {"note": "完好"}).status_code == 302
    assert client.post(url("follow_up", visit.pk), {"note": "完好"}).status_code == 409


def test_no_page_shows_a_residents_whole_name(client, town):
    held = build.filled(town, build.finished(town, proposer=town.resident))
    acceptance.sign(held, "resident", by=town.resident, agrees=True)
    acceptance.sign(held, "resident", by=town.handler, name="冯秀英", agrees=True)
    acceptance.sign(held, "supervisor", by=town.supervisor, agrees=True)
    client.force_login(town.handler)

    html = client.get(url("accept", held.project.code)).content.decode()

    assert "陈**" in html
    assert "吴*<" in html  # an officer's name, as everywhere
    assert "冯**" in html
    assert not {"陈居民", "冯秀英"} & {name for name in ("陈居民", "冯秀英") if name in html}


def test_what_a_person_may_do_now_stands_on_the_projects_page(town, django_assert_max_num_queries):
    waiting = build.submitted(town).project
    held = build.filled(town)
    done = build.completed(town)
    offered = {
        who: [
            act.label
            for project in (waiting, held.project, done)
            for act in acts.for_project(getattr(town, who), project)
        ]
        for who in ("handler", "approver", "village", "resident", "foreman", "supervisor", "outsider")
    }

    assert offered == {
        "handler": ["审批经办", "组织验收", "管实施", "验收签字", "结算、归档"],
        "approver": ["审批"],
        "village": ["组织验收", "管实施", "验收签字", "结算、归档"],
        "resident": ["验收签字", "我来评价"],
        "foreman": ["现场"],
        "supervisor": ["验收签字", "我来评价"],
        "outsider": ["我来评价"],
    }
    for someone in (town.resident, town.foreman, town.handler):
        for project in (waiting, held.project, done):
            with django_assert_max_num_queries(3):
                acts.for_project(someone, project)


def test_the_desk_counts_what_waits_for_this_person(town, django_assert_max_num_queries):
    build.submitted(town)
    running, waiting = build.begun(town), build.contracted(town)
    payments.request(running, by=town.foreman, amount_yuan=YUAN("1000"))
    Project.objects.filter(pk=waiting.pk).update(due_on=today() - timedelta(days=1))
    for someone in (town.handler, town.approver, town.village, town.foreman):
        assert someone.live_appointments

    with django_assert_max_num_queries(3):
        handler = todo.waiting_for(town.handler)
    assert [(t.label, t.count, t.overdue) for t in handler] == [("预算审批", 0, 0), ("实施看板", 2, 1)]
    assert [(t.label, t.count) for t in todo.waiting_for(town.approver)] == [("预算审批", 1), ("实施看板", 0)]
    assert [(t.label, t.count) for t in todo.waiting_for(town.village)] == [("实施看板", 1)]
    assert [(t.label, t.count) for t in todo.waiting_for(town.foreman)] == [("我的工地", 2)]
    assert todo.waiting_for(town.resident) == []


def test_the_board_names_what_waits_for_whom(client, town):
    project = build.begun(town)
    claim = payments.request(project, by=town.foreman, amount_yuan=YUAN("1000"))
    works.report_trouble(project, by=town.foreman, note="挖到旧水管")
    photo = build.photo(town.foreman)
    changes.report(project, by=town.foreman, reason="扶手改不锈钢", delta_yuan=YUAN("1200"), photo=photo)
    ratings.rate(build.completed(town), by=town.resident, score=1, words="玻璃松了")

    def board(someone) -> str:
        client.force_login(someone)
        return client.get(url("board")).content.decode().split('data-test="board"')[0]

    assert all(word in board(town.handler) for word in ("审核请款1,000元", "挖到旧水管", "玻璃松了"))
    assert "扶手改不锈钢" not in board(town.handler)
    assert "扶手改不锈钢" in board(town.village)
    assert "1,000元" not in board(town.village) + board(town.approver)
    payments.review(claim, by=town.handler)
    assert "付款1,000元" in board(town.approver)


def test_a_supervisor_reads_on_the_desk_where_a_signature_is_missing(client, town):
    project = build.opened(town).project
    assert [t.count for t in todo.waiting_for(town.supervisor)] == [0]  # the list is still to be filled in
    acceptance.set_items(project.acceptances.get(), [build.measured()], by=town.handler)

    assert [tuple(t)[:4] for t in todo.waiting_for(town.supervisor)] == [("验收签字", 1, url("sign", project.code), 0)]
    build.held(town, build.finished(town))
    assert todo.waiting_for(town.supervisor)[0].count == 1


def test_a_rating_of_a_fix_under_way_is_kept_beside_it(client, town):
    project = build.completed(town)
    ratings.rate(project, by=town.resident, score=1, words="扶手松了")
    rectifying.answer(Rectification.objects.get(), by=town.village, reply="已加固")
    client.force_login(town.handler)

    html = client.get(url("work", project.code)).content.decode()

    assert "扶手松了" in html
    assert "已加固" in html


def test_five_ratings_show_an_average(client, town):
    project = build.completed(town)
    for n in range(5):
        ratings.rate(project, by=make.person(f"邻居{n}"), score=5)
    client.force_login(town.resident)

    assert "评价5份，平均5.0分" in client.get(url("rate", project.code)).content.decode()
