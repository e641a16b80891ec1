"""Voting on an item: who may, when, what may be changed, how it is counted."""

import pytest
from django.core.exceptions import PermissionDenied

from civic.models import AuditEvent, Role
from civic.rules import RuleBroken
from proposals.models import ProjectState
from tests import make
from tests.voting import hall
from voting.models import AgendaItem, Conflict, ItemState, MeetingVote, Outcome, SecretSlip
from voting.services import attendance, ballots, items, meetings

pytestmark = pytest.mark.django_db


def aside(found: hall.Hall, member, order: int = 1) -> Conflict:
    return attendance.declare_conflict(found.item(order), member=member, by=member, reason="施工单位是亲戚开的")


def opened(**made) -> hall.Hall:
    found = hall.sitting(**made)
    items.open_item(found.item(), by=found.chair)
    return found


def test_a_majority_of_those_present_passes_an_item():
    found = hall.sitting(members=21, present=17)

    found.decide(1, "FFFFFFFFFFFFFFFA0")

    item = found.item()
    assert (item.outcome, item.counted_from) == (Outcome.PASSED, "phones")
    assert (item.votes_for, item.votes_against, item.votes_abstain, item.not_voted) == (15, 1, 1, 0)
    assert (item.present_count, item.recused_count, item.base_count, item.needed_count) == (17, 0, 17, 9)
    event = AuditEvent.objects.get(action="item.closed")
    assert event.sentence == "第1项通过：应到21、实到17，赞成15、反对1、弃权1"
    assert event.rule == "《民生微实事项目办法》：赞成票要超过实到人数（回避的除外）的二分之一"


def test_half_is_not_a_majority():
    found = hall.sitting(members=4)

    found.decide(1, "FFAA")

    assert found.item().outcome == Outcome.NOT_PASSED


def test_who_does_not_vote_still_counts_as_present():
    found = hall.sitting(members=5)

    found.decide(1, "FF---")

    item = found.item()
    assert (item.not_voted, item.base_count, item.outcome) == (3, 5, Outcome.NOT_PASSED)


def test_where_the_rules_measure_against_those_due_more_votes_are_needed():
    found = hall.sitting(members=9, present=6, rules={"pass_base": "due"})

    found.decide(1, "FFFF00")

    item = found.item()
    assert (item.base_count, item.needed_count, item.outcome) == (9, 5, Outcome.NOT_PASSED)


def test_an_open_vote_may_be_changed_until_the_chair_closes():
    found = opened(members=3)
    found.vote(1, "FFF")
    found.vote(1, "A--")

    items.close_item(found.item(), by=found.chair)

    assert (found.item().votes_for, found.item().votes_against) == (2, 1)
    with pytest.raises(RuleBroken, match="主持人已经结束"):
        found.vote(1, "A--")
    assert MeetingVote.objects.filter(choice="against").count() == 1


def test_a_secret_vote_is_given_once():
    found = opened(members=3, rules={"vote_form": "secret"})
    found.vote(1, "F--")

    with pytest.raises(RuleBroken, match="投出后不能改"):
        found.vote(1, "A--")

    assert [s.choice for s in SecretSlip.objects.all()] == ["for"]
    assert MeetingVote.objects.get().choice == ""


def test_nobody_votes_while_the_meeting_has_no_quorum():
    found = hall.called(members=21)
    found.sign_in(12)

    with pytest.raises(RuleBroken, match="还差2人，不能表决"):
        found.vote(1, "F")
    with pytest.raises(RuleBroken, match="待召开"):
        items.open_item(found.item(), by=found.chair)

    assert not MeetingVote.objects.exists()


def test_nobody_votes_before_the_chair_opens_the_item():
    found = hall.sitting(members=3)

    with pytest.raises(RuleBroken, match="主持人还没开始"):
        found.vote(1, "F")


def test_a_member_who_has_not_signed_in_or_no_member_at_all_may_not_vote():
    found = opened(members=3, present=2)
    strangers = [found.members[2], found.chair, make.person(), make.officer(Role.ASSEMBLY_MEMBER, make.TOWN)]

    for stranger in strangers:
        with pytest.raises(PermissionDenied):
            ballots.cast(found.item(), by=stranger, choice="for")

    assert not MeetingVote.objects.exists()


def test_a_member_who_stands_aside_leaves_the_base_and_a_trace_when_voting_all_the_same():
    found = hall.sitting(members=5)
    aside(found, found.members[0])
    items.open_item(found.item(), by=found.chair)

    with pytest.raises(PermissionDenied):
        ballots.cast(found.item(), by=hall.anew(found.members[0]), choice="for")

    event = AuditEvent.objects.get(action="item.vote_refused")
    assert (event.actor, event.is_public, event.subject) == (found.members[0], False, found.projects[0].code)
    found.vote(1, "-FFAA")
    items.close_item(found.item(), by=found.chair)
    item = found.item()
    assert (item.recused_count, item.base_count, item.needed_count, item.not_voted) == (1, 4, 3, 0)
    assert item.outcome == Outcome.NOT_PASSED


def test_standing_aside_takes_an_open_vote_back_but_not_a_slip():
    found = opened(members=3)
    found.vote(1, "F")
    aside(found, found.members[0])
    assert not MeetingVote.objects.exists()

    secret = AgendaItem.objects.get()
    secret.meeting.vote_form = "secret"
    secret.meeting.save()
    found.vote(1, "-F")
    with pytest.raises(RuleBroken, match="不记名票已经投出"):
        aside(found, found.members[1])

    assert Conflict.objects.count() == 1


def test_standing_aside_comes_before_the_close():
    found = hall.sitting(members=3)
    found.decide(1, "FFF")

    with pytest.raises(RuleBroken, match="不能再声明回避"):
        aside(found, found.members[0])


def test_one_item_is_open_at_a_time():
    found = hall.sitting(members=3, projects=2)
    items.open_item(found.item(1), by=found.chair)

    with pytest.raises(RuleBroken, match="上一项还在表决"):
        items.open_item(found.item(2), by=found.chair)


def test_an_item_on_which_all_stand_aside_is_not_put_to_the_vote():
    found = hall.sitting(members=2)
    for member in found.members:
        aside(found, member)

    with pytest.raises(RuleBroken, match="只能暂缓"):
        items.open_item(found.item(), by=found.chair)


def test_an_item_nobody_voted_on_is_not_lost():
    found = opened(members=3)

    with pytest.raises(RuleBroken, match="还没有人投票"):
        items.close_item(found.item(), by=found.chair)

    assert found.item().state == ItemState.OPEN


def test_a_show_of_hands_is_typed_and_adds_up():
    found = hall.sitting(members=17, present=17)
    aside(found, found.members[0])
    items.open_item(found.item(), by=found.chair)
    with pytest.raises(RuleBroken, match="四个数合计17，应为16（实到17人，回避1人）"):
        items.type_counts(found.item(), by=found.recorder, votes_for=15, against=1, abstain=1, not_voted=0)

    items.type_counts(found.item(), by=found.recorder, votes_for=14, against=1, abstain=0, not_voted=1)

    item = found.item()
    assert (item.counted_from, item.votes_for, item.not_voted, item.outcome) == ("hands", 14, 1, Outcome.PASSED)


def test_typed_counts_of_a_secret_vote_come_from_paper():
    found = opened(members=3, rules={"vote_form": "secret"})

    items.type_counts(found.item(), by=found.recorder, votes_for=2, against=1, abstain=0, not_voted=0)

    assert found.item().counted_from == "paper"


def test_hands_are_not_typed_over_votes_from_phones():
    found = opened(members=3)
    found.vote(1, "F")

    with pytest.raises(RuleBroken, match="已有1人用手机投票"):
        items.type_counts(found.item(), by=found.recorder, votes_for=3, against=0, abstain=0, not_voted=0)


@pytest.mark.parametrize("form", ["open", "secret"])
def test_a_reopened_item_is_voted_on_anew_and_the_old_count_stays_on_record(form):
    found = hall.sitting(members=3, rules={"vote_form": form})
    found.decide(1, "FFA")
    with pytest.raises(RuleBroken, match="理由"):
        items.reopen_item(found.item(), by=found.chair, reason="")

    items.reopen_item(found.item(), by=found.chair, reason="有人按错了")

    item = found.item()
    assert (item.state, item.ballot, item.votes_for, item.outcome) == (ItemState.OPEN, 2, None, "")
    event = AuditEvent.objects.get(action="item.reopened")
    assert (event.before["votes_for"], event.reason) == (2, "有人按错了")
    assert event.subject == item.project.code  # the public reads why on the project's own page
    found.vote(1, "AAA")
    items.close_item(found.item(), by=found.chair)
    assert (found.item().votes_for, found.item().votes_against) == (0, 3)
    assert MeetingVote.objects.count() == 6


def test_a_deferred_item_says_why_and_needs_no_count():
    found = hall.sitting(members=3)
    with pytest.raises(RuleBroken, match="理由"):
        items.defer(found.item(), by=found.chair, reason=" ")

    items.defer(found.item(), by=found.chair, reason="等村里量好尺寸")

    item = found.item()
    assert (item.outcome, item.votes_for, item.reason) == (Outcome.DEFERRED, None, "等村里量好尺寸")


@pytest.mark.parametrize("act", ["open_item", "close_item"])
def test_after_the_meeting_closed_nothing_is_voted_on(act):
    found = hall.voted("FFFFF")

    with pytest.raises(RuleBroken):
        getattr(items, act)(found.item(), by=found.chair)
    with pytest.raises(RuleBroken):
        items.reopen_item(found.item(), by=found.chair, reason="再来一次")
    with pytest.raises(RuleBroken, match="主持人已经结束"):
        found.vote(1, "F")

    assert found.item().project.state == ProjectState.FOR_ASSEMBLY


def test_a_secret_slip_tells_neither_who_nor_when():
    columns = {f.name for f in SecretSlip._meta.get_fields()}

    assert columns == {"key", "item", "ballot", "choice"}
    assert {f.name for f in MeetingVote._meta.get_fields()} == {"id", "item", "ballot", "member", "choice"}


def test_a_secret_vote_leaves_no_event_and_no_slip_in_the_order_it_was_cast():
    found = opened(members=5, rules={"vote_form": "secret"})
    events = AuditEvent.objects.count()
    found.vote(1, "FA0FF")
    assert AuditEvent.objects.count() == events
    before = set(SecretSlip.objects.values_list("key", flat=True))

    items.close_item(found.item(), by=found.chair)

    after = list(SecretSlip.objects.order_by("key").values_list("key", flat=True))
    assert not before & set(after)
    assert (found.item().votes_for, found.item().votes_against, found.item().votes_abstain) == (3, 1, 1)


@pytest.mark.postgres
def test_after_the_close_the_database_holds_the_slips_in_key_order_and_of_one_transaction():
    """Neither the place of a row (ctid) nor who wrote it (xmin) can be laid beside the roll."""
    from django.db import connection

    found = opened(members=5, rules={"vote_form": "secret"})
    found.vote(1, "FA0FF")
    items.close_item(found.item(), by=found.chair)

    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM voting_secretslip ORDER BY ctid")
        by_place = [row[0] for row in cursor.fetchall()]

    assert by_place == sorted(by_place)


def test_an_open_vote_leaves_an_event_without_the_choice():
    found = opened(members=3)
    found.vote(1, "F")

    event = AuditEvent.objects.get(action="item.voted")
    assert (event.is_public, event.before, event.after, event.sentence) == (False, None, None, "")


def test_nobody_forges_a_choice():
    found = opened(members=3)

    with pytest.raises(RuleBroken, match="请选赞成、反对或弃权"):
        ballots.cast(found.item(), by=found.members[0], choice="maybe")


def test_a_meeting_that_never_opened_cannot_defer_its_items():
    found = hall.called(members=3)

    with pytest.raises(RuleBroken, match="待召开"):
        items.defer(found.item(), by=found.chair, reason="下雨")
    meetings.cancel(found.meeting, by=found.chair, reason="下雨")


def test_a_vote_sent_twice_by_a_phone_without_an_answer_is_one_vote_and_one_event():
    found = opened(members=3)

    for _again in range(2):
        ballots.cast(found.item(), by=hall.anew(found.members[0]), choice="for", ballot=1)

    assert MeetingVote.objects.count() == 1
    assert AuditEvent.objects.filter(action="item.voted").count() == 1


@pytest.mark.parametrize("form", ["open", "secret"])
def test_a_vote_that_waited_for_a_network_does_not_count_in_a_voting_held_anew(form):
    found = opened(members=3, rules={"vote_form": form})
    found.vote(1, "-FA")
    items.close_item(found.item(), by=found.chair)
    items.reopen_item(found.item(), by=found.chair, reason="票数记错")

    with pytest.raises(RuleBroken, match="已经重新表决"):
        ballots.cast(found.item(), by=hall.anew(found.members[0]), choice="for", ballot=1)
    assert not MeetingVote.objects.filter(ballot=2).exists()

    ballots.cast(found.item(), by=hall.anew(found.members[0]), choice="for", ballot=2)
    assert MeetingVote.objects.filter(ballot=2).count() == 1
