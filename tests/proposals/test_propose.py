"""Proposing 提议: one filed project with its code, its first clock, and a record that says whose it is."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from civic import moments
from civic.calendar import add_workdays
from civic.limits import TooOften
from civic.models import Attachment, AuditEvent, Person, Role
from civic.models.record import Channel
from civic.moments import now, today
from civic.rules import RuleBroken
from proposals.handling import handler
from proposals.models import AssistedHow, Draft, Origin, Project, ProjectState
from proposals.rules import WrongState
from proposals.services import drafts, proposing
from tests import make
from tests.proposals import typed

pytestmark = pytest.mark.django_db


def propose(by=None, key=None, **changes):
    extra = {name: changes.pop(name) for name in ("resident", "for_unit", "channel") if name in changes}
    return proposing.propose(typed.proposal(**changes), by=by or make.person(), key=key or uuid4(), **extra)


def event_of(project):
    return AuditEvent.objects.get(subject=project.code, action="project.submit")


def photo(by, token=None) -> Attachment:
    return Attachment.objects.create(kind="photo", sha256="0" * 64, bytes=10, uploaded_by=by)


def test_a_proposal_gets_its_code_its_clock_and_one_event():
    person = make.person()

    project = propose(by=person)

    assert project.code == f"WSS-{today().year}-0001"
    assert project.state == ProjectState.FILED
    assert (project.limit_workdays, project.due_on) == (5, add_workdays(today(), 5))
    assert (project.proposer, project.entered_by, project.channel) == (person, None, Channel.WEB)
    event = event_of(project)
    assert event.sentence == "{who}提出，估算60,000元"
    assert (event.actor, event.on_behalf_of, event.role) == (person, None, "")


def test_codes_go_on_through_the_year_and_pass_over_what_an_import_took():
    its_round = make.round_()
    make.project(code=f"WSS-{its_round.year}-0002", round=its_round)

    codes = [propose(round=its_round).code for _ in range(2)]

    assert codes == [f"WSS-{its_round.year}-0001", f"WSS-{its_round.year}-0003"]


def test_without_an_estimate_the_record_names_no_amount():
    assert event_of(propose(estimate_yuan=None)).sentence == "{who}提出"


def test_the_social_worker_of_the_village_is_named_as_the_one_who_takes_it_up():
    station = make.organisation("斗门镇社工站", kind="social_work")
    make.officer(Role.SOCIAL_WORKER, organisation=station, name="陈测试")
    make.officer(Role.VILLAGE_OFFICE)

    assert handler(propose()) == "斗门镇社工站 驻村社工 陈*"


def test_photos_become_public_with_the_proposal():
    person = make.person()
    taken = photo(person)

    project = propose(by=person, photos=(taken,))

    taken.refresh_from_db()
    assert (taken.is_public, taken.is_used) == (True, True)
    assert event_of(project).documents == [{"token": str(taken.token), "kind": "photo", "title": "照片"}]


def test_the_same_key_is_the_same_proposal_and_the_same_answer():
    person, key, its_round = make.person(), uuid4(), make.round_()

    first, second = (propose(by=person, key=key, round=its_round) for _ in range(2))

    assert first == second
    assert Project.objects.count() == AuditEvent.objects.filter(action="project.submit").count() == 1


@pytest.mark.parametrize("change", [{"title": "村口加石凳"}, {"at": make.OTHER_VILLAGE}])
def test_a_key_that_comes_with_something_else_is_refused(change):
    person, key, its_round = make.person(), uuid4(), make.round_()
    propose(by=person, key=key, round=its_round)

    with pytest.raises(RuleBroken, match="已经提交过"):
        propose(by=person, key=key, round=its_round, **change)

    assert Project.objects.count() == 1


def test_somebody_elses_key_is_refused():
    key, its_round = uuid4(), make.round_()
    propose(key=key, round=its_round)

    with pytest.raises(RuleBroken, match="已经提交过"):
        propose(key=key, round=its_round)


def test_the_draft_is_gone_once_it_is_filed():
    person = make.person()
    draft = typed.draft(person)

    propose(by=person, key=draft.token)

    assert not Draft.objects.exists()


def test_a_late_autosave_does_not_bring_a_filed_draft_back():
    person, key = make.person(), uuid4()
    propose(by=person, key=key)

    assert drafts.keep(key, {"title": "村口路灯"}, by=person) is None
    assert not Draft.objects.exists()


def test_a_new_account_files_one_in_two_minutes_and_an_older_one_when_it_likes():
    new, old, its_round, moment = make.person(), make.old_hand(), make.round_(), now()
    with moments.at(moment):
        for person in (new, old):
            propose(by=person, round=its_round)
        propose(by=old, round=its_round)
        with pytest.raises(TooOften) as refused:
            propose(by=new, round=its_round)
    assert (refused.value.retry_after, Project.objects.filter(proposer=new).count()) == (120, 1)

    with moments.at(moment + timedelta(minutes=2)):
        propose(by=new, round=its_round)

    assert Project.objects.filter(proposer=new).count() == 2


def test_the_fourth_proposal_of_a_day_is_refused_and_nothing_is_written():
    person, its_round = make.old_hand(), make.round_()
    for _ in range(3):
        propose(by=person, round=its_round)

    with pytest.raises(TooOften):
        propose(by=person, round=its_round)

    assert Project.objects.count() == 3
    with moments.at(now() + timedelta(days=1, minutes=1)):
        propose(by=person, round=its_round)


def test_sending_the_same_one_again_does_not_count_towards_the_day():
    person, key, its_round = make.person(), uuid4(), make.round_()
    for _ in range(5):
        propose(by=person, key=key, round=its_round)

    assert Project.objects.count() == 1


# --- What the round says -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"category": "发红包"}, "category_unknown"),
        ({"at": make.TOWN}, "area_not_village"),
        ({"estimate_yuan": Decimal("500000.01")}, "over_cap"),
        ({"estimate_yuan": Decimal("200000.01"), "work_type": "goods"}, "over_cap"),
    ],
)
def test_what_the_rounds_rules_do_not_take_is_refused_with_its_reason(changes, code):
    with pytest.raises(RuleBroken) as refused:
        propose(**changes)

    assert refused.value.code == code
    assert not Project.objects.exists()


def test_the_cap_itself_is_within_the_cap():
    assert propose(estimate_yuan=Decimal(500000)).estimate_yuan == 500000


def test_a_round_may_only_warn_of_its_cap():
    its_round = make.round_(rules={"cap_action": "warn"})

    assert propose(round=its_round, estimate_yuan=Decimal(800000)).state == ProjectState.FILED


def test_a_village_outside_the_round_is_refused():
    with pytest.raises(RuleBroken, match="不包括这个地方"):
        propose(round=make.round_(at=make.OTHER_TOWN))


@pytest.mark.parametrize(
    ("opens_in", "closes_in", "code"), [(1, 2, "round_not_open"), (-2, 0, "round_closed"), (-2, -1, "round_closed")]
)
def test_before_and_after_the_calling_time_nothing_is_taken(opens_in, closes_in, code):
    moment = now()
    its_round = make.round_(opens_at=moment + timedelta(hours=opens_in), closes_at=moment + timedelta(hours=closes_in))

    with moments.at(moment), pytest.raises(RuleBroken) as refused:
        propose(round=its_round)

    assert refused.value.code == code
    assert not Project.objects.exists()


def test_a_resident_may_not_propose_where_only_departments_may():
    with pytest.raises(RuleBroken, match="不在可以提议的人当中"):
        propose(round=make.round_(rules={"who_may_propose": ["department"]}))


def test_a_short_route_begins_where_it_says():
    its_round = make.round_(route=["approval", "notice"])

    assert propose(round=its_round).state == ProjectState.FOR_APPROVAL


# --- For a resident, for the unit --------------------------------------------------------------------


@pytest.fixture
def worker():
    return make.officer(Role.SOCIAL_WORKER, name="陈测试")


def test_an_entry_for_a_resident_shows_both_people(worker):
    project = propose(by=worker, resident=typed.resident())

    assert (project.proposer.name, project.entered_by) == ("王测试", worker)
    assert (project.channel, project.assisted_how) == (Channel.DESK, AssistedHow.PRESENT)
    event = event_of(project)
    assert event.sentence == "{who}提出，{helper}代录（本人在场），估算60,000元"
    assert (event.actor, event.on_behalf_of, event.role) == (worker, project.proposer, Role.SOCIAL_WORKER)


@pytest.mark.parametrize(
    ("how", "channel"),
    [(AssistedHow.PRESENT, Channel.DESK), (AssistedHow.PHONE, Channel.PHONE), (AssistedHow.PAPER, Channel.PAPER)],
)
def test_the_channel_says_how_the_resident_spoke(worker, how, channel):
    assert event_of(propose(by=worker, resident=typed.resident(how=how))).channel == channel


def test_a_resident_without_a_phone_is_a_person_all_the_same(worker):
    project = propose(by=worker, resident=typed.resident(phone=""))

    assert (project.proposer.phone, project.proposer.home_area_id) == (None, make.VILLAGE)


def test_a_known_phone_is_the_same_person(worker):
    known = make.person("王测试")

    assert propose(by=worker, resident=typed.resident(phone=known.phone)).proposer == known
    assert Person.objects.filter(name="王测试").count() == 1


def test_a_phone_that_belongs_to_somebody_of_another_name_is_no_proof(worker):
    child = make.person("李测试")

    with pytest.raises(RuleBroken, match="不是这个姓名"):
        propose(by=worker, resident=typed.resident(phone=child.phone))

    assert not Project.objects.exists()


def test_nobody_enters_for_themselves(worker):
    with pytest.raises(PermissionDenied):
        propose(by=worker, resident=typed.resident(name="陈测试", phone=worker.phone))

    assert not Project.objects.exists()


def test_evidence_of_consent_is_kept_but_never_public(worker):
    paper = photo(worker)

    project = propose(by=worker, resident=typed.resident(evidence=paper, note=""))

    paper.refresh_from_db()
    assert (project.assisted_evidence, paper.is_used, paper.is_public) == (paper, True, False)
    assert event_of(project).documents == []


def test_a_worker_enters_forty_a_day_and_no_more(worker, monkeypatch):
    assert proposing.ENTRY_ACCOUNT.most == 40
    monkeypatch.setattr(proposing, "ENTRY_ACCOUNT", proposing.limits.Limit("entry", 4, 86400))
    its_round = make.round_()
    for _ in range(4):
        propose(by=worker, round=its_round, resident=typed.resident())

    with pytest.raises(TooOften):
        propose(by=worker, round=its_round, resident=typed.resident())

    assert Project.objects.count() == 4


def test_a_village_office_proposes_in_the_name_of_its_unit():
    office = make.organisation("测试甲村委会", kind="village_office", at=make.VILLAGE)
    clerk = make.officer(Role.VILLAGE_OFFICE, organisation=office)

    project = propose(by=clerk, for_unit=True)

    assert (project.proposer, project.proposing_unit, project.entered_by) == (None, office, clerk)
    assert project.origin == Origin.VILLAGE
    assert event_of(project).sentence == "测试甲村委会提出，估算60,000元"
    assert project.proposer_name == "测试甲村委会"


def test_a_department_files_its_self_chosen_project_on_the_short_route():
    bureau = make.organisation("斗门区建设局", at=make.DISTRICT, duty="建设")
    reviewer = make.officer(Role.REVIEWER, make.DISTRICT, organisation=bureau)
    its_round = make.round_(
        route=["approval", "notice"], programme="self_chosen", rules={"who_may_propose": ["department"]}
    )

    project = propose(by=reviewer, for_unit=True, round=its_round, at=make.TOWN)

    assert (project.origin, project.state) == (Origin.DEPARTMENT, ProjectState.FOR_APPROVAL)


def test_an_office_without_a_unit_cannot_speak_for_one():
    with pytest.raises(RuleBroken, match="没有登记单位"):
        propose(by=make.officer(Role.VILLAGE_OFFICE), for_unit=True)


# --- Taking back -------------------------------------------------------------------------------------


def test_a_proposer_takes_it_back_and_the_page_stays():
    project = propose()

    withdrawn = proposing.withdraw(project, by=project.proposer)

    event = AuditEvent.objects.get(action="project.withdraw")
    assert (withdrawn.state, withdrawn.code, withdrawn.due_on) == (ProjectState.WITHDRAWN, project.code, None)
    assert event.sentence == "{who}撤回了提议"


@pytest.mark.parametrize("state", [ProjectState.FOR_APPROVAL, ProjectState.IN_PROGRESS, ProjectState.WITHDRAWN])
def test_once_money_is_asked_for_it_cannot_be_taken_back(state):
    project = make.project(state)

    with pytest.raises(WrongState):
        proposing.withdraw(project, by=project.proposer)

    project.refresh_from_db()
    assert project.state == state


def test_a_worker_takes_back_for_somebody_without_a_phone_and_says_why(worker):
    project = propose(by=worker, resident=typed.resident())

    with pytest.raises(RuleBroken, match="理由"):
        proposing.withdraw(project, by=worker)
    proposing.withdraw(project, by=worker, reason="本人来窗口说不办了")

    event = AuditEvent.objects.get(action="project.withdraw")
    assert event.sentence == "{who}撤回了提议，{helper}代办"
    assert (event.on_behalf_of, event.reason) == (project.proposer, "本人来窗口说不办了")
