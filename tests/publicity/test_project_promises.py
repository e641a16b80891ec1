"""What the project page promises of its record: the ladder is what the events moved, and nothing told is told otherwise later."""

import re
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.utils.html import strip_tags

from civic.calendar import add_workdays
from civic.models import AuditEvent
from civic.moments import today
from delivery.services import changes
from proposals.models import ProjectState as S
from publicity.queries import works
from tests import make
from tests.delivery import build
from tests.publicity import build as record

pytestmark = pytest.mark.django_db


def test_the_ladder_is_the_sum_of_what_the_events_moved():
    place = build.town(pool="60000")
    project = build.begun(place, amount="50000", price="48000")
    for delta in ("1200", "300"):
        change = changes.report(
            project, by=place.foreman, reason="扶手改不锈钢", delta_yuan=Decimal(delta), photo=build.photo()
        )
        changes.confirm(change, by=place.village)
    project.refresh_from_db()

    moved = {
        action: AuditEvent.objects.filter(action=action).aggregate(sum=Sum("money_delta_yuan"))["sum"]
        for action in ("project.advance", "change.agree")
    }

    ladder = {rung.label: rung.amount_yuan for rung in works.of(project).rungs}
    assert (ladder["批准金额"], ladder["变更增减"]) == (moved["project.advance"], moved["change.agree"])
    assert moved["change.agree"] == Decimal(1500)


def test_a_new_event_changes_nothing_of_what_was_told_before(client):
    place = build.town()
    project = build.begun(place)
    record.events(project, 3, by=place.social)

    before = told(client, project)
    record.events(project, 1, by=place.social)
    after = told(client, project)

    assert len(after) == len(before) + 1
    assert [line for line in after if line in before] == before


def told(client, project):
    """Each event of the page as it stands there; which is the newest is no part of it."""
    html = client.get(project.get_absolute_url()).content.decode()
    return [
        line.replace(" event-now", "")
        for line in re.findall(r'<li class="event event-(?!expected).*?</li>', html, re.S)
    ]


@pytest.mark.parametrize("used", range(6))
def test_used_and_left_days_make_the_limit_on_every_day_of_it(client, used):
    limit = 5
    project = make.project(S.IN_REVIEW, limit_workdays=limit, due_on=add_workdays(today(), limit - used))

    words = strip_tags(client.get(project.get_absolute_url()).content.decode())

    assert f"本步限{limit}个工作日，已用{used}个" in words
    assert ("今天到期" if used == limit else f"还剩{limit - used}个工作日") in words
