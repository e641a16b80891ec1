"""The board's pages: three lists in the order of what was promised, one page for life, one minute to report."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civic.models import Role
from civic.moments import at, now, today
from proposals.models import AssistedHow
from tests import make
from tests.village import photo
from tests.wishes import build
from tests.wishes.build import in_days
from wishes.models import Demand, DemandState, Horizon
from wishes.services import answering, handling, reporting

pytestmark = pytest.mark.django_db
S = DemandState


@pytest.fixture
def officer():
    return build.office("黄金丝雀")


@pytest.fixture
def reporter():
    return make.person("王金丝雀")


def html(client, path):
    return client.get(path).content.decode()


def report(client, **more):
    sent = {"what": build.WHAT, "area": make.VILLAGE, "place_text": build.PLACE, "key": str(uuid4())} | more
    return client.post("/board/new/", sent)


def test_an_empty_board_says_so_and_offers_to_report(client):
    make.areas()

    assert "黑板上还没有事" in html(client, "/board/")


def test_three_headed_lists_stand_in_the_order_of_what_was_promised(client, officer):
    for days, what in ((6, "后来的一件事"), (2, "最急的一件事")):
        demand = build.reported(what=what)
        handling.take_in(demand, by=officer, horizon="now", due_on=in_days(days))
    build.doing(horizon=Horizon.LONG, days=60, officer=officer)

    page = html(client, "/board/")

    assert [head.strip() for head in re.findall(r'<h2 id="column-\w+">(.*?)<', page)] == ["马上办", "限期办", "长期办"]
    assert page.index("最急的一件事") < page.index("后来的一件事")
    assert "前说下一步" in page
    assert "这一栏现在没有" in page


def test_a_line_says_what_where_who_until_when_and_how_it_stands(client, officer):
    demand = build.doing(officer=officer)

    page = html(client, "/board/")

    day = demand.due_on
    for words in (
        build.WHAT,
        build.PLACE,
        "黄*",
        f"答应{day.month}月{day.day}日前",
        "在办",
    ):
        assert words in page


def test_the_board_is_filtered_by_place_and_state_and_the_address_says_so(client, officer):
    build.doing(officer=officer)
    build.reported(what="乙村的一件小事", area=make.area(make.OTHER_VILLAGE))

    assert "乙村的一件小事" in html(client, f"/board/?area={make.OTHER_VILLAGE}")
    assert build.WHAT not in html(client, f"/board/?area={make.OTHER_VILLAGE}")
    assert "乙村的一件小事" not in html(client, "/board/?state=doing")
    assert "没有符合的" in html(client, "/board/?state=solved")


def test_what_is_done_but_not_confirmed_is_told_apart_from_what_is_solved(client, officer, reporter):
    demand = build.done(reporter, officer=officer)
    page = html(client, "/board/")
    assert "已解决0件" in page
    assert "等确认1件" in page

    answering.confirm(demand, by=reporter)

    with at(now() + timedelta(minutes=5)):
        page = client.get("/board/?area=").content.decode()
    assert "已解决1件" in page
    assert "等确认0件" in page


def test_the_board_asks_the_same_for_one_line_as_for_thirty(client, officer):
    def asked():
        counts = []
        for path in ("/board/", "/board/?page=2", "/board/print/"):
            with CaptureQueriesContext(connection) as taken:
                assert client.get(path).status_code == 200
            counts.append(len(taken))
        return counts

    build.doing(officer=officer)
    few = asked()
    for number in range(30):
        demand = build.reported(make.person(), what=f"第{number}盏路灯不亮了", photos=(build.picture(officer),))
        handling.take_in(demand, by=officer, horizon=Horizon.values[number % 3], due_on=in_days(3))

    from django.core.cache import cache

    cache.clear()
    many = asked()
    assert [now - before <= 2 for now, before in zip(many, few, strict=True)] == [True] * 3  # photos; further rows
    assert max(many) <= 10


def test_the_page_of_a_matter_asks_little(client, officer):
    demand = build.done(officer=officer)

    with CaptureQueriesContext(connection) as taken:
        client.get(demand.get_absolute_url())

    assert len(taken) <= 4


def test_lists_turn_their_pages_together_and_a_page_past_the_end_is_the_last(client, officer):
    for number in range(21):
        demand = build.reported(make.person(), what=f"第{number}盏路灯不亮了")
        handling.take_in(demand, by=officer, horizon="now", due_on=in_days(3))
    build.doing(horizon=Horizon.LONG, days=9, officer=officer)

    assert "第2页，共2页" in html(client, "/board/?page=2")
    assert "前面几页已经列完" in html(client, "/board/?page=2")
    assert "第2页，共2页" in html(client, "/board/?page=99")
    assert "第1页，共2页" in html(client, "/board/?page=x")


def test_reporting_asks_to_sign_in_and_brings_back_what_was_typed(client, reporter):
    make.areas()

    answer = report(client)

    assert answer["Location"].startswith("/login/?next=/board/new/")
    client.force_login(reporter)
    from urllib.parse import parse_qs, urlsplit

    back = parse_qs(urlsplit(answer["Location"]).query)["next"][0]
    page = html(client, back)
    assert f'value="{build.WHAT}"' in page
    assert f'value="{build.PLACE}"' in page
    assert "您写的字还在" in page


def test_a_report_ends_in_a_receipt_and_a_double_tap_makes_one(client, reporter):
    make.areas()
    client.force_login(reporter)
    key = str(uuid4())

    first, again = report(client, key=key), report(client, key=key)

    demand = Demand.objects.get()
    assert first["Location"] == again["Location"] == f"/board/{demand.number}/done/"
    assert "已登记" in html(client, first["Location"])
    client.force_login(make.person())
    assert client.get(first["Location"]).status_code == 404


def test_a_photo_goes_along_and_is_shown_to_everybody(client, reporter):
    make.areas()
    client.force_login(reporter)
    from django.core.files.uploadedfile import SimpleUploadedFile

    given = photo()
    upload = SimpleUploadedFile(given["name"], given["buffer"], given["mimeType"])

    assert report(client, photos=upload).status_code == 302

    client.logout()
    demand = Demand.objects.get()
    token = demand.photos.get().token
    assert f"/files/{token}/" in html(client, demand.get_absolute_url())
    assert client.get(f"/files/{token}/").status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("what", "灯", "至少5个字"),
        ("what", "找我 13800138000 就行", "请去掉手机号"),
        ("what", "路" * 41, "最多40个字"),
        ("area", "", "请选村居"),
        ("area", make.TOWN, "村居"),
        ("place_text", "", "写旁边有什么"),
    ],
)
def test_a_report_to_mend_says_what_and_loses_nothing(client, reporter, field, value, said):
    make.areas()
    client.force_login(reporter)

    answer = report(client, **{field: value})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert (build.PLACE if field != "place_text" else build.WHAT) in page
    assert not Demand.objects.exists()


def test_the_fourth_report_of_a_day_is_told_to_wait(client, reporter):
    make.areas()
    client.force_login(reporter)
    for _n in range(3):
        report(client)

    assert report(client).status_code == 429
    assert Demand.objects.count() == 3


def test_a_worker_enters_for_a_resident_of_their_village_only(client):
    make.areas()
    worker = build.office("陈测试", Role.SOCIAL_WORKER)
    client.force_login(worker)
    entered = {"name": "何阿婆", "how": AssistedHow.PHONE, "note": "来电话说的"}
    path = "/board/new/?for=1"
    sent = {"what": build.WHAT, "place_text": build.PLACE, **entered}

    elsewhere = client.post(path, sent | {"area": make.OTHER_VILLAGE, "key": uuid4()})
    here = client.post(path, sent | {"area": make.VILLAGE, "key": uuid4()})

    assert (elsewhere.status_code, here.status_code) == (403, 302)
    assert "何**" in html(client, Demand.objects.get().get_absolute_url())
    client.force_login(make.person())
    assert client.get(path).status_code == 403


def test_joining_is_a_plain_button_that_can_be_taken_back(client, reporter):
    demand = build.reported(reporter)
    url = demand.get_absolute_url()
    assert client.post(f"{url}join/")["Location"] == f"/login/?next={url}"
    client.force_login(make.person())

    client.post(f"{url}join/")
    assert "1人也碰到" in html(client, url)
    client.post(f"{url}unjoin/")

    assert "您也碰到了吗" in html(client, url)
    client.force_login(reporter)
    assert client.post(f"{url}join/").status_code == 403


def test_nobody_but_its_reporter_says_that_it_is_solved(client, officer, reporter):
    demand = build.done(reporter, officer=officer)
    url = demand.get_absolute_url()

    for person in (make.person(), officer):
        client.force_login(person)
        assert client.post(f"{url}confirm/").status_code == 403
        assert client.post(f"{url}reopen/").status_code == 403
        assert 'data-test="solved"' not in html(client, url)
    client.force_login(reporter)
    assert 'data-test="solved"' in html(client, url)
    client.post(f"{url}confirm/")

    demand.refresh_from_db()
    assert demand.state == S.SOLVED
    assert client.post(f"{url}confirm/").status_code == 409


def test_a_reopened_matter_shows_its_new_clock(client, officer, reporter):
    demand = build.done(reporter, officer=officer)
    client.force_login(reporter)

    client.post(f"{demand.get_absolute_url()}reopen/", {"words": "晚上又灭了"})

    page = html(client, demand.get_absolute_url())
    assert "还剩5天" in page
    assert "时限重新算" in page
    assert "晚上又灭了" in page


def test_too_late_to_reopen_is_said_and_what_was_typed_stays(client, officer, reporter):
    demand = answering.confirm(build.done(reporter, officer=officer), by=reporter)
    Demand.objects.filter(pk=demand.pk).update(reopen_until=in_days(-1))
    client.force_login(reporter)

    answer = client.post(f"{demand.get_absolute_url()}reopen/", {"words": "又坏了一次"})

    assert answer.status_code == 409
    assert "又坏了一次" in answer.content.decode()


def test_nobody_reads_a_full_name_or_a_phone_anywhere(client, officer, reporter):
    demand = build.done(reporter, officer=officer)
    answering.reopen(demand, by=reporter, words="还差一点")
    paths = ["/board/", "/board/print/", demand.get_absolute_url(), "/api/v1/demands/"]
    paths += [f"/api/v1/demands/{demand.number}/", f"/api/v1/events/?project={demand.number}"]

    for path in paths:
        page = client.get(path).content.decode()
        assert "金丝雀" not in page, path
        assert reporter.phone[3:] not in page, path
        assert "王**" in page or "黄*" in page, path


def test_public_pages_set_no_cookie(client, officer):
    demand = build.doing(officer=officer)

    for path in ("/board/", "/board/print/", demand.get_absolute_url()):
        answer = client.get(path)
        assert not answer.cookies
        assert answer["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("path", ["/board/MS-2026-9999/", "/board/MS-2026-9999/join/", "/board/%00/"])
def test_a_matter_there_is_not_is_not_found(client, path):
    ask = client.post if path.endswith("join/") else client.get

    assert ask(path).status_code == 404


def test_the_project_page_names_the_matter_it_came_from_without_another_query(client, officer, reporter):
    make.round_()
    demand = handling.to_project(
        build.reported(reporter),
        by=officer,
        title="村口桥头装路灯",
        need="晚上看不见路",
        category="健全公共设施",
        how="phone",
        note="问过",
    )

    def page(project):
        with CaptureQueriesContext(connection) as taken:
            shown = html(client, project.get_absolute_url())
        return shown, len(taken)

    plain = make.project(at=make.VILLAGE)
    shown, asked = page(demand.project)
    assert f'href="/board/{demand.number}/"' in shown
    assert "由民声黑板" in shown
    assert demand.project.code in html(client, demand.get_absolute_url())
    assert "由民声黑板" not in page(plain)[0]
    assert asked <= 14


def test_what_i_reported_is_among_my_things_and_asks_me(client, officer, reporter):
    build.done(reporter, officer=officer)
    client.force_login(reporter)

    page = html(client, "/me/")

    assert build.WHAT in page
    assert "解决了吗？等您说一声" in page


def test_with_no_round_open_the_wizard_offers_the_board(client, reporter):
    make.areas()
    client.force_login(reporter)

    assert 'href="/board/new/"' in html(client, "/propose/")


def test_the_sheet_holds_twenty_and_says_that_there_are_more(client):
    for number in range(21):
        build.reported(make.person(), what=f"第{number}盏路灯不亮了")

    page = html(client, "/board/print/")

    assert page.count("MS-") == 20
    assert "最急的20件" in page
    assert "data:image/svg+xml" in page


def test_the_record_of_a_matter_is_in_the_events_of_the_api(client, officer):
    demand = build.doing(officer=officer)

    rows = client.get(f"/api/v1/events/?project={demand.number}").json()["results"]

    assert [row["action"] for row in rows] == ["demand.take_in", "demand.report"]


def test_a_place_shows_its_board_and_the_latest_on_the_home_page_stays_with_projects(client):
    for _n in range(3):
        reporting.report(build.matter(), by=make.person(), key=uuid4())

    assert today().year == Demand.objects.first().filed_at.year
    assert build.WHAT not in html(client, "/")
    assert html(client, f"/a/{make.VILLAGE}/").count(build.WHAT) == 3  # its lines, not its latest
