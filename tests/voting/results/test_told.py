"""What the page tells beside the table: turnout by age without anyone in it, other rules, what would have changed it."""

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from tests.voting.polls import build
from tests.voting.results import hall
from voting import keys, tasks
from voting.models import RollEntry
from voting.poll_count import by_age

pytestmark = [pytest.mark.core, pytest.mark.django_db(databases=build.URN)]


@pytest.mark.parametrize(
    ("voted", "roll", "told"),
    [
        ({"18-29": 12, "30-44": 31, "60-74": 18}, {"18-29": 40, "30-44": 50, "60-74": 30},
         [(["18-29"], 10), (["30-44"], 30), (["60-74"], 20)]),
        ({"18-29": 3, "30-44": 31}, {"18-29": 40, "30-44": 50}, [(["18-29", "30-44"], 35)]),
        ({"30-44": 31, "75+": 4}, {"30-44": 50, "75+": 20}, [(["30-44", "75+"], 35)]),
        ({"18-29": 12, "30-44": 20}, {"18-29": 12, "30-44": 80}, [(["18-29", "30-44"], 30)]),
        ({"18-29": 12, "": 15}, {"18-29": 40, "": 40}, [(["18-29"], 10), ([""], 15)]),
        ({"18-29": 9}, {"18-29": 40}, []),
        ({"18-29": 30, "30-44": 20}, {"18-29": 31, "30-44": 21}, []),
        ({}, {}, []),
    ],
    ids=["apart", "a small first", "a small last", "all of a band", "unknown age", "too few", "nearly all", "nobody"],
)  # fmt: skip
def test_bands_stand_together_until_nobody_can_be_made_out(voted, roll, told):
    assert by_age(voted, roll, 10) == told


def test_no_group_told_is_small_whatever_came():
    for young in range(30):
        for old in range(30):
            groups = by_age({"18-29": young, "75+": old}, {"18-29": 29, "75+": 40}, 10)
            covered = [band for bands, _many in groups for band in bands]
            assert covered in ([], ["18-29", "75+"]), "a band left out could be worked out from the whole"
            assert all(many >= 10 and many % 5 == 0 for _bands, many in groups)


def test_turnout_by_age_is_taken_at_the_count_and_told_in_round_numbers(client):
    office = build.opened(roll=30)
    entries = list(RollEntry.objects.filter(poll=office.poll).order_by("pk"))
    RollEntry.objects.filter(pk__in=[entry.pk for entry in entries[:14]]).update(age_band="75+")
    for entry in [*entries[:11], *entries[14:27]]:
        hall.cast(office.poll, entry.person, {office.projects[0].code: 1})
    office.agree("close")
    tasks.open_and_close_polls()
    office.agree("publish")

    assert hall.result(office).ages == [[["30-44"], 15], [["75+"], 10]]
    page = strip_tags(client.get(reverse("voting:results", args=[office.poll.pk])).content.decode())
    assert "30到44岁：约15人" in page and "75岁以上：约10人" in page


def test_few_voters_are_not_told_by_age(client):
    office = hall.published(hall.votes(3, 1))
    assert hall.result(office).ages == []
    assert "按年龄分会看出是谁" in client.get(reverse("voting:results", args=[office.poll.pk])).content.decode()


def test_a_poll_whose_key_is_lost_is_counted_without_ages():
    office = hall.held(hall.votes(3, 1))
    keys.destroy(office.poll.pk)
    tasks.open_and_close_polls()

    assert hall.result(office).ages == [] and hall.result(office).voters == 4


def test_the_page_says_which_projects_another_rule_would_change(client):
    """By votes the two dear ones win; shared out, each group of voters gets what it paid for."""
    ballots = [{0: 1, 1: 1}] * 6 + [{2: 1}] * 4
    office = hall.published(ballots, rules={"count_rule": "greedy_by_score"})
    compared = {one["rule"]: one for one in hall.result(office).by_other_rules}
    assert set(compared) == {"es-authors", "sequential_phragmen"}

    page = strip_tags(client.get(reverse("voting:results", args=[office.poll.pk])).content.decode())
    assert "换一种规则会怎样" in page
    assert "用等额分摊的办法：" in page and "用依次分担的办法：" in page


def test_a_rule_that_would_choose_otherwise_names_both_sides(client):
    from decimal import Decimal

    ballots = [{0: 1, 1: 1}] * 3 + [{2: 1}] * 2
    office = hall.published(ballots, rules={"count_rule": "es-authors"}, budget_yuan=Decimal(120000))
    votes_only = next(one for one in hall.result(office).by_other_rules if one["rule"] == "greedy_by_score")
    won = set(hall.result(office).lines.filter(outcome="won").values_list("project__code", flat=True))

    assert set(votes_only["left_out"]) <= won and not set(votes_only["taken_in"]) & won


def test_a_loser_is_told_the_votes_or_the_price_that_would_have_done():
    office = hall.counted(hall.votes(5, 2), budget_yuan=100000)
    second = hall.result(office).lines.get(position=2)

    assert second.facts["price_fen"] == 4_000_000, "what was left after the first, to the fen"
    assert second.facts["more_votes"] in {3, 4}


def test_an_item_that_failed_is_told_how_many_more_would_have_passed_it(client):
    office = hall.published([{0: 1}, {0: 0, 1: 0}, {0: 1}], roll=6, rules={"ballot_method": "yes_no"})

    page = strip_tags(client.get(reverse("voting:results", args=[office.poll.pk])).content.decode())
    assert "个没投票的人赞成，就能通过" in page
