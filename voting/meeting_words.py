"""The rules of a meeting as a page says them (会议的话), in the reader's language. The record's own are sentences.py. Pure."""

from django.utils.translation import gettext as _

from voting import sentences
from voting.models import Meeting, PassBase


def pass_rule(meeting: Meeting) -> str:
    """What passes (通过规则): in Chinese word for word what the record says."""
    said = {"book": meeting.rule_book, "share": _(sentences.share(meeting.pass_share))}
    if meeting.pass_base == PassBase.DUE:
        return _("《%(book)s》：赞成票要超过应到人数（回避的除外）的%(share)s") % said
    return _("《%(book)s》：赞成票要超过实到人数（回避的除外）的%(share)s") % said
