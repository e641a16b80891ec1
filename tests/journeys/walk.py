"""Walking through the pages as people do: by what is written on them, each in a browser of one's own."""

import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import FilePayload, Locator, Page, expect

from civic.models import Person
from tests.browser import DESK, PHONE

SCANS = 2  # of one address in one journey: the desk and the project's page are met dozens of times


class Walk:
    """Pages of one journey.

    With scripts the people in office sit at a desk; without, everyone holds a small phone.
    """

    def __init__(self, new_page, accessible, js_enabled: bool) -> None:
        self.new_page, self.accessible = new_page, accessible
        self.office_view = DESK if js_enabled else PHONE
        self.pages: dict[int, Page] = {}
        self.code = ""
        self.seen: Counter[str] = Counter()
        self.faults: list[str] = []
        self.names: list[str] = []

    def as_(self, person: Person) -> Page:
        """This person's own browser."""
        if person.pk not in self.pages:
            view = self.office_view if person.is_office else PHONE
            self.pages[person.pk] = self.new_page(person, viewport=view)
        return self.pages[person.pk]

    def look(self, page: Page, heading: str | re.Pattern[str] = "") -> None:
        """The page's one heading is the one expected, and nothing on it shuts anybody out: that is told at the end."""
        if heading:
            expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        self.seen[urlsplit(page.url).path] += 1
        if self.seen[urlsplit(page.url).path] > SCANS:
            return
        try:
            self.accessible(page)
        except AssertionError as fault:
            self.faults.append(str(fault))

    def desk(self, person: Person, queue: str) -> Page:
        """From the desk (工作台) into one of its queues."""
        page = self.as_(person)
        page.goto("/desk/")
        self.look(page, re.compile("^(待办|今天)"))  # a village worker's desk begins with today
        pages = page.get_by_text("工作台的页面", exact=True)
        if pages.is_visible():  # folded on a phone
            pages.click()
        arrive(page, page.get_by_role("main").get_by_role("link", name=re.compile(rf"^{queue}\s*待办")).last)
        self.look(page)
        return page

    def project(self, person: Person | None = None) -> Page:
        """The project's public page, as this person sees it, or somebody who has never been here before."""
        page = self.as_(person) if person else self.new_page()
        page.goto(f"/p/{self.code}/")
        return page

    def told(self, state: str, *sentences: str) -> None:
        """Anybody reads on the project's page where it stands and what happened; nobody's name is given away."""
        page = self.project()
        expect(page.get_by_text(state, exact=True).first).to_be_visible()
        for sentence in sentences:
            expect(page.get_by_text(sentence).first).to_be_visible()
        self.look(page)
        html = page.content()
        assert [name for name in self.names if name in html] == []


def arrive(page: Page, by: Locator) -> None:
    """Click, and wait for the next page: looking at once would scan one that is being torn down."""
    with page.expect_navigation():
        by.click()


def press(page: Page, name: str, *, exact: bool = False) -> None:
    """Press the button with these words (``exact``: and no others); it sends a form."""
    arrive(page, page.get_by_role("button", name=name, exact=exact))


def follow(page: Page, name: str) -> None:
    """Follow the link with these words."""
    arrive(page, page.get_by_role("main").get_by_role("link", name=name).first)


def choose(page: Page, group: str, answer: str) -> None:
    """Choose one answer of a question."""
    page.get_by_role("group", name=group).get_by_role("radio", name=answer, exact=True).check()


def attach(picker: Locator, file: FilePayload | str | Path) -> None:
    """Choose a file as the picker's last one; where scripts send it at once, wait until it is up.

    Nobody presses while the list above still grows: that a press waits for what is under way is told by
    tests/journeys/test_upload.py.
    """
    picker.set_input_files(file)
    if picker.get_attribute("data-upload-on") is not None:
        list_above = picker.locator("xpath=preceding-sibling::*[1]")
        expect(list_above.locator(".kept-file__told").last).to_have_text("已传好")


def said(page: Page, words: str) -> None:
    """The page says that it is done."""
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()
