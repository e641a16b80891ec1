"""export_register: every project in the layout that import_file reads, so that a register moves between systems."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext_lazy

from civic.models import Area
from publicity import register
from publicity.opendata import formats

KINDS = ("csv", "xlsx")
TITLE = gettext_lazy("项目清单")


class Command(BaseCommand):
    help = (
        "Write the register (项目清单) of a place and everything below it to a CSV or XLSX, drafts left out and nobody "
        "named. `import_file projects` reads it into a system that has the same places, rounds and units. Changes nothing; "
        "exit 1 for an unknown place or kind of file, and where the file cannot be written."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path, help=" or ".join(f"FILE.{kind}" for kind in KINDS))
        parser.add_argument("--area", default="", help="the 12-digit code of a place; without, every place")

    def handle(self, *args: Any, file: Path, area: str, **options: Any) -> None:
        kind = file.suffix.removeprefix(".").lower()
        if kind not in KINDS:
            raise CommandError(f"{file.name}: a register is written as {' or '.join(KINDS)}")
        place = Area.objects.filter(code=area).first()
        if area and place is None:
            raise CommandError(f"no place {area}")
        heads, rows = register.heads(), register.rows([place.prefix if place else ""])
        body = formats.csv_file(heads, rows) if kind == "csv" else formats.xlsx_file(str(TITLE), heads, rows)
        try:
            with file.open("wb") as written:
                written.writelines(body)
        except OSError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{file}: the register of {place or 'every place'}")
