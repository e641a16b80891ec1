"""The desk of polls: from projects that wait to an open poll and its end, by two people, on plain pages."""

import pytest
from django.urls import reverse

from civic.models import AuditEvent, Role
from civic.pages import todos
from proposals.models import ProjectState
from tests import make
from tests.voting.polls import build
from voting import acts
from voting.models import Poll, PollAct
from voting.services import poll_acts, polls

pytestmark = pytest.mark.django_db(databases=build.URN)


def url(name: str, *args) -> str:
    return reverse(f"voting:{name}", args=args)


def text(response) -> str:
    return response.content.decode()


def at(moment) -> str:
    """As a browser's picker sends it."""
    return f"{moment.astimezone(build.ZONE):%Y-%m-%dT%H:%M}"


@pytest.fixture
def as_(client):
    def sign_in(person):
        client.logout()
        client.force_login(person)
        return client

    return sign_in


def test_the_list_says_where_a_poll_could_be_prepared_and_leads_there(as_):
    its_round = make.round_(route=build.ROUTE)
    for place in (make.VILLAGE, make.VILLAGE, make.OTHER_VILLAGE):
        make.project(ProjectState.IN_POLL, round=its_round, at=place)
    handler = make.officer(Role.TOWN_HANDLER, make.TOWN)

    page = as_(handler).get(url("polls"))

    places = [(area.pk, count) for _round, area, count in page.context["places"]]
    assert places == [(make.TOWN, 3), (make.VILLAGE, 2), (make.OTHER_VILLAGE, 1)]
    assert f"{url('poll_new')}?round={its_round.pk}&amp;area={make.VILLAGE}" in text(page)


def test_a_poll_is_prepared_from_what_waits(as_):
    its_round = make.round_(route=build.ROUTE)
    make.project(ProjectState.IN_POLL, round=its_round)
    client = as_(make.officer(Role.TOWN_HANDLER, make.TOWN))
    opens, closes = build.hour(100), build.hour(200)

    response = client.post(
        f"{url('poll_new')}?round={its_round.pk}&area={make.VILLAGE}",
        {"budget_yuan": "30,000", "opens_at": at(opens), "closes_at": at(closes)},
    )

    poll = Poll.objects.get()
    assert response.url == url("poll", poll.pk)
    assert (poll.budget_yuan, poll.entries.count(), poll.state) == (30000, 1, "draft")
    assert abs((poll.opens_at - opens).total_seconds()) < 60
    assert not client.get(url("polls")).context["places"]


def test_a_close_before_the_opening_is_shown_beside_its_field_and_nothing_is_lost(as_):
    its_round = make.round_(route=build.ROUTE)
    client = as_(make.officer(Role.TOWN_HANDLER, make.TOWN))

    response = client.post(
        f"{url('poll_new')}?round={its_round.pk}&area={make.VILLAGE}",
        {"budget_yuan": "30000", "opens_at": at(build.hour(9)), "closes_at": at(build.hour(2))},
    )

    assert response.status_code == 409
    assert "截止时间要在开始时间之后" in response.context["form"].errors["closes_at"][0]
    assert 'value="30000"' in text(response)
    assert not Poll.objects.exists()


def test_what_is_missing_is_listed_with_where_to_mend_it(as_):
    office = build.prepared(budget_yuan=None)

    page = as_(office.handler).get(url("poll", office.poll.pk))

    lacking = dict(page.context["lacking"])
    assert lacking == {
        "没有写一共多少钱": f"{url('poll_change', office.poll.pk)}#id_budget_yuan",
        "名册还是空的": url("poll_roll", office.poll.pk),
    }
    assert "open" not in page.context["kinds"]
    assert "开放前还缺2样" in text(page)


def test_the_arrangement_is_changed(as_):
    office = build.prepared()
    client = as_(office.handler)
    shown = client.get(url("poll_change", office.poll.pk)).context["form"]
    sent = {name: shown[name].value() for name in shown.fields}
    sent |= {"opens_at": at(office.poll.opens_at), "closes_at": at(office.poll.closes_at)}

    response = client.post(url("poll_change", office.poll.pk), sent | {"limit": "3", "count_rule": "es-authors"})

    assert response.url == url("poll", office.poll.pk)
    assert (office.fresh().limit, office.poll.count_rule) == (3, "es-authors")


def test_the_projects_are_adjusted(as_):
    office = build.prepared()
    client = as_(office.handler)

    response = client.post(url("poll_projects", office.poll.pk), {"projects": [p.pk for p in office.projects[1:]]})

    assert response.url == url("poll", office.poll.pk)
    assert set(office.poll.entries.values_list("project_id", flat=True)) == {p.pk for p in office.projects[1:]}
    assert "请至少选一个项目" in text(client.post(url("poll_projects", office.poll.pk)))


def test_one_asks_and_another_confirms_on_a_page_that_says_what_follows(as_):
    office = build.ready()
    asked = as_(office.handler).post(url("poll_ask", office.poll.pk, "open"), {"reason": "都齐了"})
    act = PollAct.objects.get()

    own_page = as_(office.handler).get(url("poll", office.poll.pk))
    own_try = as_(office.handler).post(url("poll_confirm", office.poll.pk, act.pk))
    client = as_(office.approver)
    page = client.get(url("poll_confirm", office.poll.pk, act.pk))
    done = client.post(url("poll_confirm", office.poll.pk, act.pk))

    assert asked.url == done.url == url("poll", office.poll.pk)
    assert "去确认" not in text(own_page)
    assert own_try.status_code == 403
    assert "开始时名册冻结" in text(page)
    act.refresh_from_db()
    assert (act.state, act.confirmed_by) == ("confirmed", office.approver)
    assert "自动开始" in text(client.get(url("poll", office.poll.pk)))


def test_while_anything_is_missing_the_page_to_ask_names_it_and_takes_nothing(as_):
    office = build.prepared()
    client = as_(office.handler)

    page = client.get(url("poll_ask", office.poll.pk, "open"))
    refused = client.post(url("poll_ask", office.poll.pk, "open"), {"reason": "快点"})

    assert "名册还是空的" in text(page)
    assert 'name="reason"' not in text(page)
    assert refused.status_code == 409
    assert not PollAct.objects.exists()


def test_a_reason_is_wanted_for_every_act(as_):
    office = build.ready()

    response = as_(office.handler).post(url("poll_ask", office.poll.pk, "cancel"), {"reason": " "})

    assert response.status_code == 422
    assert not PollAct.objects.exists()


def test_an_extension_names_its_new_close_and_one_backwards_is_mended_in_place(as_):
    office = build.opened()
    client, address = as_(office.handler), url("poll_ask", office.poll.pk, "extend")

    backwards = client.post(address, {"reason": "下大雨", "closes_at": at(build.hour(1))})
    client.post(address, {"reason": "下大雨", "closes_at": at(build.hour(90))})

    assert backwards.status_code == 409
    assert "下大雨" in text(backwards)
    assert PollAct.objects.filter(kind="extend", state="asked").count() == 1


def test_what_was_asked_for_is_sent_back_with_a_reason(as_):
    office = build.ready()
    act = office.ask("open")
    client = as_(office.approver)

    response = client.post(url("poll_refuse", office.poll.pk, act.pk), {"reason": "日期不对"})

    assert response.url == url("poll", office.poll.pk)
    act.refresh_from_db()
    assert (act.state, act.refused_by) == ("refused", office.approver)
    assert "日期不对" not in text(client.get(url("polls")))


@pytest.mark.parametrize(("kind", "state"), [("close", "closed"), ("cancel", "cancelled")])
def test_an_open_poll_is_ended_early_by_two(as_, kind, state):
    office = build.opened()
    as_(office.handler).post(url("poll_ask", office.poll.pk, kind), {"reason": "台风要来"})
    act = PollAct.objects.get(kind=kind)

    client = as_(office.approver)
    client.post(url("poll_confirm", office.poll.pk, act.pk))
    page = client.get(url("poll", office.poll.pk))

    assert office.fresh().state == state
    assert not page.context["kinds"]
    assert "台风要来" in text(page)


def test_progress_is_coarse_and_tells_no_choice(as_, monkeypatch):
    office = build.opened()
    client = as_(office.handler)

    before = text(client.get(url("poll", office.poll.pk)))
    monkeypatch.setattr("voting.desk_queries.coarse_ballots", lambda _poll: 120)
    after = text(client.get(url("poll", office.poll.pk)))

    assert "已收选票不到10张" in before
    assert "已收选票120张以上" in after


@pytest.mark.parametrize(("cast", "shown"), [(0, 0), (9, 0), (10, 10), (19, 10)])
def test_a_single_ballot_does_not_move_the_figure(cast, shown):
    office = build.opened()
    build.fill_box(office.poll, cast)

    from voting.desk_queries import coarse_ballots

    assert coarse_ballots(office.poll) == shown


def test_once_an_opening_stands_nothing_is_changed_on_any_page(as_):
    office = build.ready()
    office.agree("open")
    client = as_(office.handler)

    pages = ("poll_change", "poll_projects", "poll_residents", "poll_import")
    answers = [client.get(url(name, office.poll.pk)) for name in pages]
    page = client.get(url("poll", office.poll.pk))

    assert [answer.status_code for answer in answers] == [409] * 4
    assert not page.context["may_change"]


def test_a_settled_act_is_not_confirmed_again(as_):
    office = build.ready()
    act = office.agree("cancel")

    response = as_(office.approver).get(url("poll_confirm", office.poll.pk, act.pk))

    assert response.status_code == 409


def test_acts_of_another_poll_and_unknown_ones_are_not_found(as_):
    one, other = build.ready(), build.ready()
    act = one.ask("open")
    client = as_(one.approver)

    assert client.get(url("poll_confirm", other.poll.pk, act.pk)).status_code == 404
    assert client.get(url("poll_ask", one.poll.pk, "enrol")).status_code == 404
    assert client.get(url("poll_ask", one.poll.pk, "burn")).status_code == 404
    assert client.get(f"{url('poll_new')}?round=x&area={make.VILLAGE}").status_code == 404


PEOPLE = {
    "handler": (Role.TOWN_HANDLER, make.TOWN, True),
    "district": (Role.DISTRICT_OFFICE, make.DISTRICT, True),
    "neighbour": (Role.TOWN_HANDLER, make.OTHER_TOWN, False),
    "village": (Role.VILLAGE_OFFICE, make.VILLAGE, False),
    "admin": (Role.SYSTEM_ADMIN, make.DISTRICT, False),
}


@pytest.mark.parametrize("name", PEOPLE)
def test_only_the_office_of_the_place_comes_in(as_, name):
    role, place, may = PEOPLE[name]
    office = build.ready()
    act = office.ask("open")
    client = as_(make.officer(role, place))
    pk = office.poll.pk

    addresses = [
        url("poll", pk),
        url("poll_ask", pk, "cancel"),
        url("poll_confirm", pk, act.pk),
        url("poll_refuse", pk, act.pk),
        url("poll_roll", pk),
        f"{url('poll_new')}?round={office.round.pk}&area={make.VILLAGE}",
    ]
    assert {client.get(address).status_code for address in addresses} == {200 if may else 403}


def test_a_visitor_signs_in_first_and_a_resident_is_refused(client):
    office = build.ready()
    address = url("poll", office.poll.pk)

    visitor = client.get(address)
    client.force_login(make.resident())

    assert visitor.url.startswith("/login/")
    assert client.get(address).status_code == 403
    assert client.get(url("polls")).status_code == 403


def test_what_waits_for_a_second_person_stands_in_their_queue_and_not_in_the_asker_s():
    office = build.ready()
    office.ask("open")

    counts = {who: {todo.label: todo.count for todo in todos(who)} for who in (office.handler, office.approver)}

    assert counts[office.handler]["居民投票"] == 0
    assert counts[office.approver]["居民投票"] == 1


@pytest.mark.parametrize("polls", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(as_, polls, django_assert_max_num_queries):
    handler = make.officer(Role.TOWN_HANDLER, make.TOWN)
    for _n in range(polls):
        build.ready().ask("open")
    client = as_(handler)
    client.get(url("polls"))

    with django_assert_max_num_queries(22):
        page = client.get(url("polls"))

    assert len(page.context["acts"]) == polls


def test_the_project_page_leads_the_office_to_the_poll_or_to_preparing_one():
    its_round = make.round_(route=build.ROUTE)
    waiting = make.project(ProjectState.IN_POLL, round=its_round)
    office = build.opened()
    listed = office.projects[0]

    def labels(who, project):
        return [(act.label, act.url) for act in acts.for_project(who, project)]

    assert labels(office.handler, waiting) == [
        ("筹备投票", f"{url('poll_new')}?round={its_round.pk}&area={make.VILLAGE}")
    ]
    assert ("到投票工作页", url("poll", office.poll.pk)) in labels(office.handler, listed)
    assert labels(make.resident(), waiting) == []


def test_until_the_result_is_public_its_projects_are_in_no_other_poll(as_):
    office = build.opened()
    office.agree("close")

    page = as_(office.handler).get(url("polls"))
    again = polls.prepare(office.round, make.area(), by=office.handler)

    assert not page.context["places"]
    assert again.entries.count() == 0


def test_every_act_leaves_its_public_reason(as_):
    office = build.ready()
    as_(office.handler).post(url("poll_ask", office.poll.pk, "cancel"), {"reason": "换个时间"})
    poll_acts.confirm(PollAct.objects.get(), by=office.approver)

    assert set(AuditEvent.objects.filter(reason="换个时间").values_list("action", flat=True)) >= {
        "poll.act_asked",
        "poll.cancelled",
    }
