"""A service shows its visits in public, each with its day and how many it served, and not a word about anybody."""

import pytest

from civic.moments import today
from delivery.services import works
from tests.delivery import build

pytestmark = pytest.mark.django_db


def test_the_last_ten_visits_of_a_service_stand_on_its_page_without_their_notes(client):
    town = build.town()
    project = build.begun(town, work_type="service")
    for served in range(1, 13):
        works.log_visit(project, by=town.social, visited_on=today(), served=served, note="陪陈伯复诊")

    html = client.get(project.get_absolute_url()).content.decode()

    shown = html.split('data-test="visits"')[1].split("</details>")[0]
    assert shown.count("<li>") == 10
    assert "服务12人次" in shown and "服务3人次" in shown and "服务2人次" not in shown
    assert "最近10次上门" in shown
    assert "陪陈伯复诊" not in html


def test_works_show_no_visits(client):
    project = build.begun(build.town())

    assert 'data-test="visits"' not in client.get(project.get_absolute_url()).content.decode()
