"""While a poll is open no page tells how it stands, and every way leads to it: home, project, 我的."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils.timezone import localdate, localtime

from tests import make
from tests.voting.polls import build
from voting import papers
from voting.services import own_ballots

pytestmark = pytest.mark.django_db(databases=build.URN)
VOTERS = 7


@pytest.fixture
def office():
    """An open poll on which seven voted for the first project; then a page must not change by one more vote."""
    found = build.opened(roll=1)
    for _n in range(VOTERS):
        cast(found)
    return found


def cast(office):
    person = build.on_roll(office.poll).person
    own_ballots.vote(office.poll.pk, {office.projects[0].code: 1}, by=person)


def pages(office):
    code = office.projects[0].code
    return [
        "/",
        f"/a/{make.VILLAGE}/",
        "/projects/",
        f"/p/{code}/",
        f"/p/{code}/feed.json",
        "/notices/",
        "/me/",
        "/desk/",
        reverse("voting:ballot", args=[office.poll.pk]),
        "/api/v1/projects/",
        f"/api/v1/projects/{code}/",
    ]


@pytest.mark.parametrize("reader", ["visitor", "resident", "handler"])
def test_no_page_changes_by_a_vote(client, office, reader):
    """What does not change when somebody votes tells no tally and no turnout."""
    if reader != "visitor":
        client.force_login(office.handler if reader == "handler" else build.on_roll(office.poll).person)

    def read():
        cache.clear()
        return {path: told(client.get(path)) for path in pages(office)}

    before = read()
    cast(office)

    assert read() == before


def told(response):
    """What a page says, whatever order it is in; without what differs each time a page is made."""
    text = re.sub(
        r'csrfmiddlewaretoken" value="\w+"|X-CSRFToken": "\w+"|seed=\d+|E-\w{8}', "", response.content.decode()
    )
    return response.status_code, sorted(part.strip() for part in text.split("<"))


def test_turnout_is_told_only_after_the_close(office):
    assert papers.turnout(office.poll) == {}

    office.agree("close")

    assert papers.turnout(office.fresh()) == {"online": VOTERS}


def test_home_the_project_and_my_page_lead_to_the_ballot(client, office):
    ballot = reverse("voting:ballot", args=[office.poll.pk])
    voter = build.on_roll(office.poll).person
    client.force_login(voter)

    for path in ("/", f"/a/{make.VILLAGE}/", f"/p/{office.projects[0].code}/", "/me/"):
        assert f'href="{ballot}"' in client.get(path).content.decode(), path


def test_the_project_says_until_when_people_vote_in_everybodys_days(client, office):
    project = office.projects[0]
    until = localtime(office.poll.closes_at)
    days = (localdate(office.poll.closes_at) - localdate()).days

    page = client.get(f"/p/{project.code}/").content.decode()

    assert f"居民正在投票，{until.month}月{until.day}日{until:%H:%M}截止。" in page
    assert f"还剩{days}天</span>" in page and "没有规定时限" not in page


def test_after_the_close_nothing_leads_there_to_vote(client, office):
    office.agree("close")
    cache.clear()

    assert "去投票" not in client.get(f"/a/{make.VILLAGE}/").content.decode()
    client.force_login(make.person())
    assert "去投票" not in client.get(f"/p/{office.projects[0].code}/").content.decode()


def test_my_page_does_not_tell_whether_i_voted(client, office):
    """Somebody looks over her shoulder; the ballot's own page tells it when she asks."""
    voter = build.on_roll(office.poll).person
    client.force_login(voter)
    before = told(client.get("/me/"))

    own_ballots.vote(office.poll.pk, {office.projects[0].code: 1}, by=voter)

    assert told(client.get("/me/")) == before
