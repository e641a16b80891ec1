"""What every template keeps to: it compiles, carries no inline script or style, and can be translated."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import get_template, render_to_string

from civic.models import Area
from civic.pages import Todo, Todos
from civic.templatetags.civic import unbroken

ROOTS = [settings.BASE_DIR / "templates", *settings.BASE_DIR.glob("*/templates")]
TEMPLATES = {str(path.relative_to(root)): path for root in ROOTS for path in sorted(root.rglob("*.html"))}
FOR_OURSELVES = {name for name in TEMPLATES if name.startswith("styleguide/")}  # its people and units are samples
FORMS = {"publicity/_document.html"}  # a form is written in the language of its place, whoever draws it
MARKED = re.compile(
    r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|{%\s*blocktrans.*?endblocktrans(?:late)?\s*%}|{%.*?%}|{{.*?}}|<!--.*?-->",
    re.S,
)
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
INLINE = re.compile(r"""<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=["']|javascript:""", re.I)
ERRORS = [400, 403, 404, 405, 409, 413, 422, 429, 500, 503]


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_compiles(name):
    get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_has_no_inline_script_or_style(name):
    assert INLINE.findall(TEMPLATES[name].read_text()) == []


@pytest.mark.parametrize("name", sorted(set(TEMPLATES) - FOR_OURSELVES - FORMS))
def test_every_chinese_word_is_marked_for_translation(name):
    assert CHINESE.findall(MARKED.sub("", TEMPLATES[name].read_text())) == []


@pytest.mark.parametrize("code", ERRORS)
def test_an_error_page_needs_nothing_and_offers_a_way_out(code):
    html = render_to_string(f"errors/{code}.html")

    assert html.count("<h1>") == 1
    assert '<a class="button' in html


def test_an_error_page_shows_the_number_to_name_on_the_phone(client, db):
    answer = client.get("/no-such-page/")

    assert answer.status_code == 404
    assert f"编号 {answer['X-Request-Id']}" in answer.content.decode()
    assert "没找到这一页" in answer.content.decode()


def test_a_posted_page_that_a_phone_opens_anew_is_no_empty_page(client, db):
    answer = client.get("/areas/remember/")

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "这里只收按钮送来的内容" in answer.content.decode()


def test_a_part_gets_the_words_of_the_refusal_and_not_a_page_within_the_page(rf):
    request = rf.get("/")
    request.htmx = True

    part = render_to_string("errors/409.html", {"message": "投票已截止", "request": request})

    assert "投票已截止" in part
    assert "<html" not in part


def test_an_anonymous_page_sets_no_cookie(client, db):
    assert client.get("/no-such-page/").cookies == {}


def test_a_desk_lists_its_queues_with_their_counts(rf):
    queues = [
        Todo("预审", 7, "/desk/review/", 2),
        Todo("受理", 0, "/desk/intake/"),
        Todo("异议办理", 1, "/desk/objections/"),
    ]

    request = rf.get("/desk/")
    request.user = AnonymousUser()
    html = render_to_string("desk.html", {"todos": Todos(queues)}, request)

    assert "工作台的页面" in html
    assert "待办 8，超期 2" in html
    assert "待办 7，超期 2" in html
    assert "待办 0" not in html


def test_the_old_phones_css_stays_small_and_plain():
    css = {path.name: path.read_text() for path in Path(settings.BASE_DIR, "static/css").glob("*.css")}
    too_new = re.compile(r":has\(|@layer|@container|oklch|color-mix|aspect-ratio|\binset:|^\s*&", re.M)

    assert {name: too_new.findall(text) for name, text in css.items() if too_new.search(text)} == {}


def test_only_the_tokens_know_a_colour_by_its_number():
    css = {path.name: path.read_text() for path in Path(settings.BASE_DIR, "static/css").glob("*.css")}
    numbered = re.compile(r"#[0-9a-f]{3,8}\b(?=[;,\s)])", re.I)
    known = {"tokens.css", "dark.css", "print.css"}

    assert {
        name: numbered.findall(text) for name, text in css.items() if name not in known and numbered.search(text)
    } == {}


def test_style_and_script_fit_a_weak_signal():
    import gzip

    static = Path(settings.BASE_DIR, "static")
    css = b"".join(path.read_bytes() for path in sorted((static / "css").glob("*.css")))

    assert len(gzip.compress(css)) <= 30_000
    assert (static / "js" / "app.js").stat().st_size <= 8_000


def test_the_page_of_a_fault_asks_nothing_of_the_database(rf):
    from config.errors import broken

    request = rf.get("/")
    request.id = "E-3F2A0001"

    answer = broken(request)  # no database mark: a query would fail this test

    assert answer.status_code == 500
    assert "编号 E-3F2A0001" in answer.content.decode()


def test_the_header_names_the_place_as_people_say_it():
    html = render_to_string("parts/_header.html", {"place": Area(name="测试甲村委会", level="village")})

    assert "测试甲村" in html
    assert "委会" not in html


def test_a_line_ends_inside_no_code_amount_or_masked_name():
    said = unbroken("小濠冲村 · WSS-2026-0002，陈**提的，50,000元")

    assert said == (
        '小濠冲村 · <span class="nowrap">WSS-2026-0002</span>，<span class="nowrap">陈**</span>提的，'
        '<span class="money">50,000元</span>'
    )
    assert unbroken("<b>2026-01-02") == "&lt;b&gt;2026-01-02"
