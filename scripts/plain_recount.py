"""Count a published .pb file again, by hand as it were (自己动手复核计票): standard library only, nothing of the site's.

    python plain_recount.py FILE.pb RULE [--seed SEED] [--without ID] [--step K]

RULE is one of greedy_by_score, greedy_by_score_per_cost, mes_cost_utility, mes_score_utility, each mes_… also with
_add1 or _add1u behind it, sequential_phragmen, es-authors, es-pabulib. Ties: lower cost, then higher score, then the
place in the file; with --seed, instead of the place, the SHA-256 of seed and project id. --without leaves out a project
that was taken back while the vote ran; say it once for each. --step counts only step K of Add1, for a large file whose
result says where it stopped. Every number is a fraction; it is slow and means to be plain.
"""

import argparse
import csv
import gzip
import hashlib
from collections import Counter
from fractions import Fraction
from math import floor


def read(path):
    """Budget, projects {id: cost} in order, and ballots: ({id: points}, how many voters)."""
    opened = gzip.open if str(path).endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter=";") if row]
    start = {row[0]: place for place, row in enumerate(rows) if row in (["META"], ["PROJECTS"], ["VOTES"])}
    meta = {row[0]: row[1] for row in rows[start["META"] + 2 : start["PROJECTS"]]}
    head, *projects = rows[start["PROJECTS"] + 1 : start["VOTES"]]
    costs = {row[head.index("project_id")].strip(): Fraction(row[head.index("cost")]) for row in projects}
    head, *votes = rows[start["VOTES"] + 1 :]
    ballots = Counter()
    for row in votes:
        ids = [id.strip() for id in row[head.index("vote")].split(",") if id.strip()]
        if meta["vote_type"] == "ordinal":
            longest = int(meta.get("max_length") or len(costs))
            points = range(longest, longest - len(ids), -1)
        elif meta["vote_type"] in ("cumulative", "scoring"):
            points = [int(p) - int(meta.get("default_score", 0)) for p in row[head.index("points")].split(",") if p]
        else:
            ids, points = sorted(set(ids)), [1] * len(set(ids))
        ballots[tuple((id, given) for id, given in zip(ids, points, strict=True) if given > 0)] += 1
    return Fraction(meta["budget"]), costs, [(dict(ballot), many) for ballot, many in ballots.items()]


class Vote:
    """An election and the order T in which ties fall."""

    def __init__(self, budget, costs, ballots, seed=None):
        self.budget, self.costs, self.ballots = budget, costs, ballots
        self.voters = sum(many for _ballot, many in ballots)
        self.scores = {id: sum(ballot.get(id, 0) * many for ballot, many in ballots) for id in costs}
        places = {id: place for place, id in enumerate(costs)}
        if seed is not None:
            places = {id: hashlib.sha256((seed + id).encode()).hexdigest() for id in costs}
        self.tie = {id: (costs[id], -self.scores[id], places[id]) for id in costs}

    def cost(self, ids):
        return sum(self.costs[id] for id in ids)

    def greedy(self, per_cost=False, won=()):
        """Down the ranking, taking what still fits."""
        won = list(won)
        worth = {id: Fraction(self.scores[id]) / (self.costs[id] if per_cost else 1) for id in self.costs}
        for id in sorted(self.costs, key=lambda one: (-worth[one], self.tie[one])):
            if id not in won and self.scores[id] and self.costs[id] <= self.budget - self.cost(won):
                won.append(id)
        return won

    def equal_shares(self, utility, money):
        """Round by round, the project that costs its supporters least for what it gives them."""
        purses, won = [Fraction(money)] * len(self.ballots), []
        while True:
            prices = {id: self.price(id, purses) for id in self.costs if id not in won and self.scores[id]}
            open_ids = [id for id, price in prices.items() if price is not None]
            if not open_ids:
                return won
            per = self.costs if utility == "cost" else dict.fromkeys(self.costs, 1)
            best = min(open_ids, key=lambda one: (prices[one] / per[one], self.tie[one]))
            for place, (ballot, _many) in enumerate(self.ballots):
                purses[place] -= min(purses[place], prices[best] * ballot.get(best, 0))
            won.append(best)

    def price(self, id, purses):
        """What one point of this project costs when the poor give all they have and the rest pay alike."""
        givers = [(p / b[id], b[id] * m, p * m) for p, (b, m) in zip(purses, self.ballots, strict=True) if id in b]
        missing, points = self.costs[id], sum(weight for _reach, weight, _all in givers)
        for reach, weight, everything in sorted(givers):
            if missing <= reach * points:
                return missing / points
            missing, points = missing - everything, points - weight
        return None

    def add1(self, utility, start, *, until_overspent=False):
        """One unit more a voter each step; see the definitions in the file's rule record."""
        step, before = 0, []
        while True:
            won = self.equal_shares(utility, start + step)
            if self.cost(won) > self.budget:
                return before
            left = self.budget - self.cost(won)
            rest = [id for id in self.costs if id not in won and self.scores[id]]
            if not rest or (not until_overspent and all(self.costs[id] > left for id in rest)):
                return won
            step, before = step + 1, won

    def phragmen(self):
        """Each winner's cost is a load for its supporters; the next is the one that loads them least."""
        loads, won = [Fraction(0)] * len(self.ballots), []
        rest = [id for id in self.costs if self.scores[id] and self.costs[id] <= self.budget]
        while rest:
            new = {id: self.load(id, loads) for id in rest}
            next_ones = [id for id in rest if new[id] == min(new.values())]
            if any(self.costs[id] > self.budget - self.cost(won) for id in next_ones):
                break
            best = min(next_ones, key=self.tie.get)
            loads = [new[best] if best in b else load for load, (b, _m) in zip(loads, self.ballots, strict=True)]
            won.append(best)
            rest.remove(best)
        return won

    def load(self, id, loads):
        carried = sum(load * many for load, (b, many) in zip(loads, self.ballots, strict=True) if id in b)
        return (self.costs[id] + carried) / self.scores[id]

    def winners(self, rule, step=None):
        """The winners by the name of a rule, in order of election."""
        if rule.startswith("greedy"):
            return self.greedy(per_cost=rule.endswith("per_cost"))
        if rule == "sequential_phragmen":
            return self.phragmen()
        utility = "score" if "score_utility" in rule else "cost"
        start = self.budget / self.voters
        if rule.startswith("es-"):
            start = Fraction(floor(start))
        if step is not None:
            won = self.equal_shares(utility, start + step)
        elif rule in ("mes_cost_utility", "mes_score_utility"):
            won = self.equal_shares(utility, start)
        else:
            won = self.add1(utility, start, until_overspent=rule == "es-pabulib")
        return self.greedy(won=won) if rule.endswith("add1u") or rule == "es-authors" else won


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("file")
    asked.add_argument("rule")
    asked.add_argument("--seed")
    asked.add_argument("--without", action="append", default=[])
    asked.add_argument("--step", type=int)
    told = asked.parse_args()
    budget, projects, votes = read(told.file)
    costs = {id: cost for id, cost in projects.items() if id not in told.without}
    vote = Vote(budget, costs, votes, seed=told.seed)
    chosen = vote.winners(told.rule, told.step)
    print("\n".join(chosen))
    print(f"{len(chosen)} of {len(vote.costs)}, cost {vote.cost(chosen)} of {vote.budget}")
