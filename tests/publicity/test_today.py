"""今天: a worker's first page: whom to call, what is due, today's and tomorrow's meetings, what came since yesterday."""

from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import make_aware

from civic.calendar import add_workdays
from civic.models import Role
from civic.moments import now, today
from proposals.models import Draft, Project
from proposals.services import merging
from publicity.models import CallTask
from tests import make
from tests.publicity.told import told
from voting.models import Assembly, Meeting
from wishes.models import Demand

pytestmark = pytest.mark.django_db
NONE = "今天没有电话要打，没有到期的，没有会，也没有新来的。"


@pytest.fixture
def worker():
    make.areas()
    return make.officer(Role.SOCIAL_WORKER)


@pytest.fixture
def desk(client, worker):
    client.force_login(worker)
    return client


def shown(client):
    html = client.get("/desk/").content.decode()
    return html[html.index('data-test="today"') : html.index("<h2>全部待办</h2>")]


def late_project(title, day):
    project = make.project(title=title)
    Project.objects.filter(pk=project.pk).update(due_on=day, state_since=now() - timedelta(days=9))
    return project


def meeting(starts_at, place="村委会二楼", at=make.VILLAGE):
    assembly, _made = Assembly.objects.get_or_create(area=make.area(at))
    chair = make.person()
    return Meeting.objects.create(
        assembly=assembly, round=make.round_(), place=place, starts_at=starts_at, notice_at=starts_at - timedelta(days=9), chair=chair, recorder=chair,
        vote_form="open", pass_base="present", quorum_share_text="2/3", pass_share_text="1/2", rule_book="办法",
    )  # fmt: skip


def at_hour(day, hour):
    return make_aware(datetime.combine(day, time(hour)))


def test_an_empty_day_says_so(desk):
    assert NONE in shown(desk)


def test_what_is_due_today_or_late_leads_straight_to_its_act(desk):
    due, late = late_project("今天到期的", today()), late_project("早该办的", today() - timedelta(days=6))
    late_project("还早的", add_workdays(today(), 4))

    html = shown(desk)

    assert "今天到期和已超期（2）" in html
    for project in (due, late):
        assert f'href="/desk/intake/{project.code}/"' in html
    assert html.index("早该办的") < html.index("今天到期的")
    assert "还早的" not in html


def test_what_came_since_yesterday_is_new_and_what_is_due_stands_once(desk):
    new, old = make.project(title="昨天提的"), make.project(title="上周提的")
    Project.objects.filter(pk=new.pk).update(state_since=now() - timedelta(hours=20))
    Project.objects.filter(pk=old.pk).update(state_since=now() - timedelta(days=3))
    both = make.project(title="刚提就到期")
    Project.objects.filter(pk=both.pk).update(due_on=today())
    Demand.objects.create(
        area_id=make.VILLAGE, what="路灯不亮", place_text="桥头", number="MS-1", reporter=make.person(), limit_days=7,
        due_on=today() + timedelta(days=7), first_due_on=today() + timedelta(days=7),
    )  # fmt: skip

    html = shown(desk)

    fresh = html[html.index("从昨天起新来的") :]
    assert "昨天提的" in fresh and "路灯不亮" in fresh
    assert "上周提的" not in html
    assert html.count("刚提就到期") == 1 and "刚提就到期" not in fresh


def test_what_has_no_day_is_new_as_well(desk):
    its_round = make.round_()
    two = [make.project(round=its_round) for _n in range(2)]
    Project.objects.update(state_since=now() - timedelta(days=3))
    merging.propose(two[0], target=two[1], by=make.officer(Role.VILLAGE_OFFICE), reason="同一处")

    assert f"确认合并：{two[0].title}" in shown(desk)


def test_whom_to_call_comes_first(desk, worker):
    its_round = make.round_()
    source = make.project(round=its_round, proposer=make.person("陈测试", phone=None))
    merging.propose(source, target=make.project(round=its_round), by=worker, reason="同一处")
    told(source, "project.merge_proposed")

    html = shown(desk)

    assert CallTask.objects.count() == 1
    assert "要打的电话（1）" in html and 'href="/desk/calls/"' in html
    assert "陈**" in html and "陈测试" not in html


def test_meetings_of_today_and_tomorrow_with_their_hour(desk):
    held = [meeting(at_hour(today() + timedelta(days=n), 15), place=f"会议室{n}") for n in (0, 1, 2, -1)]
    elsewhere = meeting(at_hour(today(), 15), place="别村的", at=make.OTHER_VILLAGE)

    html = shown(desk)

    soon = html[html.index("今明两天的会") :].partition("</section>")[0]
    assert [f'href="/meetings/{m.pk}/"' in soon for m in (*held, elsewhere)] == [True, True, False, False, False]
    assert "会议室0" in soon and "15:00" in soon
    assert [html.count(f'href="/meetings/{m.pk}/') for m in held] == [1, 1, 0, 1]  # each once; one was not held
    assert (
        f'href="/meetings/{held[3].pk}/run/"' in html[html.index("今天到期和已超期（1）") :].partition("</section>")[0]
    )


def test_what_one_began_to_write_is_found_again(desk, worker):
    mine = Draft.objects.create(owner=worker, data={"title": "替陈阿婆写的"})
    Draft.objects.create(owner=make.person(), data={"title": "别人的"})

    html = shown(desk)

    assert f"draft={mine.token}" in html and "替陈阿婆写的" in html
    assert "别人的" not in html


def test_many_take_the_statements_of_one_and_the_rest_is_named(desk):
    late_project("一件", today())
    make.project(title="新的")
    desk.get("/desk/")

    def taken():
        with CaptureQueriesContext(connection) as statements:
            desk.get("/desk/")
        return len(statements)

    one = taken()
    for number in range(8):
        late_project(f"又一件{number}", today())
        make.project(title=f"又新来{number}")

    assert taken() == one
    html = shown(desk)
    assert "今天到期和已超期（9）" in html and html[html.index("从昨天起新来的") :].count("<li>") == 5
    assert html.count("还有，在下面的全部待办里。") == 2


@pytest.mark.parametrize("asked", ["?tab=over", "?q=坡道", "?page=2"])
def test_a_list_that_was_asked_for_stands_alone(desk, asked):
    assert 'data-test="today"' not in desk.get(f"/desk/{asked}").content.decode()


def test_other_desks_have_their_queue_alone(client):
    client.force_login(make.officer(Role.TOWN_HANDLER, make.TOWN))

    assert 'data-test="today"' not in client.get("/desk/").content.decode()
