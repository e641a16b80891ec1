"""中/EN: pages in English for who asks for it on this device; nobody else's change, and the record never does."""

from datetime import date

import pytest
from django.db import transaction
from django.utils import translation

from civic.audit import record
from civic.models import Role
from civic.templatetags.civic import day
from proposals.models import ProjectState
from tests import make

pytestmark = pytest.mark.django_db


def choose(client, language):
    return client.post("/language/", {"language": language, "next": "/projects/?q=1"})


def test_who_asks_for_english_gets_it_and_goes_back_to_where_they_were(client):
    answer = choose(client, "en")

    assert (answer.status_code, answer["Location"]) == (302, "/projects/?q=1")
    page = client.get("/projects/")
    assert '<html lang="en"' in page.content.decode()
    assert page["Content-Language"] == "en"
    assert "Projects" in page.content.decode()


def test_what_the_browser_prefers_changes_nothing(client):
    page = client.get("/projects/", headers={"accept-language": "en-US,en"})

    assert '<html lang="zh-CN"' in page.content.decode()
    assert page["Content-Language"] == "zh-CN"


def test_a_language_we_do_not_have_is_not_kept(client):
    choose(client, "xx")

    assert "lang" not in client.cookies
    client.cookies["lang"] = "../../etc"
    assert '<html lang="zh-CN"' in client.get("/").content.decode()


def test_one_readers_english_is_not_kept_for_the_next(client, settings):
    settings.PUBLIC_CACHE_SECONDS = 60
    choose(client, "en")
    client.get("/help/")

    client.cookies.clear()

    assert '<html lang="zh-CN"' in client.get("/help/").content.decode()


@pytest.mark.parametrize(
    ("language", "style", "said"),
    [("zh-hans", "", "2021年6月15日"), ("zh-hans", "long", "2021年6月15日"), ("en", "long", "15 Jun 2021")],
)
def test_dates_are_said_in_the_readers_language(language, style, said):
    with translation.override(language):
        assert day(date(2021, 6, 15), style) == said


def test_the_post_in_the_record_is_chinese_whoever_acts_in_english():
    worker = make.officer(Role.SOCIAL_WORKER, name="林测试")
    with translation.override("en"), transaction.atomic():
        event = record("test.act", by=worker, on=make.project(state=ProjectState.FILED), roles=[Role.SOCIAL_WORKER])

    assert event.post == "驻村社工"
