"""Anyone counts again by what the page says, with nothing but Python's own library; twenty elections by chance agree."""

import random
import re
import shlex
import subprocess
import sys
from decimal import Decimal
from hashlib import sha256

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from proposals.services import moves
from tests.voting.polls import build
from tests.voting.results import hall
from voting.models import RollEntry
from voting.services import own_ballots

pytestmark = [pytest.mark.core, pytest.mark.django_db(databases=build.URN)]
METHODS = (
    {"ballot_method": "choose", "ballot_limit": 3},
    {"ballot_method": "points", "ballot_limit": 6, "ballot_project_max": 4},
    {"ballot_method": "rank", "ballot_limit": 3},
    {"ballot_method": "budget", "count_rule": "es-authors"},
    {"ballot_method": "choose", "ballot_limit": 4, "count_rule": "sequential_phragmen"},
)


def followed(client, office, folder) -> list[str]:
    """What the page's own commands print for a stranger: the files fetched by its links, the words typed as they stand."""
    address = reverse("voting:recount", args=[office.poll.pk])
    html = client.get(address).content.decode()
    for link in re.findall(r'<li><a href="([^"]+(?:ballots\.pb|rule\.json|plain_recount\.py)[^"]*)"', html):
        answer = client.get(link)
        name = re.search(r'filename="([^"]+)"', answer["Content-Disposition"])[1]
        (folder / name).write_bytes(answer.content)
    (command,) = re.search(r'data-test="plain"><code>(.*?)</code>', html, re.S)[1].strip().splitlines()
    python, *rest = shlex.split(command)
    assert (python, rest[0]) == ("python3", "-I"), "only the standard library, no folder of ours on the way"
    done = subprocess.run([sys.executable, *rest], cwd=folder, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.splitlines()[:-1]


def winners(office) -> list[str]:
    """As they are published, in order of election."""
    won = hall.result(office).lines.filter(outcome="won").order_by("position")
    return list(won.values_list("project__code", flat=True))


def test_following_the_page_gives_the_published_winners(client, tmp_path):
    office = hall.published(hall.votes(3, 3, 1), budget_yuan=Decimal(120000))

    assert followed(client, office, tmp_path) == winners(office) != []


def test_the_files_have_the_hashes_the_page_names(client, tmp_path):
    office = hall.published(hall.votes(1, 2))
    followed(client, office, tmp_path)
    html = client.get(reverse("voting:recount", args=[office.poll.pk])).content.decode()

    for command in re.search(r'data-test="hashes"><code>(.*?)</code>', html, re.S)[1].strip().splitlines():
        name = command.removeprefix("sha256sum ")
        assert sha256((tmp_path / name).read_bytes()).hexdigest() in html


def test_a_project_taken_back_is_left_out_by_the_command(client, tmp_path):
    office = hall.held(hall.votes(5, 2, 1))
    moves.withdraw(office.projects[0], by=office.projects[0].proposer, sentence="撤回")
    hall.tasks.open_and_close_polls()
    office.agree("publish")

    assert followed(client, office, tmp_path) == winners(office) == [office.projects[1].code]


def test_a_second_count_is_followed_by_its_own_file(client, tmp_path):
    office = hall.published(hall.votes(3, 2))
    from tests.voting.results.test_recounts import lose_ballots

    lose_ballots(office, 0, 2)
    office.agree("recount")

    assert followed(client, office, tmp_path) == winners(office) == [office.projects[1].code]


def test_sealed_ballots_have_their_log_to_check_and_no_file(client):
    office = hall.published([{0: 1, 1: 0}, {0: 1}], rules={"ballot_method": "yes_no"})
    page = client.get(reverse("voting:recount", args=[office.poll.pk])).content.decode()

    assert "这次的选票不公开" in page
    assert "ballots.pb" not in page and reverse("voting:log_file", args=[office.poll.pk]) in page


def test_a_receipt_is_found_in_the_log_by_the_words_of_the_page(client):
    office = build.opened(roll=3)
    voter = hall.voters(office.poll)[0]
    receipt = own_ballots.vote(office.poll.pk, {office.projects[0].code: 1}, by=voter)
    office.agree("close")
    hall.tasks.open_and_close_polls()
    office.agree("publish")

    log = client.get(reverse("voting:log_file", args=[office.poll.pk])).content.decode()
    assert receipt.commitment in log
    assert "承诺值" in strip_tags(client.get(reverse("voting:recount", args=[office.poll.pk])).content.decode())


@pytest.mark.parametrize("held", [build.opened, lambda: hall.counted(hall.votes(2, 1))], ids=["open", "counted"])
def test_there_is_nothing_to_count_again_before_publication(client, held):
    assert client.get(reverse("voting:recount", args=[held().poll.pk])).status_code == 404


@pytest.mark.parametrize("seed", range(20))
def test_twenty_elections_by_chance_recount_to_the_published_winners(client, tmp_path, seed):
    """A9: ties, projects without a vote, changed minds; the plain script and the published lines, byte for byte."""
    chance = random.Random(seed)
    rules = METHODS[seed % len(METHODS)]
    office = build.opened(
        roll=chance.randint(1, 9),
        projects=chance.randint(2, 5),
        rules=rules,
        budget_yuan=Decimal(chance.choice([70000, 130000, 200000])),
    )
    codes = [project.code for project in office.projects]
    for entry in RollEntry.objects.filter(poll=office.poll).select_related("person")[: chance.randint(0, 9)]:
        own_ballots.vote(office.poll.pk, by_chance(chance, codes, rules), by=entry.person)
        if chance.random() < 0.3:
            own_ballots.vote(office.poll.pk, by_chance(chance, codes, rules), by=entry.person, replaces=1)
    office.agree("close")
    hall.tasks.open_and_close_polls()
    office.agree("publish")

    if not hall.result(office).voters:
        assert winners(office) == []
        return
    assert "\n".join(followed(client, office, tmp_path)).encode() == "\n".join(winners(office)).encode()


def by_chance(chance: random.Random, codes: list[str], rules: dict) -> dict[str, int]:
    """A ballot within its style; few projects and few points make ties usual."""
    match rules["ballot_method"]:
        case "points":
            return {code: chance.randint(1, 2) for code in chance.sample(codes, chance.randint(1, min(3, len(codes))))}
        case "rank":
            chosen = chance.sample(codes, chance.randint(1, min(3, len(codes))))
            return {code: place for place, code in enumerate(chosen, start=1)}
        case "budget":
            return {chance.choice(codes): 1}
    return dict.fromkeys(chance.sample(codes, chance.randint(1, min(rules["ballot_limit"], len(codes)))), 1)
