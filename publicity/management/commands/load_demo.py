"""load_demo: the district of Doumen as reported in 2021, and a round of today."""

from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from civic import audit
from civic.models import Area, Person
from delivery.services import pools
from proposals.models import Round
from publicity.demo import (
    DEMO,
    accounts,
    board,
    checks,
    follows,
    papers,
    places,
    register,
    stories,
    today,
    visits,
    votes,
)
from publicity.services import freezing


class Command(BaseCommand):
    help = (
        "Load the demo (载入演示数据): 142 places, 624 projects of 2021 reconciled to the published totals, precedents "
        "of other places, an open round with a project at every desk, a vote that was held and one that is open, "
        "one account per role, residents who follow projects. "
        "Once: a second run "
        "changes nothing. Exit 0."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if Person.objects.filter(is_demo=True).exists():
            self.stdout.write("the demo is there already; nothing changed")
            return
        with transaction.atomic():
            rounds = self.load()
        with audit.marked(DEMO):  # not in one transaction: the urn is another database
            votes.held(rounds["voted"])
            votes.open_now(rounds["voted"])
        freezing.freeze()
        self.stdout.write(
            f"{Area.objects.count()} places, {Person.objects.count()} people, {Round.objects.count()} rounds"
        )

    def load(self) -> dict[str, Round]:
        papers.start_anew()
        places.build()
        rounds = register.rounds()
        district, office = Area.objects.get(pk=places.DISTRICT), places.account("区专班")
        with audit.marked(DEMO):
            for key, amount in (("micro", 84_000_000), ("self_chosen", 40_000_000), ("open", 5_000_000)):
                why = "报道只有总数，两轮怎样分是演示"
                pools.set_amount(rounds[key], district, Decimal(amount), by=office, reason=why)
            voted = rounds["voted"]
            pools.set_amount(voted, voted.area, votes.HELD_YUAN + votes.OPEN_YUAN, by=office)
        told = stories.told_of_2021(rounds["micro"])
        accounts.posted_of_2021()
        stories.told_today(rounds["open"])
        today.tell(rounds["open"])
        follows.tell(rounds["open"])
        register.fill(rounds, told)
        with audit.marked(DEMO):
            board.tell()
            visits.tell(rounds["open"])
        register.precedents(rounds["precedent"])
        with audit.marked(DEMO):
            checks.tell()
        accounts.owed_now()
        return rounds
