"""A ballot filled in, checked, handed in, changed and refused, through its pages; without scripts throughout."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from civic.models import AuditEvent
from civic.moments import now
from tests import make
from tests.voting.polls import build
from voting.models import ActState, Poll, PollAct
from voting.models.urn import Ballot, BallotBox
from voting.services import own_ballots, urn

pytestmark = pytest.mark.django_db(databases=build.URN)


@pytest.fixture
def voter():
    return make.person("陈测试")


@pytest.fixture
def browser(client, voter):
    client.force_login(voter)
    return client


@pytest.fixture
def vote(voter):
    """An open poll with the voter on its roll: three projects of 60,000 yuan, one may be chosen of 100,000."""

    def open_poll(method="choose", **more):
        figures = {"ballot_method": method, "ballot_limit": 2} | more.pop("rules", {})
        office = build.ready(rules=figures, **more)
        build.on_roll(office.poll, voter)
        office.agree("open")
        Poll.objects.filter(pk=office.poll.pk).update(opens_at=build.hour(-1))
        from voting.services import polls

        assert polls.open_due(by="test") == 1
        office.fresh()
        return office

    return open_poll


def codes(office):
    return [project.code for project in office.projects]


def paths(office):
    return [reverse(f"voting:{name}", args=[office.poll.pk]) for name in ("ballot", "check", "receipt")]


def over(office):
    """Its last second has passed, and the clock closed it."""
    from voting import tasks

    Poll.objects.filter(pk=office.poll.pk).update(closes_at=build.hour(-0.001))
    BallotBox.objects.filter(poll=office.poll.pk).update(closes_at=build.hour(-0.001))
    tasks.open_and_close_polls()


def test_from_ballot_over_check_to_receipt(browser, vote, voter):
    office = vote()
    ballot, check, receipt = paths(office)
    one, other, _third = codes(office)

    shown = browser.get(ballot).content.decode()
    checked = browser.post(check, {"choices": [one, other]})
    assert "未提交" in shown
    assert "核对后提交" in checked.content.decode()
    assert not Ballot.objects.exists()
    sent = browser.post(ballot, {"choices": [one, other]})

    assert (sent.status_code, sent.url) == (302, receipt)
    assert Ballot.objects.get().choices == {one: 1, other: 1}
    told = browser.get(receipt).content.decode()
    assert urn.standing(office.poll.pk, voter.pk).receipt.code in told
    assert "以最后一次为准" in told


def test_the_check_page_carries_the_choice_in_its_form_and_nowhere_else(browser, vote):
    office = vote()
    _ballot, check, _receipt = paths(office)
    one = codes(office)[0]

    answer = browser.post(check, {"choices": [one]})

    assert f'<input type="hidden" name="choices" value="{one}">' in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert one not in str(dict(browser.session.items()))
    assert one not in str(answer.cookies)
    assert answer.wsgi_request.sensitive_post_parameters == "__ALL__"  # left out of reports of a fault


def test_back_from_the_check_page_nothing_is_lost(browser, vote):
    office = vote()
    one, other, _third = codes(office)

    answer = browser.post(paths(office)[1], {"choices": [one], "back": "1"})

    assert answer.status_code == 200
    ticked = {line.code for line in answer.context["form"].lines() if line.is_ticked}
    assert ticked == {one}
    assert f'value="{one}" data-score checked' in answer.content.decode()
    assert f'value="{other}" data-score checked' not in answer.content.decode()


@pytest.mark.parametrize("page", [0, 1])
def test_too_many_are_refused_with_how_many_and_stay_ticked(browser, vote, page):
    office = vote()

    answer = browser.post(paths(office)[page], {"choices": codes(office)})

    assert answer.status_code == 409
    assert "最多选2项，您选了3项" in answer.content.decode()
    assert answer.content.decode().count("data-score checked") == 3
    assert not Ballot.objects.exists()


def test_a_ballot_over_the_money_is_refused_with_the_amount(browser, vote):
    office = vote("budget")
    one, other, _third = codes(office)

    answer = browser.post(paths(office)[0], {"choices": [one, other]})

    assert answer.status_code == 409
    assert "超出20,000.00元" in answer.content.decode()
    assert not Ballot.objects.exists()


def test_the_bar_says_what_is_chosen_and_what_is_left(browser, vote):
    office = vote("budget")

    empty = browser.get(paths(office)[0])
    answer = browser.post(paths(office)[1], {"choices": codes(office)[:1], "back": "1"})

    assert empty.context["form"].told() == "还没选，一共100,000元"
    assert answer.context["form"].told() == "已选1项，还剩40,000元"


@pytest.mark.parametrize(
    ("method", "scores", "kept"),
    [
        ("points", ["2", "", "0"], [2, None, None]),
        ("rank", ["2", "1", ""], [2, 1, None]),
        ("yes_no", ["1", "0", "-"], [1, 0, None]),
    ],
)
def test_scores_places_and_answers_are_kept_as_they_were_given(browser, vote, method, scores, kept):
    office = vote(method)
    data = {f"score-{code}": score for code, score in zip(codes(office), scores, strict=True)}

    checked = browser.post(paths(office)[1], data)
    browser.post(paths(office)[0], dict(checked.context["form"].sent()))

    assert [Ballot.objects.get().choices.get(code) for code in codes(office)] == kept


@pytest.mark.parametrize(
    ("method", "scores", "status", "said"),
    [
        ("points", ["2", "1", ""], 409, "一共2分，您给了3分"),
        ("points", ["很多", "", ""], 422, "写0到2的整数"),
        ("points", ["-1", "", ""], 422, "不能少于0"),
        ("rank", ["1", "1", ""], 409, "不能重复"),
        ("rank", ["9", "", ""], 422, "9"),
        ("yes_no", ["2", "", ""], 422, "2"),
    ],
)
def test_what_goes_beyond_the_style_is_said_and_not_kept(browser, vote, method, scores, status, said):
    office = vote(method)
    data = {f"score-{code}": score for code, score in zip(codes(office), scores, strict=True)}

    answer = browser.post(paths(office)[0], data)

    assert answer.status_code == status
    assert said in answer.content.decode()
    assert not Ballot.objects.exists()


@pytest.mark.parametrize("method", ["choose", "points", "rank", "yes_no"])
def test_nothing_is_preselected(browser, vote, method):
    office = vote(method)

    page = browser.get(paths(office)[0]).content.decode()

    assert " checked" not in page
    assert 'value="1" selected' not in page


def test_a_project_that_is_not_on_the_ballot_is_refused(browser, vote):
    office = vote()

    answer = browser.post(paths(office)[0], {"choices": ["WSS-2026-9999"]})

    assert answer.status_code == 422
    assert "不在这张选票上" in answer.content.decode()
    assert not Ballot.objects.exists()


def test_an_empty_ballot_is_named_before_it_is_handed_in(browser, vote):
    office = vote()

    checked = browser.post(paths(office)[1], {})
    browser.post(paths(office)[0], {})

    assert "这样交上去是空白票" in checked.content.decode()
    assert Ballot.objects.get().choices == {}


def test_the_same_ballot_twice_is_one_ballot_and_one_receipt(browser, vote):
    office = vote()

    answers = [browser.post(paths(office)[0], {"choices": codes(office)[:1]}) for _tap in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Ballot.objects.get().version == 1


def test_another_ballot_is_refused_with_the_receipt_of_what_stands(browser, vote, voter):
    office = vote()
    one, other, _third = codes(office)
    stands = own_ballots.vote(office.poll.pk, {one: 1}, by=voter)

    answer = browser.post(paths(office)[0], {"choices": [other]})

    assert answer.status_code == 409
    assert f"您已投过票，回执{stands.code}" in answer.content.decode()
    assert Ballot.objects.get().choices == {one: 1}


def test_a_change_starts_from_what_stands_and_names_its_version(browser, vote, voter):
    office = vote()
    ballot, _check, receipt = paths(office)
    one, other, _third = codes(office)
    own_ballots.vote(office.poll.pk, {one: 1}, by=voter)

    page = browser.get(f"{ballot}?change=1")
    assert '<input type="hidden" name="replaces" value="1">' in page.content.decode()
    assert {line.code for line in page.context["form"].lines() if line.is_ticked} == {one}
    changed = browser.post(ballot, {"choices": [other], "replaces": "1"})

    assert (changed.status_code, changed.url) == (302, receipt)
    assert (Ballot.objects.get().choices, Ballot.objects.get().version) == ({other: 1}, 2)
    assert "第2次提交" in browser.get(receipt).content.decode()


def test_who_voted_sees_that_it_stands_and_not_what_it_says(browser, vote, voter):
    office = vote()
    own_ballots.vote(office.poll.pk, {codes(office)[0]: 1}, by=voter)
    ballot, _check, receipt = paths(office)

    page, hidden = browser.get(ballot).content.decode(), browser.get(receipt).content.decode()
    shown = browser.post(receipt).content.decode()

    title = office.projects[0].title
    assert "您已投票，可以改" in page
    assert [title in text for text in (page, hidden, shown)] == [False, False, True]
    assert [project.title in shown for project in office.projects[1:]] == [False, False]


def test_who_voted_on_paper_is_told_so_and_cannot_vote_again(browser, vote, voter):
    from voting.services import tickets

    office = vote()
    urn.cast(tickets.issue(office.poll.pk, voter.pk, channel="paper"), {codes(office)[0]: 1})
    ballot = paths(office)[0]

    page = browser.get(f"{ballot}?change=1")
    sent = browser.post(ballot, {"choices": codes(office)[1:2], "replaces": "1"})

    assert "您已投纸质票" in page.content.decode()
    assert page.context["form"] is None
    assert (sent.status_code, Ballot.objects.get().version) == (409, 1)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (None, "您还没有核对过居民身份。请带上证件找社工核对。"),
        (make.OTHER_VILLAGE, "您核对过的村居是测试乙村，不是测试甲村。名册里是旧地址的，请社工更新。"),
        (make.VILLAGE, "您的居民身份核对过了，但定名册的时候没有您。"),
    ],
)
def test_who_is_not_on_the_roll_reads_why_as_far_as_it_is_known(client, vote, at, said):
    office = vote()
    client.force_login(make.resident(at) if at else make.person())

    page = client.get(paths(office)[0]).content.decode()

    assert said in page.split('data-test="absent"')[1]


def test_who_is_not_on_the_roll_is_told_before_and_keeps_what_was_chosen(client, vote):
    office = vote()
    client.force_login(make.resident(name="外测试"))
    ballot, check, receipt = paths(office)

    page = client.get(ballot)
    sent = client.post(check, {"choices": codes(office)[:1]})
    cast = client.post(ballot, {"choices": codes(office)[:1]})

    assert "名册里没找到您" in page.content.decode()
    assert page.context["form"] is None
    assert (sent.status_code, cast.status_code) == (403, 403)
    assert "data-score checked" in sent.content.decode()
    assert not Ballot.objects.exists()
    assert client.get(receipt).url == ballot


def test_an_office_gives_nobody_a_ballot(client, vote):
    office = vote()
    client.force_login(office.handler)

    answer = client.post(paths(office)[0], {"choices": codes(office)[:1]})

    assert answer.status_code == 403
    assert not Ballot.objects.exists()


def test_a_visitor_reads_the_projects_and_is_asked_to_sign_in(client, vote):
    office = vote()
    ballot, check, receipt = paths(office)

    page = client.get(ballot).content.decode()

    assert all(project.title in page for project in office.projects)
    assert f"?next={ballot}" in page
    assert 'name="choices"' not in page
    for path in (ballot, check):
        answer = client.post(path, {"choices": codes(office)[:1]})
        assert (answer.status_code, f"next={ballot}" in answer.url) == (302, True)
    assert client.get(receipt).status_code == 302


def test_before_its_hour_the_page_says_when_and_takes_nothing(browser, voter):
    office = build.ready()
    build.on_roll(office.poll, voter)
    ballot = paths(office)[0]
    assert browser.get(ballot).status_code == 404
    office.agree("open")

    page = browser.get(ballot)
    sent = browser.post(ballot, {"choices": codes(office)[:1]})

    assert "开始，" in page.content.decode()
    assert page.context["form"] is None
    assert sent.status_code == 409
    assert not Ballot.objects.exists()


def test_an_opening_that_waits_for_its_second_person_is_not_shown(browser):
    office = build.ready()
    office.ask("open")

    assert browser.get(paths(office)[0]).status_code == 404
    assert PollAct.objects.get().state == ActState.ASKED


def test_after_the_close_nothing_is_taken_and_the_receipt_still_stands(browser, vote, voter):
    office = vote()
    own_ballots.vote(office.poll.pk, {codes(office)[0]: 1}, by=voter)
    ballot, _check, receipt = paths(office)
    over(office)

    page = browser.get(f"{ballot}?change=1")
    sent = browser.post(ballot, {"choices": codes(office)[1:2], "replaces": "1"})

    assert "投票已经截止" in page.content.decode()
    assert "共1人投票" in page.content.decode()
    assert page.context["form"] is None
    assert (sent.status_code, Ballot.objects.get().version) == (409, 1)
    assert "不能再改" in browser.get(receipt).content.decode()


def test_in_the_second_between_the_close_and_the_clock_the_urn_refuses(browser, vote):
    """The row here still says open; the urn's own clock decides."""
    office = vote()
    BallotBox.objects.filter(poll=office.poll.pk).update(closes_at=build.hour(-0.001))

    answer = browser.post(paths(office)[0], {"choices": codes(office)[:1]})

    assert answer.status_code == 409
    assert "投票已经截止" in answer.content.decode()
    assert "data-score checked" in answer.content.decode()
    assert not Ballot.objects.exists()


@pytest.mark.parametrize(("web_clock_seconds", "closes_in_seconds", "status"), [(120, 60, 302), (-120, -60, 409)])
def test_a_web_server_whose_clock_is_wrong_neither_drops_nor_takes_a_ballot(
    browser, vote, monkeypatch, web_clock_seconds, closes_in_seconds, status
):
    office = vote()
    closes_at = now() + timedelta(seconds=closes_in_seconds)
    Poll.objects.filter(pk=office.poll.pk).update(closes_at=closes_at)
    BallotBox.objects.filter(poll=office.poll.pk).update(closes_at=closes_at)
    rightly = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: rightly() + timedelta(seconds=web_clock_seconds))

    shown = browser.get(paths(office)[0])
    sent = browser.post(paths(office)[0], {"choices": codes(office)[:1]})

    assert shown.context["phase"] == ("open" if status == 302 else "closed")
    assert (sent.status_code, Ballot.objects.count()) == (status, int(status == 302))


def test_a_cancelled_poll_says_so(browser, vote):
    office = vote()
    office.agree("cancel")

    page = browser.get(paths(office)[0])

    assert "这次投票取消了" in page.content.decode()
    assert page.context["form"] is None


def test_each_voter_has_an_order_of_her_own_and_keeps_it(client, vote, voter):
    office = vote(projects=8)
    neighbours = [voter, *(build.on_roll(office.poll).person for _n in range(3))]

    def order(person):
        client.force_login(person)
        return [line.code for line in client.get(paths(office)[0]).context["form"].lines()]

    orders = [order(person) for person in neighbours]

    assert [order(person) for person in neighbours] == orders
    assert len({tuple(found) for found in orders}) > 1
    assert {tuple(sorted(found)) for found in orders} == {tuple(sorted(codes(office)))}


def test_voting_leaves_no_event_that_somebody_voted(browser, vote):
    office = vote()
    before = AuditEvent.objects.count()

    browser.post(paths(office)[0], {"choices": codes(office)[:1]})

    assert Ballot.objects.count() == 1
    assert AuditEvent.objects.count() == before
