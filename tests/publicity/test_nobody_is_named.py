"""A stranger follows every link there is and reads what comes: pages, feeds, files, pictures' names. Nobody is named.

Everybody in the demo gets a name, a phone and a mailbox that stand nowhere else, and so do the words that are kept for
offices alone, so that a single one that gets out is seen. A resident and a social worker of another village follow every
link as well: they meet nobody but themselves and whoever is theirs.
"""

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Collection
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.core.cache import caches
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat, LPad
from django.test import Client
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from civic.models import Appointment, Person, Residency, Role
from proposals.models import MergeConsent, Project
from publicity.models import Mailbox, VillageAccount
from voting.models import Conflict, Meeting, PaperHandout, Poll, RollEntry
from wishes.models import Demand, Visit

pytestmark = [
    pytest.mark.django_db(databases=["default", "urn"]),
    pytest.mark.postgres,
    pytest.mark.timeout(600),
    pytest.mark.usefixtures("demo"),
]
NAME, PHONE, MAILBOX = "金丝雀", "1990000", "jinsique"
MARKED = re.compile(rf"{NAME[:2]}.?(\d{{4}})?|{PHONE}(\d{{4}})|{MAILBOX}(\d{{4}})")
KEPT = (  # words for offices alone
    (Project, "assisted_note"),
    (MergeConsent, "note"),
    (Conflict, "reason"),
    (RollEntry, "household"),
    (PaperHandout, "witness"),
    (Demand, "assisted_note"),
    (Visit, "who"),
    (Visit, "said"),
)
FILE = re.compile(r"\.\w+$")
EACH, TRIED = 3, 15  # addresses of one route that are read, and that are tried for it
TABLE = Path(__file__).parents[1] / "permission_table.csv"
LINK = re.compile(
    r"""(?:href|src|action|content|formaction)="([^"]+)"|"(?:url|next|id|href)":\s*"([^"]+)"|<loc>([^<]+)</loc>"""
)
STRANGER, RESIDENT, NEIGHBOUR = "访客", "居民", "邻村社工"  # as the permission table calls them
KEYS = ("code", "number", "id", "pk")  # by which a row of the API has an address of its own
ELSEWHERE = {  # open to strangers, and no link or file of ours leads there
    "admin:login": "of the library; the people in office know the way",
    "account_second_step": "lies between a right password and the session: tests/civic/test_second_factor.py",
    "civic:healthz": "for machines",
    "civic:readyz": "for machines",
    "demo_inbox": "only in a demo",
    "civic:attachment": "a picture; its name is a token: tests/civic/test_files.py",
    "publicity:notice_pack": "of what was approved in one press, by its numbers: tests/delivery/test_batch_pages.py",
    "delivery:site_offline": "kept on the phone by the service worker: tests/delivery/test_site_queue.py",
    "objections-detail": "the demo has none: tests/publicity/test_privacy.py",
    "publicity:remind_area": "offered where nothing is open, as nowhere in the demo: tests/publicity/test_place_wishes.py",
    "publicity:mailbox_confirm": "needs a token of one's own: tests/publicity/test_mailboxes.py",
    "publicity:stop": "needs a token of one's own: tests/publicity/test_sending.py",
    "polls-receipt": "needs the code of a receipt: tests/voting/api",
    "voting:check": "comes from a filled-in ballot: tests/voting/ballot/test_crawler.py",
    "voting:checkpoint_of": "needs a size of the log: tests/voting/results",
}


@pytest.fixture
def named():
    """Everybody with a name and a number of their own."""
    number = LPad(Cast(F("pk"), CharField()), 4, Value("0"))
    Person.objects.update(
        name=Concat(Value(NAME), number), phone=Concat(Value(f"+86{PHONE}"), number, output_field=CharField())
    )
    people = Person.objects.exclude(mailbox__isnull=False)
    Mailbox.objects.bulk_create(
        Mailbox(person=one, address=f"{MAILBOX}{one.pk:04}@example.cn", proof="x") for one in people
    )
    for model, field in KEPT:
        model.objects.exclude(**{field: ""}).update(**{field: f"{NAME}备注"})
    for cache in caches.all():
        cache.clear()
    return Person.objects.count()


def crawl(client: Client, who: str = STRANGER, each: int = EACH) -> dict[str, tuple[str, bytes]]:
    """Every address a reader comes to, at most so many of a route, with its route and what it answers.

    Files that are open to strangers are the same for everybody, and read by the stranger.
    """
    alike = open_routes() if who != STRANGER else set()
    found, waiting, read, tried = {}, addresses(who), Counter(), Counter()
    while waiting:
        address = waiting.pop(0)
        route = route_of(address)
        if route in alike and FILE.search(urlsplit(address).path):
            continue
        if address in found or not route or read[route] >= each or tried[route] >= TRIED:
            continue
        answer = client.get(address)
        tried[route] += 1
        if answer.status_code in {301, 302}:
            waiting.append(local(answer["Location"], address))
        elif answer.status_code != 200:
            continue
        read[route] += 1
        found[address] = (route, b"".join(answer.streaming_content) if answer.streaming else answer.content)
        waiting += [local(link, address) for link in links(found[address][1])]
        if address.startswith("/api/v1/") and "json" in answer["Content-Type"]:
            waiting += rows_of(address, json.loads(found[address][1]))
    return found


def addresses(who: str) -> list[str]:
    """Every route open to them that needs nothing to be named, or the number of a vote or a meeting; a village with accounts."""
    found = ["/", *(reverse("publicity:by_code", args=[code]) for code in Project.objects.values_list("code")[0])]
    found.append(reverse("publicity:area", args=[VillageAccount.objects.order_by("pk")[0].area_id]))
    numbers = [
        pk for model in (Poll, Meeting) for pk in model.objects.order_by("-pk").values_list("pk", flat=True)[:EACH]
    ]
    for route, arguments in product(sorted(open_routes(who) - set(ELSEWHERE)), ([], *([pk] for pk in numbers))):
        with suppress(NoReverseMatch):
            found.append(reverse(route, args=arguments))
    return found


def rows_of(address: str, told: Any) -> list[str]:
    rows = told.get("results", []) if isinstance(told, dict) else told
    path = urlsplit(address).path
    return [f"{path}{row[key]}/" for row in rows[:EACH] if isinstance(row, dict) for key in KEYS if key in row]


def links(body: bytes) -> list[str]:
    text = body.decode("utf-8", "replace").replace("&amp;", "&")
    return [next(filter(None, groups)) for groups in LINK.findall(text)]


def local(link: str, base: str) -> str:
    """The address within the site, or nothing."""
    whole = urlsplit(urldefrag(urljoin(f"http://testserver{base}", link))[0])
    return f"{whole.path}?{whole.query}".rstrip("?") if whole.netloc == "testserver" else ""


def route_of(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).view_name if address else ""
    except Resolver404:
        return ""


def words_in(body: bytes) -> str:
    """What a file says; a workbook is opened first."""
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return body.decode("utf-8", "replace")


def open_routes(who: str = STRANGER) -> set[str]:
    """The routes the permission table lets such a reader read."""
    with TABLE.open() as table:
        return {row["route"].split()[0] for row in csv.DictReader(table) if row["method"] == "GET" and row[who] == "✓"}


def met(found: dict[str, tuple[str, bytes]], own: Collection[int]) -> set[tuple[str, str]]:
    """Whom or what a reader met besides their own people: the route and what was marked."""
    return {
        (route, mark[0])
        for route, body in found.values()
        for mark in MARKED.finditer(words_in(body))
        if not any(digits and int(digits) in own for digits in mark.groups())
    }


def test_a_stranger_who_follows_every_link_meets_no_name_and_no_phone(client, named, caplog):
    assert named > 100

    found = crawl(client)

    said = {address: words_in(body) for address, (_route, body) in found.items()}
    assert [address for address, words in said.items() if NAME[:2] in words or PHONE in words or MAILBOX in words] == []
    assert NAME[:2] not in caplog.text
    assert PHONE not in caplog.text
    read = {route for route, _body in found.values()}
    assert sorted(open_routes() - read - set(ELSEWHERE)) == []


def test_a_resident_who_follows_every_link_meets_nobody_but_themselves(client, named):
    resident = Residency.objects.order_by("pk")[0].person
    client.force_login(resident)

    found = crawl(client, RESIDENT, each=1)

    assert met(found, {resident.pk}) == set()
    assert {"publicity:me", "publicity:messages"} <= {route for route, _body in found.values()}


def test_the_social_worker_of_another_village_meets_none_of_this_one(client, named):
    here = Residency.objects.order_by("pk")[0].area
    post = Appointment.objects.filter(role=Role.SOCIAL_WORKER).exclude(area=here).order_by("pk")[0]
    client.force_login(post.person)

    found = crawl(client, NEIGHBOUR, each=1)

    assert met(found, {post.person_id}) == set()
    assert {"publicity:desk", "wishes:visits"} <= {route for route, _body in found.values()}


def test_a_name_that_gets_out_is_met(client, named, monkeypatch):
    """The control: one view that shows a whole name, one that shows what was kept for the office."""
    project = Project.objects.filter(proposer__isnull=False).exclude(state="draft")[0]
    monkeypatch.setattr(Person, "public_name", property(lambda person: person.name))

    body = client.get(f"/p/{project.code}/").content

    assert met({"/": ("publicity:project", body)}, set()) >= {("publicity:project", f"{NAME}{project.proposer_id:04}")}
    assert met({"/": ("publicity:project", body)}, {project.proposer_id}) != met(
        {"/": ("publicity:project", body)}, set()
    )
