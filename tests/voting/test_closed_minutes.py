"""Minutes that are closed (定稿): nothing in them changes, whoever writes, and what is wrong is put right beside them."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from civic.models import AuditEvent
from civic.moments import now, today
from civic.rules import RuleBroken
from publicity.documents import meetings as papers
from publicity.documents import word
from tests import make
from tests.publicity.documents import paper
from tests.voting import hall
from voting import documents
from voting.models import AgendaItem, Attendance, Conflict, Meeting, MeetingVote, MinutesCorrection, Undertaking
from voting.services import meetings, minutes, undertakings

pytestmark = pytest.mark.django_db
WORDS = {"recorded": "二楼", "right": "会议在三楼开", "reason": "录入错误"}


def held(*, closing: str = "") -> hall.Hall:
    """A meeting of five with one aside and a promise, its minutes closed."""
    found = hall.voted("FFFA0", members=6, present=5)
    undertakings.undertake(found.fresh(), by=found.recorder, text="装路灯", owner=found.teller, due_on=today())
    minutes.confirm(found.fresh(), by=found.chair, closing=closing)
    return found


CHANGES = {
    "where": lambda found: Meeting.objects.update(place="别处"),
    "the closing word": lambda found: Meeting.objects.update(closing="另一句"),
    "open again": lambda found: Meeting.objects.update(state="closed"),
    "the counts": lambda found: AgendaItem.objects.update(votes_for=5),
    "what was said": lambda found: AgendaItem.objects.update(discussion="没说过"),
    "another item": lambda found: AgendaItem.objects.create(meeting=found.meeting, order=9, project=make.project()),
    "who came": lambda found: Attendance.objects.all().delete(),
    "one more came": lambda found: Attendance.objects.create(meeting=found.meeting, member=found.members[5], how="qr"),
    "who was due": lambda found: found.fresh().roll.clear(),
    "how one voted": lambda found: MeetingVote.objects.update(choice="for"),
    "who stood aside": lambda found: Conflict.objects.create(item=found.item(), member=found.members[0], reason="亲戚"),
    "what was promised": lambda found: Undertaking.objects.update(text="不装了"),
    "by when": lambda found: Undertaking.objects.update(due_on=today().replace(year=2040)),
    "one more promise": lambda found: Undertaking.objects.create(
        meeting=found.meeting, text="又一件", owner=found.teller, due_on=today()
    ),
    "the meeting itself": lambda found: Meeting.objects.filter(pk=found.meeting.pk)._raw_delete("default"),
}


@pytest.mark.core
@pytest.mark.parametrize("change", CHANGES)
def test_the_database_itself_keeps_closed_minutes_as_they_are(change):
    found = held()
    before = documents.minutes_of(found.fresh())

    with pytest.raises(IntegrityError), transaction.atomic():
        CHANGES[change](found)

    assert documents.minutes_of(found.fresh()) == before


def test_the_same_changes_are_the_drafts_own():
    """The control: nothing but the closing keeps them off."""
    found = hall.voted("FFFA0", members=6, present=5)
    undertakings.undertake(found.fresh(), by=found.recorder, text="装路灯", owner=found.teller, due_on=today())

    for name in ("where", "what was said", "one more came", "how one voted", "what was promised", "one more promise"):
        CHANGES[name](found)

    assert Undertaking.objects.count() == 2


def test_what_was_promised_is_still_reported_and_a_paused_project_still_meets_its_decision():
    found = held()
    made = Undertaking.objects.get()

    undertakings.settle(made, by=found.teller, state="done", outcome="亮了")
    AgendaItem.objects.update(applied_at=now())

    assert Undertaking.objects.get().outcome == "亮了"


def test_a_closing_word_comes_with_the_close_and_stands_in_minutes_and_papers(client):
    found = hall.voted("FFFFF", projects=1)
    client.force_login(found.chair)
    address = reverse("voting:confirm", args=[found.meeting.pk])
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.update(closing="早了")

    assert "会议小结" in client.get(address).content.decode()
    assert client.post(address, {"closing": "电话13912345678"}).status_code == 422
    assert found.fresh().state == "closed"
    assert client.post(address, {"closing": "大家同意先装路灯。"}).status_code == 302

    client.logout()
    assert "大家同意先装路灯。" in client.get(f"/meetings/{found.meeting.pk}/minutes/").content.decode()
    assert "大家同意先装路灯。" in word_text(found.fresh())


def word_text(meeting) -> str:
    told = documents.minutes_of(meeting)
    return paper.words_of(word.docx(papers.form(meeting, "会议纪要", lambda: papers.minutes(told), "https://e.test/")))


def test_a_mistake_is_put_right_beside_the_minutes_on_every_door(client):
    found = held()
    client.force_login(found.recorder)
    address = reverse("voting:correct_minutes", args=[found.meeting.pk])
    assert "更正纪要" in client.get(found.meeting.get_absolute_url() + "minutes/").content.decode()

    answer = client.post(address, WORDS | {"item": found.item().pk})

    assert answer.url == f"/meetings/{found.meeting.pk}/minutes/#corrections"
    made = MinutesCorrection.objects.get()
    assert (made.item, made.made_by) == (found.item(), found.recorder)
    event = AuditEvent.objects.get(action="meeting.corrected")
    assert (event.subject, event.is_public) == (found.projects[0].code, True)
    assert event.sentence == "会议纪要更正：会议在三楼开（原记二楼，录入错误）"
    run = client.get(f"/meetings/{found.meeting.pk}/run/").content.decode()
    assert "陈社工" in run.split('id="corrections"')[1].split("</section>")[0]
    client.logout()
    public = client.get(f"/meetings/{found.meeting.pk}/minutes/").content.decode()
    section = public.split('id="corrections"')[1].split("</section>")[0]
    assert all(word in section for word in ("第1项", "会议在三楼开", "原记“二楼”，录入错误", "陈*"))
    assert "陈社工" not in public
    assert "更正纪要" not in public
    assert "有1处更正" in client.get(found.meeting.get_absolute_url()).content.decode()
    assert all(word in word_text(found.fresh()) for word in ("更正（定稿以后）", "会议在三楼开", "录入错误", "陈*"))


def test_a_correction_is_itself_corrected_by_another_and_never_changed():
    found = held()
    first = minutes.correct(found.meeting, by=found.chair, **WORDS)
    minutes.correct(found.meeting, by=found.chair, **WORDS | {"right": "会议在四楼开"})

    with pytest.raises(DatabaseError), transaction.atomic():
        MinutesCorrection.objects.filter(pk=first.pk).update(right="别的")
    with pytest.raises(DatabaseError), transaction.atomic():
        first.delete()

    assert [one.right for one in documents.corrections_of(found.meeting)] == ["会议在三楼开", "会议在四楼开"]
    assert AuditEvent.objects.filter(subject=found.meeting.audit_subject, action="meeting.corrected").count() == 2


def test_minutes_that_are_open_are_mended_and_not_corrected(client):
    found = hall.voted("FFFFF")
    client.force_login(found.recorder)

    with pytest.raises(RuleBroken, match="还没定稿"):
        minutes.correct(found.meeting, by=found.recorder, **WORDS)

    assert client.get(reverse("voting:correct_minutes", args=[found.meeting.pk])).status_code == 404
    assert not MinutesCorrection.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"right": ""}, {"reason": ""}, {"recorded": "会议在三楼开"}, {"right": "打13912345678"}, {"item": 10**6}]
)
def test_a_correction_that_says_nothing_is_mended_first(client, wrong):
    found = held()
    client.force_login(found.recorder)

    answer = client.post(reverse("voting:correct_minutes", args=[found.meeting.pk]), WORDS | wrong)

    assert answer.status_code == 422
    assert not MinutesCorrection.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        MinutesCorrection.objects.create(
            meeting=found.meeting, made_by=found.chair, recorded="甲", right="甲", reason="乙"
        )


def test_a_correction_of_one_item_is_in_the_file_of_that_project_alone():
    found = hall.sitting(projects=2)
    for order in (1, 2):
        found.decide(order, "FFFFF")
    meetings.close_meeting(found.fresh(), by=found.chair)
    minutes.confirm(found.fresh(), by=found.chair)
    minutes.correct(found.meeting, by=found.chair, item=found.item(1), **WORDS)
    told = documents.minutes_of(found.fresh())

    def text(order: int) -> str:
        lines = [one for one in told.corrections if one.about in {None, order}]
        return str(list(papers.put_right(lines)))

    assert "会议在三楼开" in text(1)
    assert text(2) == "[]"
