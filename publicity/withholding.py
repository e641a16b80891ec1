"""What a public number must not tell of single people (小数不公布): pure functions over counts by group.

Fewer people than the round's ``suppress_below`` are not told; and, since the total is, neither is so much of the rest
that they could be worked out by taking away (docs/domain.md).
"""

from collections.abc import Iterable, Mapping, Sequence

from publicity.tables import Cell, Withheld


def told(counts: Sequence[int], below: int) -> tuple[list[Cell], Cell]:
    """Counts as they may be told beside their total, in their order, and the total.

    A count of 1 to ``below`` − 1 is withheld. While a reader who takes away what is told from the total could work one
    out, the smallest of the rest is withheld as well. Where nothing is left to hide behind, none is told, not even
    which are the small ones, nor the total.
    """
    hidden = {at for at, count in enumerate(counts) if 0 < count < below}
    rest = sorted((count, at) for at, count in enumerate(counts) if count >= below)
    while gives_away([counts[at] for at in hidden], below) and rest:
        hidden.add(rest.pop(0)[1])
    if gives_away([counts[at] for at in hidden], below):
        return [Withheld() if count else 0 for count in counts], Withheld()
    return [_cell(count, below) if at in hidden else count for at, count in enumerate(counts)], sum(counts)


def _cell(count: int, below: int) -> Withheld:
    return Withheld(below if count < below else 0)


def gives_away(hidden: Sequence[int], below: int) -> bool:
    """Whether the sum of some withheld counts tells what one of the small ones is.

    A reader knows that the small ones are 1 to ``below`` − 1 and the others at least ``below``.
    """
    small, whole = sum(count < below for count in hidden), sum(hidden)
    if not hidden:
        return False
    if len(hidden) < 2 or whole < below:
        return True
    if others := len(hidden) - small:
        return whole <= small + below * others
    return whole in (small, small * (below - 1))


def joined(parts: Iterable[Sequence[tuple[Sequence[str], int]]]) -> list[tuple[list[str], int]]:
    """Groups published apart (by each poll) added up without taking any of them apart.

    Where one poll joined two groups because one was small, they stay joined here too: added up from what is already
    public, the sum can tell nothing new.
    """
    published = [list(part) for part in parts]
    together: list[set[str]] = []
    for names, _many in (group for part in published for group in part):
        meeting = [one for one in together if one & set(names)]
        together = [one for one in together if one not in meeting] + [set(names).union(*meeting)]
    sums: Mapping[frozenset[str], int] = {frozenset(one): 0 for one in together}
    added = dict(sums)
    for names, many in (group for part in published for group in part):
        home = next(one for one in added if one & set(names))
        added[home] += many
    order = list(dict.fromkeys(name for part in published for names, _many in part for name in names))
    return [(sorted(one, key=order.index), many) for one, many in added.items()]
