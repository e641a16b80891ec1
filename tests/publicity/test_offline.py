"""Without a network (离线): pages seen are read again, what was typed is still there, and nothing private was kept."""

import json
import re
from urllib.parse import unquote

import pytest
from django.conf import settings as project_settings
from playwright.sync_api import expect

from proposals.models import ProjectState as S
from proposals.services import moves
from publicity.models import Objection
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
CONTROLLED = "() => navigator.serviceWorker.ready.then(() => !!navigator.serviceWorker.controller)"
KEPT = "() => caches.open('pages-1').then(p => p.keys()).then(k => k.map(r => new URL(r.url).pathname))"


@pytest.fixture
def project():
    project = make.project(state=S.FOR_APPROVAL, title="卫生站门口修坡道")
    return moves.advance(project, by="test", sentence="镇政府批准52,800元")


def settle(page):
    """Until the service worker answers for this page, and again for what it reads."""
    page.goto("/help/")
    until(page, lambda: page.evaluate(CONTROLLED))


def until(page, holds):
    """Wait for what a promise tells; wait_for_function takes the promise itself for an answer."""
    for _n in range(100):
        if holds():
            return
        page.wait_for_timeout(100)
    pytest.fail("it never came to that")


@pytest.mark.journey
def test_a_page_seen_can_be_read_again_without_a_network(new_page, project, wire):
    page = new_page(make.resident(name="陈测试"), at=wire.url)
    settle(page)
    page.goto(project.get_absolute_url())
    until(page, lambda: project.get_absolute_url() in page.evaluate(KEPT))

    wire.cut()
    page.goto(project.get_absolute_url())

    expect(page.get_by_role("heading", name="卫生站门口修坡道")).to_be_visible()
    page.goto("/notices/")
    expect(page.get_by_role("heading", name="没有网络", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("卫生站门口修坡道"))).to_be_visible()


@pytest.mark.journey
def test_what_is_kept_is_what_everybody_may_see(new_page, project):
    page = new_page(make.officer("social_worker", name="林测试"))
    settle(page)
    page.goto("/me/")
    page.goto("/desk/")
    page.goto(project.get_absolute_url())
    until(page, lambda: project.get_absolute_url() in page.evaluate(KEPT))

    texts = page.evaluate(
        "() => caches.open('pages-1').then(p => p.matchAll()).then(all => Promise.all(all.map(a => a.text())))"
    )

    assert set(page.evaluate(KEPT)) <= {"/help/", project.get_absolute_url()}
    assert [text for text in texts if "工作台" in text or "林测试" in text] == []


@pytest.mark.journey
def test_what_was_typed_without_a_network_is_sent_when_it_is_back(new_page, project):
    page = new_page(make.resident(name="陈测试"))
    page.goto(f"{project.get_absolute_url()}object/")
    page.get_by_label("您不同意什么").fill("坡道挡住了消防通道")
    page.context.set_offline(True)
    page.get_by_label("为什么").fill("消防车转不过来")

    page.get_by_role("button", name="提交异议").click()

    expect(page.get_by_text("没有网络。已填的内容存在这部手机里")).to_be_visible()
    assert Objection.objects.count() == 0
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_label("为什么")).to_have_value("消防车转不过来")
    expect(page.get_by_text("上次没提交的内容还在")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name="提交异议").click()
    page.context.set_offline(False)
    page.get_by_role("button", name="继续提交").click()
    expect(page.get_by_role("heading", name="异议已提交")).to_be_visible()
    assert Objection.objects.get().why == "消防车转不过来"
    page.goto(f"{project.get_absolute_url()}object/")
    expect(page.get_by_label("为什么")).to_have_value("")


@pytest.mark.journey
def test_signing_out_leaves_nothing_typed_for_the_next_person(new_page, project):
    page = new_page(make.resident(name="陈测试"))
    page.goto(f"{project.get_absolute_url()}object/")
    page.get_by_label("为什么").fill("消防车转不过来")
    assert "消防车" in page.evaluate("JSON.stringify(localStorage)")

    page.goto("/me/")
    page.get_by_role("button", name="退出").click()

    page.wait_for_url("**/")
    assert page.evaluate("JSON.stringify(localStorage)") == "{}"


def test_the_worker_keeps_files_that_are_there(client):
    script = client.get("/sw.js")

    assert script["Content-Type"].startswith("text/javascript")
    shell = json.loads(re.match(r"var SHELL = (\[.*?\]);", script.content.decode())[1])
    assert len(shell) > 15
    for address in shell:
        assert (project_settings.BASE_DIR / unquote(address).lstrip("/")).is_file(), address
    assert "Set-Cookie" not in script


def test_the_name_card_leads_home_and_has_its_pictures(client):
    card = client.get("/manifest.webmanifest").json()

    assert card["start_url"] == "/"
    for icon in card["icons"]:
        assert (project_settings.BASE_DIR / icon["src"].lstrip("/")).is_file()
