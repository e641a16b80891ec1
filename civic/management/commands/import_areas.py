"""import_areas: places from an official list of codes."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from civic.areas import BadFile, import_areas, read_rows


class Command(BaseCommand):
    help = (
        "Import places (导入区划) from a CSV with the columns code,name,level,parent_code. All or nothing; a second "
        "run changes nothing; a bad row is named by its line. Exit 1 when nothing was written because of bad rows."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--valid-from", type=date.fromisoformat, default=date(2023, 1, 1), help="first day, for new places"
        )
        parser.add_argument("--close-missing", action="store_true", help="end the places the file no longer lists")

    def handle(self, *args: Any, file: Path, valid_from: date, close_missing: bool, **options: Any) -> None:
        try:
            rows = read_rows(file)
            counts = import_areas(rows, valid_from=valid_from, close_missing=close_missing)
        except (BadFile, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{len(rows)} rows: {len(counts.added)} added, {len(counts.changed)} changed, "
            f"{counts.same} as before, {len(counts.closed)} closed"
        )
