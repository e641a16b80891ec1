"""import_roll: who may vote in a poll, from a list the village keeps."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from civic.areas import BadFile
from civic.rules import RuleBroken
from voting.models import Poll
from voting.roll_files.people import read
from voting.services.roll import import_roll


class Command(BaseCommand):
    help = (
        "Import a poll's roll (导入名册) from CSV or XLSX with the columns 姓名 and 出生日期 or 年龄, and 手机号, 村居, "
        "户号 where there are any. All or nothing; a second run changes nothing; each bad row is named by its line. "
        "Exit 1 when nothing was written because of bad rows."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("poll", type=int)
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="read and match, write nothing")

    def handle(self, *args: Any, poll: int, file: Path, dry_run: bool, **options: Any) -> None:
        try:
            people = read(file.read_bytes())
            counts = import_roll(Poll.objects.get(pk=poll), people, by="command:import_roll", dry_run=dry_run)
        except Poll.DoesNotExist:
            raise CommandError(f"there is no poll {poll}") from None
        except (BadFile, RuleBroken, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{len(people)} people: {counts.added} {'to add' if dry_run else 'added'}, {counts.same} as before, "
            f"{len(counts.too_young)} too young"
        )
