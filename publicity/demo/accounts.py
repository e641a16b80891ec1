"""Villages' accounts of a quarter in the demo (村务公开): those of 2021 hang on their boards, those of the last one are owed."""

from datetime import datetime, time

from django.utils import timezone

from civic import audit, moments
from civic.calendar import add_workdays
from publicity.demo import DEMO, YEAR
from publicity.demo.cast import cast_of
from publicity.models import Quarter, VillageAccount
from publicity.services import accounts

REPORTED = Quarter(YEAR, 2)


def posted_of_2021() -> None:
    """The quarter the report tells of, hung up by each village a few days after it."""
    with moments.at(_morning(1)):
        accounts.open_due()
    for number, account in enumerate(VillageAccount.objects.select_related("area").order_by("pk"), start=2):
        cast = cast_of(account.area.short_name)
        with audit.marked(DEMO), moments.at(_morning(number)):
            accounts.post(account, by=cast.worker, posted_on=moments.today(), place="村委会门口公开栏")


def owed_now() -> None:
    """The quarter that is over now."""
    accounts.open_due()


def _morning(workdays: int) -> datetime:
    return timezone.make_aware(datetime.combine(add_workdays(REPORTED.ends_on, workdays), time(9, 30)))
