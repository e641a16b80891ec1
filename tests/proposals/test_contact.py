"""受理前联系 and 转错退回: whoever proposes is spoken to by the promised day; what went to the wrong unit comes back."""

from datetime import timedelta

import pytest

from civic import moments
from civic.calendar import add_workdays
from civic.models import AuditEvent, Person, Role
from civic.moments import now, today
from civic.pages import todos
from civic.rules import RuleBroken
from proposals import tasks
from proposals.models import FirstContact, Project, ProjectState, Reached
from proposals.services import contacting, intake, moves, pauses
from tests import make

pytestmark = pytest.mark.django_db


def later(workdays):
    return moments.at(now() + timedelta(days=(add_workdays(today(), workdays) - today()).days))


def told(project):
    found = AuditEvent.objects.filter(subject=project.code, action="contact.overdue").order_by("pk")
    return list(found.values_list("sentence", flat=True))


@pytest.fixture
def worker():
    make.areas()
    return make.officer(Role.SOCIAL_WORKER)


def filed(**extra):
    extra.setdefault("proposer", make.resident())
    draft = make.project(ProjectState.DRAFT, code="WSS-2026-0001", filed_at=now(), **extra)
    return moves.submit(draft, by=draft.proposer)


def asked_of(worker):
    """The kinds of work on this desk, with their days."""
    items = [line for todo in todos(Person.objects.get(pk=worker.pk)) for line in todo.items]
    return [
        (of.key, row["line_due_on"])
        for of, rows in items
        if of.key in {"contact", "screen"}
        for row in rows.values("line_due_on")
    ]


def test_a_proposer_waits_for_a_word_by_the_promised_day_and_it_is_noted_once(worker, client):
    project = filed(round=make.round_(rules={"acknowledge_workdays": 2}))
    client.force_login(worker)
    page = f"/desk/intake/{project.code}/"
    before = asked_of(worker)

    shown = client.get(page + "?outcome=contact").content.decode()
    sent = {"outcome": "contact", "how": "phone", "version": project.version}
    answer = client.post(page, sent)

    assert before == [("screen", project.due_on), ("contact", add_workdays(today(), 2))]
    assert "告诉提议人：收到了" in shown
    assert (answer.status_code, answer.url) == (302, page)
    assert asked_of(worker) == [("screen", project.due_on)]
    contact = FirstContact.objects.get()
    assert (contact.how, contact.by) == (Reached.PHONE, worker)
    event = AuditEvent.objects.get(action="project.contact")
    assert (event.sentence, event.is_public, event.actor) == ("打电话联系了提议人", True, worker)
    project.refresh_from_db()
    with pytest.raises(RuleBroken, match="已经登记过"):
        contacting.note(project, by=worker, how="met", version=project.version)


def test_a_word_that_does_not_come_is_told_to_the_town_and_then_further_up_in_public_where_the_round_says_so(worker):
    open_, quiet = filed(), None
    quiet = make.project(ProjectState.DRAFT, code="WSS-2026-0002", filed_at=now(), proposer=make.resident(),
                         round=make.round_(rules={"overdue_is_public": False, "escalate_after_workdays": 3}))  # fmt: skip
    quiet = moves.submit(quiet, by=quiet.proposer)

    with later(1):
        tasks.tell_overdue()
        assert told(open_) == []
    with later(2):
        tasks.tell_overdue()
        tasks.tell_overdue()
        assert (told(open_), told(quiet)) == (["测试甲村联系提议人超期1个工作日，已报镇街"], [])
    with later(4):
        tasks.tell_overdue()

    events = AuditEvent.objects.filter(action="contact.overdue").order_by("pk")
    assert [(event.subject, event.is_public, event.after["told"]) for event in events] == [
        (open_.code, True, "town_approver"),
        (open_.code, True, "district_office"),
        (quiet.code, False, "town_approver"),
    ]
    assert told(open_)[1] == "测试甲村联系提议人超期3个工作日，已报区专班"


def test_before_the_promised_day_those_hear_whom_the_rules_want_reminded_once():
    project = filed(round=make.round_(rules={"acknowledge_workdays": 5, "near_due_to": ["town_handler"]}))
    answered = make.project(ProjectState.DRAFT, code="WSS-2026-0002", filed_at=now(), proposer=make.resident(),
                            round=project.round)  # fmt: skip
    answered = moves.submit(answered, by=answered.proposer)
    contacting.note(answered, by=make.officer(Role.VILLAGE_OFFICE), how="phone", version=answered.version)

    with later(2):
        tasks.tell_overdue()
        assert reminded() == []
    for days in (3, 3, 4):
        with later(days):
            tasks.tell_overdue()

    assert reminded() == [(project.code, "测试甲村联系提议人还剩2个工作日，已提醒镇街经办")]
    assert told(project) == []


def reminded():
    found = AuditEvent.objects.filter(action="contact.near_due").order_by("pk")
    return list(found.values_list("subject", "sentence"))


@pytest.mark.parametrize(
    "act",
    [
        lambda project, by: intake.accept(project, by=by),
        lambda project, by: intake.send_back(project, by=by, items=["照片"], reason="看不清"),
        lambda project, by: intake.transfer(project, by=by, to="区交通局", reason="归它管"),
        lambda project, by: pauses.pause(project, by=by, reason="等管线迁改", next_on=add_workdays(today(), 5)),
    ],
    ids=["accept", "send_back", "transfer", "pause"],
)
def test_whatever_intake_does_first_is_a_word_and_nobody_is_late_afterwards(worker, act):
    project = filed()
    by = make.officer(Role.TOWN_HANDLER, make.TOWN) if act.__code__.co_names[0] == "pauses" else worker

    act(project, by)

    assert FirstContact.objects.get().how == Reached.ACTED
    with later(5):
        assert FirstContact.objects.filter(done_at=None).count() == 0
        tasks.tell_overdue()
    assert told(project) == []


def test_whoever_sat_beside_the_worker_needs_no_word_and_neither_does_a_unit(worker):
    filed(entered_by=worker, assisted_how="present")
    unit = make.project(
        ProjectState.DRAFT, code="WSS-2026-0003", filed_at=now(), proposing_unit=make.organisation(), title="单位申报的"
    )
    Project.objects.filter(pk=unit.pk).update(proposer=None)
    moves.submit(unit, by=worker)

    assert not FirstContact.objects.exists()


def test_a_unit_sends_back_within_two_days_what_is_not_its_own_and_intake_has_it_again(worker, client):
    handed = intake.transfer(filed(), by=worker, to="区交通局", reason="归它管")
    office = make.officer(Role.VILLAGE_OFFICE)
    client.force_login(office)

    with later(2):
        answer = client.post(
            f"/desk/intake/{handed.code}/",
            {"outcome": "misdirected", "reason": "是村道，不归区里管", "version": handed.version},
        )
        handed.refresh_from_db()
        assert (answer.status_code, handed.state, handed.handler_unit) == (302, ProjectState.FILED, "")
        assert handed.due_on == add_workdays(today(), 5)
    event = AuditEvent.objects.get(action="project.misdirected")
    assert (event.sentence, event.reason) == (
        "区交通局退回，不归它办：是村道，不归区里管。重新受理",
        "是村道，不归区里管",
    )
    again = intake.transfer(handed, by=worker, to="镇城建办", reason="村道归镇里")
    with later(3), pytest.raises(RuleBroken, match="现在请登记答复"):
        intake.take_back(again, by=office, reason="也不归我们")
    again.refresh_from_db()
    assert again.state == ProjectState.TRANSFERRED
