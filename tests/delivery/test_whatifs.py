"""What-if copies (测算): tried without counting, compared, submitted whole or not at all."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from civic.models import Area, AuditEvent, Role
from civic.rules import RuleBroken
from delivery import queries
from delivery.models import Approval, Pool, PoolEntry, WhatIf, WhatIfLine
from delivery.queries.whatifs import compared, lines_of_whatif
from delivery.rules.whatifs import spread
from delivery.services import approvals, whatifs
from delivery.services.whatifs import Change
from proposals.models import Project, ProjectState
from proposals.rules import Stale
from tests import make
from tests.delivery import build

pytestmark = pytest.mark.django_db
YUAN = Decimal
OUT, IN = False, True


@pytest.fixture
def town():
    return build.town(pool="100000")


def copy(town, name: str = "先修路", **extra) -> WhatIf:
    return whatifs.make(town.pool, queries.table(town.pool).asks, by=town.handler, name=name, **extra)


def typed(whatif: WhatIf, *lines: tuple) -> dict[int, Change]:
    """Of each line in order: in or out, amount, next year's part, why."""
    rows = whatif.lines.order_by("position")
    return {row.pk: Change(inside, YUAN(a), YUAN(n), why) for row, (inside, a, n, why) in zip(rows, lines, strict=True)}


def come_to(whatif: WhatIf):
    return spread(lines_of_whatif(whatif), queries.available_in(whatif.pool))


def submit(whatif, town, **extra):
    given = {"minutes_no": "镇纪要第9号", "minutes": build.file(town.handler)}
    return whatifs.submit(whatif, by=town.handler, **given | extra)


def url(name: str, *args) -> str:
    return reverse(f"delivery:{name}", args=args)


def posted(whatif: WhatIf, **changes) -> dict:
    sent = {"version": whatif.version}
    for line in whatif.lines.all():
        sent |= {f"yuan_{line.pk}": str(line.amount_yuan), f"later_{line.pk}": "", f"why_{line.pk}": ""}
        if line.is_included:
            sent[f"in_{line.pk}"] = "on"
    return sent | changes


def test_a_copy_takes_in_what_fits_and_leaves_out_what_is_submitted(town):
    build.submitted(town, "10000")
    rows = [build.asking(town, amount) for amount in ("60000", "30000", "20000")]

    whatif = copy(town)

    assert list(whatif.lines.values_list("project", "is_included")) == [
        (rows[0].pk, IN), (rows[1].pk, IN), (rows[2].pk, OUT),
    ]  # fmt: skip


def test_a_copy_changes_neither_pool_nor_any_public_figure(town, client):
    project = build.asking(town, "60000")
    build.approved(town, "20000")

    def public() -> list:
        pages = ["/stats/money/", "/data/stats/pools.csv", f"/api/v1/pools/{town.pool.pk}/", project.get_absolute_url()]
        told = [client.get(page).getvalue() for page in pages]
        return [
            *told,
            Pool.objects.values().get(),
            PoolEntry.objects.count(),
            AuditEvent.objects.filter(is_public=True).count(),
        ]

    before = public()
    whatif = copy(town)
    whatifs.change(whatif, typed(whatif, (IN, "99999", "40000", "试试")), by=town.handler)

    assert public() == before
    assert Project.objects.get(pk=project.pk).best_yuan == YUAN("60000")
    assert queries.available_in(Pool.objects.get()) == YUAN("80000")


def test_what_a_copy_comes_to_by_village_by_category_and_per_head(town):
    Area.objects.filter(pk=make.VILLAGE).update(population=3000)
    build.asking(town, "60000", category="健全公共设施")
    build.asking(town, "30000", category="消除安全隐患")
    build.asking(town, "9000", at=make.OTHER_VILLAGE, category="健全公共设施")
    whatif = copy(town)

    whatifs.change(
        whatif,
        typed(whatif, (IN, "60000", "20000", ""), (IN, "30000", "0", ""), (OUT, "9000", "0", "")),
        by=town.handler,
    )

    found = come_to(whatif)
    assert (found.projects, found.this_year_yuan, found.next_year_yuan) == (2, YUAN("70000"), YUAN("20000"))
    assert (found.left_yuan, found.over_yuan) == (YUAN("30000"), 0)
    assert [(share.name, share.this_year_yuan, share.per_head_yuan) for share in found.by_village] == [
        ("测试甲村", YUAN("70000"), YUAN("30.00"))
    ]
    assert [(share.name, share.projects, share.this_year_yuan) for share in found.by_category] == [
        ("健全公共设施", 1, YUAN("40000")), ("消除安全隐患", 1, YUAN("30000")),
    ]  # fmt: skip
    assert all(share.per_head_yuan is None for share in found.by_category)


def test_two_copies_stand_side_by_side(town):
    first, second = build.asking(town, "60000"), build.asking(town, "30000")
    one = copy(town)
    two = copy(town, "先装灯", of=one)

    whatifs.change(two, typed(two, (OUT, "60000", "0", ""), (IN, "25000", "0", "少装一盏")), by=town.handler)

    rows = compared(*(list(lines_of_whatif(each)) for each in (one, two)))
    assert [(row.project, row.first_yuan, row.second_yuan, row.differs) for row in rows] == [
        (first, YUAN("60000"), None, True), (second, YUAN("30000"), YUAN("25000"), True),
    ]  # fmt: skip


def test_a_copy_is_submitted_whole_and_then_stands_still(town):
    build.asking(town, "60000")
    build.asking(town, "30000")
    whatif = copy(town)
    whatifs.change(whatif, typed(whatif, (IN, "55000", "15000", "按定额"), (IN, "30000", "0", "")), by=town.handler)

    asked = submit(whatif, town)

    assert [(a.amount_yuan, a.pool_yuan, a.reason) for a in asked] == [
        (YUAN("55000"), YUAN("40000"), "按定额"), (YUAN("30000"), YUAN("30000"), ""),
    ]  # fmt: skip
    assert dict(asked[0].sources.values_list("kind", "amount_yuan")) == {
        "pool": YUAN("40000"),
        "next_year": YUAN("15000"),
    }
    assert queries.available_in(town.pool) == YUAN("30000")
    whatif.refresh_from_db()
    with pytest.raises(RuleBroken, match="已经提交，不能再改"):
        whatifs.change(whatif, {}, by=town.handler)


def test_a_copy_over_the_pool_is_not_submitted_and_says_by_how_much(town):
    build.asking(town, "100000")
    whatif = copy(town)
    whatifs.change(whatif, typed(whatif, (IN, "220000", "0", "加长")), by=town.handler)

    with pytest.raises(RuleBroken, match="超出120,000元，不能提交"):
        submit(whatif, town)

    assert Approval.objects.count() == 0


def test_one_refusal_takes_the_whole_submission_back(town):
    build.asking(town, "40000")
    build.asking(town, "30000")
    whatif = copy(town)
    whatifs.change(whatif, typed(whatif, (IN, "40000", "0", ""), (IN, "29000", "0", "")), by=town.handler)

    with pytest.raises(RuleBroken, match="请写明原因"):
        submit(whatif, town)

    assert Approval.objects.count() == 0
    whatif.refresh_from_db()
    assert whatif.submitted_at is None


def test_what_left_the_queue_meanwhile_is_named(town):
    project = build.asking(town, "40000")
    whatif = copy(town)
    approvals.reserve(project, by=town.handler, reason="钱不够")

    with pytest.raises(RuleBroken, match=f"有1项已经不在待审批.*{project.code}"):
        submit(whatif, town)


def test_what_last_years_copies_put_on_this_year_is_no_longer_available(town):
    from proposals.models import Round

    build.asking(town, "60000")
    whatif = copy(town)
    whatifs.change(whatif, typed(whatif, (IN, "60000", "25000", "")), by=town.handler)
    later = make.round_()
    Round.objects.filter(pk=later.pk).update(year=town.round.year + 1)
    later.refresh_from_db()
    pool = Pool.objects.create(area=town.pool.area, round=later, amount_yuan=YUAN("30000"))
    submit(whatif, town)

    assert queries.promised_yuan(pool) == YUAN("25000")
    assert queries.available_in(pool) == YUAN("5000")
    with pytest.raises(RuleBroken, match=r"超出0.01元"):
        build.submitted(town, project=make.project(
            ProjectState.FOR_APPROVAL, round=later, reviewed_yuan=YUAN("5000.01"), estimate_yuan=YUAN("5000.01")
        ))  # fmt: skip


@pytest.mark.parametrize("change", [{"amount_yuan": 0}, {"next_year_yuan": 60000}, {"next_year_yuan": -1}])
def test_the_database_refuses_a_split_that_makes_no_sense(town, change):
    build.asking(town, "60000")
    copy(town)

    with pytest.raises(IntegrityError), transaction.atomic():
        WhatIfLine.objects.update(**{name: YUAN(value) for name, value in change.items()})


def test_a_change_made_on_an_old_page_is_refused(town):
    build.asking(town)
    whatif = copy(town)
    whatifs.change(whatif, {}, by=town.handler, version=1)

    with pytest.raises(Stale):
        whatifs.change(whatif, {}, by=town.handler, version=1)


def test_the_page_says_that_it_does_not_count_until_it_is_submitted(town, client):
    build.asking(town, "60000")
    client.force_login(town.handler)
    made = client.post(f"{url('whatif_new')}?pool={town.pool.pk}", {"name": "先修路"})
    whatif = WhatIf.objects.get()

    before = client.get(made.url).content.decode()
    answer = client.post(
        url("whatif_submit", whatif.pk),
        {"minutes_no": "镇纪要第9号", "minutes": _paper(), "skip_reason": ""},
        follow=True,
    )

    assert 'data-watermark="测算，不作数"' in before
    assert "css/whatif.css" in before
    after = answer.content.decode()
    assert "已提交，等另一位同事审批" in after
    assert "data-watermark" not in after
    assert Approval.objects.get().state == "submitted"


def test_the_watermark_is_printed_too():
    from pathlib import Path

    style = Path("static/css/whatif.css").read_text(encoding="utf-8")

    assert ".watermark::before" in style.split("@media print")[1]


def test_what_is_typed_is_added_up_at_once_and_kept_only_when_saved(town, client):
    build.asking(town, "60000")
    client.force_login(town.handler)
    whatif = copy(town)
    line = whatif.lines.get()
    sent = posted(whatif, **{f"yuan_{line.pk}": "70,000", f"later_{line.pk}": "20000"})

    live = client.post(url("whatif_spread", whatif.pk), sent, headers={"HX-Request": "true"}).content.decode()
    assert "50,000" in live
    line.refresh_from_db()
    assert line.amount_yuan == YUAN("60000")
    assert client.post(url("whatif", whatif.pk), sent).status_code == 302

    line.refresh_from_db()
    assert (line.amount_yuan, line.next_year_yuan) == (YUAN("70000"), YUAN("20000"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"yuan": ""}, "请填写金额"), ({"yuan": "-1"}, "不能是负数"), ({"later": "60000"}, "下年的部分要比金额少")],
)
def test_a_line_nobody_means_is_a_form_to_mend(town, client, changes, said):
    build.asking(town, "60000")
    client.force_login(town.handler)
    whatif = copy(town)
    key = whatif.lines.get().pk

    answer = client.post(
        url("whatif", whatif.pk), posted(whatif, **{f"{name}_{key}": value for name, value in changes.items()})
    )

    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_copy_is_changed_by_who_made_it_and_seen_by_who_sees_the_money(town, client):
    build.asking(town, "60000")
    whatif = copy(town)
    colleague = make.officer(Role.TOWN_HANDLER, make.TOWN)

    for someone, sees, changes in (
        (town.handler, 200, 302), (colleague, 200, 403), (town.approver, 200, 403), (town.district, 200, 403),
        (make.officer(Role.TOWN_HANDLER, make.OTHER_TOWN), 404, 404), (town.resident, 404, 404),
    ):  # fmt: skip
        client.force_login(someone)
        assert client.get(url("whatif", whatif.pk)).status_code == sees
        assert client.post(url("whatif", whatif.pk), posted(whatif)).status_code == changes
        whatif.refresh_from_db()


def test_only_the_requests_of_ones_own_place_are_copied(town, client):
    district = Pool.objects.create(area=make.area(make.DISTRICT), round=make.round_(), amount_yuan=YUAN("100000"))
    for place in (make.VILLAGE, make.OTHER_TOWN):
        make.project(ProjectState.FOR_APPROVAL, round=district.round, at=place, reviewed_yuan=YUAN("1000"))
    client.force_login(town.handler)

    client.post(f"{url('whatif_new')}?pool={district.pk}", {"name": "只看本镇"})

    assert [line.project.area_id for line in WhatIfLine.objects.all()] == [make.VILLAGE]


def test_the_two_are_compared_on_a_page_that_does_not_count(town, client):
    build.asking(town, "60000")
    one, two = copy(town), copy(town, "先装灯")
    client.force_login(town.approver)

    html = client.get(f"{url('whatif_compare', one.pk)}?with={two.pk}").content.decode()

    assert "“先修路”和“先装灯”" in html
    assert 'data-watermark="测算，不作数"' in html
    assert client.get(f"{url('whatif_compare', one.pk)}?with=x").status_code == 404


def test_a_copy_of_a_thousand_lines_takes_as_many_statements_as_one_of_three(town, client):
    for _n in range(2):
        build.asking(town, "10")
    sample = build.asking(town, "10")
    client.force_login(town.handler)
    small = copy(town)
    client.get(url("whatif", small.pk))
    with CaptureQueriesContext(connection) as few:
        client.get(url("whatif", small.pk))
    many = []
    for number in range(997):
        sample.pk, sample.code = None, f"WSS-2099-{number:04d}"
        many.append(Project(**{f.attname: getattr(sample, f.attname) for f in Project._meta.concrete_fields}))
    Project.objects.bulk_create(many)
    large = copy(town)

    with CaptureQueriesContext(connection) as lots:
        html = client.get(url("whatif", large.pk)).content.decode()

    assert large.lines.count() == 1000
    assert html.count('name="yuan_') == 50
    assert len(lots) == len(few)


def _paper():
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("纪要.pdf", b"%PDF-1.4 minutes", "application/pdf")
