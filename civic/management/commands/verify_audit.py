"""verify_audit: is the record whole?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from civic.models import AuditEvent, AuditSeal
from civic.sealing import findings, seal_new_events


class Command(BaseCommand):
    help = (
        "Check the sealed record (核验记录): any edited, missing or cut event, or a rewritten chain, is named. "
        "Exit 0: whole; exit 1: not. Events not yet sealed are sealed first unless --no-seal is given."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--no-seal", action="store_true", help="check only what is sealed already")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(findings())
        if found:
            raise CommandError("\n".join(f"seal {f.seal}: {f.what}" for f in found))
        if not options["no_seal"]:
            seal_new_events()
        head = AuditSeal.objects.last()
        total, open_ = AuditEvent.objects.count(), AuditEvent.objects.filter(sealed=None).count()
        self.stdout.write(f"whole: {total} events, {open_} not yet sealed, head {head.hash if head else 'none'}")
