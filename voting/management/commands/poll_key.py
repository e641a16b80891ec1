"""poll_key: keep half of a poll's secret each, and bring it back when its file is lost."""

from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from voting import keys
from voting.models.urn import BallotBox


class Command(BaseCommand):
    help = (
        "The secret that links voter and ballot while a poll lasts (投票密钥). split: print two halves for two people who "
        "do not meet; either alone says nothing, and nothing is changed. join: ask for both halves and write the key "
        "file anew where it is lost. Exit code 1 if the key is not there, or the halves are not of this poll."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["split", "join"])
        parser.add_argument("poll", type=int)

    def handle(self, *, act: str, poll: int, **options: Any) -> None:
        if act == "split":
            self.split(poll)
        else:
            self.join(poll)

    def split(self, poll: int) -> None:
        try:
            for half in keys.halves(poll):
                self.stdout.write(half)
        except keys.KeyGone as gone:
            raise CommandError(str(gone)) from None

    def join(self, poll: int) -> None:
        box = BallotBox.objects.filter(poll=poll).first()
        if box is None:
            raise CommandError(f"poll {poll} has no box")
        try:
            keys.restore(poll, getpass("One half: "), getpass("The other: "), expected=box.key_hash)
        except ValueError as wrong:
            raise CommandError(str(wrong)) from None
        self.stdout.write(f"poll {poll}: the key is back")
