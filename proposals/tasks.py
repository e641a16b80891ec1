"""What the clock finds due (到期检查): late steps and pre-reviews are told upwards, what was heard is merged."""

from civic.clock import every_minute
from civic.moments import today
from proposals import queries
from proposals.services import drafts, merging, overdue, rule_changes, spoken


@every_minute
def tell_overdue() -> None:
    """Report what is past its day or near it (超期上报、快到期提醒); what was told stands on each row: twice is harmless."""
    due, by = overdue.due_to_tell(), "task:tell_overdue"
    for pk in due.reviews:
        overdue.tell_review(pk, by=by)
    for pk in due.steps:
        overdue.tell_project(pk, by=by)
    for pk in due.contacts:
        overdue.tell_contact(pk, by=by)
    for pk in due.reviews_near:
        overdue.tell_review_near(pk, by=by)
    for pk in due.steps_near:
        overdue.tell_near(pk, by=by)
    for pk in due.contacts_near:
        overdue.tell_contact_near(pk, by=by)


@every_minute
def apply_rule_changes() -> None:
    """Put into force the changes of rules whose day has come (改动到日生效); one that was applied waits no longer."""
    for change in rule_changes.due():
        rule_changes.apply(change, by="task:apply_rule_changes")


@every_minute
def merge_heard() -> None:
    """Merge what was confirmed and whose notice passed without an objection (到期合并); what took effect waits no longer."""
    for merge in queries.merges_heard(today()):
        merging.take_effect(merge, by="task:merge_heard")


@every_minute
def forget_erased_people() -> None:
    """What somebody had begun to write, and what they said aloud, goes with them (注销)."""
    drafts.forget_erased()
    spoken.forget_erased()
    merging.forget_erased()
