"""村务公开: what a quarter cost in a village is owed to its board, posted once as it hangs there, told when late."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import make_aware

from civic import moments
from civic.calendar import add_workdays, is_workday
from civic.models import AuditEvent, Role
from civic.moments import today
from civic.rules import RuleBroken
from delivery.models import Payment
from delivery.services import payments
from proposals.models import Project, ProjectState
from publicity import rules, tasks, todo
from publicity.models import AccountLine, Message, Quarter, VillageAccount, Why
from publicity.queries import accounts as queries
from publicity.queries.stats import money, scope
from publicity.services import accounts
from tests import make
from tests.delivery import build
from tests.publicity.told import relayed
from tests.racing import at_once

BOARD = "村委会门口公开栏"


def over() -> Quarter:
    """The quarter whose account is owed today."""
    return Quarter.over(today())


def named() -> str:
    return f"{over().year}年第{over().number}季度"


def on(day: date, hour: int = 10):
    return moments.at(make_aware(datetime.combine(day, time(hour))))


def inside():
    """A day in the middle of that quarter."""
    return on(over().starts_on + timedelta(days=40))


def earlier():
    """A day of the quarter before it."""
    return on(over().starts_on - timedelta(days=20))


@pytest.mark.parametrize(
    ("day", "quarter", "first", "last"),
    [
        (date(2026, 1, 1), (2026, 1), date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 9, 30), (2026, 3), date(2026, 7, 1), date(2026, 9, 30)),
        (date(2024, 12, 31), (2024, 4), date(2024, 10, 1), date(2024, 12, 31)),
    ],
)
def test_a_quarter_has_its_three_months(day, quarter, first, last):
    found = Quarter.of(day)

    assert (found, found.starts_on, found.ends_on) == (quarter, first, last)


@pytest.mark.parametrize(
    ("day", "over"), [(date(2026, 1, 1), (2025, 4)), (date(2026, 6, 30), (2026, 1)), (date(2026, 7, 1), (2026, 2))]
)
def test_the_quarter_that_is_over_is_the_one_before(day, over):
    assert Quarter.over(day) == over


pytest_db = pytest.mark.django_db


@pytest_db
@pytest.mark.parametrize(
    ("today_", "due_on"), [(date(2026, 10, 1), date(2026, 10, 20)), (date(2026, 11, 24), date(2026, 12, 8))]
)
def test_it_is_due_ten_workdays_after_the_quarter_without_the_holidays_and_never_on_a_day_that_is_over(today_, due_on):
    assert rules.account_due(date(2026, 9, 30), 10, today_) == due_on


# --- a village whose money moves in the quarter that is over ----------------------------------------------------


def spent(place, amount: str = "20000", **extra) -> Project:
    """A project approved and under way in the quarter, of whose contract one instalment was paid then."""
    with inside():
        project = build.begun(place, **extra)
        pay(place, project, amount)
    return project


def pay(place, project, amount: str) -> Payment:
    claim = payments.request(project, by=place.foreman, amount_yuan=Decimal(amount))
    return payments.pay(payments.review(claim, by=place.handler), by=place.approver)


def owed() -> list[tuple]:
    return list(VillageAccount.objects.order_by("pk").values_list("area", "starts_on", "ends_on"))


def opened() -> VillageAccount:
    tasks.tell_village_accounts()
    return VillageAccount.objects.get()


def posted(account, by, **extra) -> VillageAccount:
    return accounts.post(account, by=by, posted_on=today(), place=BOARD, **extra)


def later(account, workdays: int):
    return on(add_workdays(account.due_on, workdays))


def due_of(person) -> list[tuple]:
    return [
        (line["line_title"], line["line_due_on"])
        for each in todo.waiting_for(person)
        for lines in each.items
        if lines.kind is todo.ACCOUNT
        for line in lines.rows.values("line_title", "line_due_on")
    ]


def said(action: str) -> list[str]:
    return list(AuditEvent.objects.filter(action=action).order_by("pk").values_list("sentence", flat=True))


@pytest_db
def test_a_village_whose_money_moved_owes_an_account_when_the_quarter_is_over_and_no_other_village_does():
    place = build.town()
    spent(place)
    make.project(ProjectState.FILED, round=place.round)
    make.project(ProjectState.FILED, round=place.round, area=make.area(make.OTHER_VILLAGE))

    with on(over().ends_on):
        tasks.tell_village_accounts()
        assert owed() == []
    account = opened()
    tasks.tell_village_accounts()

    assert owed() == [(make.VILLAGE, over().starts_on, over().ends_on)]
    assert account.due_on == rules.account_due(over().ends_on, 10, today())
    assert (account.limit_workdays, account.round) == (10, place.round)
    assert due_of(place.social) == due_of(place.village) == [(named(), account.due_on)]
    assert due_of(place.handler) == due_of(make.officer(Role.VILLAGE_OFFICE, make.OTHER_VILLAGE)) == []


@pytest_db
def test_a_round_may_ask_for_none_and_a_change_moves_no_day_that_was_set():
    place = build.town(village_account_workdays=0)
    spent(place)
    tasks.tell_village_accounts()
    assert owed() == []
    place.round.rules |= {"village_account_workdays": 3}
    place.round.save()
    account = opened()
    place.round.rules |= {"village_account_workdays": 8}
    place.round.save()

    assert opened().due_on == account.due_on
    assert account.limit_workdays == 3


@pytest_db
def test_each_line_says_what_was_paid_in_the_quarter_in_all_and_what_is_left():
    place = build.town()
    with earlier():
        begun = build.begun(place, "30000", "30000")
        pay(place, begun, "10000")
    project = spent(place)
    with inside():
        pay(place, begun, "4000.50")
    pay(place, project, "500")

    lines = queries.lines_of(make.area(make.VILLAGE), over())

    told = [(each.project, each.approved_yuan, each.paid_now_yuan, each.paid_yuan, each.rest_yuan) for each in lines]
    assert told == [
        (begun, Decimal(30000), Decimal("4000.50"), Decimal("14000.50"), Decimal("15999.50")),
        (project, Decimal(50000), Decimal(20000), Decimal(20000), Decimal(30000)),
    ]
    assert queries.sums(lines) == (Decimal(80000), Decimal("24000.50"), Decimal("34000.50"), Decimal("45999.50"))


@pytest_db
def test_its_sums_are_those_of_the_money_page():
    place = build.town()
    spent(place)
    spent(place, "7000.25")
    area = make.area(make.VILLAGE)

    sums = queries.sums(queries.lines_of(area, over()))

    (year,) = money.by_year(scope.of(area, scope.ALL)).rows
    shown = dict(zip(("projects", *money.SUMS), year.cells, strict=True))
    assert (shown["approved"], shown["paid"]) == (sums.approved_yuan, sums.paid_yuan) == (100000, Decimal("27000.25"))


@pytest_db
def test_what_was_over_before_the_quarter_is_in_it_only_if_it_was_paid_then():
    place = build.town("300000")
    with earlier():
        old, late, ended, voided = (build.begun(place, "30000", "30000") for _n in range(4))
        for each in (old, late):
            each.work.accepted_on = today()
            each.work.save()
        Project.objects.filter(pk=ended.pk).update(state=ProjectState.TERMINATED, state_since=moments.now())
        voided.approvals.update(state="void", answer="重新议")
    with inside():
        pay(place, late, "100")
    before_it = Quarter.over(over().starts_on)

    assert [each.project for each in queries.lines_of(make.area(make.VILLAGE), over())] == [late]
    assert {each.project for each in queries.lines_of(make.area(make.VILLAGE), before_it)} == {old, late, ended}


@pytest_db
def test_it_is_posted_once_with_its_day_and_place_and_everybody_reads_the_very_sheet(client):
    place = build.town()
    project = spent(place)
    account = opened()
    address, public = reverse("publicity:account_desk", args=[account.pk]), account.get_absolute_url()
    area = reverse("publicity:area", args=[make.VILLAGE])
    assert client.get(public).status_code == 404
    assert named() in (told := client.get(area).content.decode()) and "还没贴出来" in told
    client.force_login(place.social)
    page = client.get(address).content.decode()
    assert "20,000.00" in page and "贰万元" in page and project.title in page
    good = {"posted_on": today().isoformat(), "place": BOARD}
    for wrong in ({"place": ""}, {"posted_on": ""}, {"place": "找13800138000"}):
        assert client.post(address, good | wrong).status_code == 422
    for wrong in (over().ends_on, today() + timedelta(days=1)):
        assert client.post(address, good | {"posted_on": wrong.isoformat()}).status_code == 409
    assert (VillageAccount.objects.get().posted_on, AccountLine.objects.count()) == (None, 0)

    taken, again = client.post(address, good), client.post(address, good | {"place": "别处"})

    assert (taken.status_code, again.status_code) == (302, 409)
    account.refresh_from_db()
    assert (account.posted_on, account.place, account.posted_by) == (today(), BOARD, place.social)
    when = f"{today().month}月{today().day}日"
    assert said("account.post") == [f"{named()}村务公开{when}上墙（{BOARD}）：本季度付款20,000元"]
    assert due_of(place.social) == []
    client.logout()
    page, told = client.get(public).content.decode(), client.get(area).content.decode()
    assert "20,000.00" in page and "贰万元" in page and BOARD in page and "数字变了" not in page
    assert public in told and BOARD in told
    for kind, begins in (("docx", b"PK"), ("xlsx", b"PK")):
        file = client.get(public.rstrip("/") + f".{kind}")
        assert b"".join(file)[:2] == begins


@pytest_db
def test_what_changes_afterwards_is_said_beside_what_hangs_there(client):
    place = build.town()
    project = spent(place)
    account = posted(opened(), place.village, photo=build.photo(place.village))
    assert queries.changed(account, queries.kept(account)) == []

    pay(place, project, "900")
    assert queries.changed(account, queries.kept(account)) == []
    Payment.objects.filter(amount_yuan=Decimal(20000)).update(amount_yuan=Decimal(19000))
    page = client.get(account.get_absolute_url()).content.decode()

    (changed,) = queries.changed(account, queries.kept(account))
    assert (changed.was.paid_yuan, changed.now.paid_yuan) == (Decimal(20000), Decimal(19000))
    assert "数字变了" in page and "20,000.00" in page and "19,000" in page
    assert "贴出来的样子" in page and str(account.photo.token) in page


@pytest_db
def test_others_neither_see_the_desk_nor_post(client):
    place = build.town()
    spent(place)
    account = opened()
    address = reverse("publicity:account_desk", args=[account.pk])

    for person in (place.handler, place.resident, make.officer(Role.SOCIAL_WORKER, make.OTHER_VILLAGE)):
        client.force_login(person)
        assert client.get(address).status_code == 403
        assert client.post(address, {"posted_on": today().isoformat(), "place": BOARD}).status_code == 403
    assert VillageAccount.objects.get().posted_on is None


@pytest_db
def test_near_and_late_it_is_told_to_whom_the_rules_name_each_step_once(client, django_capture_on_commit_callbacks):
    place = build.town(near_due_to=["town_handler"])
    spent(place)
    account = opened()

    for day in (-3, -2, -1, 0, 1, 1, 6, 6):
        with on(before(account.due_on, -day)) if day < 0 else later(account, day):
            with django_capture_on_commit_callbacks(execute=True):
                tasks.tell_village_accounts()
            relayed()

    assert said("account.near_due") == [f"测试甲村{named()}村务公开还剩2个工作日，已提醒镇街经办"]
    assert said("account.overdue") == [
        f"测试甲村{named()}村务公开超期1个工作日，已报镇街",
        f"测试甲村{named()}村务公开超期6个工作日，已报区专班",
    ]
    told = Message.objects.filter(why=Why.SUPERIOR).order_by("pk").values_list("person", flat=True)
    assert list(told) == [place.handler.pk, place.approver.pk, place.district.pk]
    client.force_login(place.approver)
    letters = client.get(reverse("publicity:messages")).content.decode()
    assert f"{named()}村务公开" in letters and f"/a/{make.VILLAGE}/#accounts-title" in letters


def before(day: date, workdays: int) -> date:
    while workdays:
        day -= timedelta(days=1)
        workdays -= is_workday(day)
    return day


@pytest_db
def test_what_was_posted_is_late_no_more():
    place = build.town()
    spent(place)
    account = opened()
    posted(account, place.village)

    with later(account, 4):
        tasks.tell_village_accounts()

    assert said("account.overdue") == []


@pytest_db
@pytest.mark.parametrize(
    "wrong",
    [{"place": "墙上"}, {"posted_on": date(2026, 10, 9)}, {"ends_on": date(2000, 1, 1)}],
)
def test_the_database_refuses_what_is_not_whole(wrong):
    spent(build.town())
    opened()

    with pytest.raises(IntegrityError), transaction.atomic():
        VillageAccount.objects.update(**wrong)


@pytest_db
@pytest.mark.parametrize("act", [lambda lines: lines.update(paid_yuan=Decimal(1)), lambda lines: lines.delete()])
def test_what_hangs_there_stands(act):
    place = build.town()
    spent(place)
    posted(opened(), place.village)

    with pytest.raises(IntegrityError), transaction.atomic():
        act(AccountLine.objects.all())

    assert AccountLine.objects.get().paid_yuan == Decimal(20000)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_eight_who_post_at_once_one_does(monkeypatch):
    place = build.town()
    spent(place)
    account = opened()

    def post(_n):
        return posted(account, place.village)

    done = at_once(post, 8)

    assert sorted(type(each).__name__ for each in done) == ["RuleBroken"] * 7 + ["VillageAccount"]
    assert (AccountLine.objects.count(), len(said("account.post"))) == (1, 1)

    free = VillageAccount.objects.select_related("area", "round").get(pk=account.pk)
    monkeypatch.setattr(accounts, "_held", lambda _pk: free)
    with pytest.raises(RuleBroken, match="已经登记上墙"):
        posted(account, place.village)


@pytest_db
def test_an_account_that_was_noted_costs_the_clock_three_queries_however_many_there_are(django_assert_num_queries):
    place = build.town("300000")
    spent(place)
    spent(place, area=make.area(make.OTHER_VILLAGE))
    tasks.tell_village_accounts()
    assert len(owed()) == 2

    with django_assert_num_queries(3):
        tasks.tell_village_accounts()
