"""Issuing tickets (发放投票凭据): the one place that meets both the roll and the poll's key. It writes nothing down."""

from django.utils.translation import gettext as _

from civic.composed import Composed, Given
from civic.moments import now
from civic.rules import RuleBroken
from voting import keys, styles, tickets
from voting.models import RollEntry
from voting.models.urn import BallotChannel

_entries = Composed(  # with the paper ballot that was handed out on the entry, if one was
    lambda: RollEntry.objects.filter(poll=Given("poll"), person=Given("person")).order_by().values_list("paper__pk")
)


def issue(poll: int, person: int, *, channel: str) -> str:
    """A short-lived ticket for somebody on the roll: her pseudonym and the style of ballot, signed.

    No mark is left that she asked: whether she voted is asked of the urn (urn.standing). RuleBroken for who is not on
    the roll, for who was given a paper ballot (a ticket from before stops at the urn: casting), and before the box is
    open.
    """
    on_roll = _entries(poll=poll, person=person)
    if not on_roll:
        raise RuleBroken(_("名册里没找到您，请社工核对"), code="not_on_the_roll")
    if on_roll[0] != (None,):
        raise RuleBroken(_("您已领纸质票，不能再用别的办法投"), code="paper_given")
    box = styles.fixed(poll)
    if box is None:
        raise RuleBroken(_("这次投票还没有开始"), code="vote_not_open")
    try:
        pseudonym = keys.pseudonym(poll, person)
    except keys.KeyGone:
        raise RuleBroken(_("这次投票的密钥不在了，请联系镇街"), code="key_gone") from None
    return tickets.write(poll, pseudonym, box.style_hash, BallotChannel(channel).value, at=now())
