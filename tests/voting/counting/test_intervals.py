"""The intervals may give up, but never be wrong: with coarse whole numbers, where a slip of rounding would show."""

import random
from fractions import Fraction

import pytest

from tests.voting.counting.build import oracle, winners
from voting.rules import phragmen as loads
from voting.rules import purses, shares, shares_exact
from voting.rules.contest import Contest
from voting.rules.model import Ballot, Election, Project, merged
from voting.rules.purses import Purses, TooClose, columns
from voting.rules.supporters import supporters
from voting.rules.ties import TIES, Breaker


def town(seed):
    """A random election of middling size: purses run short, prices lie close, a few ties."""
    chance = random.Random(seed)
    number, kind = chance.randint(3, 10), chance.choice(["approval", "cumulative"])
    projects = tuple(Project(f"p{n}", chance.randint(5, 90)) for n in range(number))
    ballots = []
    for _ballot in range(chance.randint(5, 30)):
        named = sorted(chance.sample(range(number), chance.randint(0, min(6, number))))
        points = tuple(chance.randint(1, 5) for _ in named) if kind == "cumulative" else ()
        ballots.append(Ballot(tuple(named), points, chance.choice([1, 1, 2, 5])))
    return Election(projects, chance.randint(40, 300), merged(ballots), kind)


def contest_of(election):
    held = supporters(election)
    breaker = Breaker(TIES["file"], election, held.scores)
    places = tuple(range(len(election.projects)))
    return Contest(places, tuple(p.cost for p in election.projects), held, election.budget, breaker)


def bits_needed(contest):
    biggest = max(contest.budget + 1, *contest.costs)
    return (biggest * contest.supporters.most_points * contest.supporters.voters).bit_length()


@pytest.mark.parametrize("spare", [0, 1, 2, 3, 5, 8, 13, 40])
def test_a_run_by_intervals_is_the_run_in_fractions_or_none(spare, monkeypatch):
    settled = 0
    for seed in range(60):
        contest = contest_of(town(seed))
        money = Fraction(contest.budget, contest.supporters.voters)
        monkeypatch.setattr(purses, "HEADROOM", bits_needed(contest) + spare)
        for utility in ("cost", "score"):
            exact = shares_exact.equal_shares(contest, utility, money)
            try:
                rough = shares.between(contest, columns(contest), utility, money, money, told=True)
            except TooClose:
                continue
            settled += 1
            assert rough.places == exact.places
            assert rough.ties == exact.ties
            for one, other in zip(rough.won, exact.won, strict=True):
                assert one.price.low <= other.price.low <= one.price.high
            assert [loser[:2] for loser in rough.passed] == [loser[:2] for loser in exact.passed]
            for (*_when, lacking), (*_then, truly) in zip(rough.passed, exact.passed, strict=True):
                assert lacking.low <= truly.low <= lacking.high

    assert settled >= {0: 5, 40: 110}.get(spare, 10)


@pytest.mark.parametrize("spare", [1, 4, 40])
def test_each_purse_lies_between_its_bounds_after_every_payment(spare, monkeypatch):
    for seed in range(40):
        contest = contest_of(town(seed))
        money = Fraction(contest.budget, contest.supporters.voters)
        monkeypatch.setattr(purses, "HEADROOM", bits_needed(contest) + spare)
        held = Purses(contest, money, money)
        exact = shares_exact._Shares(contest, "cost", money)
        by_place = columns(contest)
        while exact.note_spent() is None and (winner := exact.next()) is not None:
            place, price = winner
            offer = purses.Offer(place, contest.costs[place] * held.unit, by_place[place])
            if not held.appraise(offer) or offer.high is None:
                break  # too coarse by now to say that it is payable
            assert offer.low <= price * held.unit <= offer.high
            assert offer.exact is None or offer.exact == price * held.unit
            exact.pay(place, price)
            held.pay(offer)
            true = [Fraction(purse, exact.denominator) * held.unit for purse in exact.purses]
            assert all(low <= purse for low, purse in zip(held.low.tolist(), true, strict=True))
            assert all(purse <= high for high, purse in zip(held.high.tolist(), true, strict=True))


@pytest.mark.parametrize("rule", ["mes_cost_utility", "mes_score_utility", "sequential_phragmen"])
def test_towns_of_middling_size_elect_as_the_plain_recount_does(rule):
    for seed in range(80):
        election = town(seed)
        if rule == "sequential_phragmen" and election.vote_type != "approval":
            continue
        assert winners(election, rule) == oracle(election).winners(rule)


@pytest.mark.parametrize("utility", ["cost", "score"])
def test_a_run_for_many_steps_is_the_run_of_each(utility):
    settled = 0
    for seed in range(60):
        contest = contest_of(town(seed))
        least = Fraction(contest.budget, contest.supporters.voters)
        most = least + random.Random(seed).choice([1, 2, 4])
        try:
            run = shares.between(contest, columns(contest), utility, least, most)
        except TooClose:
            continue
        settled += 1
        for step in range(int(most - least) * 2 + 1):
            alone = shares_exact.equal_shares(contest, utility, least + Fraction(step, 2))
            assert (alone.places, alone.ties) == (run.places, run.ties)

    assert settled >= 5


@pytest.mark.parametrize("spare", [-1, 0, 1, 3, 8])
def test_loads_in_coarse_numbers_elect_as_in_fractions(spare, monkeypatch):
    for seed in range(120):
        election = town(seed)
        if election.vote_type != "approval":
            continue
        contest = contest_of(election)
        with monkeypatch.context() as patched:
            patched.setattr(loads._Loads, "_nearest", lambda self, places: places)
            patched.setattr(loads, "HEADROOM", 61)
            exact = loads.phragmen(contest)
        needed = (sum(contest.costs) * contest.supporters.voters).bit_length()
        monkeypatch.setattr(loads, "HEADROOM", needed + spare)

        rough = loads.phragmen(contest)

        assert (rough.places, rough.ties, rough.passed) == (exact.places, exact.ties, exact.passed)
