"""Files of every format and oddity, read strictly; and what we write reads back the same."""

import gzip
import io
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voting.counting.build import elections, pb
from voting.rules.count import count
from voting.rules.model import Ballot, Limits, Project, Unusable
from voting.rules.pabulib.reading import read
from voting.rules.pabulib.source import PbFault, text_of
from voting.rules.pabulib.writing import declared, lines
from voting.rules.records import RECORDS, Eligibility, Guarantee
from voting.rules.ties import TIES, lot_order

HEAD = "META\nkey;value\nbudget;{budget}\nvote_type;{kind}\n{more}"
PROJECTS = "PROJECTS\nproject_id;cost;name\na;100;路灯\nb;200;晒谷场\nc;300;长廊\n"


def file(votes, kind="approval", more="", budget="500", projects=PROJECTS, header="voter_id;vote"):
    return HEAD.format(budget=budget, kind=kind, more=more) + projects + f"VOTES\n{header}\n" + votes


def test_approval_ballots_that_say_the_same_are_one():
    election = pb(file("1;a,b\n2;b,a\n3;c\n")).election

    assert election.ballots == (Ballot((0, 1), (), 2), Ballot((2,), (), 1))
    assert (election.budget, election.scale, election.voters) == (500, 1, 3)


def test_an_empty_ballot_is_a_voter():
    election = pb(file("1;a\n2;\n")).election

    assert election.voters == 2
    assert Ballot((), (), 1) in election.ballots


@pytest.mark.parametrize("kind", ["cumulative", "scoring"])
def test_points_stand_beside_their_projects(kind):
    election = pb(file("1;c,a;2,1\n2;a,c;1,2\n", kind, header="voter_id;vote;points")).election

    assert election.ballots == (Ballot((0, 2), (1, 2), 2),)


def test_the_order_of_a_ranking_is_the_vote():
    election = pb(file("1;c,a\n2;a,c\n", "ordinal", more="max_length;2\n")).election

    assert election.ballots == (Ballot((2, 0)), Ballot((0, 2)))
    assert election.limits == Limits(max_length=2)


def test_a_single_choice_is_read():
    assert pb(file("1;a\n2;a\n", "choose-1")).election.ballots == (Ballot((0,), (), 2),)


def test_decimals_are_kept_exactly():
    projects = "PROJECTS\nproject_id;cost\na;0.5\nb;12.25\n"
    election = pb(file("1;a\n", budget="2572946.76", projects=projects)).election

    assert election.scale == 100
    assert [project.cost for project in election.projects] == [50, 1225]
    assert election.money(election.budget) == "2572946.76"
    assert election.money(50) == "0.50"


def test_groups_of_projects_are_read():
    projects = "PROJECTS\nproject_id;cost;category;neighborhood;beneficiaries\na;1;环境, 安全;南澳村;老人,儿童\n"

    assert pb(file("1;a\n", projects=projects)).election.projects[0] == Project(
        "a", 1, "", ("环境", "安全"), ("南澳村",), ("老人", "儿童")
    )


TEXT = file("1;a,b\n2;c\n")


@pytest.mark.parametrize(
    "raw",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("gb18030"),
        TEXT.encode("utf-16"),
        TEXT.replace("\n", "\r\n").encode(),
        gzip.compress(TEXT.encode()),
        (TEXT + "\n\n").encode(),
    ],
    ids=["utf8", "mark", "gbk", "utf16", "crlf", "gzip", "blank lines"],
)
def test_encodings_line_ends_and_packing_make_no_difference(raw):
    assert pb(raw) == pb(TEXT)
    assert pb(raw).election.projects[0].name == "路灯"


def test_quoted_cells_may_hold_semicolons_and_line_breaks():
    projects = 'PROJECTS\nproject_id;cost;name\na;1;"一；二; 三\n四"\n'

    assert pb(file("1;a\n", projects=projects)).election.projects[0].name == "一；二; 三\n四"


def test_a_project_may_be_called_votes():
    projects = "PROJECTS\nproject_id;cost\nVOTES;1\nMETA;1\n"

    assert pb(file("1;VOTES,META\n", projects=projects)).election.ballots == (Ballot((0, 1)),)


def test_a_project_named_twice_on_an_approval_ballot_counts_once_and_is_noted():
    read_file = pb(file("1;a,a,b\n"))

    assert read_file.election.ballots == (Ballot((0, 1)),)
    assert read_file.notes[0].line == 12
    assert "counts once" in read_file.notes[0].text


def test_what_the_file_says_of_itself_wrongly_is_noted():
    read_file = pb(file("1;a\n2;a,b,c\n", more="num_votes;3\nmax_length;2\n"))

    assert [note.text.split(":")[0] for note in read_file.notes] == [
        "length_above 2",
        "num_votes says 3, the file holds 2",
    ]
    assert read_file.election.voters == 2


def test_the_files_own_winners_are_kept_apart():
    projects = "PROJECTS\nproject_id;cost;selected\na;1;1\nb;1;0\nc;1;2\n"

    assert pb(file("1;a\n", projects=projects)).selected == ("a", "c")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 0, "META is missing"),
        ("PROJECTS\n", 1, "where META should be"),
        ("hello;world\nMETA\n", 1, "META should stand first"),
        ("META\nkey;wert\n", 2, "lacks value"),
        ("META\nkey;value\nbudget;1\n", 3, "PROJECTS is missing"),
        (file("1;a\n", budget="1.000,00"), 3, "no amount"),
        (file("1;a\n", budget="1e9"), 3, "no amount"),
        (file("1;a\n", budget="-5"), 3, "no amount"),
        (file("1;a\n", budget="0"), 0, "above zero"),
        (file("1;a\n", kind="party list"), 4, "vote_type party list"),
        (file("1;a\n", more="max_length;many\n"), 5, "no whole number"),
        (file("1;a\n", projects="PROJECTS\nproject_id;name\na;x\n"), 6, "lacks cost"),
        (file("1;a\n", projects="PROJECTS\nproject_id;cost;cost\na;1;1\n"), 6, "a column twice"),
        (file("1;a\n", projects="PROJECTS\nproject_id;cost\na;1\na;2\n"), 8, "there already"),
        (file("1;a\n", projects="PROJECTS\nproject_id;cost\na,b;1\n"), 7, "has a comma"),
        (file("1;a\n", projects="PROJECTS\nproject_id;cost\na;0\n"), 7, "costs nothing"),
        (file("1;a\n", projects="PROJECTS\nproject_id;cost\na\n"), 7, "no amount"),
        (file("1;a\n", projects="PROJECTS\nproject_id;cost\na;1;2;3\n"), 7, "4 cells under 2"),
        (file("1;a\n", projects="PROJECTS\nproject_id;cost\n"), 9, "no project"),
        (file("1;d\n"), 12, "no project here"),
        (file("1;a,\n"), 12, "no project here"),
        (file("1\n"), 12, "cells where the vote"),
        (file(""), 11, "0 voters"),
        (file("1;a\n", "cumulative"), 11, "column points"),
        (file("1;a,b;1\n", "cumulative", header="voter_id;vote;points"), 12, "one whole number for each"),
        (file("1;a;1.5\n", "cumulative", header="voter_id;vote;points"), 12, "one whole number for each"),
        (file("1;a;-1\n", "cumulative", header="voter_id;vote;points"), 12, "below zero"),
        (file("1;a,a;1,1\n", "cumulative", header="voter_id;vote;points"), 12, "named twice"),
        (file("1;a\n", header="voter;vote"), 11, "lacks voter_id"),
        (file("1;a\nMETA\n"), 13, "cells where the vote"),
        (file('1;"' + "a" * 200_000 + "\n"), 12, "no CSV"),
    ],
)
def test_a_fault_is_named_with_its_line(text, line, said):
    with pytest.raises(PbFault) as fault:
        pb(text)

    assert said in str(fault.value)
    assert fault.value.line == line


@pytest.mark.parametrize("raw", [b"\x1f\x8b\x08\x00broken", b"\x1f\x8b", b"META\n\xff\xfe\xff\n", b"\xff\xfe\x00"])
def test_what_is_no_text_is_refused(raw):
    with pytest.raises(PbFault):
        pb(raw)


def test_a_packed_file_is_unpacked_only_up_to_the_limit():
    bomb = gzip.compress(b"\0" * 5_000_000)

    with pytest.raises(PbFault, match="more than 100000 bytes"):
        text_of(io.BytesIO(bomb), most_bytes=100_000)
    with pytest.raises(PbFault, match="more than 4 bytes"):
        text_of(io.BytesIO(b"12345"), most_bytes=4)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_bytes_bring_the_reader_down(raw):
    with pytest.raises(Unusable):
        read(io.BytesIO(raw))


@given(st.integers(0, len(TEXT) - 1), st.sampled_from([";", "\n", '"', "", "1", "VOTES\n", "\0", "，"]))
def test_a_slip_of_the_pen_is_read_or_refused(place, slip):
    with suppress(PbFault):
        assert pb(TEXT[:place] + slip + TEXT[place + 1 :]).election.voters > 0


@given(elections(), st.sampled_from([1, 10, 100]), st.randoms(use_true_random=False))
def test_what_is_written_reads_back_the_same(election, scale, chance):
    election = replace(election, scale=scale, currency="CNY")
    order = list(range(len(election.projects)))
    chance.shuffle(order)

    counted = count(election, RECORDS["greedy_by_score"])
    again = pb("".join(lines(election, {"description": "投票；“样本”; 一\n二", "rule": "greedy"}, order, counted)))

    assert said(again.election) == said(election)
    assert again.election.limits == election.limits
    assert again.meta["description"] == "投票；“样本”; 一 二"
    assert set(again.selected) == set(counted.selected)
    assert again.notes == ()
    assert [p.id for p in again.election.projects] == [election.projects[n].id for n in order]


@given(elections(vote_type="approval"), st.sampled_from([*RECORDS]), st.text(min_size=1, max_size=9))
def test_the_published_file_alone_decides_every_tie_as_the_draw_did(election, rule, seed):
    """Projects stand by their lots, so the recount needs no seed (VOTING §5.4)."""
    drawn = count(election, replace(RECORDS[rule], tie=TIES["lot"]), seed)

    published = pb("".join(lines(election, {}, lot_order(election, seed))))

    assert count(published.election, RECORDS[rule]).selected == drawn.selected


@pytest.mark.parametrize(
    ("record", "word"),
    [
        (RECORDS["greedy_by_score"], "greedy"),
        (replace(RECORDS["greedy_by_score"], eligibility=Eligibility(min_score=9), reserve=2), "greedy-threshold"),
        (replace(RECORDS["greedy_by_score"], skip=False), "greedy-no-skip"),
        (replace(RECORDS["greedy_by_score"], guarantees=(Guarantee("village"),)), "greedy-custom"),
        (replace(RECORDS["greedy_by_score"], eligibility=Eligibility(min_votes=9)), "greedy-custom"),
        (RECORDS["mes_cost_utility"], "equalshares"),
        (RECORDS["es-pabulib"], "equalshares/add1"),
        (RECORDS["es-authors"], "unknown"),
        (RECORDS["sequential_phragmen"], "unknown"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_rule_is_declared_in_the_formats_nearest_word(record, word):
    told = declared(record, "https://example.org/rule.json")

    assert told["rule"] == word
    assert record.sha256 in told["comment"]
    assert ("min_project_score_threshold" in told) is (record.eligibility.min_score > 0)


def said(election):
    """What an election says, however its projects and ballots are stored."""
    ids = [project.id for project in election.projects]
    ballots = {}
    for choices, points, voters in election.ballots:
        names = [ids[choice] for choice in choices]
        key = (
            tuple(names) if election.vote_type == "ordinal" else tuple(sorted(zip(names, points or names, strict=True)))
        )
        ballots[key] = ballots.get(key, 0) + voters
    costs = {project.id: election.money(project.cost) for project in election.projects}
    return costs, election.money(election.budget), ballots


def test_the_rows_of_a_published_file_tell_nothing_of_when_they_were_cast():
    one = pb(file("1;c\n2;a\n3;b,a\n4;a\n")).election
    other = pb(file("1;a,b\n2;a\n3;a\n4;c\n")).election

    assert list(lines(one, {}, [0, 1, 2])) == list(lines(other, {}, [0, 1, 2]))


def test_sections_and_columns_stand_as_the_format_orders_them():
    """What pabulib-checker asks for, apart from the dates and places that only the organiser knows."""
    projects = "PROJECTS\nproject_id;cost;category;neighborhood\na;100;路;北村\nb;200;水;南村\n"
    election = pb(file("1;a,b;1,2\n", "cumulative", projects=projects, header="voter_id;vote;points")).election
    counted = count(election, RECORDS["greedy_by_score"])

    text = "".join(lines(election, {"currency": "CNY", "rule": "greedy", "country": "China"}, [1, 0], counted))

    assert text.splitlines() == [
        "META",
        "key;value",
        "country;China",
        "num_projects;2",
        "num_votes;1",
        "budget;500",
        "vote_type;cumulative",
        "rule;greedy",
        "currency;CNY",
        "PROJECTS",
        "project_id;cost;votes;score;category;selected;neighborhood",
        "b;200;1;2;水;1;南村",
        "a;100;1;1;路;1;北村",
        "VOTES",
        "voter_id;vote;points",
        "1;b,a;2,1",
    ]


def test_a_key_the_format_does_not_have_is_refused():
    with pytest.raises(Unusable, match="no sponsor"):
        list(lines(pb(TEXT).election, {"sponsor": "x"}, [0, 1, 2]))


@pytest.mark.parametrize(
    "project", [Project("a,b", 1), Project("a\nb", 1), Project(" a", 1), Project("a", 1, categories=("一,二",))]
)
def test_what_no_cell_can_hold_is_not_written(project):
    election = replace(pb(file("1;a\n")).election, projects=(project,))

    with pytest.raises(Unusable):
        list(lines(election, {}, [0]))
