"""What is taken out at a desk (导出的表): the register, the log, everything of a place; cut into parts that are read apart.

A part is the rows between two keys, two thousand at most: written in a moment, in the same memory for a city as for a
village. Everything of a place has no personal data: the sets are those anybody may have, and the log names people as the
public reads them.
"""

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Count, F, Max, QuerySet, Window
from django.db.models.functions import Mod, RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.models import Area
from proposals.models import RuleVersion
from publicity import register
from publicity.models import BundleKind
from publicity.opendata import formats
from publicity.opendata.datasets import DATASETS, Dataset
from publicity.queries import audit
from publicity.queries.stats.scope import ALL, Scope, of

PART_ROWS = 2000
A_SHEET = formats.SHEET_ROWS // PART_ROWS  # parts
KINDS = (BundleKind.REGISTER_CSV, BundleKind.REGISTER_XLSX, BundleKind.LOG, BundleKind.WHOLE)
LOG_HEADS = (
    gettext_lazy("序号"), gettext_lazy("记录时间"), gettext_lazy("发生时间"), gettext_lazy("编号"), gettext_lazy("动作"),
    gettext_lazy("谁"), gettext_lazy("什么事"), gettext_lazy("改了什么"), gettext_lazy("理由"), gettext_lazy("依据"),
    gettext_lazy("金额变化（元）"), gettext_lazy("渠道"), gettext_lazy("公开"),
)  # fmt: skip
LOG_KEYS = (
    "id", "recorded_at", "happened_at", "code", "action", "who", "what", "changes", "reason", "rule", "money_yuan",
    "channel", "is_public",
)  # fmt: skip
Asked = Mapping[str, Any]
Cut = tuple[int, Any, Any]  # which table, after which key, up to which; None: all of it
Part = tuple[bytes, int]  # as it stands in the file, and how many rows that is


@dataclass(frozen=True)
class Table:
    """A table of a file: its name, how it begins, what it is made of, how that is told and written."""

    name: str
    head: bytes
    found: Any
    lines: Callable[[Any], Iterable[Any]]
    write: Callable[[Iterable[Any]], bytes] = formats.csv_rows
    is_long: bool = True
    newest_first: bool = False

    def cuts(self) -> tuple[int, list[tuple[Any, Any]]]:
        """How many rows there are now, and the keys that part them, in the order of the file."""
        if not self.is_long:
            return 0, [(None, None)]
        every: QuerySet[Any] = self.found.order_by("pk")
        told = every.order_by().aggregate(rows=Count("pk"), last=Max("pk"))
        nth = Window(RowNumber(), order_by=F("pk").asc())
        parted = every.annotate(nth=nth, past=Mod(F("nth"), PART_ROWS)).filter(past=0).values_list("pk", flat=True)
        ends = sorted({*parted, told["last"]} - {None})
        cuts = list(zip([None, *ends], ends, strict=False))
        return told["rows"], cuts[::-1] if self.newest_first else cuts

    def part(self, after: Any, upto: Any) -> Part:
        found = self.found
        if upto is not None:
            found = found.filter(pk__lte=upto, **{"pk__gt": after} if after is not None else {})
        rows = list(self.lines(found))
        return self.write(rows), len(rows) if self.is_long else 0


def asked_log(asked: Mapping[str, Any], *, of_no_place: bool) -> dict[str, Any]:
    """What of the log is wanted, as JSON keeps it."""
    said = {name: value.isoformat() if isinstance(value, date) else value for name, value in asked.items() if value}
    return {"filter": said, "of_no_place": of_no_place}


def tables(kind: BundleKind, places: list[str], asked: Asked) -> list[Table]:
    """The tables of a file."""
    if kind == BundleKind.WHOLE:
        return list(_whole(of(Area.objects.get(pk=asked["area"]), ALL), places, asked))
    if kind == BundleKind.LOG:
        heads = formats.csv_head([str(head) for head in LOG_HEADS])
        return [Table("log.csv", heads, _log(places, asked), audit.lines, newest_first=True)]
    is_csv = kind == BundleKind.REGISTER_CSV
    heads = formats.csv_head(register.heads()) if is_csv else b""
    write = formats.csv_rows if is_csv else formats.xlsx_rows
    return [Table("register", heads, register.found(places), register.lines, write)]


def cut(kind: BundleKind, places: list[str], asked: Asked) -> tuple[int, list[Cut]]:
    """How many rows a file will have, and the parts it is read in."""
    rows, parts = 0, []
    for number, table in enumerate(tables(kind, places, asked)):
        counted, cuts = table.cuts()
        rows += counted
        parts += [(number, after, upto) for after, upto in cuts]
    return rows, parts


def part(kind: BundleKind, places: list[str], asked: Asked, one: Cut) -> Part:
    """One of them."""
    number, after, upto = one
    return tables(kind, places, asked)[number].part(after, upto)


def join(
    file: IO[bytes], kind: BundleKind, places: list[str], asked: Asked, parts: Iterable[tuple[int, bytes]]
) -> None:
    """Write the file of its parts, each with the number of its table."""
    if kind == BundleKind.WHOLE:
        _join_zip(file, tables(kind, places, asked), parts)
        return
    bodies = (body for _number, body in parts)
    if kind == BundleKind.REGISTER_XLSX:
        formats.xlsx_joined(file, _("项目清单"), register.heads(), bodies, A_SHEET)
    else:
        file.writelines(chain([tables(kind, places, asked)[0].head], bodies))


def _join_zip(file: IO[bytes], listed: list[Table], parts: Iterable[tuple[int, bytes]]) -> None:
    left = iter(parts)
    one = next(left, None)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for number, table in enumerate(listed):
            with archive.open(table.name, "w", force_zip64=True) as entry:
                entry.write(table.head)
                while one and one[0] == number:
                    entry.write(one[1])
                    one = next(left, None)


def _whole(scope: Scope, places: list[str], asked: Asked) -> Iterator[Table]:
    """Each set as CSV, the log, the rules of each round with every version (全部导出)."""
    yield from (_of_set(one, scope) for one in DATASETS.values())
    yield Table("log.csv", formats.csv_head(LOG_KEYS), _log(places, asked).order_by("pk"), audit.lines)
    yield Table("rules.json", b"", scope, _rules, _json, is_long=False)


def _of_set(one: Dataset, scope: Scope) -> Table:
    found = one.found(scope) if one.is_long else scope
    lines = one.lines if one.is_long else one.rows
    return Table(f"{one.name}.csv", formats.csv_head(one.keys), found, lines, is_long=one.is_long)


def _log(places: list[str], asked: Asked) -> QuerySet[Any]:
    said = dict(asked.get("filter", {}))
    days = {name: date.fromisoformat(said[name]) for name in ("since", "until") if name in said}
    return audit.found_in(places, said | days, of_no_place=asked["of_no_place"])


def _rules(scope: Scope) -> Iterator[dict[str, Any]]:
    """Every version of every round's rules and route."""
    versions = RuleVersion.objects.filter(round__in=[one.pk for one in scope.rounds]).select_related("round")
    for version in versions.order_by("round", "version"):
        yield {
            "round": version.round.name,
            "year": version.round.year,
            "version": version.version,
            "changed_at": version.changed_at,
            "reason": version.reason,
            "route": version.route,
            "rules": version.rules,
        }


def _json(rows: Iterable[Any]) -> bytes:
    return json.dumps(list(rows), ensure_ascii=False, indent=1, cls=DjangoJSONEncoder).encode()
