"""Acceptance (验收): measured, signed, concluded; failed items are put right and looked at again."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from civic import moments
from civic.calendar import add_workdays
from civic.models import AuditEvent
from civic.moments import now, today
from civic.rules import RuleBroken
from delivery import tasks
from delivery.models import Acceptance, AcceptanceItem, FollowUp, Rectification, Signature
from delivery.services import acceptance, rectifying
from proposals.models import Project, ProjectState
from proposals.rules import Stale
from tests.delivery import build

pytestmark = pytest.mark.django_db
YUAN = Decimal


@pytest.fixture
def town():
    return build.town()


def events(project, action) -> list[str]:
    found = AuditEvent.objects.filter(subject=project.code, action=action).order_by("id")
    return list(found.values_list("sentence", flat=True))


def test_works_that_are_measured_and_signed_are_accepted(town):
    project = build.completed(town)

    held = Acceptance.objects.get()
    assert project.state == ProjectState.COMPLETED
    assert (held.conclusion, held.attempt) == ("pass", 1)
    assert events(project, "project.accept") == ["验收合格：1项，3人签字"]
    assert events(project, "acceptance.sign") == ["居民代表签字：同意", "监督小组签字：同意", "村居两委签字：同意"]
    assert events(project, "acceptance.items") == ["验收项1项，都合格"]


@pytest.mark.parametrize("state", [ProjectState.AWAITING_START, ProjectState.IN_PROGRESS, ProjectState.RECTIFYING])
def test_acceptance_never_comes_before_delivery(town, state):
    project = build.stand(build.begun(town), state)

    with pytest.raises(RuleBroken, match="不能办这一步"):
        build.opened(town, project)

    assert Acceptance.objects.count() == 0


def test_acceptance_is_not_held_before_the_works_were_done_or_in_the_future(town):
    project = build.finished(town)

    for day, said in ((today() - timedelta(days=1), "不能早于报完工"), (today() + timedelta(days=1), "不能晚于今天")):
        with pytest.raises(RuleBroken, match=said):
            acceptance.open_for(project, by=town.handler, held_on=day)


def test_one_attempt_at_a_time(town):
    first = build.opened(town)

    with pytest.raises(RuleBroken, match="已经开始验收"):
        build.opened(town, first.project)
    with pytest.raises(IntegrityError), transaction.atomic():
        Acceptance.objects.create(project=first.project, attempt=2, held_on=today(), opened_by=town.handler)


def test_every_item_is_measured_and_photographed(town):
    held = build.opened(town)

    with pytest.raises(RuleBroken, match="“坡道长度”还没有实测数量"):
        acceptance.set_items(held, [build.measured()._replace(measured=None)], by=town.handler)
    with pytest.raises(RuleBroken, match="“坡道长度”还没有照片"):
        acceptance.set_items(held, [build.measured()._replace(photo=None)], by=town.handler)
    with pytest.raises(RuleBroken, match="至少要有一项"):
        acceptance.set_items(held, [build.measured()._replace(result="n_a")], by=town.handler)

    assert AcceptanceItem.objects.count() == 0


def test_a_signature_is_missing_until_every_capacity_signed(town):
    held = acceptance.set_items(build.opened(town), [build.measured()], by=town.handler)
    acceptance.sign(held, "resident", by=town.resident, agrees=True)

    with pytest.raises(RuleBroken, match="缺签字：监督小组、村居两委"):
        acceptance.conclude(held, by=town.handler)

    assert Project.objects.get(pk=held.project_id).state == ProjectState.FOR_ACCEPTANCE


def test_the_round_says_who_signs(town):
    town.round.rules = {"acceptance_signatures": ["resident"]}
    town.round.save()
    project = build.finished(town)

    project = build.held(town, project, signatures=[{"by": town.resident, "role": "resident", "agrees": True}])

    assert project.state == ProjectState.COMPLETED


def test_dissent_stands_beside_the_agreement_of_the_others(town):
    project = build.finished(town)

    project = build.held(
        town,
        project,
        signatures=[
            {"by": town.resident, "role": "resident", "agrees": False, "dissent": "扶手太滑"},
            {"by": town.supervisor, "role": "supervisor", "agrees": True},
            {"by": town.village, "role": "village_office", "agrees": True},
        ],
    )

    assert project.state == ProjectState.COMPLETED
    assert events(project, "project.accept") == ["验收合格：1项，3人签字，其中1人有不同意见"]
    assert "居民代表签字：不同意：扶手太滑" in events(project, "acceptance.sign")


def test_nobody_signs_a_blank_list(town):
    held = build.opened(town)

    for given in ({"by": town.supervisor}, {"by": town.handler, "name": "冯阿婆"}):
        with pytest.raises(RuleBroken, match="逐项填完才能签字"):
            acceptance.sign(held, "supervisor", agrees=True, **given)
    with pytest.raises(IntegrityError, match="delivery_signature is closed"), transaction.atomic():
        Signature.objects.create(acceptance=held, role="supervisor", person=town.supervisor, agrees=True)

    assert Signature.objects.count() == 0


def test_under_a_signature_the_list_stands(town):
    held = build.filled(town)
    acceptance.sign(held, "resident", by=town.resident, agrees=True)

    with pytest.raises(RuleBroken, match="已经有1人签字，验收项不能再改"):
        acceptance.set_items(held, [build.measured(got="11.00")], by=town.handler)
    for change in (
        lambda: AcceptanceItem.objects.update(measured=YUAN("11")),
        lambda: AcceptanceItem.objects.all().delete(),
        lambda: AcceptanceItem.objects.create(
            acceptance=held, order=2, name="坡度", unit="度", contract_quantity=5, result="n_a"
        ),
    ):
        with pytest.raises(IntegrityError, match="delivery_acceptanceitem is closed"), transaction.atomic():
            change()

    assert [item.measured for item in AcceptanceItem.objects.all()] == [YUAN("12.00")]


def test_a_list_written_wrongly_is_set_aside_with_its_signatures_and_signed_anew(town):
    held = build.filled(town)
    acceptance.sign(held, "resident", by=town.resident, agrees=False, dissent="扶手太滑")

    again = acceptance.set_aside(held, by=town.handler, reason="长度量错了")

    old = Acceptance.objects.get(pk=held.pk)
    assert (old.conclusion, old.note, old.concluded_by) == ("void", "长度量错了", town.handler)
    assert [s.dissent for s in old.signatures.all()] == ["扶手太滑"]
    assert (again.attempt, again.conclusion, again.signatures.count()) == (2, "", 0)
    project = Project.objects.get(pk=held.project_id)
    assert project.state == ProjectState.FOR_ACCEPTANCE
    assert events(project, "acceptance.void") == ["这次验收作废：验收项写错了，1个签字不算数，重新填、重新签"]
    acceptance.set_items(again, [build.measured()], by=town.handler)
    with pytest.raises(RuleBroken, match="缺签字：居民代表"):
        acceptance.conclude(again, by=town.handler)
    assert acceptance.sign(again, "resident", by=town.resident, agrees=True).agrees


def test_only_what_is_signed_and_open_is_set_aside_and_with_a_reason(town):
    held = build.filled(town)

    with pytest.raises(RuleBroken, match="还没有人签字"):
        acceptance.set_aside(held, by=town.handler, reason="量错了")
    with pytest.raises(IntegrityError), transaction.atomic():
        Acceptance.objects.filter(pk=held.pk).update(
            conclusion="void", concluded_by=town.handler, concluded_at=now(), note=""
        )

    assert Acceptance.objects.get().conclusion == ""


def test_a_conclusion_is_not_written_anew_in_the_database_either(town):
    project = build.completed(town)

    for change in (
        lambda: Acceptance.objects.update(conclusion="fail"),
        lambda: Signature.objects.update(agrees=False, dissent="太滑"),
        lambda: Signature.objects.all().delete(),
        lambda: AcceptanceItem.objects.update(measured=YUAN("11")),
    ):
        with pytest.raises(IntegrityError, match="is closed"), transaction.atomic():
            change()

    assert project.acceptances.get().conclusion == "pass"


def test_a_refusal_to_sign_says_why(town):
    with pytest.raises(RuleBroken, match="请写明意见"):
        acceptance.sign(build.filled(town), "resident", by=town.resident, agrees=False)


def test_nobody_signs_in_a_capacity_they_do_not_have(town):
    held = build.filled(town)

    for someone, role in ((town.outsider, "resident"), (town.resident, "supervisor"), (town.foreman, "resident")):
        with pytest.raises(RuleBroken, match="不能以这个身份签字"):
            acceptance.sign(held, role, by=someone, agrees=True)

    assert Signature.objects.count() == 0


def test_one_signature_per_person_and_per_witnessed_name(town):
    held = build.filled(town)
    acceptance.sign(held, "resident", by=town.resident, agrees=True)
    acceptance.sign(held, "resident", by=town.handler, name="冯阿婆", agrees=True)

    for again in ({"by": town.resident}, {"by": town.handler, "name": "冯阿婆"}):
        with pytest.raises(RuleBroken, match="已经签过字"):
            acceptance.sign(held, "resident", agrees=True, **again)


def test_a_witnessed_name_never_enters_the_record(town):
    held = build.filled(town)

    acceptance.sign(held, "resident", by=town.handler, name="冯阿婆", agrees=True)

    event = AuditEvent.objects.get(action="acceptance.sign")
    assert event.sentence == "居民代表签字（现场见证）：同意"
    assert event.actor == town.handler
    assert "冯" not in f"{event.before}{event.after}{event.reason}"


def test_failed_items_become_a_dated_list_of_what_to_put_right(town):
    project = build.finished(town)

    project = build.held(town, project, build.measured(), build.measured("扶手高度", result="fail", got="0.80"))

    fix = Rectification.objects.get()
    assert project.state == ProjectState.RECTIFYING
    assert fix.what == "扶手高度：合同12米，实测0.80米"
    assert fix.due_on == project.due_on == add_workdays(today(), 15)
    assert events(project, "project.fail")[0].startswith("验收不合格：扶手高度，")


def test_mended_faults_lead_to_a_new_attempt_and_the_old_one_stays(town):
    project = build.held(
        town,
        build.finished(town),
        build.measured("扶手高度", result="fail"),
        build.measured("坡度", result="fail"),
    )

    first, second = Rectification.objects.order_by("id")
    rectifying.mend(first, by=town.foreman, reply="扶手加高", photo=build.photo())
    with pytest.raises(RuleBroken, match="整改中"):
        build.opened(town, project)
    rectifying.mend(second, by=town.foreman, reply="重做坡面", photo=build.photo())
    project = build.held(town, Project.objects.get(pk=project.pk))

    assert project.state == ProjectState.COMPLETED
    assert list(Acceptance.objects.order_by("attempt").values_list("attempt", "conclusion")) == [
        (1, "fail"),
        (2, "pass"),
    ]
    assert events(project, "project.recheck") == ["改好：坡度：合同12米，实测12米；重做坡面；整改完毕，申请复验"]


def test_no_pass_while_something_is_still_to_be_put_right(town):
    project = build.finished(town)
    old = build.opened(town, project)
    Rectification.objects.create(
        project=project, acceptance=old, what="扶手松动", limit_workdays=15, due_on=today() + timedelta(days=20)
    )
    acceptance.set_items(old, [build.measured()], by=town.handler)
    for someone, role in (
        (town.resident, "resident"),
        (town.supervisor, "supervisor"),
        (town.village, "village_office"),
    ):
        acceptance.sign(old, role, by=someone, agrees=True)

    with pytest.raises(RuleBroken, match="还有1项整改没有完成"):
        acceptance.conclude(old, by=town.handler)

    assert Project.objects.get(pk=project.pk).state == ProjectState.FOR_ACCEPTANCE


def test_a_fix_is_answered_in_words_and_once(town):
    build.held(town, build.finished(town), build.measured(result="fail"))
    fix = Rectification.objects.get()

    with pytest.raises(RuleBroken, match="请写明怎样改的"):
        rectifying.mend(fix, by=town.foreman, reply=" ")
    rectifying.mend(fix, by=town.foreman, reply="重做")
    with pytest.raises(RuleBroken, match="已经报改好了"):
        rectifying.mend(fix, by=town.foreman, reply="又重做")


def test_a_concluded_acceptance_is_closed(town):
    build.completed(town)
    held = Acceptance.objects.get()

    with pytest.raises(RuleBroken, match="已经有结论"):
        acceptance.set_items(held, [build.measured()], by=town.handler)
    with pytest.raises(RuleBroken, match="已经有结论"):
        acceptance.conclude(held, by=town.handler)


def test_a_page_read_before_somebody_else_wrote_is_stale(town):
    held = build.filled(town)
    acceptance.sign(held, "resident", by=town.resident, agrees=True)

    with pytest.raises(Stale):
        acceptance.set_items(held, [build.measured()], by=town.handler, version=held.version)


def test_looks_back_are_due_three_and_twelve_months_later(town):
    with moments.at(now().replace(year=2026, month=3, day=24, hour=4)):
        project = build.completed(town)

    assert [str(visit.due_on) for visit in FollowUp.objects.filter(project=project)] == ["2026-06-24", "2027-03-24"]


def test_an_overdue_fix_is_told_once(town):
    project = build.held(town, build.finished(town), build.measured(result="fail"))

    tasks.note_overdue_fixes()
    with moments.at(now() + timedelta(days=40)):
        tasks.note_overdue_fixes()
        tasks.note_overdue_fixes()

    assert len(events(project, "fix.overdue")) == 1
