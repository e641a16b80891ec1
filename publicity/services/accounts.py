"""A village's account of a quarter (村务公开): owed when the quarter is over, posted once, told when near its day or late."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from civic import files
from civic.audit import record
from civic.calendar import workdays_between
from civic.models import Attachment, Person
from civic.models.record import Kind
from civic.moments import now, today
from civic.permissions import WORKERS
from proposals.models import Round
from proposals.sentences import clip, day, yuan
from proposals.services import telling
from publicity import rules
from publicity.models import AccountLine, Quarter, VillageAccount
from publicity.queries import accounts as queries

JOB = "task:tell_village_accounts"


def open_due() -> int:
    """Note which villages owe an account of the quarter that is over, all at once; returns how many.

    Nothing is approved or paid on a day that is past: once a quarter's accounts are noted, none comes to it.
    """
    quarter = Quarter.over(today())
    if VillageAccount.objects.filter(starts_on=quarter.starts_on).exists():
        return 0
    owed = _owed(quarter)
    return len(VillageAccount.objects.bulk_create(owed, ignore_conflicts=True)) if owed else 0


def _owed(quarter: Quarter) -> list[VillageAccount]:
    rounds = Round.objects.in_bulk()
    newest: dict[str, Round] = {}
    for area, pk in queries.told_of(quarter).order_by().values_list("area", "round").distinct():
        newest[area] = max(rounds[pk], newest.get(area, rounds[pk]), key=lambda each: (each.year, each.pk))
    asked = {area: its.terms.village_account_workdays for area, its in newest.items()}
    return [
        VillageAccount(
            area_id=area,
            round=newest[area],
            starts_on=quarter.starts_on,
            ends_on=quarter.ends_on,
            opened_at=now(),
            due_on=rules.account_due(quarter.ends_on, limit, today()),
            limit_workdays=limit,
        )
        for area, limit in sorted(asked.items())
        if limit
    ]


@transaction.atomic
def post(
    account: VillageAccount, *, by: Person, posted_on: date, place: str, photo: Attachment | None = None
) -> VillageAccount:
    """Note that the account hangs on the village's board (已上墙), and keep what it says."""
    found = _held(account.pk)
    rules.check_can_post(found, on=posted_on, today=today())
    pictures = files.use([photo] if photo else [], public=True, at=found.area_id)
    found.posted_on, found.place, found.photo, found.posted_by, found.as_of = posted_on, place, photo, by, now()
    found.save(update_fields=["posted_on", "place", "photo", "posted_by", "as_of"])
    lines = queries.lines_of(found.area, found.quarter)
    for line in lines:
        line.account = found
    AccountLine.objects.bulk_create(lines)
    record(
        "account.post",
        by=by,
        on=found,
        roles=WORKERS,
        kind=Kind.DAILY,
        sentence=_posted(found, queries.sums(lines).paid_now_yuan),
        documents=pictures,
        used_workdays=max(0, found.limit_workdays - workdays_between(posted_on, found.due_on)),
        limit_workdays=found.limit_workdays,
    )
    return found


def due_to_tell() -> telling.News:
    """What is late or near its day and of which there is something new to tell."""
    return telling.news(queries.accounts_owed(), Round.objects.in_bulk(), to="round_id")


@transaction.atomic
def tell_late(pk: int) -> bool:
    """Say in the record that a village's account does not hang yet (村务公开超期), and to whom the round's rules have it told."""
    found = _held(pk)
    is_late = found.is_late(today())
    return is_late and telling.late_by(found, found.round.terms, _clock(found), on=found, by=JOB)


@transaction.atomic
def tell_near(pk: int) -> bool:
    """Remind whom the round's rules want reminded of an account that is nearly due (快到期)."""
    found = _held(pk)
    if found.posted_on is not None or found.due_on < today() or found.near_told_on == found.due_on:
        return False
    return telling.near_by(found, found.round.terms, _clock(found), on=found, by=JOB)


def _clock(found: VillageAccount) -> telling.About:
    return telling.About("account", found.area.short_name, _named(found.quarter), kind=Kind.DAILY)


def _named(quarter: Quarter) -> str:
    """The account as the record says it, in the place's own words whoever acts."""
    return f"{quarter.year}年第{quarter.number}季度村务公开"


def _posted(found: VillageAccount, paid: Decimal) -> str:
    on = day(found.posted_on) if found.posted_on else ""
    return clip(f"{_named(found.quarter)}{on}上墙（{found.place}）：本季度付款{yuan(paid)}")


def _held(pk: int) -> VillageAccount:
    return VillageAccount.objects.select_for_update(of=("self",)).select_related("area", "round").get(pk=pk)
