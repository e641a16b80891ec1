"""What voting keeps: assemblies, meetings and their agenda, who came, who stood aside, and the votes."""

from voting.models.ballots import Choice, MeetingVote, SecretSlip
from voting.models.meetings import (
    ITEM_MOVES,
    MEETING_MOVES,
    AgendaItem,
    Assembly,
    AssemblyKind,
    Attendance,
    Conflict,
    CountedFrom,
    How,
    ItemState,
    Meeting,
    MeetingState,
    Outcome,
    PassBase,
    VoteForm,
)

__all__ = [
    "ITEM_MOVES",
    "MEETING_MOVES",
    "AgendaItem",
    "Assembly",
    "AssemblyKind",
    "Attendance",
    "Choice",
    "Conflict",
    "CountedFrom",
    "How",
    "ItemState",
    "Meeting",
    "MeetingState",
    "MeetingVote",
    "Outcome",
    "PassBase",
    "SecretSlip",
    "VoteForm",
]
