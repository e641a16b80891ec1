"""What holds a project's money back (锁定): objections are kept above, so who knows of one under recheck registers here."""

from collections.abc import Callable, Collection

Knower = Callable[[Collection[int]], dict[int, str]]
KNOWERS: list[Knower] = []


def holds(knower: Knower) -> Knower:
    """Have a function say which of these projects are held and why, by key, in one query."""
    KNOWERS.append(knower)
    return knower


def held(projects: Collection[int]) -> dict[int, str]:
    """Which of the projects are held, and why in words residents read."""
    return {pk: why for knower in KNOWERS for pk, why in knower(projects).items()} if projects else {}
