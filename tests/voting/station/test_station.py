"""A screen for one person, once, in one session; her own hand, and nothing left that says what or when."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from civic.models import AuditEvent, Outbox, Role
from civic.moments import at, now
from civic.rules import RuleBroken
from tests import make
from tests.voting.polls import build
from tests.voting.station import desk
from voting.models import RollEntry, StationDay, StationScreen
from voting.models.urn import Ballot
from voting.services import own_ballots, station, tickets, urn

pytestmark = pytest.mark.django_db(databases=build.URN)


@pytest.fixture
def at_desk():
    return desk.station_of()


def test_the_voter_votes_on_the_worker_s_screen_and_the_receipt_shows_no_choice(client, at_desk):
    screen = at_desk.on_screen(client)
    one = at_desk.codes[0]

    shown = client.get(screen).content.decode()
    checked = client.post(f"{screen}check/", {"choices": [one]})
    assert not Ballot.objects.exists()
    done = client.post(screen, {"choices": [one]})

    stands = Ballot.objects.get()
    assert (stands.choices, stands.channel) == ({one: 1}, "station")
    assert urn.standing(at_desk.poll.pk, at_desk.entry.person_id).channel == "station"
    assert urn.standing(at_desk.poll.pk, at_desk.entry.person_id).receipt.code in done.content.decode()
    assert all(project.title not in done.content.decode() for project in at_desk.office.projects)
    assert [page["Cache-Control"] for page in (checked, done)] == [
        "max-age=0, no-cache, no-store, must-revalidate, private"
    ] * 2
    assert "/desk/" not in shown.replace(at_desk.path("station_finish"), "")


def test_no_page_of_the_screen_names_the_worker_s_desk_or_the_voter(client, at_desk):
    screen = at_desk.on_screen(client)

    pages = [client.get(screen), client.post(f"{screen}check/", {"choices": at_desk.codes[:1]})]
    pages.append(client.post(screen, {"choices": at_desk.codes[:1]}))

    for page in pages:
        text = page.content.decode()
        assert "陈阿婆" not in text
        assert 'class="desk-nav' not in text
        assert 'href="/' not in text.replace('href="/static', "")


def test_after_the_vote_every_way_back_shows_nothing_of_it(client, at_desk):
    screen = at_desk.on_screen(client)
    sent = {"choices": at_desk.codes[:1]}
    client.post(screen, sent)

    again = [client.get(screen), client.post(screen, sent), client.post(f"{screen}check/", sent)]

    assert [page.status_code for page in again] == [403, 403, 403]
    for page in again:
        assert not any(project.title in page.content.decode() for project in at_desk.office.projects)
        assert not any(code in page.content.decode() for code in at_desk.codes)
    assert Ballot.objects.get().version == 1


def test_the_worker_cannot_ask_for_the_choice(client, at_desk):
    screen = at_desk.on_screen(client)
    client.post(screen, {"choices": at_desk.codes[:1]})

    client.post(at_desk.path("station_finish"))
    pages = [client.get(at_desk.path(name)) for name in ("ballot", "station", "assisted_list", "poll")]
    pages.append(client.post(at_desk.path("receipt")))

    assert [page.status_code for page in pages] == [200, 200, 200, 200, 302]
    titles = at_desk.office.projects[0].title
    assert titles not in pages[1].content.decode() + pages[2].content.decode()
    assert at_desk.codes[0] not in str(dict(client.session.items()))


def test_a_screen_is_refused_when_forged_replayed_run_out_or_of_another_session(client, at_desk):
    screen = at_desk.on_screen(client)
    token = screen.rstrip("/").rsplit("/", 1)[1]
    other = Client()
    other.force_login(at_desk.worker)
    colleague = Client()
    colleague.force_login(make.officer(Role.VILLAGE_OFFICE))
    elsewhere = build.opened()

    refused = {
        "forged": client.get(screen.replace(token, token[:-1] + ("A" if token[-1] != "A" else "B"))),
        "another session of hers": other.get(screen),
        "a colleague": colleague.get(screen),
        "another poll": client.get(screen.replace(f"/{at_desk.poll.pk}/", f"/{elsewhere.poll.pk}/", 1)),
    }
    with at(now() + timedelta(minutes=16)):
        refused["run out"] = client.post(screen, {"choices": at_desk.codes[:1]})

    assert {name: page.status_code for name, page in refused.items()} == dict.fromkeys(refused, 403)
    assert len({page.content.decode().count("这一屏用完了") for page in refused.values()}) == 1
    assert not Ballot.objects.exists()
    assert client.get(screen).status_code == 200  # the control


def test_a_visitor_with_the_address_is_asked_to_sign_in(client, at_desk):
    screen = at_desk.on_screen(client)

    assert Client().get(screen).status_code == 302


def test_a_worker_who_lost_her_office_loses_the_screen(client, at_desk):
    token = at_desk.opened()
    at_desk.worker.appointments.update(ends_on=now().date())

    with pytest.raises(PermissionDenied):
        station.screen(at_desk.poll, token, by=make.Person.objects.get(pk=at_desk.worker.pk), session="s1")


def test_nothing_is_left_that_somebody_voted(client, at_desk):
    events = AuditEvent.objects.count()
    screen = at_desk.on_screen(client)

    client.post(screen, {"choices": at_desk.codes[:1]})

    assert not StationScreen.objects.exists()
    assert AuditEvent.objects.count() == events
    day = StationDay.objects.get()
    assert (day.opened, day.by, day.paper) == (1, at_desk.worker, "id_card")
    assert {field.name for field in StationDay._meta.local_fields} == {
        "id", "poll", "area", "by", "day", "paper", "opened"
    }  # fmt: skip


def test_screens_are_counted_by_day_worker_and_paper(at_desk):
    for session in ("a", "b"):
        at_desk.opened(session)
    at_desk.opened("c", paper="household")

    assert sorted(StationDay.objects.values_list("paper", "opened")) == [("household", 1), ("id_card", 2)]


def test_screens_nobody_used_are_swept(at_desk):
    at_desk.opened()

    station.drop_old_screens()
    assert StationScreen.objects.count() == 1
    with at(now() + timedelta(minutes=15)):
        station.drop_old_screens()

    assert not StationScreen.objects.exists()


def test_what_she_voted_before_is_replaced_and_the_page_does_not_tell_that_there_was_one(client, at_desk):
    one, other, _third = at_desk.codes
    client.force_login(at_desk.worker)
    fresh = told(client.get(at_desk.on_screen(client)))
    own_ballots.vote(at_desk.poll.pk, {one: 1}, by=at_desk.entry.person)

    screen = at_desk.on_screen(client)
    assert told(client.get(screen)) == fresh
    client.post(screen, {"choices": [other]})

    assert (Ballot.objects.get().choices, Ballot.objects.get().version) == ({other: 1}, 2)


def told(page) -> list[str]:
    return sorted(
        part.strip() for part in page.content.decode().split("<") if "csrf" not in part.lower() and "/vote/" not in part
    )


def test_a_paper_ballot_stays(client, at_desk):
    urn.cast(tickets.issue(at_desk.poll.pk, at_desk.entry.person_id, channel="paper"), {at_desk.codes[0]: 1})

    answer = client.post(at_desk.on_screen(client), {"choices": at_desk.codes[1:2]})

    assert answer.status_code == 409
    assert "已经投了纸质票" in answer.content.decode()
    assert "data-score checked" in answer.content.decode()


def test_too_many_are_refused_and_the_screen_stays(client, at_desk):
    screen = at_desk.on_screen(client)

    answer = client.post(screen, {"choices": at_desk.codes})

    assert answer.status_code == 409
    assert answer.content.decode().count("data-score checked") == 3
    assert StationScreen.objects.count() == 1


def test_only_people_of_the_roll_and_of_her_village_are_received(client, at_desk):
    far = build.on_roll(at_desk.poll, make.person("陈远方"), area=make.area(make.OTHER_VILLAGE))
    self_entry = build.on_roll(at_desk.poll, at_desk.worker)
    make.resident(name="陈外人")
    client.force_login(at_desk.worker)

    found = client.post(at_desk.path("station"), {"name": "陈"}).context["found"]
    ways = [client.post(at_desk.path("station_open", e.pk), {"paper": "id_card"}) for e in (far, self_entry)]

    assert [entry.person.name for entry in found] == ["陈阿婆"]
    assert [way.status_code for way in ways] == [404, 404]
    for entry in (far, self_entry):
        with pytest.raises(PermissionDenied):
            station.open_screen(entry, by=at_desk.worker, session="s", paper="id_card")


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"name": "陈阿婆"}, 1),
        ({"name": "阿婆", "household": "12"}, 1),
        ({"name": "陈阿婆", "household": "13"}, 0),
        ({"name": "陈阿婆", "tail": "0000"}, 0),
    ],
)
def test_household_and_phone_narrow_the_search(client, at_desk, asked, count):
    client.force_login(at_desk.worker)

    assert len(client.post(at_desk.path("station"), asked).context["found"]) == count


def test_a_search_without_a_name_is_a_form_to_mend(client, at_desk):
    client.force_login(at_desk.worker)

    assert client.post(at_desk.path("station"), {"tail": "12"}).status_code == 422


def test_a_screen_needs_a_paper_that_was_seen(client, at_desk):
    client.force_login(at_desk.worker)

    answer = client.post(at_desk.path("station_open", at_desk.entry.pk), {})

    assert answer.status_code == 422
    assert not StationScreen.objects.exists()
    with pytest.raises(RuleBroken, match="证件"):
        at_desk.opened(paper="passport")


def test_who_comes_is_told_by_a_message_without_a_choice_and_the_row_keeps_no_name(at_desk):
    at_desk.opened()

    row = Outbox.objects.get(topic="sms")
    assert row.payload["phone"] == at_desk.entry.person.phone
    assert row.payload["template"] == "station"
    assert str(at_desk.entry.person_id) not in row.key.split(":")


def test_before_and_after_the_poll_no_screen_is_opened(client, at_desk):
    at_desk.office.agree("close")
    at_desk.office.fresh()
    client.force_login(at_desk.worker)

    assert client.get(at_desk.path("station_open", at_desk.entry.pk)).status_code == 409
    at_desk.entry = RollEntry.objects.get(pk=at_desk.entry.pk)
    with pytest.raises(RuleBroken, match="投票时间"):
        at_desk.opened()


@pytest.mark.parametrize("role", [Role.TOWN_HANDLER, Role.REVIEWER, Role.AUDITOR])
def test_other_offices_run_no_station(client, at_desk, role):
    client.force_login(make.officer(role, make.TOWN))

    assert client.get(at_desk.path("station")).status_code == 403


def test_the_village_office_finds_the_station_on_its_desk(client, at_desk):
    client.force_login(make.officer(Role.VILLAGE_OFFICE))

    assert f'href="{at_desk.path("station")}"' in client.get("/desk/").content.decode()
    assert client.get(at_desk.path("station")).status_code == 200


def test_the_worker_finds_the_station_from_the_poll(client, at_desk):
    client.force_login(at_desk.worker)

    assert f'href="{at_desk.path("station")}"' in client.get(at_desk.path("poll")).content.decode()
