"""Who may: every route and method for every kind of person, against the table that was read and agreed.

The table is tests/permission_table.csv: one line a route and method, one column a person. ✓ lets in (whatever
the form then says), 登录 asks to sign in, 403 may not, 404 may not see, ✗ no such method. A route missing from
the table fails. After a change that was meant, write it anew with ``python -m pytest tests/test_permission_table.py
--write-permission-table`` and read the difference.
"""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse
from PIL import Image

from civic import files
from civic.models import Attachment, AuditEvent, Person, Role
from delivery.models import ChangeOrder, FollowUp, Milestone, Payment, ProgressReport, Rectification
from proposals.models import Merge, PreReview, Project, Round
from publicity.demo.places import account
from publicity.models import Notice, Objection
from voting.models import Meeting

TABLE = Path(__file__).with_name("permission_table.csv")
METHODS = ("GET", "POST")
PEOPLE = (
    "访客", "居民", "提议人", "议事会成员", "社工", "邻村社工", "村居两委", "部门审核", "别的部门", "镇街经办", "镇街审批",
    "邻镇经办", "施工单位", "监督小组", "领办领导", "区专班", "审计", "系统管理员",
)  # fmt: skip
FOREIGN = ("admin:", "schema", "api-docs")  # tested where they are made: tests/civic/test_admin.py, test_openapi.py

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.postgres,
    pytest.mark.timeout(900),  # some 6,000 requests
    pytest.mark.usefixtures("demo"),
]


def routes() -> dict[str, Any]:
    """Every route by name, with the pattern it has."""
    found = {}

    def walk(resolver: URLResolver, space: str) -> None:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{pattern.namespace}:" if pattern.namespace else ""
                walk(pattern, space + inner)
            else:
                found[f"{space}{pattern.name}"] = pattern

    walk(get_resolver(), "")
    return {name: pattern for name, pattern in found.items() if not name.startswith(FOREIGN)}


def people() -> dict[str, Person | None]:
    """One person of each kind, all of 小濠冲村's own offices and some from next door."""
    village = account("居民（陈阿姨）").home_area
    elsewhere = Person.objects.filter(appointments__role=Role.SOCIAL_WORKER).exclude(appointments__area=village)
    return {
        "访客": None,
        "居民": account("居民（阿强）"),
        "提议人": at("filed").proposer,
        "议事会成员": account("议事会成员"),
        "社工": account("驻村社工"),
        "邻村社工": elsewhere.order_by("pk").first(),
        "村居两委": account("村居两委"),
        "部门审核": account("建设部门审核"),
        "别的部门": account("民政部门审核"),
        "镇街经办": account("镇街经办"),
        "镇街审批": account("镇街审批"),
        "邻镇经办": Person.objects.get(appointments__role=Role.TOWN_HANDLER, appointments__area_id="440403107000"),
        "施工单位": account("施工单位"),
        "监督小组": account("监督小组"),
        "领办领导": account("领办领导"),
        "区专班": account("区专班"),
        "审计": account("审计"),
        "系统管理员": account("系统管理员"),
    }


def at(state: str) -> Project:
    return Project.objects.get(round__name="2026年民生微实事（演示）", state=state)


STANDS = {  # in which state the project of a route stands; any other route's project is being built
    "proposals:screen": "filed",
    "proposals:second": "filed",
    "proposals:unsecond": "filed",
    "proposals:withdraw": "filed",
    "proposals:complete": "filed",
    "proposals:propose_done": "filed",
    "publicity:object": "on_notice",
    "delivery:approve": "for_approval",
    "delivery:approve_confirm": "for_approval",
    "delivery:approve_return": "for_approval",
    "delivery:reserve": "for_approval",
    "delivery:contract": "awaiting_start",
    "delivery:plan": "awaiting_start",
    "delivery:start": "awaiting_start",
    "delivery:accept": "for_acceptance",
    "delivery:accept_items": "for_acceptance",
    "delivery:accept_witness": "for_acceptance",
    "delivery:accept_conclude": "for_acceptance",
    "delivery:sign": "for_acceptance",
}


def first(rows: Any) -> int:
    found = rows.order_by("-pk").first()
    return found.pk if found else 0


def arguments(name: str, pattern: Any) -> dict[str, Any]:
    """What the route needs to name a row of the demo village."""
    building = at("in_progress")
    work = building.work
    rows = {
        "voting": lambda: first(Meeting.objects.all()),
        "proposals:merge_case": lambda: first(Merge.objects.all()),
        "proposals:review": lambda: first(PreReview.objects.filter(department__duty="建设", state="open")),
        "proposals:cycle": lambda: first(Round.objects.all()),
        "publicity:extend": lambda: first(Notice.objects.filter(state="running")),
        "delivery:milestone": lambda: first(Milestone.objects.filter(work=work)),
        "delivery:reschedule": lambda: first(Milestone.objects.filter(work=work)),
        "delivery:trouble": lambda: first(ProgressReport.objects.filter(work=work)),
        "delivery:change_case": lambda: first(ChangeOrder.objects.all()),
        "delivery:payment_case": lambda: first(Payment.objects.filter(work=work)),
        "delivery:fix": lambda: first(Rectification.objects.all()),
        "delivery:follow_up": lambda: first(FollowUp.objects.all()),
        "desk_resident": lambda: account("居民（陈阿姨）").pk,
        "desk_residency_end": lambda: account("居民（陈阿姨）").residencies.get().pk,
        "meetings-": lambda: first(Meeting.objects.all()),
        "events-": lambda: first(AuditEvent.objects.filter(is_public=True)),
        "notices-": lambda: first(Notice.objects.all()),
        "rounds-": lambda: first(Round.objects.all()),
        "reviews-": lambda: first(PreReview.objects.filter(department__duty="建设", state="open")),
    }
    given = {}
    for wanted in pattern.pattern.converters or pattern.pattern.regex.groupindex:
        if wanted == "pk":
            given["pk"] = next((rows[key]() for key in (name, *rows) if name.startswith(key) and key in rows), 0)
        elif wanted == "code":
            area = name in {"publicity:area", "areas-detail"}
            given["code"] = "440403103000" if area else at(STANDS.get(name, "in_progress")).code
        elif wanted == "token":
            given["token"] = public_photo().token
        elif wanted == "number":
            objection = Objection.objects.first()
            given["number"] = 1 if name.startswith("proposals:") else objection.number if objection else "YY-0"
        elif wanted == "order":
            given["order"] = 1
    return given


def public_photo() -> Attachment:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    kept = files.keep(SimpleUploadedFile("x.png", out.getvalue()), by=None)
    files.use([kept], public=True)
    return kept


def answer(client: Client, method: str, url: str) -> tuple[str, int]:
    """How a request is received, and how many events a refused one left; everything it did is taken back."""
    before, cookies = AuditEvent.objects.count(), client.cookies.copy()
    with transaction.atomic():
        response = client.generic(method, url, b"", content_type="application/x-www-form-urlencoded")
        left = AuditEvent.objects.count() - before
        transaction.set_rollback(True)
    client.cookies = cookies  # signing out is taken back, too
    code = response.status_code
    if code in (301, 302) and response.url.startswith("/login/?next="):
        return "登录", left
    if code in (401, 403, 404):
        return str(code), left
    assert code < 500, f"{method} {url}: {code}"
    return ("✗" if code == 405 else "✓"), 0


def observed() -> dict[tuple[str, str], dict[str, str]]:
    """The whole table as the product answers today."""
    clients = {}
    for title, person in people().items():
        clients[title] = Client()
        if person:
            clients[title].force_login(person)
    table = {}
    for name, pattern in sorted(routes().items()):
        try:
            url = reverse(name, kwargs=arguments(name, pattern))
        except NoReverseMatch as error:
            pytest.fail(f"{name}: {error}")
        for method in METHODS:
            cells = {}
            for title, client in clients.items():
                cells[title], left = answer(client, method, url)
                assert left == 0 or cells[title] == "✓", f"{method} {name} refused {title} and still left an event"
            if set(cells.values()) != {"✗"}:
                table[name, method] = cells
    return table


def written() -> dict[tuple[str, str], dict[str, str]]:
    with TABLE.open(encoding="utf-8") as file:
        return {(row.pop("route"), row.pop("method")): row for row in csv.DictReader(file)}


def write(table: dict[tuple[str, str], dict[str, str]]) -> None:
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["route", "method", *PEOPLE])
        lines.writerows([*key, *(cells[title] for title in PEOPLE)] for key, cells in table.items())


def test_every_route_lets_in_exactly_those_the_table_names(request):
    found = observed()
    if request.config.getoption("--write-permission-table"):
        write(found)

    agreed = written()

    assert sorted(found) == sorted(agreed), "routes and the table differ"
    wrong = [
        f"{method} {name}: {title} gets {cells[title]}, the table says {agreed[name, method][title]}"
        for (name, method), cells in found.items()
        for title in PEOPLE
        if cells[title] != agreed[name, method][title]
    ]
    assert wrong == []
