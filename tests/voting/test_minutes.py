"""Minutes: only when the chair has confirmed them do projects move."""

import pytest

from civic.models import AuditEvent
from civic.rules import RuleBroken
from proposals.models import Project, ProjectState
from proposals.services import moves
from publicity.documents import meetings as papers
from publicity.documents import word
from tests.publicity.documents import paper
from tests.voting import hall
from voting import documents, queries
from voting.models import MeetingState
from voting.services import items, meetings, minutes

pytestmark = pytest.mark.django_db


def project_of(found: hall.Hall, order: int = 1):
    return found.item(order).project


def test_a_passed_project_waits_for_the_minutes_and_says_so():
    found = hall.voted("FFFA0")

    assert project_of(found).state == ProjectState.FOR_ASSEMBLY
    assert queries.missing_record(project_of(found)) == "纪要还没上传"
    event = AuditEvent.objects.get(subject=found.projects[0].code, action="meeting.closed")
    assert (event.is_public, event.sentence) == (True, "议事会已表决，纪要还没上传")


def test_confirmed_minutes_move_a_passed_project_with_the_counts_on_its_page():
    found = hall.voted("FFFA0", members=7, present=5, rules={"vote_form": "secret"})

    minutes.confirm(found.meeting, by=found.chair)

    assert found.fresh().state == MeetingState.CONFIRMED
    assert project_of(found).state == ProjectState.FOR_APPROVAL
    assert queries.missing_record(project_of(found)) == ""
    event = AuditEvent.objects.get(subject=found.projects[0].code, action="project.advance")
    assert event.sentence == "议事会通过：应到7、实到5，赞成3、反对1、弃权1"
    assert event.documents == [{"title": "会议纪要", "url": f"/meetings/{found.meeting.pk}/minutes/"}]
    assert event.used_workdays is not None


def test_a_project_that_did_not_pass_is_declined_with_counts_and_rule():
    found = hall.voted("FAA0-")

    minutes.confirm(found.meeting, by=found.chair)

    assert project_of(found).state == ProjectState.DECLINED
    event = AuditEvent.objects.get(subject=found.projects[0].code, action="project.decline")
    assert event.sentence == "议事会未通过：应到5、实到5，赞成1、反对2、弃权1、未投1"
    assert event.reason == "赞成1票，至少要3票才通过（按5人算）"
    assert event.rule == "《民生微实事项目办法》：赞成票要超过实到人数（回避的除外）的二分之一"


def test_a_deferred_project_stays_and_may_be_listed_again():
    found = hall.sitting()
    items.defer(found.item(), by=found.chair, reason="等村里量好尺寸")
    meetings.close_meeting(found.fresh(), by=found.chair)

    minutes.confirm(found.fresh(), by=found.chair)

    assert project_of(found).state == ProjectState.FOR_ASSEMBLY
    assert list(queries.waiting_projects(found.assembly.area)) == found.projects
    event = AuditEvent.objects.get(subject=found.projects[0].code, action="item.result")
    assert (event.sentence, event.reason) == ("议事会暂缓表决，等下次会议", "等村里量好尺寸")


def test_minutes_are_confirmed_once_and_not_before_the_close():
    found = hall.sitting()
    with pytest.raises(RuleBroken, match="进行中"):
        minutes.confirm(found.meeting, by=found.chair)
    found.decide(1, "FFFFF")
    meetings.close_meeting(found.fresh(), by=found.chair)
    minutes.confirm(found.fresh(), by=found.chair)

    with pytest.raises(RuleBroken, match="已结束"):
        minutes.confirm(found.fresh(), by=found.chair)

    assert AuditEvent.objects.filter(action="project.advance").count() == 1


def test_a_withdrawn_project_keeps_the_result_on_its_page_and_stays_where_it_is():
    found = hall.voted("FFFFF", projects=1)
    project = project_of(found)
    project.state = ProjectState.WITHDRAWN
    project.save()

    minutes.confirm(found.meeting, by=found.chair)

    assert project_of(found).state == ProjectState.WITHDRAWN
    assert AuditEvent.objects.get(subject=project.code, action="item.result").sentence.startswith("议事会通过")


def test_a_paused_project_meets_its_decision_when_it_goes_on(django_capture_on_commit_callbacks):
    found = hall.voted("FFFFF")
    project = moves.pause(project_of(found), by=found.chair, reason="等管线迁改")
    minutes.confirm(found.fresh(), by=found.chair)
    assert project_of(found).state == ProjectState.PAUSED

    with django_capture_on_commit_callbacks(execute=True):
        moves.resume(project, by=found.chair)

    assert project_of(found).state == ProjectState.FOR_APPROVAL
    assert found.item().applied_at is not None


def test_notes_are_kept_until_the_minutes_are_confirmed():
    found = hall.voted("FFFFF")
    items.note(found.item(), by=found.recorder, text="问：谁来管养？答：村委会。")
    minutes.confirm(found.fresh(), by=found.chair)

    with pytest.raises(RuleBroken, match="不能改记录"):
        items.note(found.item(), by=found.recorder, text="改一改")

    assert found.item().discussion == "问：谁来管养？答：村委会。"


def word_text(meeting, **naming) -> str:
    told = documents.minutes_of(meeting, **naming)
    title = f"{meeting.assembly.name}会议纪要"
    return paper.words_of(word.docx(papers.form(meeting, title, lambda: papers.minutes(told), "https://example.test/")))


def test_the_word_file_says_what_the_record_says():
    found = hall.voted("FFFA0", members=7, present=5)
    items.note(found.item(), by=found.recorder, text="问：谁来管养？")

    text = word_text(found.fresh(), naming=documents.in_full)

    for part in [
        "测试甲村居民议事会会议纪要",
        "村委会二楼会议室",
        "黄主任",
        "陈社工",
        "吴监督",
        "郑监督",
        "应到7人，实到5人（71.43%）",
        found.projects[0].title,
        found.projects[0].code,
        "问：谁来管养？",
        "手机表决",
        "3（60.00%）",
        "孙成员2、赵成员0、钱成员1",
        "通过",
        "草稿：主持人还没确认",
    ]:
        assert part in text, part


def test_an_item_voted_anew_keeps_its_first_voting_in_the_minutes():
    found = hall.sitting(members=5)
    found.decide(1, "FFAA0")
    items.reopen_item(found.item(), by=found.chair, reason="有人按错了")
    found.vote(1, "FFFA0")
    items.close_item(found.item(), by=found.chair)

    [earlier] = documents.minutes_of(found.fresh()).items[0].earlier

    assert earlier == "未通过：实到5，赞成2、反对2、弃权1；重新表决的理由：有人按错了"
    assert earlier in word_text(found.fresh())


def test_the_amount_voted_on_stands_whatever_is_decided_later():
    found = hall.voted("FFFFF", projects=1)
    voted_on = project_of(found).best_yuan
    Project.objects.update(approved_yuan=voted_on + 1)

    item = found.item()

    assert (item.amount_yuan, item.shown_yuan) == (voted_on, voted_on)
    assert f"{voted_on:,.2f}元" in word_text(found.fresh())


def test_the_public_word_file_masks_every_name():
    found = hall.voted("FFFA0", members=5)
    minutes.confirm(found.meeting, by=found.chair)

    text = word_text(found.fresh())

    assert "黄*" in text
    assert "赵**、" in text
    assert "主任" not in text.replace("黄*", "")
    assert "成员0" not in text


def test_minutes_of_a_secret_vote_name_nobody_beside_a_choice():
    found = hall.voted("FFFA0", members=5, rules={"vote_form": "secret"})

    written = documents.minutes_of(found.fresh(), naming=documents.in_full)

    assert written.items[0].named == []
    assert [row.number for row in written.items[0].counts] == [3, 1, 1]
