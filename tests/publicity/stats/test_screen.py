"""The big screen: the numbers of the statistics, nobody's name, part after part."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.utils.html import strip_tags

from civic.models import AuditEvent, Role
from civic.moments import now, today
from proposals.models import Project
from proposals.models import ProjectState as S
from publicity.queries.stats.composed import statistics
from publicity.queries.stats.scope import of
from tests import make
from tests.publicity.stats import build

pytestmark = pytest.mark.django_db
WALL = f"/screen/{make.DISTRICT}/"


@pytest.fixture
def year():
    return build.year_of(2)


def shown(client, part):
    return client.get(f"{WALL}?part={part}")


def test_every_number_is_the_one_of_the_statistics(client, year):
    build.pool(year, 1_000_000, 250_000)
    build.rated(Project.objects.filter(state=S.COMPLETED).first(), 5, 5, 4, 3, 1)

    steps, lamps = shown(client, "steps").context, shown(client, "lamps-1").context

    tables = client.get("/stats/").context["statistics"].tables
    assert [step.cells[0] for step in steps["steps"]] == [f"{n:,}" for n in tables["funnel"].column("projects")[:6]]
    assert steps["pool"]["left"] == tables["pools"].total_of("left") == Decimal(750_000)
    assert steps["pool"]["share"] == 25
    assert (steps["satisfied"], steps["rated"]) == tuple(reversed(tables["answers"].shown_rows[-1].cells[1:]))
    at_home = {figure["key"]: figure["number"] for figure in client.get("/").context["told"]["figures"]}
    assert steps["overdue"] == at_home["overdue"]
    assert lamps["lamp_sums"] == tables["lamps"].total


def test_a_village_has_its_own_screen(client, year):
    answer = client.get(f"/screen/{make.OTHER_VILLAGE}/")

    assert answer.context["count"] == statistics(of(make.area(make.OTHER_VILLAGE))).count
    assert client.get("/screen/999999999999/").status_code == 404


def test_the_most_overdue_stand_first_with_who_has_them(client, year):
    make.officer(Role.TOWN_HANDLER, make.TOWN)
    for days in range(1, 8):
        make.project(S.FOR_APPROVAL, round=year, title=f"晚了{days}天", due_on=today() - timedelta(days=days * 7))

    late = shown(client, "late").context["late"]

    assert len(late) == 5
    assert late[0].title == "晚了7天"
    assert all(one.unit and one.days > 0 for one in late)
    assert [one.days for one in late] == sorted((one.days for one in late), reverse=True)


def test_no_resident_is_named_not_even_masked(client, year):
    resident = make.person("欧阳测试")
    worker = make.officer(Role.SOCIAL_WORKER)
    project = make.project(S.RETURNED, round=year, proposer=resident, due_on=today() - timedelta(days=9))
    AuditEvent.objects.create(
        subject=project.code,
        action="project.submit",
        actor=worker,
        on_behalf_of=resident,
        area_id=project.area_id,
        sentence="{who}提出，{helper}代录",
    )

    for part in ("steps", "lamps-1", "late"):
        text = strip_tags(shown(client, part).content.decode())
        assert "欧" not in text
        assert not re.search(r"\w\*\*", text)
    assert "居民提出" in shown(client, "late").content.decode()


def test_parts_follow_each_other_and_come_round(client, year):
    seen, part = [], ""
    for _n in range(4):
        context = shown(client, part).context
        seen.append(context["showing"])
        part = context["next_part"]

    assert seen == ["steps", "lamps", "late", "steps"]


def test_more_places_than_fit_make_another_part(client, year, monkeypatch):
    monkeypatch.setattr("publicity.views.screen.PLACES_AT_ONCE", 1)

    wall = client.get(f"/screen/{make.TOWN}/").context

    assert [name for _number, name, _current in wall["parts"]] == ["steps", "lamps-1", "lamps-2", "late"]
    second = client.get(f"/screen/{make.TOWN}/?part=lamps-2").context
    assert len(second["lamps"]) == 1


def test_it_leads_to_its_text_and_works_without_scripts(client, year):
    html = client.get(WALL).content.decode()

    assert f'href="/stats/?area={make.DISTRICT}&amp;year={today().year}"' in html
    for part in ("steps", "lamps-1", "late"):
        assert f"part={part}" in html
    assert re.search(r"<button[^>]* hidden[^>]*data-pause", html)  # only the script can pause
    assert re.search(r"<p data-stale hidden[^>]*>数据停在\d\d:\d\d</p>", html)


def test_a_place_where_nothing_happened_yet_says_so(client):
    make.areas()

    assert "还没有进展" in client.get(f"/screen/{make.VILLAGE}/?part=late").content.decode()
    assert "这里没有登记资金池" in client.get(f"/screen/{make.VILLAGE}/").content.decode()
    assert "还没有开工的项目" in client.get(f"/screen/{make.VILLAGE}/?part=lamps-1").content.decode()


@pytest.mark.parametrize("name", ["ink", "ink-2", "ok", "warn", "bad", "done"])
def test_every_colour_of_the_wall_is_seen_from_afar(name):
    tokens = dict(
        re.findall(r"--(screen[\w-]*): (#[0-9a-f]+);", (settings.BASE_DIR / "static/css/tokens.css").read_text())
    )

    for ground in ("screen", "screen-card"):
        dark, light = sorted(map(luminance, (tokens[ground], tokens[f"screen-{name}"])))
        assert (light + 0.05) / (dark + 0.05) >= 7, (name, ground)


def luminance(colour):
    """Relative luminance by WCAG."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = (int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4))
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_update_time_is_when_it_was_counted(client, year):
    counted = shown(client, "steps").context["counted_at"]

    assert abs(counted - now()) < timedelta(minutes=1)
