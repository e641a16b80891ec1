"""Who may (谁可以): one predicate per act of an assembly, about role and relation only."""

from civic.models import Area, Role
from civic.permissions import User, has_role, permission
from voting.models import (
    AgendaItem,
    Assembly,
    AssistedEntry,
    Meeting,
    PaperBatch,
    Poll,
    PollAct,
    RollEntry,
    Undertaking,
)

OFFICE = (Role.SOCIAL_WORKER, Role.VILLAGE_OFFICE)
CHAIRS = (*OFFICE, Role.ASSEMBLY_MEMBER)  # as whom somebody runs a meeting (主持、记录)
POLL_OFFICE = (Role.TOWN_HANDLER, Role.TOWN_APPROVER, Role.DISTRICT_OFFICE)


def is_member(user: User, assembly: Assembly) -> bool:
    """Whether the user sits in this assembly today: appointed in that very area, not above it."""
    return any(
        office.role == Role.ASSEMBLY_MEMBER and office.area_id == assembly.area_id
        for office in getattr(user, "live_appointments", ())
    )


@permission("voting.call")
def may_call(user: User, area: Area | str | None = None) -> bool:
    """安排议事: the village office or the social worker of the place."""
    return has_role(user, OFFICE, area)


@permission("voting.prepare")
def may_prepare(user: User, meeting: Meeting) -> bool:
    """会前准备、另行召集、取消: the village office or the social worker of the place."""
    return has_role(user, OFFICE, meeting.audit_area_id)


@permission("voting.run")
def may_run(user: User, meeting: Meeting) -> bool:
    """主持、记录: the chair and the recorder named for this meeting, while in office or in the assembly."""
    return user.pk in {meeting.chair_id, meeting.recorder_id} and (
        has_role(user, OFFICE, meeting.audit_area_id) or is_member(user, meeting.assembly)
    )


@permission("voting.confirm")
def may_confirm(user: User, meeting: Meeting) -> bool:
    """确认纪要: the chair alone."""
    return user.pk == meeting.chair_id and may_run(user, meeting)


@permission("voting.correct_minutes")
def may_correct_minutes(user: User, meeting: Meeting) -> bool:
    """更正纪要: who ran the meeting, and the office of the place, for when those are gone."""
    return may_run(user, meeting) or may_prepare(user, meeting)


@permission("voting.attend")
def may_attend(user: User, meeting: Meeting) -> bool:
    """签到、声明回避: a member of the assembly."""
    return is_member(user, meeting.assembly)


@permission("voting.vote")
def may_vote(user: User, item: AgendaItem) -> bool:
    """表决: a member of the assembly who signed in to the meeting and does not stand aside on the item."""
    return (
        is_member(user, item.meeting.assembly)
        and item.meeting.attendances.filter(member_id=user.pk).exists()
        and not item.conflicts.filter(member_id=user.pk).exists()
    )


@permission("voting.read_minutes")
def may_read_minutes(user: User, meeting: Meeting) -> bool:
    """看未确认的纪要: those who run the meeting, count its votes or watch the count, the members, and the office."""
    return (
        user.pk in {meeting.teller_id, meeting.monitor_id}
        or may_run(user, meeting)
        or may_prepare(user, meeting)
        or may_attend(user, meeting)
    )


@permission("voting.settle_undertaking")
def may_settle_undertaking(user: User, undertaking: Undertaking) -> bool:
    """说议定事项办得怎样: whoever undertook it, and the office of the place."""
    return user.pk == undertaking.owner_id or may_prepare(user, undertaking.meeting)


@permission("voting.prepare_poll")
def may_prepare_poll(user: User, where: Poll | Area | str) -> bool:
    """筹备投票、导入名册: the town office of the place, or the district's for a poll of the whole district."""
    return has_role(user, POLL_OFFICE, where.area_id if isinstance(where, Poll) else where)


@permission("voting.ask_poll_act")
def may_ask_poll_act(user: User, poll: Poll) -> bool:
    """提请开放、延长、提前截止、取消: the office that prepares the poll."""
    return has_role(user, POLL_OFFICE, poll.area_id)


@permission("voting.confirm_poll_act")
def may_confirm_poll_act(user: User, act: PollAct) -> bool:
    """确认: another person of that office, and never who would come onto the roll by it."""
    return has_role(user, POLL_OFFICE, act.poll.area_id) and user.pk not in {act.asked_by_id, act.person_id}


@permission("voting.refuse_poll_act")
def may_refuse_poll_act(user: User, act: PollAct) -> bool:
    """退回: anyone of that office, who asked included."""
    return has_role(user, POLL_OFFICE, act.poll.area_id)


@permission("voting.enrol")
def may_enrol(user: User, entry: RollEntry) -> bool:
    """把居民加进名册: the social worker of the person's village, and never for themselves."""
    return has_role(user, Role.SOCIAL_WORKER, entry.area_id) and user.pk != entry.person_id


@permission("voting.open_poll_desk")
def may_open_poll_desk(user: User, poll: Poll | None = None) -> bool:
    """看投票工作页: the office that prepares polls, and the social workers who may add people to the roll."""
    if poll is None:
        return has_role(user, (*POLL_OFFICE, Role.SOCIAL_WORKER))
    return has_role(user, POLL_OFFICE, poll.area_id) or may_enrol_someone(user, poll)


@permission("voting.enrol_someone")
def may_enrol_someone(user: User, poll: Poll) -> bool:
    """打开名册添加页: a social worker of a village that takes part; whom they may add, voting.enrol says."""
    return _takes_part(user, (Role.SOCIAL_WORKER,), poll)


@permission("voting.cast")
def may_cast(user: User, poll: Poll) -> bool:
    """投票: whoever is on the poll's roll, and nobody by office."""
    return user.is_authenticated and poll.roll.filter(person_id=user.pk).exists()


@permission("voting.make_paper")
def may_make_paper(user: User, poll: Poll) -> bool:
    """做纸质票、在账上签字、入票箱: the office that prepares the poll."""
    return has_role(user, POLL_OFFICE, poll.area_id)


@permission("voting.hand_out_paper")
def may_hand_out_paper(user: User, batch: PaperBatch) -> bool:
    """发放、收回纸质票: the social worker or the village office of the place the batch is for."""
    return has_role(user, OFFICE, batch.area_id)


@permission("voting.key_paper")
def may_key_paper(user: User, batch: PaperBatch) -> bool:
    """录入纸质票、看不一致的: whoever hands out there, and the office that prepares the poll."""
    return may_hand_out_paper(user, batch) or has_role(user, POLL_OFFICE, batch.poll.area_id)


@permission("voting.open_paper")
def may_open_paper(user: User, poll: Poll) -> bool:
    """看纸质票工作页: the office that prepares the poll, and whoever works in a place that takes part."""
    return has_role(user, POLL_OFFICE, poll.area_id) or _takes_part(user, OFFICE, poll)


@permission("voting.run_station")
def may_run_station(user: User, poll: Poll) -> bool:
    """开投票站: the social worker or the village office of a village that takes part."""
    return _takes_part(user, OFFICE, poll)


@permission("voting.receive_voter")
def may_receive_voter(user: User, entry: RollEntry) -> bool:
    """接待一位居民投票、代为录入: the office of the person's village, and never for oneself."""
    return has_role(user, OFFICE, entry.area_id) and user.pk != entry.person_id


@permission("voting.see_assisted")
def may_see_assisted(user: User, poll: Poll) -> bool:
    """看代为录入的记录: the office that prepares the poll, and those who run its stations."""
    return has_role(user, POLL_OFFICE, poll.area_id) or may_run_station(user, poll)


@permission("voting.dispute_assisted")
def may_dispute_assisted(user: User, row: AssistedEntry) -> bool:
    """对代为录入提出异议: the person herself, or any desk that writes down what she says."""
    return user.pk == row.entry.person_id or has_role(user, (*OFFICE, *POLL_OFFICE), row.entry.area_id)


@permission("voting.answer_dispute")
def may_answer_dispute(user: User, row: AssistedEntry) -> bool:
    """答复异议: the office that prepares the poll, and never who entered the vote or whose it is."""
    return has_role(user, POLL_OFFICE, row.entry.poll.area_id) and user.pk not in {row.by_id, row.entry.person_id}


def _takes_part(user: User, roles: tuple[Role, ...], poll: Poll) -> bool:
    """Whether the user holds one of the roles over a village that takes part in the poll."""
    return any(
        office.role in roles and (office.area.covers(poll.area_id) or poll.area.covers(office.area_id))
        for office in getattr(user, "live_appointments", ())
    )
