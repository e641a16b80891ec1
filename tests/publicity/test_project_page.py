"""The project page: every state in its words, the whole record in order, a fixed number of queries."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from civic.audit import record
from civic.calendar import overrides
from civic.models import Attachment, Role
from civic.moments import now, today
from delivery.services import ratings
from proposals.models import Merge, MergeState, Programme, Seconding
from proposals.models import ProjectState as S
from proposals.services import intake, moves, pauses
from publicity import steps
from publicity.models import Objection
from publicity.services import objections
from tests import make
from tests.delivery.build import begun, completed, photo, town
from tests.publicity import build

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


def shown(client, project, query=""):
    answer = client.get(project.get_absolute_url() + query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("state", [s for s in S if s != S.DRAFT])
def test_every_state_has_its_page_and_its_words(client, state):
    project = make.project(state=state)

    html = shown(client, project)

    assert 'data-test="stepbar"' in html
    assert str(S(state).label) in html
    assert html.count("<h1") == 1
    assert 'data-test="now"' in html
    assert 'data-test="ladder"' in html


def test_the_five_answers_are_there(client):
    make.officer(Role.TOWN_HANDLER, make.TOWN, organisation=make.organisation("镇建设办"), name="周测试")
    project = make.project(state=S.FOR_APPROVAL, reviewed_yuan=Decimal("52800.00"))

    html = shown(client, project)

    assert "第4步，共6步：审批公示" in html
    assert "镇建设办 镇街经办 周*" in strip_tags(html)
    assert "还剩5个工作日" in html
    assert "部门核定" in html
    assert "52,800元" in html
    assert "公示，听大家意见，预计" in html


def test_used_and_left_days_add_up_to_the_limit(client):
    project = make.project(state=S.IN_REVIEW, limit_workdays=9)

    story = client.get(project.get_absolute_url()).context

    assert story["now"].used + story["now"].chip.days == story["now"].limit == 9


def test_an_overdue_step_says_by_how_much(client):
    project = make.project(state=S.IN_REVIEW, due_on=today() - timedelta(days=14), limit_workdays=5)

    html = shown(client, project)

    assert re.search("已超期(9|10)个工作日", html)


def test_a_round_that_deliberates_first_shows_so(client):
    route = ["screening", "assembly", "review", "approval", "notice"]
    project = make.project(state=S.FOR_ASSEMBLY, round=make.round_(route=route))

    html = shown(client, project)

    assert "第2步，共6步：议事投票" in html
    assert "部门预审，预计" in html


def test_a_short_round_says_what_it_leaves_out(client):
    short = make.round_(route=["approval", "notice"], programme=Programme.SELF_CHOSEN)

    assert "（这一轮不设预审、议事投票）" in shown(client, make.project(state=S.FOR_APPROVAL, round=short))


def test_a_refused_project_says_why_by_which_rule_who_when_and_how_to_object(client):
    worker = make.officer(
        Role.SOCIAL_WORKER, name="林测试", organisation=make.organisation("斗门社工站", at=make.VILLAGE)
    )
    project = moves.decline(
        make.project(), by=worker, reason="属于物业管理范围", rule="办法第8条", roles=(Role.SOCIAL_WORKER,)
    )

    html = shown(client, project)

    assert "没有采纳：属于物业管理范围（办法第8条）。" in html
    assert "斗门社工站 驻村社工 林*" in strip_tags(html)
    assert f"{today().month}月{today().day}日说明" in html
    assert "前提异议" in html
    assert f"/p/{project.code}/object/" in html


def test_a_merged_project_lives_on_and_leads_to_the_other(client):
    kept, gone = make.project(), make.project()
    worker = make.officer(Role.SOCIAL_WORKER)
    Merge.objects.create(source=gone, target=kept, state=MergeState.DONE, reason="同一件事", proposed_by=worker)
    moves.merge(gone, by=worker, reason="同一件事")

    html = shown(client, gone)

    assert f"已并入{kept.code}" in html
    assert "位附议人的附议" not in html
    assert f'href="{kept.get_absolute_url()}"' in html
    assert gone.title in shown(client, kept)


def test_a_paused_project_says_why_and_stands_where_it_stood(client):
    project = moves.pause(make.project(state=S.IN_PROGRESS), by="test", reason="等管线迁改，4月1日前再更新")

    html = shown(client, project)

    assert "暂停：等管线迁改，4月1日前再更新。" in html
    assert "第5步，共6步：实施" in html
    assert "暂停不计" in html


def test_a_paused_project_says_who_stopped_it_and_when_more_is_said(client):
    handler = make.officer(Role.TOWN_HANDLER, make.TOWN)
    project, on = make.project(state=S.IN_PROGRESS), today() + timedelta(days=9)
    pauses.pause(project, by=handler, reason="等管线迁改", next_on=on)

    html = shown(client, project)

    assert re.search(rf"暂停：等管线迁改。原因由[^。]+于{today().month}月{today().day}日说明。", html)
    assert f"{on.month}月{on.day}日前再更新。" in html


def test_what_another_unit_answered_is_the_first_thing_read(client):
    worker = make.officer(Role.SOCIAL_WORKER)
    project = intake.transfer(make.project(), by=worker, to="区供电局", reason="高压线归供电局管")
    waiting = shown(client, project)
    intake.reply(project, by=worker, text="已加装绝缘护套。")

    html = shown(client, project)

    assert "等接办单位答复" in waiting
    assert "区供电局已经答复：已加装绝缘护套。" in html
    assert "等接办单位答复" not in html


def test_a_terminated_project_can_be_objected_to_as_its_record_says(client):
    place = town()
    paused = pauses.pause(begun(place), by=place.handler, reason="地块另有规划", next_on=today() + timedelta(days=9))
    project = pauses.terminate(paused, by=place.handler, reason="地块另有规划", rule="办法第21条")

    html = shown(client, project)

    assert "不同意可在" in html
    assert f"/p/{project.code}/object/" in html
    assert "照片还没上传" not in html


def test_money_is_said_once(client):
    project = make.project(state=S.FOR_APPROVAL)
    record("test.approve", by="test", on=project, sentence="批准50,000元", money_delta_yuan=Decimal(50000))
    record("test.pay", by="test", on=project, sentence="付第1笔款", money_delta_yuan=Decimal(20000))

    html = shown(client, project)

    assert '批准<span class="money">50,000元</span></p>' in html
    assert '付第1笔款 <span class="amount">+<span class="money">20,000元</span></span>' in html


def test_a_terminated_project_explains_itself(client):
    project = moves.terminate(make.project(state=S.IN_PROGRESS), by="test", reason="原址被征收", rule="办法第20条")

    assert "终止：原址被征收（办法第20条）。没用的钱退回资金池。" in shown(client, project)


def test_events_come_newest_first_each_with_its_place_to_link_to(client):
    project, worker = make.project(), make.officer(Role.SOCIAL_WORKER)
    build.events(project, 6, by=worker)

    html = shown(client, project)

    told = [int(n) for n in re.findall(r"第(\d+)条进展", html)]
    assert told == [6, 5, 4, 3, 2, 1]
    assert len(re.findall(r'<li class="event[^"]*" id="e\d+"', html)) == 6


def test_a_late_entry_sorts_by_when_it_happened_and_says_so(client):
    project, worker = make.project(), make.officer(Role.SOCIAL_WORKER)
    build.events(project, 2, by=worker)
    day = (now() - timedelta(days=3)).date()
    with transaction.atomic():
        record("x", by=worker, on=project, sentence="补记现场勘查", happened_at=day)

    html = shown(client, project)

    assert html.index("第1条进展") < html.index("补记现场勘查")
    assert f"{today().month}月{today().day}日补录" in html
    assert f"{day.month}月{day.day}日</time>" in html
    assert "12:00" not in html


def test_daily_updates_fold(client):
    project, worker = make.project(), make.officer(Role.SOCIAL_WORKER)
    build.events(project, 4, by=worker, kind="daily")

    assert "另有4条日常更新" in shown(client, project)


def test_the_record_is_filtered_by_links(client):
    project, worker = make.project(), make.officer(Role.SOCIAL_WORKER)
    build.events(project, 1, by=worker)
    with transaction.atomic():
        record(
            "x",
            by=worker,
            on=project,
            sentence="{who}：第1批付款10,000元",
            kind="money",
            money_delta_yuan=Decimal(10000),
        )

    html = shown(client, project, "?log=money")

    assert '<span class="nowrap">李**</span>：第1批付款<span class="money">10,000元</span>' in html
    assert "第1条进展" not in html
    assert shown(client, project, "?log=nonsense").count("第1条进展") == 1


def test_what_is_internal_stays_inside(client):
    project = make.project()
    with transaction.atomic():
        record("x", by="test", on=project, sentence="内部备注", is_public=False)

    assert "内部备注" not in shown(client, project)


def test_braces_in_words_are_only_words(client):
    project = make.project()
    with transaction.atomic():
        record("x", by="test", on=project, sentence="{0.__class__} {user} {{7*7}} <script>alert(1)</script>")

    html = shown(client, project)

    assert "{0.__class__} {user} {{7*7}}" in html
    assert "<script>alert" not in html


@pytest.mark.parametrize("state", [S.FILED, S.IN_REVIEW, S.FOR_ASSEMBLY, S.OBJECTED, S.IN_PROGRESS, S.COMPLETED])
@pytest.mark.parametrize("count", [10, 300])
def test_the_page_takes_a_fixed_number_of_queries(client, state, count):
    project, worker = make.project(state=state), make.officer(Role.SOCIAL_WORKER)
    build.events(project, count, by=worker)
    overrides()

    with CaptureQueriesContext(
        connection,
    ) as queries:
        shown(client, project)

    assert len(queries) <= MOST_QUERIES, [q["sql"][:120] for q in queries]


def test_objections_add_no_queries_each(client):
    project = moves.advance(make.project(state=S.FOR_APPROVAL), by="test")
    overrides()
    for n in range(3):
        objections.file(project, by=make.person(), what=f"第{n}条意见", why="理由")

    with CaptureQueriesContext(connection) as queries:
        html = shown(client, project)

    assert "第2条意见" in html
    assert len(queries) <= MOST_QUERIES, [q["sql"][:120] for q in queries]


def test_a_whole_life_with_objections_takes_no_more_queries(client):
    place = town()
    project = completed(place)
    objection = objections_to(project, 2)
    for neighbour in (place.resident, place.outsider):
        ratings.rate(project, by=neighbour, score=4, words="坡道好走")
    build.events(project, 300, by=place.social)
    overrides()

    with CaptureQueriesContext(connection) as queries:
        html = shown(client, project, "?all=1")

    assert len(queries) <= MOST_QUERIES, [q["sql"][:120] for q in queries]
    for words in (
        "结算金额",
        "坡道长度",
        '居民代表 <span class="nowrap">陈**</span>',
        "评价",
        "看大家怎么说",
        objection.what,
        "现场照片",
        "合同价",
    ):
        assert words in html, words


def objections_to(project, count):
    """Objections as an earlier notice left them, one with a photo."""
    for n in range(count):
        objection = Objection.objects.create(
            project=project,
            number=f"YY-2026-{n:04d}",
            objector=make.person(),
            what=f"第{n}条意见",
            why="理由",
            due_on=today(),
            limit_workdays=5,
        )
    objection.photos.add(photo())
    Attachment.objects.update(is_public=True)
    return objection


def test_what_the_works_cost_is_what_was_agreed_and_not_what_is_paid(client):
    place = town()

    html = shown(client, begun(place))

    assert "合同价" in html
    assert "48,000元" in html


def test_somebody_who_seconded_two_that_were_merged_counts_once(client):
    kept, gone, further, worker = make.project(), make.project(), make.project(), make.officer(Role.SOCIAL_WORKER)
    round_ = kept.round
    for project in (gone, further):
        type(project).objects.filter(pk=project.pk).update(round=round_)
    both, one = make.person(), make.person()
    Seconding.objects.bulk_create(
        Seconding(project=project, person=person) for project, person in ((kept, both), (gone, both), (further, one))
    )
    for source, target in ((further, gone), (gone, kept)):
        Merge.objects.create(
            source_id=source.pk, target_id=target.pk, state=MergeState.DONE, reason="同一件事", proposed_by=worker
        )

    html = shown(client, kept)

    assert "2人附议" in html
    assert gone.code in html
    assert further.code not in html


def test_three_hundred_events_show_a_hundred_and_a_link_to_all(client):
    project, worker = make.project(), make.officer(Role.SOCIAL_WORKER)
    build.events(project, 300, by=worker)

    html = shown(client, project)
    everything = shown(client, project, "?all=1")

    assert html.count("条进展") == 100
    assert "看全部记录" in html
    assert everything.count("条进展") == 300


def test_what_is_still_to_come_stands_above_with_its_days(client):
    html = shown(client, make.project(state=S.FOR_APPROVAL))

    assert "接下来还有5件事" in html
    assert html.index("验收合格，请大家评价") < html.index("签合同、准备开工")


def test_an_unknown_code_is_not_found_and_a_draft_has_no_page(client):
    make.project(state=S.DRAFT)

    assert client.get("/p/WSS-2000-0001/").status_code == 404
    assert client.get("/p/None/").status_code == 404


def test_the_code_on_the_wall_leads_to_the_page_however_it_is_typed(client):
    project = make.project()

    assert client.get(f"/q/{project.code.lower()}/")["Location"] == project.get_absolute_url()


def test_the_sheet_prints_all_without_navigation(client):
    project, worker = make.project(), make.officer(Role.SOCIAL_WORKER)
    build.events(project, 120, by=worker)

    html = client.get(f"/p/{project.code}/print/").content.decode()

    assert html.count("条进展") == 120
    assert 'class="tabs"' not in html
    assert "盖章" in html


def test_the_sheet_carries_a_code_that_leads_to_the_page(client, monkeypatch):
    project, asked = make.project(), []
    monkeypatch.setattr("civic.qr.svg", lambda address: asked.append(address) or b"<svg/>")

    html = client.get(f"/p/{project.code}/print/").content.decode()

    assert asked == [f"http://testserver/q/{project.code}/"]
    assert 'src="data:image/svg+xml;base64,PHN2Zy8+"' in html


def test_the_feed_tells_the_same_events(client):
    project, worker = make.project(), make.officer(Role.SOCIAL_WORKER, name="林测试")
    build.events(project, 3, by=worker, role=Role.SOCIAL_WORKER, unit="测试甲村", post="驻村社工")

    feed = client.get(f"/p/{project.code}/feed.json").json()

    assert [item["title"] for item in feed["items"]] == ["第3条进展", "第2条进展", "第1条进展"]
    assert feed["items"][0]["authors"] == [{"name": "测试甲村 驻村社工 林*"}]


def test_an_officer_finds_what_to_do_here(client):
    project = moves.advance(make.project(state=S.FOR_APPROVAL), by="test")
    client.force_login(make.officer(Role.TOWN_HANDLER, make.TOWN))

    html = shown(client, project)

    assert "替居民登记异议" in html
    assert "延长公示" in html


def test_every_state_beside_the_path_knows_the_event_that_put_it_there():
    from publicity.queries.story import MOVED_BY

    assert set(MOVED_BY) >= (steps.STOPPED | {S.PAUSED, S.RETURNED, S.RESERVE})
