"""How every route is asked by every kind of person, and the table of who may: for the tests that walk all of them."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from civic.models import AuditEvent, Person, Role
from publicity.demo.places import account
from tests.permission_rows import Rows

Table = dict[tuple[str, str], dict[str, str]]
TABLE = Path(__file__).with_name("permission_table.csv")
METHODS = ("GET", "POST")
PEOPLE = (
    "访客", "居民", "提议人", "议事会成员", "社工", "邻村社工", "村居两委", "部门审核", "别的部门", "镇街经办", "镇街审批",
    "邻镇经办", "施工单位", "监督小组", "领办领导", "区专班", "审计", "系统管理员",
)  # fmt: skip
LETS_IN = {200, 201, 204, 301, 302, 400, 409, 422}  # done, or told what to mend or why not now
FOREIGN = ("admin:", "schema", "api-docs")  # tested where they are made: tests/civic/test_admin.py, test_openapi.py


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


def people(rows: Rows) -> dict[str, Person | None]:
    """One person of each kind, all of 小濠冲村's own offices and some from next door."""
    village = account("居民（陈阿姨）").home_area
    elsewhere = Person.objects.filter(appointments__role=Role.SOCIAL_WORKER).exclude(appointments__area=village)
    return {
        "访客": None,
        "居民": account("居民（阿强）"),
        "提议人": rows.projects["filed"].proposer,
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


def rows_of(route: str, rows: Rows) -> list[str]:
    """The lines a route has in the table: by itself, or once for each of its rows (``route 说明``)."""
    named = [name for name in {**rows.given, **rows.sent} if name == route or name.startswith(f"{route} ")]
    return sorted(named) or [route]


def address(name: str, pattern: Any, rows: Rows) -> str:
    """Where a line of the table is asked for."""
    route = name.split(" ")[0]
    given = {"order": 1, "number": 1, "code": rows.code(route)}
    for key in (route.split(":")[0], route, name):
        given |= rows.given.get(key, {})
    wanted = pattern.pattern.converters or pattern.pattern.regex.groupindex
    if missing := set(wanted) - set(given):
        pytest.fail(f"{name}: no row for its {missing}; tell one in tests/permission_rows.py")
    return reverse(route, kwargs={key: given[key] for key in wanted}) + rows.query.get(route, "")


def answer(client: Client, method: str, url: str, sent: Mapping[str, Any], last: int) -> str:
    """How a request is received; everything it did is taken back. One refused leaves no event after the last one."""
    cookies, as_json = client.cookies.copy(), url.startswith("/api/")
    body = json.dumps(sent) if as_json and sent else urlencode(sent)
    kind = "application/json" if as_json and sent else "application/x-www-form-urlencoded"
    with transaction.atomic():
        response = client.generic(method, url, body, content_type=kind)
        cell = word(response)
        assert cell == "✓" or not AuditEvent.objects.filter(pk__gt=last).exists(), f"{url}: {cell}, yet an event"
        transaction.set_rollback(True)
    client.cookies = cookies  # signing out is taken back, too
    return cell


def word(response: HttpResponse) -> str:
    """What the table says of an answer."""
    code = response.status_code
    if code in (301, 302) and response["Location"].startswith("/login/?next="):
        return "登录"
    if code in (401, 403, 404, 405):
        return "✗" if code == 405 else str(code)
    assert code in LETS_IN, f"{response.request['PATH_INFO']}: {code}"
    return "✓"


def written() -> Table:
    with TABLE.open(encoding="utf-8") as file:
        return {(row.pop("route"), row.pop("method")): row for row in csv.DictReader(file)}
