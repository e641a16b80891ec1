"""While a poll is open nothing holds a choice or a tally: every page for everyone, cache, log, files, the other database.

Each ballot is given points that occur nowhere else, so that they, their sums and what stands beside them in the urn can
be looked for everywhere. The control looks the same way once the result is public, and finds them.
"""

import logging
import re
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.core.cache import caches
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse

from civic.models import Role
from tests import make
from tests.demo import no_hurry
from tests.voting.ballot.test_no_tally import told
from tests.voting.polls import build
from voting import keys, papers, tasks
from voting.models import Ballot, Poll
from voting.services import own_ballots, polls

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(databases=build.URN)]  # hundreds of pages: once is enough
POINTS = ((12347, 17183), (13219, 18041), (14142, 16181))  # what each voter gives the first project and the second
MOST_LINKED = 40  # pages beyond the routes themselves; the lists by themselves would go on for ever
CLOCK = re.compile(  # pages, feeds and files say when they were made; a form has a key of its own
    r"""\d{1,2}:\d\d(:\d\d(\.\d+)?)?|DTSTAMP:\w+|data-counted-at="\d+"|name="key" value="[0-9a-f-]{36}\""""
)
DRAWN = re.compile(rb"data:image/[a-z+]+;base64,[A-Za-z0-9+/=]+")  # a code to scan: any digits by chance
PACKED = (".pdf", ".docx", ".xlsx", ".zip")  # nothing can be read in them; they say what their own pages say
READERS = ("visitor", "voter", "handler", "auditor")


@pytest.fixture(autouse=True)
def patient(db):
    no_hurry()


@pytest.fixture
def office():
    """An open poll by points, on which three people voted."""
    found = build.ready(roll=len(POINTS), rules={"ballot_method": "points"})
    polls.change(found.poll, by=found.handler, limit=32000, project_max=32000)
    found.agree("open")
    Poll.objects.filter(pk=found.poll.pk).update(opens_at=build.hour(-0.1))
    assert polls.open_due(by="test") == 1
    found.fresh()
    for entry, points in zip(found.poll.roll.order_by("pk"), POINTS, strict=True):
        own_ballots.vote(found.poll.pk, choices(found, *points), by=entry.person)
    return found


def choices(office: build.Office, first: int, second: int) -> dict[str, int]:
    return {office.projects[0].code: first, office.projects[1].code: second}


def secrets(office: build.Office, *, but: tuple[int, ...] = ()) -> set[str]:
    """Every choice and every tally as a number may be written, and what stands beside them; ``but`` her own ballot."""
    numbers = {*map(sum, zip(*POINTS, strict=True)), *(each for points in POINTS if points != but for each in points)}
    beside = {text for row in Ballot.objects.values_list("pseudonym", "nonce") for text in row}
    return {form for number in numbers for form in (str(number), f"{number:,}")} | beside


def reader(office: build.Office, who: str):
    match who:
        case "voter":
            return office.poll.roll.order_by("pk").first().person
        case "handler":
            return office.handler
        case "auditor":
            return make.officer(Role.AUDIT_ADMIN, make.DISTRICT)
    return None


def addresses(office: build.Office) -> list[str]:
    """Every route that a poll's number, a project's code or nothing makes an address of."""
    given = (
        {},
        {"pk": office.poll.pk},
        {"pk": office.poll.pk, "size": 1},
        {"code": office.projects[0].code},
        {"code": make.VILLAGE},
    )
    found = ["/", f"/a/{make.VILLAGE}/", f"/p/{office.projects[0].code}/", "/me/", "/desk/", "/api/v1/"]

    def walk(resolver: URLResolver, space: str) -> None:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern, space + (f"{pattern.namespace}:" if pattern.namespace else ""))
            elif pattern.name and not space.startswith("admin"):
                for kwargs in given:
                    try:
                        found.append(reverse(space + pattern.name, kwargs=kwargs))
                    except NoReverseMatch:
                        continue

    walk(get_resolver(), "")
    return list(dict.fromkeys(found))


def crawled(client, office: build.Office) -> dict[str, tuple[int, bytes]]:
    """Every page that a reader comes to from all addresses, by its links; headers stand before the body."""
    waiting, pages = addresses(office), {}
    most = len(waiting) + MOST_LINKED
    while waiting and len(pages) < most:
        path = waiting.pop(0)
        if path in pages or path.startswith("/static/") or "/logout" in path or path.endswith(PACKED):
            continue
        answer = client.get(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        body = DRAWN.sub(b"", body)
        head = "".join(f"{name}: {value}\n" for name, value in answer.items())
        pages[path] = answer.status_code, head.encode() + answer.cookies.output().encode() + b"\n" + body
        if "html" in answer.get("Content-Type", ""):
            links = (urljoin(path, unescape(link)) for link in re.findall(r'href="([^"#]+)', body.decode()))
            waiting += [
                link for link in links if link.startswith("/") and not urlsplit(link).netloc and "?" not in link
            ]
    return pages


def leaks(pages: dict[str, tuple[int, bytes]], words: set[str]) -> list[tuple[str, str]]:
    return [(path, word) for path, (_status, body) in pages.items() for word in words if held(word, body)]


def held(word: str, content: bytes) -> bool:
    """Whether the word stands there; a number by itself, not as digits of a longer one."""
    if word.replace(",", "").isdigit() and len(word) < 10:
        return re.search(rb"(?<![0-9a-f])" + re.escape(word.encode()) + rb"(?![0-9a-f])", content) is not None
    return word.encode() in content


def kept_in_caches() -> bytes:
    """All that any cache of the process holds, as it is pickled there."""
    return b"".join(value for cache in caches.all() for value in getattr(cache, "_cache", {}).values())


def kept_in_files(*folders: Path) -> bytes:
    return b"\n".join(file.read_bytes() for folder in folders for file in folder.rglob("*") if file.is_file())


def kept_in_the_other_database() -> bytes:
    models = (model for model in apps.get_models(include_auto_created=True) if model._meta.app_label != "contenttypes")
    rows = (
        row
        for model in models
        if model._base_manager.all().db == "default" and model._meta.managed
        for row in model._base_manager.values_list()
    )
    return "\n".join(map(str, rows)).encode()


@pytest.mark.parametrize("who", READERS)
def test_no_page_of_an_open_poll_holds_a_choice_or_a_tally(client, office, caplog, settings, who):
    person = reader(office, who)
    if person is not None:
        client.force_login(person)
    words = secrets(office, but=POINTS[0] if who == "voter" else ())

    with caplog.at_level(logging.DEBUG):
        pages = crawled(client, office)

    assert len([path for path, (status, _body) in pages.items() if status == 200]) > 10, "it came somewhere"
    assert not [path for path, (status, _body) in pages.items() if status >= 500]
    assert leaks(pages, words) == []
    assert leaks({"log": (0, caplog.text.encode())}, words) == []
    assert leaks({"cache": (0, kept_in_caches())}, words) == []
    folders = (settings.VAR_DIR, settings.MEDIA_ROOT, settings.POLL_KEYS_DIR)
    assert leaks({"files": (0, kept_in_files(*map(Path, folders)))}, words) == []


def test_voting_itself_leaves_no_choice_in_log_cache_files_or_the_other_database(client, office, caplog, settings):
    """Through the ballot's own pages: chosen, checked, handed in, changed, looked at."""
    person = build.on_roll(office.poll).person
    client.force_login(person)
    first, second = (project.code for project in office.projects[:2])
    ballot = reverse("voting:ballot", args=[office.poll.pk])
    fields = re.findall(r'name="([^"]+)"', client.get(ballot).content.decode())
    sent = {
        name: ("15467" if first in name else "11113" if second in name else "") for name in fields if "csrf" not in name
    }

    with caplog.at_level(logging.DEBUG):
        assert client.post(reverse("voting:check", args=[office.poll.pk]), sent).status_code == 200
        assert client.post(ballot, sent).status_code == 302
        assert b"15467" in client.post(reverse("voting:receipt", args=[office.poll.pk])).content
        crawled(client, office)

    words = {"15467", "15,467", "11113", "11,113"} | secrets(office)
    assert Ballot.objects.filter(choices={first: 15467, second: 11113}).exists()
    places = {
        "log": caplog.text.encode(),
        "cache": kept_in_caches(),
        "files": kept_in_files(*map(Path, (settings.VAR_DIR, settings.MEDIA_ROOT, settings.POLL_KEYS_DIR))),
        "database": kept_in_the_other_database(),
    }
    assert leaks({name: (0, content) for name, content in places.items()}, words) == []


@pytest.mark.parametrize("who", ["visitor", "handler"])
def test_no_page_anywhere_changes_by_a_vote(client, office, who, monkeypatch):
    monkeypatch.setattr(papers, "secrets", SimpleNamespace(token_hex=lambda _bytes: "0" * 16))  # one order by chance
    if person := reader(office, who):
        client.force_login(person)
    late = build.on_roll(office.poll).person
    paths = [path for path, (status, _body) in crawled(client, office).items() if status == 200]

    def read():
        for cache in caches.all():
            cache.clear()
        answers = {path: client.get(path) for path in paths}
        return {path: CLOCK.sub("", str(told(page))) for path, page in answers.items() if not page.streaming}

    before = read()
    own_ballots.vote(office.poll.pk, choices(office, 15467, 11113), by=late)

    assert {path for path, page in read().items() if page != before[path]} == set()


def test_the_control_finds_the_tally_once_it_is_published(client, office):
    office.agree("close")
    tasks.open_and_close_polls()
    assert leaks(crawled(client, office), secrets(office)) == [], "counted is not published"
    office.agree("publish")

    found = {word for _path, word in leaks(crawled(client, office), secrets(office))}
    assert f"{sum(first for first, _second in POINTS):,}" in found and str(POINTS[0][0]) in found


def test_the_control_finds_what_a_file_a_log_and_a_cache_would_hold(caplog, settings, office):
    points, pseudonym = POINTS[0][0], keys.pseudonym(office.poll.pk, office.poll.roll.order_by("pk").first().person_id)
    caches["default"].set("a", f"<td>{points}</td>")
    (settings.POLL_KEYS_DIR / "note.txt").write_text(pseudonym)
    logging.getLogger("weishishi.test").warning("ballot %s", {"A": points})

    for content in (kept_in_caches(), kept_in_files(Path(settings.POLL_KEYS_DIR)), caplog.text.encode()):
        assert leaks({"there": (0, content)}, secrets(office)) != []
