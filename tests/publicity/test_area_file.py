"""A place's file (一村一档): who serves there, what was done, money by year as the money page has it, pictures, board."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civic.calendar import overrides
from civic.models import Attachment, Organisation, Role
from civic.moments import today
from proposals.models import ProjectState as S
from proposals.services import moves
from publicity.queries.stats import money
from publicity.queries.stats.composed import statistics
from publicity.queries.stats.scope import Scope, of
from tests import make
from tests.delivery.build import completed, town
from tests.publicity.stats import build as year
from tests.wishes import build as board

pytestmark = pytest.mark.django_db
VILLAGE = f"/a/{make.VILLAGE}/"


def section(html, name):
    return words_of(html.split(f'data-test="{name}">')[1].split("</section>")[0])


def words_of(html):
    return " ".join(re.sub("<[^>]+>", " ", html).split())


def test_the_file_says_who_serves_with_unit_post_and_the_phone_of_the_desk(client):
    station = make.organisation("斗门社工站", at=make.VILLAGE)
    Organisation.objects.filter(pk=station.pk).update(phone="0756-1234567")
    make.officer(Role.SOCIAL_WORKER, name="林测试", organisation=station)
    make.officer(Role.TOWN_HANDLER, make.TOWN, name="周测试", organisation=make.organisation("测试镇政府"))
    make.officer(Role.REVIEWER, make.TOWN, name="审测试")

    html = client.get(VILLAGE).content.decode()

    said = section(html, "serving")
    assert "斗门社工站 驻村社工 林* 办公电话 0756-1234567 测试镇政府 镇街经办 周* 测试甲村公服站" in said
    assert 'href="tel:0756-1234567"' in html
    assert not re.search("林测试|周测试|审", html)


def test_the_money_of_each_year_is_what_the_money_page_of_that_year_says(client):
    year.year_of(1)
    older = make.round_(year=today().year - 1)
    year.work_on(make.project(S.IN_PROGRESS, round=older, approved_yuan=Decimal(50000)))
    make.project(S.COMPLETED, round=older, at=make.OTHER_VILLAGE, estimate_yuan=Decimal("1234.56"))

    for code in (make.DISTRICT, make.TOWN, make.VILLAGE):
        place = make.area(code)
        told = client.get(f"/a/{code}/").context["told"]["money"].table
        years = [today().year, today().year - 1]
        assert [row.label for row in told.rows] == [f"{each}年" for each in years], code
        for row, each in zip(told.rows, years, strict=True):
            assert row.cells == statistics(of(place, str(each))).tables["money_categories"].total, (code, each)
            assert client.get(row.url).context["count"] == row.cells[0]
        assert told.total == statistics(Scope(place, None)).tables["money_categories"].total
        assert told.rows == statistics(Scope(place, None)).tables["money_years"].rows
    assert told.total_of("paid") == Decimal(12000)


def test_every_year_of_a_place_can_be_seen_together_on_the_money_page(client):
    year.year_of(1)

    shown = client.get(f"/stats/money/?area={make.DISTRICT}&year=all").content.decode()

    assert "每年花了多少钱" in shown and f"{today().year}年" in shown
    assert "每年花了多少钱" not in client.get(f"/stats/money/?area={make.DISTRICT}").content.decode()
    assert money.by_year(Scope(make.area(), None)).headline.startswith("1年一共计划投入")


def test_the_file_shows_works_before_and_after_notices_and_the_board(client):
    project = completed(town())
    Attachment.objects.update(is_public=True)
    noticed = moves.advance(make.project(state=S.FOR_APPROVAL, title="公示的路灯"), by="test")
    matter = board.done(officer=board.office())

    html = client.get(VILLAGE).content.decode()

    assert html.split('data-test="pairs"')[1].split("</section>")[0].count("<figure") == 2
    assert project.title in section(html, "pairs")
    assert noticed.title in section(html, "notices") and "公示到" in section(html, "notices")
    assert matter.what in section(html, "board") and "一共登记1件，已解决0件" in section(html, "board")
    assert "/files/" not in client.get(f"/a/{make.OTHER_VILLAGE}/").content.decode()


@pytest.mark.parametrize("code", [make.VILLAGE, make.TOWN, make.DISTRICT])
def test_an_empty_place_looks_complete_and_sets_no_cookie(client, code):
    make.areas()

    answer = client.get(f"/a/{code}/")
    text = words_of(answer.content.decode())

    for words in (
        "现在没有进行中的征集和投票。", "到时提醒我", "这里还没有登记驻村社工和经办人。", "还没有轮次", "每年花了多少钱 还没有项目。",
        "还没有前后都拍了照片的项目。", "黑板上还没有事。", "还没有人提议。", "还没有定下次议事会的日子。",
    ):  # fmt: skip
        assert words in text, words
    assert not answer.cookies
    assert ("关注这个村居" in text) == (code == make.VILLAGE)
    assert ("测试甲村" in text) == (code != make.DISTRICT)
    assert ("这里的镇街 斗门镇 井岸镇" in text) == (code == make.DISTRICT)


def test_the_file_takes_the_same_queries_for_one_thing_as_for_many(client):
    make.officer(Role.SOCIAL_WORKER)
    round = make.round_()
    moves.advance(make.project(state=S.FOR_APPROVAL, round=round), by="test")
    board.reported()
    overrides()

    def queries():
        with CaptureQueriesContext(connection) as taken:
            client.get(VILLAGE)
        return len(taken)

    one = queries()
    for _n in range(3):
        make.officer(Role.VILLAGE_OFFICE)
        moves.advance(make.project(state=S.FOR_APPROVAL, round=round), by="test")
        board.reported(make.person("李测试"))
    assert queries() <= one <= 26
