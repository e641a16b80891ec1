"""What can be imported (导入种类): each app declares its kinds here; pages, command and templates are the same for all."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from civic.areas import BadFile
from civic.models import Person
from civic.permissions import User, allowed, permission
from civic.tables.layout import Column, Row, Words, problem

ADDED, CHANGED, SAME = "added", "changed", "same"
CHUNK = 5000  # values asked for in one query, and rows written in one statement
Actor = Person | str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a line does: what it makes, changes (which fields) or leaves as it is. ``label`` holds no private words."""

    line: int
    what: str
    label: str
    target: str = ""
    fields: tuple[str, ...] = ()


Service = Callable[[Sequence[Row], Actor, bool], list[Outcome]]


@dataclass(frozen=True)
class Kind:
    """One kind of import. ``service(rows, by, dry_run)`` says what every row does and, unless tried out, does it.

    It raises BadFile with every fault by its line. ``for_all`` are columns that a file may leave out because they are
    the same all over, with what may be chosen instead.
    """

    name: str
    label: Words
    about: Words
    columns: tuple[Column, ...]
    permission: str
    service: Service
    for_all: Mapping[str, Callable[[], list[str]]] = field(default_factory=dict)


KINDS: dict[str, Kind] = {}
EXPORTS: dict[str, str] = {}
"""By kind, the route that writes what there is in the layout of the import; the app that can write it puts it here."""


def importable(kind: Kind) -> Kind:
    """Register a kind. ValueError on a second one of its name."""
    if kind.name in KINDS:
        raise ValueError(f"two imports of {kind.name}")
    KINDS[kind.name] = kind
    return kind


def open_to(user: User) -> list[Kind]:
    """The kinds that a person may import somewhere."""
    return [kind for kind in KINDS.values() if allowed(user, kind.permission)]


@permission("civic.import")
def may_import(user: User, _obj: object = None) -> bool:
    """导入: whoever may import any kind of table somewhere."""
    return bool(open_to(user))


class Faults:
    """The faults of a file, gathered so that all are named at once."""

    def __init__(self) -> None:
        self.problems: list[tuple[int, str]] = []
        self._seen: dict[Any, int] = {}

    def add(self, line: int, said: object) -> None:
        self.problems.append((line, problem(line, said)))

    def first(self, key: Any, line: int) -> int:
        """The line that had this key first: this one, unless the file says it twice."""
        return self._seen.setdefault(key, line)

    def check(self) -> None:
        if self.problems:
            raise BadFile([said for _line, said in sorted(self.problems)])


def chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Different values in parts that one query can ask for."""
    wanted = list(dict.fromkeys(values))
    for start in range(0, len(wanted), CHUNK):
        yield wanted[start : start + CHUNK]


def differing(thing: Any, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Which fields of a row would change."""
    return tuple(name for name, value in values.items() if getattr(thing, name) != value)
