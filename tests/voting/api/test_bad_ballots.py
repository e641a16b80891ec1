"""Whatever is sent as a ballot: refused with what is wrong, never kept, never a 500."""

import pytest

from tests.voting.api import calls
from tests.voting.polls import build
from voting.models.urn import Ballot

pytestmark = pytest.mark.django_db(databases=build.URN)


def refused(answer) -> dict:
    assert answer.status_code == 400, answer.content.decode()
    assert not Ballot.objects.exists()
    return answer.json()


@pytest.mark.parametrize(
    ("method", "scores", "words"),
    [
        ("choose", (1, 1, 1), "最多选2项，您选了3项"),
        ("choose", (2,), "选票内容不对"),
        ("budget", (1, 1), "超出20,000.00元"),
        ("points", (2, 1), "一共2分，您给了3分"),
        ("points", (0,), "每项给1到"),
        ("rank", (1, 1), "名次从1排起"),
        ("rank", (2,), "名次从1排起"),
        ("yes_no", (2,), "每项只能选赞成或反对"),
    ],
)
def test_a_ballot_beyond_its_style_is_told_by_how_much(method, scores, words):
    vote = calls.opened(method)

    told = refused(vote.cast(dict(zip(vote.codes, scores, strict=False))))

    assert told["code"] == "invalid"
    assert words in told["errors"]["choices"][0]


@pytest.mark.parametrize("method", ["choose", "budget", "points", "rank", "yes_no"])
def test_an_empty_ballot_counts_as_a_voter(method):
    vote = calls.opened(method)

    assert vote.cast({}).status_code == 201
    assert Ballot.objects.get().choices == {}


@pytest.mark.parametrize(
    "score",
    [
        *(-1, 1.0, 1.5, True, False, None, "1", "１", [1], {"1": 1}, 10**6 + 1, 2**31, 2**63, 10**300, 1e300),
    ],
    ids=str,
)
def test_a_score_is_a_plain_whole_number(score):
    vote = calls.opened()

    told = refused(vote.cast({vote.codes[0]: score}))

    assert told["errors"]["choices"] == ["选票内容不对，请重新选择"]


@pytest.mark.parametrize("code", ["", "WSS-0000-0000", "\x00", "\ud800", "x" * 5000, "__proto__", "1' OR '1'='1", "①"])
def test_a_project_that_is_not_on_the_ballot_is_refused(code):
    vote = calls.opened()

    told = refused(vote.cast({vote.codes[0]: 1, code: 1}))

    assert told["errors"]["choices"] == ["有的项目不在这张选票上，请刷新后再选"]


@pytest.mark.parametrize("choices", [None, [], ["WSS"], "WSS", 1, True, 1.5], ids=str)
def test_choices_are_an_object(choices):
    vote = calls.opened()

    assert "choices" in refused(vote.cast(choices))["errors"]


@pytest.mark.parametrize("replaces", [0, -1, 1.0, "1", True, [1], 2**31, 10**30], ids=str)
def test_a_version_is_a_whole_number_above_zero(replaces):
    vote = calls.opened()

    assert "replaces" in refused(vote.cast({vote.codes[0]: 1}, replaces=replaces))["errors"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        '"x"',
        "{",
        '{"choices": {}, "choices": {}}',
        '{"choices": {"A": 1, "A": 1}}',
        '{"choices": {"A": NaN}}',
        '{"choices": {"A": Infinity}}',
        '{"choices": {"A": ' + "9" * 5000 + "}}",
        '{"choices": ' + "[" * 2000 + "]" * 2000 + "}",
        '{"choices": ' + '{"a":' * 40 + "1" + "}" * 41,
        b"\xef\xbb\xbf{}",
        b'{"choices": {"\xe9": 1}}',
        b"\x00",
    ],
)
def test_a_body_that_is_no_clean_json_is_refused(body):
    vote = calls.opened()

    assert refused(vote.post(body))["code"] in {"parse_error", "invalid"}


@pytest.mark.parametrize("name", ["voter", "person", "channel", "poll", "pseudonym", "version", "\ud800", "x" * 5000])
def test_a_field_nobody_knows_is_refused(name):
    vote = calls.opened()

    assert refused(vote.post({"choices": {vote.codes[0]: 1}, name: 1}))["code"] == "invalid"


def test_without_choices_nothing_is_cast():
    vote = calls.opened()

    assert "choices" in refused(vote.post({}))["errors"]


def test_a_body_of_another_kind_is_not_read():
    vote = calls.opened()

    answer = vote.client.post(vote.path("ballot/"), "choices=1", content_type="text/plain")

    assert answer.status_code == 415
    assert not Ballot.objects.exists()


def test_a_body_beyond_all_measure_is_refused():
    vote = calls.opened()

    answer = vote.post('{"choices": {"' + "x" * 3_000_000 + '": 1}}')

    assert answer.status_code == 413
    assert not Ballot.objects.exists()
