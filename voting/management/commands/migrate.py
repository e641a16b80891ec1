"""migrate, quick on the urn: its tables are voting's alone."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from voting.models.urn import URN

OWN = "voting"


class Command(migrate.Command):
    """The router lets no other app do anything in the urn; taking each of their steps there would double the wait."""

    def handle(self, *args: Any, **options: Any) -> None:
        asked_only = options["plan"] or options["check_unapplied"]
        if options["database"] == URN and not options["app_label"] and not asked_only:
            options |= {"run_syncdb": False}
            for app in sorted(self._others()):
                super().handle(*args, **options | {"app_label": app, "fake": True, "verbosity": 0})
            options |= {"app_label": OWN}
        super().handle(*args, **options)

    def _others(self) -> set[str]:
        return MigrationLoader(connections[URN]).migrated_apps - {OWN}
