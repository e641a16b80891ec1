"""Feeds, the calendar and the site map: what programs read is what the pages say, masked alike."""

import json
import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree as Xml

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civic.models import Role
from civic.models.record import Kind
from civic.moments import now
from proposals.models import Programme
from proposals.models import ProjectState as S
from publicity import ics
from publicity.models import Notice, NoticeState
from publicity.views import robots
from tests import make
from tests.publicity import build
from voting.models import Assembly, Meeting, MeetingState, PassBase, VoteForm

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def project():
    worker = make.officer(Role.SOCIAL_WORKER, name="林测试")
    found = make.project(title="卫生站门口修坡道", state=S.ON_NOTICE, proposer=make.person("欧阳测试"))
    build.events(found, 3, by=worker, role=Role.SOCIAL_WORKER, unit="斗门社工站", post="驻村社工", kind=Kind.DECISION)
    return found


def notice(project, days=3, **extra):
    ends = now() + timedelta(days=days)
    return Notice.objects.create(
        **{
            "project": project,
            "starts_at": now() - timedelta(days=2),
            "first_ends_at": ends,
            "ends_at": ends,
            "workdays": 5,
        }
        | extra
    )


def atom(client, address):
    """The entries of a feed: title, address and moment, and who is named in it."""
    answer = client.get(address)
    assert answer["Content-Type"].startswith("application/atom+xml")
    assert not answer.cookies
    root = Xml.fromstring(answer.content)
    assert root.tag == f"{ATOM}feed" and root.find(f"{ATOM}author/{ATOM}name").text
    return [
        (entry.find(f"{ATOM}title").text, entry.find(f"{ATOM}link").get("href"), entry.find(f"{ATOM}updated").text)
        for entry in root.findall(f"{ATOM}entry")
    ]


@pytest.mark.parametrize("address", ["/p/{code}/feed.atom", "/a/440403103000/feed.atom"])
def test_a_feed_holds_the_record_newest_first_each_with_its_place_on_the_page(client, project, address):
    entries = atom(client, address.format(code=project.code))

    moments = [updated for _title, _link, updated in entries]
    assert [title[-5:] for title, _link, _updated in entries] == ["第3条进展", "第2条进展", "第1条进展"]
    assert moments == sorted(moments, reverse=True)
    assert all(f"/p/{project.code}/#e" in link for _title, link, _updated in entries)


def test_the_feed_of_a_place_names_the_project_and_leaves_out_the_daily_and_the_others(client, project):
    build.events(project, 2, by=make.person(), kind=Kind.DAILY)
    elsewhere = make.project(at=make.OTHER_TOWN, round=project.round)
    build.events(elsewhere, 2, by=make.person(), kind=Kind.DECISION)

    entries = atom(client, "/a/440403103000/feed.atom")
    feed = json.loads(client.get("/a/440403103000/feed.json").content)

    assert entries[0][0] == "卫生站门口修坡道：第3条进展"
    assert len(entries) == len(feed["items"]) == 3
    assert [item["title"] for item in feed["items"]] == [title for title, _link, _updated in entries]


def test_the_board_is_a_feed_of_notices_newest_first(client, project):
    older = notice(make.project(round=project.round, title="旧的"), starts_at=now() - timedelta(days=9))
    newer = notice(project)
    notice(make.project(round=project.round, title="撤下的"), state=NoticeState.WITHDRAWN)

    entries = atom(client, "/notices/feed.atom")

    assert [title for title, _link, _updated in entries] == ["批准公示：卫生站门口修坡道", "批准公示：旧的"]
    assert [link.partition("#")[2] for _title, link, _updated in entries] == [f"notice-{n.pk}" for n in (newer, older)]
    assert f'id="notice-{newer.pk}"' in client.get("/notices/").content.decode()


@pytest.mark.parametrize(
    ("page", "feeds"),
    [
        ("/notices/", ["/notices/feed.atom"]),
        ("/a/440403103000/", ["/a/440403103000/feed.atom", "/a/440403103000/feed.json"]),
        ("project", ["feed.atom", "feed.json"]),
        ("/calendar/?area=440403103000", ["/calendar.ics?area=440403103000"]),
    ],
)
def test_the_pages_name_their_feeds(client, project, page, feeds):
    page = project.get_absolute_url() if page == "project" else page

    named = re.findall(r'<link rel="alternate" type="[^"]+" href="([^"]+)"', client.get(page).content.decode())

    assert len(named) == len(feeds) and all(one.endswith(feed) for one, feed in zip(named, feeds, strict=True))
    assert [client.get(address).status_code for address in named] == [200] * len(feeds)


def test_nothing_that_leaves_names_a_resident(client, project):
    build.events(project, 1, by=project.proposer, sentence="欧**提出", kind=Kind.DECISION)
    notice(project)
    addresses = [
        f"/p/{project.code}/feed.atom", f"/p/{project.code}/feed.json", "/a/440403103000/feed.atom", "/notices/feed.atom",
        "/calendar.ics", "/projects/points.json", "/sitemap-projects-2026.xml",
    ]  # fmt: skip

    sent = "".join(client.get(address).content.decode() for address in addresses)

    assert "欧阳测试" not in sent
    assert re.search(r"1[3-9]\d{9}", sent) is None


def test_a_feed_of_what_is_not_there_is_not_found_and_takes_no_posts(client, project):
    assert client.get("/p/WSS-2026-9999/feed.atom").status_code == 404
    assert client.get("/a/999999999999/feed.json").status_code == 404
    assert client.post("/notices/feed.atom").status_code == 405


# --- The calendar ----------------------------------------------------------------------------------


@pytest.fixture
def due(project):
    """A round that closes, a notice that ends and a meeting, all within a month from now; one called off."""
    project.round.closes_at = now() + timedelta(days=2)
    project.round.save()
    chair = make.officer(Role.VILLAGE_OFFICE)
    assembly = Assembly.objects.create(area=make.area(), name="议事会")
    for state, days in ((MeetingState.CALLED, 1), (MeetingState.CANCELLED, 4)):
        Meeting.objects.create(
            assembly=assembly,
            round=project.round,
            place="村委会二楼",
            starts_at=now() + timedelta(days=days),
            state=state,
            cancel_reason="台风" if state == MeetingState.CANCELLED else "",
            chair=chair,
            recorder=chair,
            vote_form=VoteForm.OPEN,
            pass_base=PassBase.PRESENT,
            quorum_share_text="2/3",
            pass_share_text="1/2",
            rule_book="办法",
        )
    make.round_(name="先例", programme=Programme.PRECEDENT, opens_at=now() + timedelta(days=1))
    return notice(project)


def happenings(text):
    """Each event of a calendar file as a dict of its lines, unfolded."""
    lines = text.replace("\r\n ", "").split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    events, event = [], None
    for line in lines:
        if line == "BEGIN:VEVENT":
            event = {}
        elif line == "END:VEVENT":
            events.append(event)
            event = None
        elif event is not None:
            name, _colon, value = line.partition(":")
            event[name] = value
    return events


def test_the_file_holds_what_is_due_in_order(client, due):
    answer = client.get("/calendar.ics")

    events = happenings(answer.content.decode())
    ahead = [event for event in events if datetime.strptime(event["DTSTART"], "%Y%m%dT%H%M%S%z") > now()]
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert [event["SUMMARY"].partition("：")[0] for event in ahead] == ["议事会开会", "截止征集", "公示结束"]
    assert len({event["UID"] for event in events}) == len(events)
    assert all(client.get(urlsplit(event["URL"]).path).status_code == 200 for event in ahead)
    assert all(len(line.encode()) <= ics.LONGEST_LINE for line in answer.content.decode().split("\r\n"))


def test_the_calendar_of_a_place_leaves_out_the_others(client, due):
    here = happenings(client.get("/calendar.ics?area=440403103000").content.decode())
    there = happenings(client.get("/calendar.ics?area=440403107000").content.decode())

    assert {"公示结束", "议事会开会"} <= {event["SUMMARY"].partition("：")[0] for event in here}
    assert {event["SUMMARY"].partition("：")[0] for event in there} == {"开始征集", "截止征集"}


def test_a_month_is_listed_by_its_days(client, due):
    day = (now() + timedelta(days=3)).astimezone()

    answer = client.get(f"/calendar/?month={day:%Y-%m}")

    listed = [entry for _day, entries in answer.context["days"] for entry in entries]
    assert [entry.at for entry in listed] == sorted(entry.at for entry in listed)
    assert answer.context["count"] == len(listed)
    assert "卫生站门口修坡道" in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["", "?month=nonsense", "?month=2026-13", "?month=2031-01", "?month=2031-01&area=440403103000"]
)
def test_a_month_without_anything_says_so_and_none_is_an_error(client, query):
    make.areas()

    answer = client.get(f"/calendar/{query}")

    assert answer.status_code == 200
    assert "这个月没有征集、投票、公示结束和会议。" in answer.content.decode()


def test_the_calendar_of_nowhere_is_not_found(client):
    assert client.get("/calendar/?area=999999999999").status_code == 404


def test_the_calendar_takes_the_same_queries_for_one_and_for_many(client, due):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get("/calendar.ics")
        return len(queries)

    few = asked()
    for _n in range(20):
        notice(make.project(round=due.project.round))

    assert asked() == few <= 6


def test_commas_line_ends_and_long_lines_are_written_as_the_standard_says():
    words = "坡道，" * 20 + "a,b;c\\d\nBEGIN:VEVENT"
    one = ics.Happening("x@host", now(), words, "村委会", "https://host/p/1/")

    text = ics.calendar("日历", [one], stamp=now())

    [event] = happenings(text)
    assert event["SUMMARY"] == "坡道，" * 20 + "a\\,b\\;c\\\\d BEGIN:VEVENT"
    assert text.count("\r\nBEGIN:VEVENT") == 1


# --- Search engines --------------------------------------------------------------------------------


def test_the_site_map_names_every_public_page_once_and_no_draft(client, project):
    make.project(state=S.DRAFT, round=project.round)
    index = Xml.fromstring(client.get("/sitemap.xml").content)
    files = [urlsplit(each.text).path for each in index.iter(f"{MAP}loc")]

    pages = [
        urlsplit(each.text).path
        for file in files
        for each in Xml.fromstring(client.get(file).content).iter(f"{MAP}loc")
    ]

    assert f"/sitemap-projects-{project.round.year}.xml" in files
    assert len(set(pages)) == len(pages)
    assert {
        "/",
        "/projects/",
        "/calendar/",
        "/a/440403000000/",
        "/a/440403103000/",
        "/a/440403103200/",
        project.get_absolute_url(),
    } <= set(pages)
    assert [page for page in pages if page.startswith("/p/")] == [project.get_absolute_url()]
    assert all(client.get(page).status_code == 200 for page in pages)


def test_many_projects_are_split_into_files(client, project, monkeypatch):
    monkeypatch.setattr(robots.Projects, "limit", 2)
    for _n in range(4):
        make.project(round=project.round)

    index = client.get("/sitemap.xml").content.decode()

    assert index.count(f"sitemap-projects-{project.round.year}.xml") == 3


def test_robots_may_read_what_is_public_and_nothing_else(client):
    text = client.get("/robots.txt").content.decode()

    assert text.startswith("User-agent: *\nDisallow: /desk/\n")
    assert "Disallow: /projects" not in text and "Disallow: /p/WSS" not in text
    assert text.endswith("Sitemap: http://testserver/sitemap.xml\n")
