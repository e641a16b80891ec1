"""What wishes keeps: matters of the board with who met with them too, and the visits of workers."""

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
    "Horizon",
    "Join",
    "SiteVisit",
    "SolvedBy",
    "TownWhy",
    "Visit",
]
