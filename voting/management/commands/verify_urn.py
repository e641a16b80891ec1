"""verify_urn: is the public log of a poll whole, and does every ballot keep what its receipt promised?"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from voting.services import urn
from voting.urn_check import findings


class Command(BaseCommand):
    help = (
        "Check a poll's public log (核验投票日志): signed heads, every entry, and after the close that each ballot is the "
        "one its commitment promised. Works from what is published; a file with it can be given instead of the "
        "database. With the database it also checks that what was added up for the count (票箱汇总) is what the ballots "
        "say. Exit 0: whole; exit 1: not."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("poll", type=int)
        parser.add_argument("--file", type=Path, help="the published log as JSON, checked without the database")
        parser.add_argument(
            "--against",
            "--kept",
            type=Path,
            metavar="CHECKPOINT",
            help="a checkpoint kept earlier (以前留的签名): the log must have grown from it, nothing removed or changed",
        )

    def handle(self, *, poll: int, file: Path | None, against: Path | None, **options: Any) -> None:
        published = json.loads(file.read_text()) if file else urn.public_log(poll)
        found = list(findings(published, against.read_text() if against else None))
        if file is None and not urn.contents_are_whole(poll):
            found.append("what was added up for the count is not what the ballots say")
        if found:
            raise CommandError("\n".join(found))
        leaves, opened = len(published["leaves"]), len(published.get("openings", []))
        self.stdout.write(f"whole: {leaves} entries, {len(published['checkpoints'])} checkpoints, {opened} openings")
