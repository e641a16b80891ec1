"""The steps by which anyone counts a poll again (自己再算一遍): files, commands, what comes out. Data for the page."""

from pathlib import Path
from typing import Any

from django.conf import settings

from voting import papers
from voting.models import LineOutcome, Result

SCRIPT: Path = settings.BASE_DIR / "scripts" / "plain_recount.py"


def told(result: Result) -> dict[str, Any]:
    """File names, commands and the winners they give; where ballots are sealed there is only the log to check."""
    ballots, rule, log = (papers.file_name(result, ending) for ending in (".pb", "-rule.json", "-log.json"))
    poll = result.poll
    log = f"poll-{poll.pk}-log.json"
    winners = result.lines.filter(outcome=LineOutcome.WON).select_related("project").order_by("position")
    return {
        "ballots": ballots,
        "rule": rule,
        "log": log,
        "script": SCRIPT.name,
        "winners": [line.project for line in winners],
        "checks": f"sha256sum {ballots}\nsha256sum {rule}",
        "plain": " ".join(["python3", "-I", SCRIPT.name, ballots, *_plain(result)]) if result.ballots_hash else "",
        "full": f"python manage.py recount {ballots} --rule-file {rule} --seed {poll.seed}",
        "by_name": f"python manage.py recount {ballots} --rule {result.rule_record['name']} --seed {poll.seed}",
        "verify": f"python manage.py verify_urn {poll.pk} --file {log}",
        "against": f"python manage.py verify_urn {poll.pk} --file {log} --against poll-{poll.pk}-checkpoint.txt",
        "receipt": f"grep -c 回执上的承诺值 {log}",
    }


def _plain(result: Result) -> list[str]:
    """What the plain script must know beside the file: the rule, the seed, and what left the poll."""
    gone = [part for code in result.rule_record["eligibility"]["withdrawn"] for part in ("--without", code)]
    return [result.rule_record["name"], "--seed", result.poll.seed, *gone]
