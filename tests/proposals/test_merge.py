"""Merging 合并: both pages live on, supporters keep their record, two people decide, some days to undo."""

from datetime import timedelta

import pytest

from civic import moments
from civic.calendar import add_workdays
from civic.models import AuditEvent, Role
from civic.moments import now, today
from civic.people import GONE
from civic.rules import RuleBroken
from proposals import queries, tasks
from proposals.models import Merge, MergeState, ProjectState, Seconding
from proposals.rules import Stale, WrongState
from proposals.services import intake, merging
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return make.officer(Role.SOCIAL_WORKER)


@pytest.fixture
def office():
    return make.officer(Role.VILLAGE_OFFICE)


@pytest.fixture
def two():
    """Two proposals of one round by two residents: the first may join the second."""
    its_round = make.round_()
    return make.project(round=its_round), make.project(round=its_round)


def second(project, *people):
    Seconding.objects.bulk_create([Seconding(project=project, person=person) for person in people])


def sentences_of(project):
    return list(AuditEvent.objects.filter(subject=project.code).order_by("id").values_list("sentence", flat=True))


def by_phone(*people):
    return [merging.Consent(person, "phone", "本人在电话里说的") for person in people]


def merged(two, worker, office):
    """Both proposers agreed by phone, and a second officer confirmed."""
    agreed = by_phone(*(project.proposer for project in two))
    merge = merging.propose(two[0], target=two[1], by=worker, reason="同一处坡道", consents=agreed)
    return merging.confirm(merge, by=office)


def proposed(two, worker, **more):
    return merging.propose(two[0], target=two[1], by=worker, reason="同一处坡道", **more)


def after_notice(merge):
    """The day after the notice, in the morning."""
    return moments.at(now() + timedelta(days=(merge.notice_until - today()).days + 1))


def test_across_proposers_a_merge_waits_for_a_second_person_and_for_the_proposers(two, worker):
    source, target = two

    merge = proposed(two, worker)

    source.refresh_from_db()
    until = add_workdays(today(), 3)
    waits = f"听提议人意见到{until.month}月{until.day}日，再经另一人确认才合并"
    assert (merge.state, merge.notice_until) == (MergeState.PROPOSED, until)
    assert source.state == ProjectState.FILED
    assert sentences_of(source) == [f"拟并入{target.code}“{target.title}”，{waits}"]
    assert sentences_of(target) == [f"{source.code}“{source.title}”拟并入本项目，{waits}"]


def test_the_one_who_proposed_a_merge_cannot_confirm_it(two, worker):
    merge = merging.propose(two[0], target=two[1], by=worker, reason="同一处坡道")

    with pytest.raises(RuleBroken, match="不能自己确认"):
        merging.confirm(merge, by=worker)

    two[0].refresh_from_db()
    assert two[0].state == ProjectState.FILED


def test_a_confirmed_merge_is_told_on_both_pages_and_supporters_count_once(two, worker, office):
    source, target = two
    both, only_source, gone = make.person(), make.person(), make.person()
    second(source, both, only_source)
    second(target, both)
    Seconding.objects.create(project=source, person=gone, withdrawn_at=now())

    merged(two, worker, office)

    source.refresh_from_db()
    until = add_workdays(today(), 5)
    assert source.state == ProjectState.MERGED
    assert sentences_of(source)[-1] == (
        f"已并入{target.code}“{target.title}”。2位附议人的附议仍记在这里。不同意可在{until.month}月{until.day}日前提异议"
    )
    assert sentences_of(target)[-1] == f"{source.code}“{source.title}”并入本项目，带来2位附议人"
    assert set(queries.supporters(target)) == {both, only_source}
    assert source.secondings.filter(withdrawn_at=None).count() == 2
    assert source.screenings.get().outcome == "merge"


def test_support_follows_a_chain_of_merges(worker, office):
    its_round = make.round_()
    first, middle, last = (make.project(round=its_round) for _ in range(3))
    supporter = make.person()
    second(first, supporter)

    merged((first, middle), worker, office)
    merged((middle, last), worker, office)

    assert set(queries.supporters(last)) == {supporter}


def test_two_proposals_of_one_proposer_are_merged_at_once(worker):
    its_round, proposer = make.round_(), make.person()
    source = make.project(round=its_round, proposer=proposer)
    target = make.project(round=its_round, proposer=proposer)

    merge = merging.propose(source, target=target, by=worker, reason="提了两遍")

    assert (merge.state, merge.confirmed_by) == (MergeState.DONE, None)


@pytest.mark.parametrize("which", [0, 1])
def test_a_proposer_may_agree_instead_of_a_second_officer(two, worker, which):
    own, other = two[which].proposer, two[1 - which].proposer
    merge = proposed(two, worker, consents=by_phone(other))

    merge = merging.confirm(merge, by=own)

    assert (merge.state, merge.confirmed_by) == (MergeState.DONE, own)
    assert list(queries.merges_to_confirm(own)) == []
    assert set(merge.consents.values_list("person", "how")) == {(own.pk, "own"), (other.pk, "phone")}


class TestNotice:
    """Every proposer agrees, or was told and had three working days (听提议人意见)."""

    def test_a_confirmed_merge_takes_effect_by_the_clock_the_day_after(self, two, worker, office):
        merge = merging.confirm(proposed(two, worker), by=office)
        with moments.at(now() + timedelta(days=(merge.notice_until - today()).days)):
            tasks.merge_heard()
            last_day = Merge.objects.get().state

        with after_notice(merge):
            tasks.merge_heard()

        merge.refresh_from_db()
        two[0].refresh_from_db()
        assert (last_day, merge.state, two[0].state) == ("proposed", MergeState.DONE, ProjectState.MERGED)
        assert AuditEvent.objects.get(subject=two[0].code, action="project.merge").job == "task:merge_heard"

    def test_twice_is_once(self, two, worker, office):
        merge = merging.confirm(proposed(two, worker), by=office)

        with after_notice(merge):
            found = queries.merges_heard(today()).get()
            tasks.merge_heard()
            merging.take_effect(found, by="task:merge_heard")

        assert AuditEvent.objects.filter(action="project.merge").count() == 1
        assert two[0].screenings.count() == 1

    def test_one_that_nobody_confirmed_waits_on(self, two, worker, office):
        merge = proposed(two, worker)

        with after_notice(merge):
            tasks.merge_heard()
            still = Merge.objects.get().state
            merge = merging.confirm(merge, by=office)

        assert (still, merge.state) == ("proposed", MergeState.DONE)

    def test_confirming_before_the_day_waits_for_it(self, two, worker, office):
        merge = merging.confirm(proposed(two, worker), by=office)

        assert (merge.state, merge.confirmed_by) == (MergeState.PROPOSED, office)
        assert list(queries.merges_to_confirm(office)) == []
        with pytest.raises(RuleBroken, match="已经有人确认过"):
            merging.confirm(merge, by=make.officer(Role.TOWN_HANDLER, make.TOWN))

    def test_the_last_consent_merges_a_confirmed_one_before_the_day(self, two, worker, office):
        merge = merging.confirm(proposed(two, worker, consents=by_phone(two[0].proposer)), by=office)

        merge = merging.consent(merge, by=worker, person=two[1].proposer, how="paper", note="签了字的纸")

        assert merge.state == MergeState.DONE
        event = AuditEvent.objects.get(action="project.merge_agreed", subject=two[1].code)
        assert (event.sentence, event.on_behalf_of) == ("提议人同意合并（纸质表）", two[1].proposer)
        assert "签了字" not in event.sentence + event.reason

    @pytest.mark.parametrize("which", [0, 1])
    def test_a_proposer_who_objects_ends_it_even_when_confirmed(self, two, worker, office, which):
        merge = merging.confirm(proposed(two, worker), by=office)

        merging.refuse(merge, by=two[which].proposer, reason="不是同一处")

        with after_notice(merge):
            tasks.merge_heard()
        merge.refresh_from_db()
        two[0].refresh_from_db()
        assert (merge.state, two[0].state) == (MergeState.REFUSED, ProjectState.FILED)

    @pytest.mark.parametrize(
        ("who", "how", "note", "said"),
        [
            ("stranger", "phone", "说的", "请选这两件的提议人"),
            ("agreed", "phone", "说的", "已经同意过"),
            ("waits", "shout", "说的", "请选怎样同意的"),
            ("waits", "phone", " ", "凭什么知道"),
            ("waits", "own", "", "请选怎样同意的"),
        ],
    )
    def test_a_consent_that_shows_nothing_is_refused(self, two, worker, who, how, note, said):
        people = {"stranger": make.person(), "agreed": two[0].proposer, "waits": two[1].proposer}
        merge = proposed(two, worker, consents=by_phone(two[0].proposer))

        with pytest.raises(RuleBroken, match=said):
            merging.consent(merge, by=worker, person=people[who], how=how, note=note)

        assert merge.consents.count() == 1

    def test_a_round_may_wait_for_nobody(self, worker, office):
        its_round = make.round_(rules={"merge_notice_workdays": 0})
        two = make.project(round=its_round), make.project(round=its_round)

        merge = merging.confirm(proposed(two, worker), by=office)

        assert (merge.notice_until, merge.state) == (None, MergeState.DONE)

    def test_one_whose_projects_went_on_is_left_by_the_clock(self, two, worker, office):
        merge = merging.confirm(proposed(two, worker), by=office)
        type(two[1]).objects.filter(pk=two[1].pk).update(state=ProjectState.ON_NOTICE)

        with after_notice(merge):
            tasks.merge_heard()

        merge.refresh_from_db()
        assert merge.state == MergeState.PROPOSED

    def test_both_pages_say_that_it_is_considered(self, client, two, worker):
        merge = proposed(two, worker)
        pages = [client.get(project.get_absolute_url()).content.decode() for project in two]
        merging.refuse(merge, by=two[0].proposer, reason="不是同一处")
        after = client.get(two[0].get_absolute_url()).content.decode()

        assert "还在考虑并入" in pages[0] and two[1].code in pages[0]
        assert "还在考虑把" in pages[1] and two[0].code in pages[1]
        assert "还在考虑" not in after

    def test_what_showed_consent_goes_with_who_is_erased(self, two, worker):
        merge = proposed(two, worker, consents=by_phone(two[0].proposer))
        type(worker).objects.filter(pk=two[0].proposer_id).update(erased_at=now())

        merging.forget_erased()

        assert merge.consents.get().note == GONE


def test_a_refused_merge_leaves_both_as_they_were(two, worker, office):
    merge = merging.propose(two[0], target=two[1], by=worker, reason="同一处坡道")

    merging.refuse(merge, by=office, reason="一处在村口，一处在卫生站")

    two[0].refresh_from_db()
    assert two[0].state == ProjectState.FILED
    assert sentences_of(two[0])[-1] == f"与{two[1].code}不合并"
    merging.propose(two[0], target=two[1], by=office, reason="后来发现是同一处")
    assert Merge.objects.filter(state=MergeState.PROPOSED).count() == 1


def test_undoing_within_the_days_restores_state_clock_and_support(two, worker, office):
    source, target = two
    second(source, make.person())
    due_on = source.due_on
    merge = merged(two, worker, office)

    with moments.at(now() + timedelta(days=6, hours=23)):
        merging.undo(merge, by=worker, reason="提议人说不是同一处")

    source.refresh_from_db()
    assert source.state == ProjectState.FILED
    assert source.due_on >= due_on
    assert list(queries.supporters(target)) == []
    assert queries.supporters(source).count() == 1
    assert sentences_of(source)[-1] == f"撤销合并：不再并入{target.code}，按原来的进度接着办"
    assert sentences_of(target)[-1] == f"撤销合并：{source.code}单独办理"


def test_undoing_after_the_days_is_refused(two, worker, office):
    merge = merged(two, worker, office)

    with moments.at(now() + timedelta(days=7, minutes=1)), pytest.raises(RuleBroken, match="已过撤销期限"):
        merging.undo(merge, by=worker, reason="想改")

    two[0].refresh_from_db()
    assert two[0].state == ProjectState.MERGED


def test_a_merge_is_undone_once(two, worker, office):
    merge = merged(two, worker, office)
    merging.undo(merge, by=worker, reason="不是同一处")

    with pytest.raises(RuleBroken, match="已经撤销"):
        merging.undo(merge, by=worker, reason="再来一次")


def test_a_project_in_pre_review_comes_back_to_its_tasks(worker, office):
    make.organisation(duty="建设")
    its_round = make.round_()
    source = intake.accept(make.project(round=its_round), by=worker)
    target = make.project(round=its_round)

    merge = merged((source, target), worker, office)
    assert set(queries.reviews_of(source).filter(duty="建设").values_list("due_on", "left_workdays")) == {(None, 5)}
    merging.undo(merge, by=worker, reason="不是同一处")

    assert queries.reviews_of(source).get(duty="建设").due_on == add_workdays(today(), 5)


@pytest.mark.parametrize("state", [ProjectState.FOR_ASSEMBLY, ProjectState.MERGED, ProjectState.DECLINED])
def test_only_a_proposal_at_intake_or_pre_review_joins_another(worker, state):
    its_round = make.round_()

    with pytest.raises(WrongState):
        merging.propose(
            make.project(state, round=its_round), target=make.project(round=its_round), by=worker, reason="同一处"
        )

    assert not Merge.objects.exists()


def test_a_merge_needs_a_reason_and_a_fitting_target(two, worker):
    source, target = two
    other_round = make.project()
    ended = make.project(ProjectState.DECLINED, round=source.round)

    for into, reason, said in [
        (target, " ", "请写明理由"),
        (source, "同一处", "不能并入自己"),
        (other_round, "同一处", "同一轮次"),
        (ended, "同一处", "不能再并入"),
    ]:
        with pytest.raises(RuleBroken, match=said):
            merging.propose(source, target=into, by=worker, reason=reason)

    assert not Merge.objects.exists()
    assert sentences_of(source) == []


def test_a_second_merge_of_the_same_proposal_waits_for_the_first(two, worker, office):
    merging.propose(two[0], target=two[1], by=worker, reason="同一处坡道")

    with pytest.raises(RuleBroken, match="已有一次合并"):
        merging.propose(two[0], target=make.project(round=two[0].round), by=office, reason="也像")


def test_a_target_that_moved_on_is_not_joined_any_more(two, worker, office):
    merge = merging.propose(two[0], target=two[1], by=worker, reason="同一处坡道")
    type(two[1]).objects.filter(pk=two[1].pk).update(state=ProjectState.ON_NOTICE)

    with pytest.raises(RuleBroken, match="不能再并入"):
        merging.confirm(merge, by=office)


def test_a_merge_form_older_than_the_page_is_stale(two, worker):
    with pytest.raises(Stale):
        merging.propose(two[0], target=two[1], by=worker, reason="同一处坡道", version=two[0].version - 1)
