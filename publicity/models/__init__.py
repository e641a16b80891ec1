"""What publicity keeps: notices 公示, objections 异议, accounts of villages 村务公开, follows 关注 and messages 消息. Pages are read from the other apps."""

from publicity.kinds import Topic, Via, Why
from publicity.models.accounts import AccountLine, Quarter, VillageAccount
from publicity.models.files import Bundle, BundleKind, BundleState, Participation
from publicity.models.messages import CallTask, Follow, Mailbox, Message, MessageSetting, OpeningWish, Wording
from publicity.models.notices import (
    BLOCKING,
    Notice,
    NoticeKind,
    NoticeState,
    Objection,
    ObjectionOutcome,
    ObjectionState,
)

__all__ = [
    "BLOCKING",
    "AccountLine",
    "Bundle",
    "BundleKind",
    "BundleState",
    "CallTask",
    "Follow",
    "Mailbox",
    "Message",
    "MessageSetting",
    "Notice",
    "NoticeKind",
    "NoticeState",
    "Objection",
    "ObjectionOutcome",
    "ObjectionState",
    "OpeningWish",
    "Participation",
    "Quarter",
    "Topic",
    "Via",
    "VillageAccount",
    "Why",
    "Wording",
]
