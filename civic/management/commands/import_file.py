"""import_file: projects, pools, places or people from a table, as the import pages do it."""

from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from civic.areas import BadFile
from civic.imports.kinds import KINDS
from civic.imports.services import import_file
from civic.models import Person
from civic.words import normal_phone


class Command(BaseCommand):
    help = (
        "Import a CSV or XLSX (导入) as the pages under /desk/import/ do: heading among the first ten rows, 元 or 万元, "
        "totals left out. All or nothing; a second run changes nothing; each bad row is named by its line. "
        "Exit 1 when nothing was written because of bad rows."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("kind", choices=sorted(KINDS))
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="read and check, write nothing")
        parser.add_argument(
            "--as", dest="phone", help="the phone of the person in office who imports; else the command"
        )

    def handle(self, *args: Any, kind: str, file: Path, dry_run: bool, phone: str | None, **options: Any) -> None:
        try:
            by = Person.objects.get(phone=normal_phone(phone)) if phone else "command:import_file"
            run = import_file(KINDS[kind], file.name, file.read_bytes(), by=by, dry_run=dry_run)
        except Person.DoesNotExist:
            raise CommandError(f"nobody has the phone {phone}") from None
        except PermissionDenied as refused:
            raise CommandError(f"this person may not import {kind} ({refused})") from None
        except (BadFile, ValueError, OSError) as error:
            raise CommandError(str(error)) from None
        counts = run.trial if dry_run else {"added": run.added, "changed": run.changed, "same": run.same}
        done = "to add" if dry_run else "added"
        self.stdout.write(
            f"{run.total} rows: {counts['added']} {done}, {counts['changed']} changed, {counts['same']} as before"
        )
