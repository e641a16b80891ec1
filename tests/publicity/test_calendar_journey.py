"""The calendar in Chromium: month by month, in every size, with scripts and without."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from civic.moments import now
from proposals.models import ProjectState as S
from publicity.models import Notice
from tests import make
from tests.browser import SCREENS, SIZES

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ends():
    """A notice that ends in the month after next."""
    project = make.project(title="卫生站门口修坡道", state=S.ON_NOTICE)
    ends = (now().replace(day=15) + timedelta(days=62)).replace(day=10)
    Notice.objects.create(project=project, starts_at=now(), first_ends_at=ends, ends_at=ends, workdays=5)
    return ends


@pytest.mark.parametrize("js_enabled", [True, False])
def test_from_the_footer_to_the_month_in_which_a_notice_ends(page, ends, accessible):
    page.goto("/")
    page.get_by_role("link", name="日历").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("日历")
    page.get_by_role("link", name="下个月", exact=True).click()
    page.get_by_role("link", name="下个月", exact=True).click()
    accessible(page)

    page.get_by_role("link", name="卫生站门口修坡道").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("卫生站门口修坡道")


@pytest.mark.parametrize("mode", SIZES)
@pytest.mark.parametrize("viewport", SCREENS)
def test_the_calendar_is_fit_for_everybody(new_page, ends, accessible, viewport, mode, live_server):
    page = new_page(viewport=viewport)
    page.context.add_cookies([{"name": "view", "value": mode, "url": live_server.url}])
    for address in (f"/calendar/?month={ends:%Y-%m}", "/calendar/?month=2031-01"):
        page.goto(address)
        accessible(page)
