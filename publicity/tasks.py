"""What the clock does here each minute (到期检查): end notices, say which answers are late, send the week's digest. Twice is harmless."""

from django.utils.timezone import localtime

from civic.calendar import is_workday
from civic.clock import every_minute
from civic.moments import now, today
from civic.outbox import later
from publicity import message_rules
from publicity.queries.notices import due_to_end, left_behind, not_yet_open
from publicity.queries.objections import open_on
from publicity.services import accounts, freezing, mailboxes, messages, notices, objections, openings, polls
from voting.services import key_ends


@every_minute
def settle_notices() -> None:
    """End every notice whose time is over; mend what a cut-off move may have left behind."""
    for project in not_yet_open():
        notices.open_for(project)
    for project in left_behind():
        notices.withdraw(project, reason="left")
    for notice in due_to_end():
        notices.end(notice)


@every_minute
def end_poll_keys() -> None:
    """Destroy the key of each poll whose result can be objected to no longer, once all objections are answered (销毁密钥)."""
    for poll in key_ends.due():
        if not open_on(poll).exists():
            key_ends.end(poll, by="task:end_poll_keys")


@every_minute
def escalate_objections() -> None:
    """Say in the record which answers to objections are late or near their day (超期、快到期), to whom the rules say."""
    due = objections.due_to_tell()
    for pk in due.late:
        objections.tell_late(pk)
    for pk in due.near:
        objections.tell_near(pk)


@every_minute
def tell_village_accounts() -> None:
    """Note which villages owe an account of the last quarter (村务公开), and tell what is near its day or past it."""
    accounts.open_due()
    due = accounts.due_to_tell()
    for pk in due.late:
        accounts.tell_late(pk)
    for pk in due.near:
        accounts.tell_near(pk)


@every_minute
def tell_of_last_days() -> None:
    """Note in the record which polls close within a day (截止前24小时)."""
    polls.note_last_days(by="task:tell_of_last_days")


@every_minute
def tell_of_openings() -> None:
    """Note in the record which calls have opened (开始征集)."""
    openings.note_openings(by="task:tell_of_openings")


@every_minute
def tell_what_was_cut_off() -> None:
    """Leave to the outbox what a process that died between its commit and its announcement did not (补发通知)."""
    messages.tell_missed()


@every_minute
def send_weekly_digest() -> None:
    """Monday, nine o'clock: one digest of the week (每周汇总); the outbox's key makes two clocks one."""
    monday = message_rules.digest_week(localtime(now()))
    if monday is not None:
        later("message.digest", f"{monday}", {"monday": f"{monday}"})


@every_minute
def send_desk_digest() -> None:
    """Each working day at half past eight: what waits for whoever holds an office (每日待办汇总), once."""
    local = localtime(now())
    if message_rules.is_desk_time(local) and is_workday(local.date()):
        later("message.desks", f"{local.date()}", {"day": f"{local.date()}"})


@every_minute
def freeze_participation() -> None:
    """In the first minute of a day let the numbers of people's part stand for it (定格参与数)."""
    freezing.freeze_for(today())


@every_minute
def sweep_messages() -> None:
    """Drop messages that were read long ago (清理看过的消息), calls that were made, mailboxes nobody confirmed."""
    messages.sweep()
    mailboxes.sweep()
