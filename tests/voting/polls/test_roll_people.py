"""Onto the roll from verified residencies, or by a worker with evidence; after the opening two people, and marked."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from civic.models import AuditEvent, Person, Role
from civic.permissions import allowed
from civic.rules import RuleBroken
from tests import make
from tests.voting.polls import build
from voting.models import BallotBox, PollAct, RollEntry, RollSource
from voting.roll_files.people import Listed
from voting.services import poll_acts, roll

pytestmark = pytest.mark.django_db(databases=build.URN)


def add(office: build.Office, person=None, *, by=None, **more):
    values = {"area": make.area(), "age": 46, "evidence": "看了户口簿"} | more
    person = person or make.person(f"居民{Person.objects.count()}")
    worker = by or make.officer(Role.SOCIAL_WORKER)
    return roll.enrol(office.fresh(), by=worker, person=person, **values)


def line(name: str, household: str = "") -> Listed:
    return Listed(2, name, None, None, 46, "", household)


def test_verified_residents_come_with_the_age_the_office_gives():
    office = build.prepared()
    one, other, child = make.resident(), make.resident(), make.resident()

    counts = roll.from_residents(office.poll, {one.pk: 46, other.pk: 80, child.pk: 12}, by=office.handler)

    assert (counts.added, counts.too_young) == (2, [child.pk])
    entries = RollEntry.objects.order_by("pk").values_list("person", "age_band", "source", "evidence", "by")
    assert list(entries) == [
        (one.pk, "45-59", "residency", "户口簿", office.handler.pk),
        (other.pk, "75+", "residency", "户口簿", office.handler.pk),
    ]
    assert roll.from_residents(office.poll, {one.pk: 46}, by=office.handler) == roll.Counts(same=1)


@pytest.mark.parametrize("at", [make.OTHER_VILLAGE, None])
def test_who_is_no_verified_resident_of_the_place_does_not_come_that_way(at):
    office = build.prepared()
    stranger = make.resident(at) if at else make.person()

    with pytest.raises(RuleBroken, match="没有核对过的居民身份"):
        roll.from_residents(office.poll, {make.resident().pk: 46, stranger.pk: 46}, by=office.handler)

    assert not RollEntry.objects.exists()


def test_an_unknown_age_will_not_do_where_there_is_a_voting_age():
    office = build.prepared()
    person = make.resident()

    with pytest.raises(RuleBroken, match="请写年龄"):
        roll.from_residents(office.poll, {person.pk: None}, by=office.handler)


def test_a_resident_with_a_namesake_on_the_list_waits_for_somebody_to_look():
    office = build.prepared()
    roll.import_roll(office.poll, [line("王测试")], by=office.handler)
    person = make.resident(name="王测试")

    with pytest.raises(RuleBroken, match="同名的王"):
        roll.from_residents(office.poll, {person.pk: 46}, by=office.handler)
    with pytest.raises(RuleBroken, match="同名的王"):
        add(office, person)

    add(office, person, is_no_namesake=True)
    assert office.poll.roll.count() == 2


def test_a_worker_adds_with_evidence_which_stays_inside():
    office = build.prepared()
    worker = make.officer(Role.SOCIAL_WORKER)

    entry = add(office, by=worker, evidence="看了李家户口簿")

    assert (entry.source, entry.by, entry.late) == (RollSource.ADDED, worker, False)
    event = AuditEvent.objects.get(action="poll.enrolled")
    assert event.sentence == "名册添加1人，凭据已核对"
    assert "户口簿" not in str(AuditEvent.objects.filter(pk=event.pk).values())


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"evidence": " "}, "凭什么"),
        ({"age": 17}, "17岁，不到18岁"),
        ({"age": None}, "请写年龄"),
    ],
)
def test_an_addition_the_rules_forbid_is_refused_in_words(more, words):
    with pytest.raises(RuleBroken, match=words):
        add(build.prepared(), **more)

    assert not RollEntry.objects.exists()


def test_evidence_too_long_is_named():
    with pytest.raises(ValidationError, match="evidence"):
        add(build.prepared(), evidence="长" * 201)


def test_a_place_outside_the_poll_is_refused():
    worker = make.officer(Role.SOCIAL_WORKER, make.TOWN)

    for place in (make.OTHER_VILLAGE, make.TOWN):
        with pytest.raises(RuleBroken, match="投票范围里的村居"):
            add(build.prepared(), by=worker, area=make.area(place))


def test_nobody_is_on_a_roll_twice_however_they_come():
    office = build.prepared()
    person = make.resident()
    roll.from_residents(office.poll, {person.pk: 46}, by=office.handler)

    with pytest.raises(RuleBroken, match="已经在名册里"):
        add(office, person)
    with pytest.raises(IntegrityError), transaction.atomic():
        build.on_roll(office.poll, person)


@pytest.mark.parametrize(
    ("role", "at"),
    [
        (Role.SOCIAL_WORKER, make.OTHER_VILLAGE),
        (Role.VILLAGE_OFFICE, make.VILLAGE),
        (Role.TOWN_HANDLER, make.TOWN),
        (Role.GRID_WORKER, make.VILLAGE),
    ],
)
def test_only_the_social_worker_of_the_village_adds(role, at):
    office = build.prepared()

    with pytest.raises(PermissionDenied):
        add(office, by=make.officer(role, at))

    assert not RollEntry.objects.exists()


def test_a_worker_never_adds_herself():
    worker = make.officer(Role.SOCIAL_WORKER)

    with pytest.raises(PermissionDenied):
        add(build.prepared(), worker, by=worker)


def test_during_the_notice_a_worker_may_still_add_who_was_forgotten():
    office = build.ready(roll=3)
    office.agree("open")

    add(office)

    assert office.poll.roll.count() == 4


def test_after_the_opening_an_addition_takes_a_second_person_and_leaves_the_frozen_size():
    office = build.opened(roll=3)
    person, worker = make.person("赵测试"), make.officer(Role.SOCIAL_WORKER)

    act = add(office, person, by=worker, reason="漏登")
    assert isinstance(act, PollAct)
    assert office.poll.roll.count() == 3
    poll_acts.confirm(act, by=office.handler)

    entry = office.poll.roll.get(person=person)
    assert (entry.late, entry.by, entry.age_band) == (True, worker, "45-59")
    assert office.fresh().roll_size == 3
    assert BallotBox.objects.get().roll_size == 4
    event = AuditEvent.objects.get(action="poll.enrolled")
    assert (event.reason, event.sentence) == ("漏登", "投票开始后名册添加1人，凭据已核对")
    assert str(person.pk) not in str(event.after)


def test_after_the_opening_an_addition_has_a_public_reason():
    with pytest.raises(RuleBroken, match="理由"):
        add(build.opened(), reason="")


def test_one_person_is_asked_for_once_and_others_meanwhile():
    office = build.opened()
    person = make.person("赵测试")
    add(office, person, reason="漏登")

    with pytest.raises(RuleBroken, match="已经提请过"):
        add(office, person, reason="漏登")
    add(office, reason="漏登")
    office.ask("extend", closes_at=build.hour(72))

    assert PollAct.objects.filter(state="asked").count() == 3


def test_nobody_confirms_the_own_place_on_the_roll():
    office = build.opened()
    act = add(office, office.handler, reason="漏登")

    assert not allowed(office.handler, "voting.confirm_poll_act", act)
    with pytest.raises(RuleBroken, match="另一个人"):
        poll_acts.confirm(act, by=office.handler)


def test_after_the_close_nobody_comes_onto_the_roll():
    office = build.opened()
    office.agree("close")

    with pytest.raises(RuleBroken, match="待计票"):
        add(office, reason="漏登")


def test_who_does_not_belong_is_struck_from_a_draft_with_a_reason():
    office = build.ready(roll=2)
    entry = office.poll.roll.first()

    with pytest.raises(RuleBroken, match="理由"):
        roll.strike(entry, by=office.handler, reason="")
    roll.strike(entry, by=office.handler, reason="已迁出")

    assert office.poll.roll.count() == 1
    event = AuditEvent.objects.get(action="poll.struck")
    assert (event.sentence, event.reason) == ("名册移出1人，现在1人", "已迁出")


def test_nobody_is_struck_once_the_opening_stands():
    office = build.ready()
    office.agree("open")

    with pytest.raises(RuleBroken, match="先退回开放"):
        roll.strike(office.poll.roll.first(), by=office.handler, reason="已迁出")

    assert office.poll.roll.count() == 3
