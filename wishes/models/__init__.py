"""What wishes keeps: matters of the board with who met with them too, visits of workers, surveys of needs."""

from wishes.models.board import (
    MOVES,
    NOW_DAYS,
    NUMBER_PREFIX,
    OPEN,
    REOPENABLE,
    WAITING,
    Demand,
    DemandState,
    Horizon,
    Join,
    SiteVisit,
    SolvedBy,
    TownWhy,
)
from wishes.models.surveys import Group, Need, Sheet, Survey
from wishes.models.visits import Visit

__all__ = [
    "MOVES",
    "NOW_DAYS",
    "NUMBER_PREFIX",
    "OPEN",
    "REOPENABLE",
    "WAITING",
    "Demand",
    "DemandState",
    "Group",
    "Horizon",
    "Join",
    "Need",
    "Sheet",
    "SiteVisit",
    "SolvedBy",
    "Survey",
    "TownWhy",
    "Visit",
]
