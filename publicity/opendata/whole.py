"""Everything of a place as one file (全部导出): each set as CSV, the log, the rules of each round with every version.

Written as it is read, so that it needs no more memory for a city than for a village. What it holds has no personal data:
the sets are those anybody may have, and the log names people as the public reads them.
"""

import json
import zipfile
from collections.abc import Iterable, Iterator

from django.core.serializers.json import DjangoJSONEncoder

from civic.models import Person
from proposals.models import RuleVersion
from publicity.opendata import formats
from publicity.opendata.datasets import DATASETS
from publicity.queries import audit
from publicity.queries.stats.scope import Scope

LOG_HEADS = (
    "id", "recorded_at", "happened_at", "code", "action", "who", "what", "changes", "reason", "rule", "money_yuan",
    "channel", "is_public",
)  # fmt: skip


def zipped(scope: Scope, reader: Person) -> Iterator[bytes]:
    """The zip, piece by piece."""
    pipe = formats.Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for name, body in _files(scope, reader):
            with archive.open(name, "w", force_zip64=True) as file:
                for part in body:
                    file.write(part)
                    if pipe.size >= formats.CHUNK:
                        yield pipe.taken()
    yield pipe.taken()


def _files(scope: Scope, reader: Person) -> Iterator[tuple[str, Iterable[bytes]]]:
    for one in DATASETS.values():
        yield f"{one.name}.csv", formats.csv_file(one.keys, one.rows(scope))
    yield "log.csv", formats.csv_file(LOG_HEADS, audit.lines(audit.found(reader, {}).order_by("pk")))
    yield "rules.json", _rules(scope)


def _rules(scope: Scope) -> Iterator[bytes]:
    """Every version of every round's rules and route."""
    versions = RuleVersion.objects.filter(round__in=[one.pk for one in scope.rounds]).select_related("round")
    told = [
        {
            "round": version.round.name,
            "year": version.round.year,
            "version": version.version,
            "changed_at": version.changed_at,
            "reason": version.reason,
            "route": version.route,
            "rules": version.rules,
        }
        for version in versions.order_by("round", "version")
    ]
    yield json.dumps(told, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder).encode()
