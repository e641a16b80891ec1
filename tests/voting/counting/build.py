"""Small elections of our own making, the plain recount as oracle, and Hypothesis strategies for both."""

import importlib.util
import io
from fractions import Fraction
from pathlib import Path

from hypothesis import strategies as st

from voting.rules.ballots import score_vector
from voting.rules.count import count
from voting.rules.model import Ballot, Election, Limits, Project, merged
from voting.rules.pabulib.reading import read
from voting.rules.records import RECORDS

ROOT = Path(__file__).resolve().parents[3]
NINE = list(RECORDS)[:9]
PRESETS = list(RECORDS)[9:]
ANY_BALLOT = [name for name in [*NINE, *PRESETS] if name != "sequential_phragmen"]


def _plain():
    spec = importlib.util.spec_from_file_location("plain_recount", ROOT / "scripts/plain_recount.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


plain = _plain()


def election(costs, ballots, budget, vote_type="approval", **more):
    """``costs`` by id; each ballot a text of ids, "ab", or {id: points}."""
    ids = list(costs)
    made = []
    for said in ballots:
        places = tuple(ids.index(id) for id in said)
        if vote_type == "approval":
            places = tuple(sorted(places))
        made.append(Ballot(places, tuple(said.values()) if isinstance(said, dict) else ()))
    projects = tuple(Project(id, cost) for id, cost in costs.items())
    return Election(projects, budget, merged(made), vote_type, **more)


def winners(made, rule, **more):
    return list(count(made, RECORDS[rule], **more).selected)


def pb(text):
    """A file from its text, as if uploaded."""
    return read(io.BytesIO(text.encode() if isinstance(text, str) else text))


def oracle(made):
    """The same election as the plain recount sees it."""
    vector = score_vector(made)
    ballots = []
    for ballot in made.ballots:
        points = worth(ballot, made, vector)
        given = {made.projects[p].id: n for p, n in zip(ballot.choices, points, strict=True) if n > 0}
        ballots.append((given, ballot.voters))
    costs = {project.id: Fraction(project.cost, made.scale) for project in made.projects}
    return plain.Vote(Fraction(made.budget, made.scale), costs, ballots)


def worth(ballot, made, vector):
    """What a ballot gives each project it names, told in the plainest way."""
    if made.vote_type == "ordinal":
        return [vector[rank] if rank < len(vector) else 0 for rank in range(len(ballot.choices))]
    if ballot.points:
        return [given - made.limits.default_score for given in ballot.points]
    return [1] * len(ballot.choices)


@st.composite
def elections(draw, vote_type=None, most_projects=6, most_voters=8):
    """Few projects, few voters, small numbers: ties and exact fits in abundance."""
    kind = vote_type or draw(st.sampled_from(["approval", "cumulative", "ordinal"]))
    number = draw(st.integers(1, most_projects))
    costs = draw(st.lists(st.integers(1, 12), min_size=number, max_size=number))
    ballot = st.lists(st.integers(0, number - 1), unique=True, max_size=number)
    made = []
    for chosen in draw(st.lists(ballot, min_size=1, max_size=most_voters)):
        if kind == "approval":
            made.append(Ballot(tuple(sorted(chosen))))
        elif kind == "ordinal":
            made.append(Ballot(tuple(chosen)))
        else:
            points = draw(st.lists(st.integers(0, 4), min_size=len(chosen), max_size=len(chosen)))
            made.append(Ballot(tuple(sorted(chosen)), tuple(points)))
    ids = draw(st.permutations([f"p{n}" for n in range(number)]))
    projects = tuple(Project(id, cost) for id, cost in zip(ids, costs, strict=True))
    limits = Limits(max_length=number) if kind == "ordinal" else Limits()
    return Election(projects, draw(st.integers(1, 30)), merged(made), kind, limits)
