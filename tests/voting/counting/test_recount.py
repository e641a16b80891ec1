"""The command: a file in, the winners out, and no database (none is asked for here, and asking would fail)."""

import json
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.voting.counting.build import election
from voting.rules.count import count
from voting.rules.pabulib.writing import lines
from voting.rules.records import RECORDS, canonical
from voting.rules.ties import TIES, TieRule, commitment, lot


@pytest.fixture
def published(tmp_path):
    """Two works alike in cost and votes, money for one of them and the lamp."""
    made = election({"灯": 2, "渠": 5, "场": 5}, [["灯", "渠"], ["渠", "场"], ["场"], ["灯"]], budget=8)
    file = tmp_path / "村.pb"
    file.write_text("".join(lines(made, {"description": "一个村"}, [0, 1, 2])), encoding="utf-8")
    return file


def said(*args, **options):
    out = StringIO()
    call_command("recount", *map(str, args), stdout=out, **options)
    return out.getvalue()


def test_it_prints_the_winners_in_order_with_total_ties_and_fingerprint(published):
    text = said(published, "--rule", "greedy_by_score")

    record = RECORDS["greedy_by_score"]
    assert text.splitlines()[0].split() == ["1", "灯", "2", "2分"]
    assert "金额 cost: 7 / 8" in text
    assert "并列 tie, round 1: 灯 before 渠, 场, by cost" in text
    assert record.sha256 in text


def test_json_is_what_other_programs_read(published):
    told = json.loads(said(published, "--rule", "mes_cost_utility_add1u", "--json", "--certify"))

    assert told["selected"] == ["灯", "场"]
    assert (told["cost"], told["budget"], told["voters"]) == ("7", "8", 4)
    assert told["record_sha256"] == RECORDS["mes_cost_utility_add1u"].sha256
    assert {"ties", "steps", "voter_budget", "reserve", "rule"} <= set(told)


def test_a_seed_draws_the_lots_anew(published):
    told = {seed: json.loads(said(published, "--rule", "greedy_by_score", "--seed", seed, "--tie", "draw", "--json"))
            for seed in ("一", "二", "三", "四", "五")}  # fmt: skip

    for seed, result in told.items():
        assert result["selected"][0] == min(("灯", "渠", "场"), key=lambda project: lot(seed, project))
        assert result["ties"][0]["decided_by"] == "lot"
    assert json.loads(said(published, "--rule", "greedy_by_score", "--seed", "一", "--json"))["selected"][0] == "灯"


def test_a_published_record_counts_as_it_says(published, tmp_path):
    tie = TieRule(("cost", "score", "lot"), commitment("种子"))
    record = replace(RECORDS["es-authors"], name="斗门", tie=tie, reserve=1)
    rule = tmp_path / "rule.json"
    rule.write_text(canonical(record), encoding="utf-8")

    told = json.loads(said(published, "--rule-file", rule, "--seed", "种子", "--json"))

    assert told["record_sha256"] == record.sha256
    assert len(told["selected"]) == 2
    assert len(told["reserve"]) == 1
    with pytest.raises(CommandError, match="not the one committed to"):
        said(published, "--rule-file", rule, "--seed", "别的")


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (["--rule", "borda"], "no rule is named borda"),
        (["--rule", "greedy_by_score", "--tie", "lot"], "needs the seed"),
        (["--rule", "greedy_by_score", "--tie", "refuse"], "refuses to decide"),
        (["--rule-file", "nowhere.json"], "No such file"),
        ([], "one of the arguments --rule --rule-file is required"),
        (["--rule", "greedy_by_score", "--tie", "luck"], "invalid choice"),
    ],
)
def test_what_cannot_be_counted_is_said(published, args, reason):
    with pytest.raises(CommandError, match=reason):
        said(published, *args)


def test_a_broken_file_is_named_with_its_line(published):
    published.write_text(published.read_text(encoding="utf-8") + "9;灯,井\n", encoding="utf-8")

    with pytest.raises(CommandError, match=r"村\.pb: line \d+: a vote for '井', which is no project here"):
        said(published, "--rule", "greedy_by_score")


def test_a_rule_file_of_another_encoding_is_refused(published, tmp_path):
    rule = tmp_path / "rule.json"
    rule.write_bytes("规则".encode("utf-16"))

    with pytest.raises(CommandError, match=r"rule\.json is no UTF-8"):
        said(published, "--rule-file", rule)


def test_the_help_names_every_rule_and_tie_and_the_exit_codes(capsys):
    with pytest.raises(SystemExit):
        call_command("recount", "--help")

    told = " ".join(capsys.readouterr().out.split())
    assert all(name in told.replace("- ", "-") for name in [*RECORDS, *TIES])
    assert "Exit 0" in told
    assert "不读数据库" in told


def test_the_written_file_gives_the_same_result_as_the_count(published):
    made = election({"灯": 2, "渠": 5, "场": 5}, [["灯", "渠"], ["渠", "场"], ["场"], ["灯"]], budget=8)

    told = json.loads(said(published, "--rule", "es-pabulib", "--json"))

    assert tuple(told["selected"]) == count(made, RECORDS["es-pabulib"]).selected
