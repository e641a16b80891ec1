"""A vote entered for somebody: with evidence, within the caps, told to her, and open to dispute before the count."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.urls import reverse

from civic.limits import PROXY_DAY, Limit, TooOften
from civic.models import AuditEvent, Outbox, Role
from civic.moments import at, now
from civic.rules import RuleBroken
from tests import make
from tests.voting.polls import build
from tests.voting.station import desk
from voting import tasks
from voting.models import AssistedEntry, AssistedState, Poll, PollState
from voting.models.urn import Ballot
from voting.services import assisted, own_ballots, tickets, urn

pytestmark = pytest.mark.django_db(databases=build.URN)


@pytest.fixture
def at_desk():
    return desk.station_of()


@pytest.fixture
def no_pause(monkeypatch):
    """Many entries in one test; what counts is not the seconds between them."""
    monkeypatch.setattr("civic.limits.PROXY_PAUSE", Limit("no-pause", 10_000, 1))


def sent(at_desk, **more):
    return {
        "reason": "sight",
        "witness": "陈测试，女儿",
        "documents": desk.picture(),
        "choices": at_desk.codes[:1],
    } | more


def entered(client, at_desk, **more):
    """Through both pages, the photo kept by its token."""
    client.force_login(at_desk.worker)
    path = at_desk.path("assisted", at_desk.entry.pk)
    checked = client.post(path, sent(at_desk, **more))
    again: dict = {"sure": "1"}
    for name, value in checked.context["sent"]:
        again.setdefault(name, []).append(value)
    return checked, client.post(path, again)


def test_a_vote_is_entered_with_its_evidence_and_hidden_afterwards(client, at_desk):
    checked, done = entered(client, at_desk)

    assert at_desk.office.projects[0].title in checked.content.decode()
    assert (done.status_code, done.url) == (302, at_desk.path("assisted_list"))
    row, stands = AssistedEntry.objects.get(), Ballot.objects.get()
    assert (row.entry, row.by, row.witness, row.state) == (at_desk.entry, at_desk.worker, "陈测试，女儿", "entered")
    assert (stands.channel, stands.choices) == ("assisted", {at_desk.codes[0]: 1})
    assert at_desk.office.projects[0].title not in client.get(done.url).content.decode()
    assert at_desk.codes[0] not in client.get(done.url).content.decode()


def test_the_consent_is_private_to_the_offices_of_the_place(client, at_desk):
    entered(client, at_desk)
    photo = AssistedEntry.objects.get().documents.get()

    def opens(person) -> int:
        client.force_login(person)
        return client.get(reverse("civic:attachment", args=[photo.token])).status_code

    assert (photo.is_public, photo.is_used) == (False, True)
    assert opens(at_desk.office.handler) == 200
    assert opens(make.person()) in {403, 404}


def test_every_trace_says_on_behalf_of_whom(client, at_desk):
    entered(client, at_desk)

    event = AuditEvent.objects.get(action="poll.assisted")
    assert (event.actor, event.on_behalf_of, event.channel) == (at_desk.worker, at_desk.entry.person, "desk")
    assert not event.is_public
    assert at_desk.codes[0] not in str(event.after) + str(event.before) + event.sentence
    listed = client.get(at_desk.path("assisted_list")).content.decode()
    assert "李测试代陈阿婆录入" in listed
    client.force_login(at_desk.entry.person)
    assert "代您录入过选票" in client.get(at_desk.path("ballot")).content.decode()
    assert "投票方式：代为录入" in client.get(at_desk.path("receipt")).content.decode()


def test_the_person_is_told_at_once_and_how_to_dispute_it(client, at_desk):
    entered(client, at_desk)

    message = Outbox.objects.get(topic="sms")
    assert message.payload["phone"] == at_desk.entry.person.phone
    assert message.payload["template"] == "assisted"
    assert message.payload["values"]["hours"] == 72
    assert message.due_at <= now()


@pytest.mark.parametrize(
    ("missing", "said"),
    [("reason", "请选为什么要代录"), ("witness", "请写在场证人"), ("documents", "请拍下本人同意")],
)
def test_without_evidence_nothing_is_entered_and_nothing_typed_is_lost(client, at_desk, missing, said):
    client.force_login(at_desk.worker)

    answer = client.post(at_desk.path("assisted", at_desk.entry.pk), sent(at_desk, sure="1") | {missing: ""})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "data-score checked" in answer.content.decode()
    assert not Ballot.objects.exists()
    assert missing == "documents" or "documents-kept" in answer.content.decode()


def test_back_from_the_check_page_keeps_evidence_and_choice(client, at_desk):
    client.force_login(at_desk.worker)

    answer = client.post(at_desk.path("assisted", at_desk.entry.pk), sent(at_desk, back="1"))

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "陈测试，女儿" in text
    assert "data-score checked" in text
    assert "documents-kept" in text


def test_nobody_enters_for_herself_or_outside_her_village_or_off_the_roll(client, at_desk):
    own = build.on_roll(at_desk.poll, at_desk.worker)
    far = build.on_roll(at_desk.poll, area=make.area(make.OTHER_VILLAGE))
    client.force_login(at_desk.worker)

    for entry in (own, far):
        with pytest.raises(PermissionDenied):
            at_desk.enter({}, entry=entry)
        assert client.get(at_desk.path("assisted", entry.pk)).status_code == 404
    assert client.get(at_desk.path("assisted", far.pk + 999)).status_code == 404  # nobody's line of the roll
    assert not Ballot.objects.exists()


@pytest.mark.parametrize("channel", ["online", "station", "paper"])
def test_what_stands_already_is_never_replaced_by_a_worker(client, at_desk, channel):
    one, other, _third = at_desk.codes
    urn.cast(tickets.issue(at_desk.poll.pk, at_desk.entry.person_id, channel=channel), {one: 1})

    _checked, done = entered(client, at_desk, choices=[other])

    assert done.status_code == 409
    assert at_desk.office.projects[1].title in done.content.decode()  # what was filled in is there still
    assert (Ballot.objects.get().channel, Ballot.objects.get().choices) == (channel, {one: 1})
    assert not AssistedEntry.objects.exists()
    assert not AuditEvent.objects.filter(action="poll.assisted").exists()
    assert not Outbox.objects.filter(topic="sms").exists()


def test_her_own_later_vote_replaces_the_one_entered_for_her(client, at_desk):
    entered(client, at_desk)
    client.force_login(at_desk.entry.person)

    client.post(at_desk.path("ballot"), {"choices": at_desk.codes[1:2], "replaces": "1"})

    stands = Ballot.objects.get()
    assert (stands.channel, stands.choices) == ("online", {at_desk.codes[1]: 1})


def test_a_second_time_is_refused(at_desk, no_pause):
    at_desk.enter({at_desk.codes[0]: 1})

    with pytest.raises(RuleBroken) as refused:
        at_desk.enter({at_desk.codes[1]: 1}, by=make.officer(Role.VILLAGE_OFFICE))

    assert refused.value.code == "assisted_already"
    assert Ballot.objects.get().choices == {at_desk.codes[0]: 1}


def test_one_in_twenty_seconds_and_nothing_typed_is_lost(client, at_desk):
    at_desk.enter({})
    at_desk.entry = build.on_roll(at_desk.poll)

    _checked, done = entered(client, at_desk)

    assert (done.status_code, int(done["Retry-After"]) <= 20) == (429, True)
    assert "data-score checked" in done.content.decode()
    assert Ballot.objects.count() == 1
    with at(now() + timedelta(seconds=21)):
        at_desk.enter({})
    assert Ballot.objects.count() == 2


def test_forty_a_day_and_then_no_more(at_desk, no_pause):
    for _n in range(PROXY_DAY.most):
        at_desk.enter({}, entry=build.on_roll(at_desk.poll))

    with pytest.raises(TooOften):
        at_desk.enter({}, entry=build.on_roll(at_desk.poll))

    assert Ballot.objects.count() == PROXY_DAY.most == 40
    at_desk.enter({}, entry=build.on_roll(at_desk.poll), by=make.officer(Role.SOCIAL_WORKER))  # the cap is one worker's


def test_while_the_counter_is_down_nothing_is_entered(at_desk, monkeypatch):
    def down(*_args):
        raise OperationalError("the table of counters is away")

    monkeypatch.setattr("civic.limits.hit", down)

    with pytest.raises(OperationalError):
        at_desk.enter({})

    assert not Ballot.objects.exists()
    assert not AssistedEntry.objects.exists()


def crash_after(at_desk, monkeypatch, step: str):
    class Killed(BaseException):
        pass

    def killed(*_args, **_kwargs):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(f"voting.services.assisted.{step}", killed)
        with pytest.raises(Killed):
            at_desk.enter({})


@pytest.mark.parametrize(("step", "is_cast"), [("urn.cast", False), ("_settle", True)])
def test_a_crash_between_the_record_and_the_ballot_is_settled_by_the_clock(at_desk, monkeypatch, step, is_cast):
    crash_after(at_desk, monkeypatch, step)
    assert (AssistedEntry.objects.get().state, Ballot.objects.exists()) == ("begun", is_cast)

    assisted.settle_left_over()
    assert AssistedEntry.objects.get().state == "begun"  # it may still be under way
    with at(now() + timedelta(minutes=3)):
        assisted.settle_left_over()
        assisted.settle_left_over()

    assert AssistedEntry.objects.filter(state=AssistedState.ENTERED).exists() == is_cast
    assert AssistedEntry.objects.exists() == is_cast
    assert AuditEvent.objects.filter(action="poll.assisted").count() == is_cast
    assert Outbox.objects.filter(topic="sms").count() == is_cast


def test_she_disputes_it_on_her_own_page_and_the_ballot_stays(client, at_desk):
    entered(client, at_desk)
    client.force_login(at_desk.entry.person)

    assert at_desk.path("own_dispute") in client.get(at_desk.path("ballot")).content.decode()
    empty = client.post(at_desk.path("own_dispute"), {"text": " "})
    done = client.post(at_desk.path("own_dispute"), {"text": "没有人问过我"})
    again = client.post(at_desk.path("own_dispute"), {"text": "再说一次"})

    assert [page.status_code for page in (empty, done, again)] == [422, 302, 409]
    row = AssistedEntry.objects.get()
    assert (row.dispute, row.is_disputed) == ("没有人问过我", True)
    assert Ballot.objects.count() == 1
    event = AuditEvent.objects.get(action="poll.assisted_disputed")
    assert (event.is_public, "没有人问过我" in event.reason + event.sentence) == (False, False)


def test_nobody_else_disputes_it_on_the_page(client, at_desk):
    entered(client, at_desk)
    client.force_login(build.on_roll(at_desk.poll).person)

    assert client.post(at_desk.path("own_dispute"), {"text": "替她说"}).status_code == 404


def test_the_desk_writes_a_dispute_down(client, at_desk):
    row = at_desk.enter({})
    client.force_login(make.officer(Role.VILLAGE_OFFICE))

    done = client.post(at_desk.path("assisted_dispute", row.pk), {"text": "她说不是这样"})

    assert done.status_code == 302
    assert AuditEvent.objects.get(action="poll.assisted_disputed").channel == "desk"


def test_after_its_hours_it_is_too_late(at_desk):
    row = at_desk.enter({})

    with at(now() + timedelta(hours=72)), pytest.raises(RuleBroken) as refused:
        assisted.dispute(row, by=at_desk.entry.person, text="晚了")

    assert refused.value.code == "dispute_too_late"


def test_the_count_waits_for_the_answer(client, at_desk):
    row = at_desk.enter({})
    assisted.dispute(row, by=at_desk.entry.person, text="不是我的意思")
    at_desk.office.agree("close")
    tasks.open_and_close_polls()
    assert Poll.objects.get().state == PollState.CLOSED
    client.force_login(at_desk.office.handler)
    assert "有1份异议没有答复" in client.get(at_desk.path("poll")).content.decode()
    assert "待办 1" in client.get("/desk/").content.decode()

    client.post(at_desk.path("assisted_answer", row.pk), {"outcome": "denied", "text": "证人说是本人的意思"})
    tasks.open_and_close_polls()

    assert Poll.objects.get().state == PollState.COUNTED
    assert AssistedEntry.objects.get().answered_by == at_desk.office.handler


@pytest.mark.parametrize("who", ["worker", "person", "neighbour"])
def test_only_another_person_of_the_town_answers(at_desk, who):
    row = at_desk.enter({})
    assisted.dispute(row, by=at_desk.entry.person, text="不是我的意思")
    people = {"worker": at_desk.worker, "person": at_desk.entry.person, "neighbour": make.resident()}

    with pytest.raises(PermissionDenied):
        assisted.answer(row, by=people[who], outcome="denied", text="没问题")


def test_an_answer_without_a_dispute_is_refused(at_desk):
    with pytest.raises(RuleBroken, match="没有等答复"):
        assisted.answer(at_desk.enter({}), by=at_desk.office.handler, outcome="denied", text="没问题")


@pytest.mark.parametrize(("how_many", "said"), [(9, "其中代为录入不到10张"), (11, "其中代为录入11张")])
def test_how_many_were_assisted_is_told_after_the_close_and_never_below_ten(client, at_desk, how_many, said):
    for _n in range(how_many):
        voter = build.on_roll(at_desk.poll).person
        urn.cast(tickets.issue(at_desk.poll.pk, voter.pk, channel="assisted"), {})
    assert "代为录入" not in client.get(at_desk.path("ballot")).content.decode()

    at_desk.office.agree("close")

    assert said in client.get(at_desk.path("ballot")).content.decode()


def test_a_neighbouring_worker_sees_nothing_of_it(client, at_desk):
    row = at_desk.enter({})
    client.force_login(make.officer(Role.SOCIAL_WORKER, make.OTHER_VILLAGE))

    assert client.get(at_desk.path("assisted_list")).status_code == 403
    assert client.get(at_desk.path("assisted_dispute", row.pk)).status_code == 403


def test_the_record_holds_nothing_of_the_choice(at_desk):
    at_desk.enter({at_desk.codes[0]: 1})

    kept = str(
        [*AssistedEntry.objects.values(), *AuditEvent.objects.filter(action__startswith="poll.assisted").values()]
    )
    assert at_desk.codes[0] not in kept
    assert Ballot.objects.get().commitment not in kept
    assert Ballot.objects.get().pseudonym not in kept


def test_own_vote_after_a_dispute_is_hers(at_desk):
    row = at_desk.enter({at_desk.codes[0]: 1})
    assisted.dispute(row, by=at_desk.entry.person, text="不是我的意思")

    own_ballots.vote(at_desk.poll.pk, {at_desk.codes[1]: 1}, by=at_desk.entry.person, replaces=1)

    assert Ballot.objects.get().channel == "online"
