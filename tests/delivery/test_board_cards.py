"""A card of the delivery board (看板卡片): where it stands and what it tells at a glance."""

from datetime import timedelta
from decimal import Decimal

import pytest

from civic.calendar import add_workdays
from civic.moments import now, today
from delivery.models import Work
from delivery.services import payments
from proposals.models import Project
from tests.delivery import build

pytestmark = pytest.mark.django_db
BOARD = "/desk/delivery/"


@pytest.fixture
def town():
    return build.town(pool="1000000")


def test_a_card_tells_lamp_stages_money_beside_progress_and_the_days_without_news(client, town):
    project = build.begun(town)
    claim = payments.request(project, by=town.foreman, amount_yuan=Decimal("24000"), invoice=build.file(town.foreman))
    payments.pay(payments.review(claim, by=town.handler), by=town.approver)

    def told(days: int) -> str:
        Work.objects.filter(project=project).update(last_news_at=now() - timedelta(days=days))
        client.force_login(town.village)
        return " ".join(client.get(BOARD).content.decode().partition(f"{project.code}</span>")[2][:1500].split())

    lately, long_ago = told(12), told(30)

    for words in ("黄灯", "付款比进度快50个百分点", "里程碑0/3", "进度0%，付款50%"):
        assert words in lately
    assert "12天没更新" in lately
    assert "30天没有更新" in long_ago and "30天没更新" not in long_ago


@pytest.mark.parametrize(("days", "column"), [(10, "进行中"), (2, "快到期"), (-1, "已超期")])
def test_a_card_stands_in_the_column_of_its_clock(client, town, days, column):
    project = build.begun(town)
    due_on = add_workdays(today(), days) if days > 0 else today() - timedelta(days=7)
    Project.objects.filter(pk=project.pk).update(due_on=due_on, limit_workdays=20)
    client.force_login(town.village)

    html = client.get(BOARD).content.decode()

    heading = html[: html.index(f"{project.code}</span>")].rpartition("<h2")[2]
    assert column in heading.partition("</h2>")[0]
