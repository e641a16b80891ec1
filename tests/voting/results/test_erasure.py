"""Whoever is erased leaves the rolls empty of them; what was voted, its check and every recount stay equal."""

from io import StringIO

import pytest
from django.core.management import call_command

from civic.models import Attachment, AuditEvent, Person
from civic.people import GONE
from civic.people import erase as erase_person
from tests.voting.polls import build
from tests.voting.results import hall
from tests.voting.results.test_recount_page import followed, winners
from voting import tasks
from voting.models import PollAct, RollEntry
from voting.services import roll_erasure

pytestmark = [pytest.mark.core, pytest.mark.django_db(databases=build.URN)]
CANARY = "金丝雀巷4729号"


def paper(sha: str) -> Attachment:
    values = {"kind": "document", "file": f"{sha[:2]}/{sha}.pdf", "sha256": sha, "bytes": 9}
    return Attachment.objects.create(is_used=True, **values)


def erase(*people: Person) -> None:
    for person in people:
        erase_person(person)
    tasks.forget_erased_people()


def test_the_roll_keeps_an_entry_that_says_nothing_and_the_count_stands(client, tmp_path):
    office = hall.published(hall.votes(3, 2, 1))
    entries = RollEntry.objects.filter(poll=office.poll)
    entries.update(household=CANARY, evidence=CANARY)
    before = hall.result(office)
    gone, stays = entries.order_by("pk")[:2], entries.order_by("pk")[3]

    erase(*(entry.person for entry in gone))

    for entry in gone:
        now_there = RollEntry.objects.get(pk=entry.pk)
        assert (now_there.household, now_there.age_band, now_there.evidence) == ("", "", GONE)
    assert RollEntry.objects.get(pk=stays.pk).household == CANARY, "others lose nothing"
    assert entries.count() == office.poll.roll_size
    office.agree("recount")
    assert hall.result(office) == before and AuditEvent.objects.filter(action="poll.rechecked").exists()
    call_command("check_result", office.poll.pk, stdout=StringIO())
    assert followed(client, office, tmp_path) == winners(office) != []


def test_the_paper_shown_goes_unless_somebody_else_is_on_it():
    office = build.opened(roll=3)
    own, shared = paper("a" * 64), paper("b" * 64)
    first, second, third = RollEntry.objects.filter(poll=office.poll).order_by("pk")
    for entry, document in ((first, own), (second, shared), (third, shared)):
        RollEntry.objects.filter(pk=entry.pk).update(document=document, evidence=CANARY)

    erase(first.person, second.person)

    assert RollEntry.objects.get(pk=first.pk).document is None
    assert [Attachment.objects.get(pk=one.pk).is_used for one in (own, shared)] == [False, True]


def test_a_request_to_enrol_an_erased_person_forgets_the_evidence():
    office = build.opened(roll=1)
    entry = RollEntry.objects.get(poll=office.poll)
    values = {"kind": "enrol", "reason": "漏了", "person": entry.person, "area": entry.area, "evidence": CANARY}
    act = PollAct.objects.create(poll=office.poll, asked_by=office.handler, **values)

    erase(entry.person)

    assert PollAct.objects.get(pk=act.pk).evidence == GONE


def test_it_is_done_once():
    office = build.opened(roll=1)
    erase(RollEntry.objects.get(poll=office.poll).person)
    assert roll_erasure.forget_erased() == 0
