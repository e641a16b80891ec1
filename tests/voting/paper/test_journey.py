"""Paper ballots in a browser: a stack keyed without a mouse, with scripts and without, and every page looked at."""

import pytest
from django.urls import reverse

from tests.browser import DESK, PHONE
from tests.voting.paper import station
from tests.voting.paper.station import WITNESS
from voting import paper_rules
from voting.models import PaperHandout, PaperSheet

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True, databases=["default", "urn"])]
SHEET = 10
KEYS = 5 + 1 + 3 + 1  # 00019, Enter, 1 3, Enter: what a ballot of two choices takes


@pytest.mark.parametrize(("js_enabled", "papers"), [(True, 50), (False, 12)], ids=["scripts", "no scripts"])
def test_a_stack_is_keyed_by_keyboard_alone(new_page, accessible, js_enabled, papers):
    found = station.returned(papers, size=60, roll=papers, projects=5)
    page = new_page(found.worker, viewport=DESK)
    page.goto(reverse("voting:paper_key", args=[found.office.poll.pk, 1]))
    accessible(page)
    keys, onward = 0, "Enter" if js_enabled else "Tab"

    for first in range(1, papers + 1, SHEET):
        _to_the_first_cell(page, js_enabled)
        last = min(first + SHEET - 1, papers)
        for serial in range(first, last + 1):
            number = paper_rules.code(found.batch, serial).removeprefix("1-").replace("-", "")
            page.keyboard.type(number)
            page.keyboard.press(onward)
            page.keyboard.type("1 3")
            if serial < last:
                page.keyboard.press(onward)
            keys += len(number) + 1 + len("1 3") + 1
        with page.expect_navigation():
            page.keyboard.press("Enter")
            if js_enabled and last - first + 1 < SHEET:
                page.keyboard.press("Enter")  # an empty line hands the sheet in

    assert f"您已录{papers}张，一共{papers}张" in page.content()
    assert PaperSheet.objects.filter(turn=1).count() == papers
    codes = found.codes()
    assert all(sheet.choices == {codes[0]: 1, codes[2]: 1} for sheet in PaperSheet.objects.all())
    assert keys == papers * KEYS


def _to_the_first_cell(page, js_enabled):
    """Scripts put the cursor there; without them Tab leads there."""
    first = page.locator("table.keying input").first
    if not js_enabled:
        first.focus()
    page.wait_for_function("document.activeElement.name === 'row-0-serial'")


@pytest.mark.parametrize("js_enabled", [True, False], ids=["scripts", "no scripts"])
def test_a_wrong_number_is_mended_and_nothing_is_lost(new_page, accessible, js_enabled):
    found = station.returned(2)
    page = new_page(found.worker, viewport=PHONE)
    page.goto(reverse("voting:paper_key", args=[found.office.poll.pk, 1]))
    right = paper_rules.code(found.batch, 1)
    wrong = f"{right[:-1]}{(int(right[-1]) + 1) % 10}"

    page.get_by_label("第1行编号").fill(wrong)
    page.get_by_label("第1行选了第几项").fill("2")
    page.get_by_role("button", name="交这几张").click()

    page.get_by_text("没有这个编号，请对着票再看一遍").wait_for()
    assert page.get_by_label("第1行编号").input_value() == wrong
    assert page.get_by_label("第1行选了第几项").input_value() == "2"
    accessible(page)
    page.get_by_label("第1行编号").fill(right)
    page.get_by_role("button", name="交这几张").click()
    page.get_by_text("您已录1张，一共2张").wait_for()


def test_a_ballot_is_given_on_a_phone(new_page, accessible):
    found = station.opened()
    entry = found.entries[0]
    page = new_page(found.worker)
    page.goto(reverse("voting:paper_batch", args=[found.office.poll.pk, 1]))
    accessible(page)
    page.get_by_role("link", name="发纸质票").last.click()  # the first is the queue's, beside the page
    page.get_by_label("找谁").fill(entry.person.name)
    page.get_by_label("见证人").fill(WITNESS)
    page.get_by_role("button", name="找人").click()
    page.locator("[data-test=found] button").first.wait_for()
    accessible(page)

    page.locator("[data-test=found] button").first.click()

    page.get_by_text("我刚发的").wait_for()
    assert PaperHandout.objects.count() == 1
    accessible(page)


def test_every_page_of_the_way_back_reads_well(new_page, accessible):
    found = station.returned(2)
    found.key(1, found.worker, 1)
    found.key(1, found.village, 2)
    page = new_page(found.office.handler)

    for name in ("paper_return", "paper_key", "paper_strike", "paper_differences", "paper_account", "paper_batch"):
        reader = new_page(found.worker) if name == "paper_return" else page
        reader.goto(reverse(f"voting:{name}", args=[found.office.poll.pk, 1]))
        accessible(reader)
    page.goto(reverse("voting:paper", args=[found.office.poll.pk]))
    accessible(page)
