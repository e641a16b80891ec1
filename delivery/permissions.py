"""Who may (谁可以): one predicate per act, about role and relation only."""

from civic.models import Area, Residency, Role
from civic.permissions import User, has_role, permission
from delivery.models import (
    Approval,
    CallBack,
    CarryOver,
    ChangeOrder,
    Disclosure,
    FollowUp,
    Milestone,
    Payment,
    ProgressReport,
    Rectification,
    WhatIf,
    Work,
)
from proposals.models import Project

TOWN = (Role.TOWN_HANDLER, Role.TOWN_APPROVER)
OFFICES = (Role.TOWN_HANDLER, Role.VILLAGE_OFFICE)
SEES_MONEY = (*TOWN, Role.DISTRICT_OFFICE, Role.AUDITOR)
SEES_WORKS = (*TOWN, Role.VILLAGE_OFFICE, Role.SOCIAL_WORKER, Role.DISTRICT_OFFICE, Role.SUPERVISOR, Role.AUDITOR)
BUILDS_OR_PAYS = (Role.CONTRACTOR, Role.VILLAGE_OFFICE, *TOWN)


def builds(user: User, work: Work) -> bool:
    """Whether the user works for the contractor of this very project (只看自己的合同)."""
    item = getattr(work, "item", None)
    return item is not None and has_role(
        user, Role.CONTRACTOR, work.project.area_id, organisation_id=item.contract.contractor_id
    )


# --- Money --------------------------------------------------------------------------------------------


@permission("delivery.budget")
def may_see_budget(user: User, _obj: object = None) -> bool:
    """看预算: the town's offices, the district office and auditors."""
    return has_role(user, SEES_MONEY)


@permission("delivery.set_pool")
def may_set_pool(user: User, area: Area | str | None = None) -> bool:
    """定资金池: the district office."""
    return has_role(user, Role.DISTRICT_OFFICE, area)


@permission("delivery.submit_approval")
def may_submit_approval(user: User, project: Project) -> bool:
    """提交审批、候补、递补: the town office's handler."""
    return has_role(user, Role.TOWN_HANDLER, project.area_id)


@permission("delivery.approve")
def may_approve(user: User, approval: Approval) -> bool:
    """审批、退回: the town office's approver, above the town's limit the district office; never who submitted it."""
    decides = has_role(user, Role(approval.approver_role), approval.project.area_id)
    return decides and user.pk != approval.submitted_by_id


@permission("delivery.carry")
def may_carry(user: User, _obj: object = None) -> bool:
    """提请结转: the district office, which sets the pools."""
    return has_role(user, Role.DISTRICT_OFFICE)


@permission("delivery.settle_carry")
def may_settle_carry(user: User, carry: CarryOver) -> bool:
    """确认、退回结转: another person of the district office than who asked."""
    return has_role(user, Role.DISTRICT_OFFICE, carry.source.area_id) and user.pk != carry.asked_by_id


@permission("delivery.make_whatif")
def may_make_whatif(user: User, _obj: object = None) -> bool:
    """做测算: the town's handler, of the requests in the places where the office counts."""
    return has_role(user, Role.TOWN_HANDLER)


@permission("delivery.change_whatif")
def may_change_whatif(user: User, whatif: WhatIf) -> bool:
    """改测算、提交测算: who made it, while still in office; others copy it."""
    return has_role(user, Role.TOWN_HANDLER) and user.pk == whatif.made_by_id


@permission("delivery.decide")
def may_decide(user: User, _obj: object = None) -> bool:
    """一起批准: who approves requests at all; each of them is asked for by delivery.approve's own bounds."""
    return has_role(user, (Role.TOWN_APPROVER, Role.DISTRICT_OFFICE))


@permission("delivery.see_approval")
def may_see_approval(user: User, project: Project) -> bool:
    """看审批件: who sees the town's money, for this place."""
    return has_role(user, SEES_MONEY, project.area_id)


# --- Works --------------------------------------------------------------------------------------------


@permission("delivery.board")
def may_see_board(user: User, _obj: object = None) -> bool:
    """看实施看板: the offices that follow the works."""
    return has_role(user, SEES_WORKS)


@permission("delivery.follow_works")
def may_follow_works(user: User, project: Project) -> bool:
    """看一个项目的实施页: the same offices, for this place."""
    return has_role(user, SEES_WORKS, project.area_id)


@permission("delivery.contract")
def may_contract(user: User, project: Project) -> bool:
    """登记合同: the town's handler or the village office."""
    return has_role(user, OFFICES, project.area_id)


@permission("delivery.manage")
def may_manage(user: User, project: Project) -> bool:
    """排工期、开工、改期、换联系人、答复问题: the town's handler or the village office."""
    return has_role(user, OFFICES, project.area_id)


@permission("delivery.disclose")
def may_disclose(user: User, disclosure: Disclosure) -> bool:
    """按期公开: the town's handler or the village office."""
    return has_role(user, OFFICES, disclosure.project.area_id)


@permission("delivery.urge")
def may_urge(user: User, project: Project) -> bool:
    """催办: the offices and the district."""
    return has_role(user, (*OFFICES, Role.DISTRICT_OFFICE), project.area_id)


@permission("delivery.site")
def may_use_site(user: User, _obj: object = None) -> bool:
    """现场页: people of a contractor or service group."""
    return has_role(user, Role.CONTRACTOR)


@permission("delivery.report")
def may_report(user: User, work: Work) -> bool:
    """传照片、报进度、报完成、报问题、请款: the contractor of this very project."""
    return builds(user, work)


@permission("delivery.finish_milestone")
def may_finish_milestone(user: User, milestone: Milestone) -> bool:
    """报里程碑完成: the contractor, or the office that manages the works."""
    return builds(user, milestone.work) or may_manage(user, milestone.work.project)


@permission("delivery.answer_trouble")
def may_answer_trouble(user: User, report: ProgressReport) -> bool:
    """答复问题: the offices, not the contractor."""
    return may_manage(user, report.work.project)


@permission("delivery.report_change")
def may_report_change(user: User, work: Work) -> bool:
    """报变更: the contractor or the offices."""
    return builds(user, work) or may_manage(user, work.project)


@permission("delivery.handle_change")
def may_handle_change(user: User, change: ChangeOrder) -> bool:
    """同意、上报或不同意变更: the village office within the threshold, the town's handler over it; not its reporter."""
    office = Role.TOWN_HANDLER if change.is_over else Role.VILLAGE_OFFICE
    return has_role(user, office, change.work.project.area_id) and user.pk != change.reported_by_id


@permission("delivery.approve_change")
def may_approve_change(user: User, change: ChangeOrder) -> bool:
    """审批变更: the town's approver, a third person beside who reported and who submitted it."""
    return has_role(user, Role.TOWN_APPROVER, change.work.project.area_id) and user.pk not in {
        change.reported_by_id,
        change.handled_by_id,
    }


@permission("delivery.review_payment")
def may_review_payment(user: User, payment: Payment) -> bool:
    """审核请款: the town's handler, not who asked."""
    return has_role(user, Role.TOWN_HANDLER, payment.work.project.area_id) and user.pk != payment.requested_by_id


@permission("delivery.pay")
def may_pay(user: User, payment: Payment) -> bool:
    """付款: the town's approver, not who reviewed it."""
    return has_role(user, Role.TOWN_APPROVER, payment.work.project.area_id) and user.pk != payment.reviewed_by_id


@permission("delivery.log_visit")
def may_log_visit(user: User, work: Work) -> bool:
    """记上门服务: the service group or the place's social worker."""
    return builds(user, work) or has_role(user, Role.SOCIAL_WORKER, work.project.area_id)


# --- Acceptance and after -----------------------------------------------------------------------------


@permission("delivery.accept")
def may_accept(user: User, project: Project) -> bool:
    """组织验收: the town's handler or the village office."""
    return has_role(user, OFFICES, project.area_id)


@permission("delivery.sign")
def may_sign(user: User, project: Project) -> bool:
    """验收签字: in one's own name, in a capacity one has."""
    return bool(capacities(user, project))


def capacities(user: User, project: Project) -> list[str]:
    """In which capacities a person may sign an acceptance here: one's offices, or as a resident of the village."""
    held = [
        role.value
        for role in (Role.SUPERVISOR, Role.VILLAGE_OFFICE, Role.TOWN_HANDLER)
        if has_role(user, role, project.area_id)
    ]
    if not held and not has_role(user, BUILDS_OR_PAYS, project.area_id) and _lives_there(user, project):
        held.append("resident")
    return held


def _lives_there(user: User, project: Project) -> bool:
    return user.pk == project.proposer_id or (
        user.is_authenticated and Residency.objects.filter(person=user, area=project.area_id, ended_on=None).exists()
    )


@permission("delivery.mend")
def may_mend(user: User, fix: Rectification) -> bool:
    """报改好: the contractor for what acceptance found, the offices for what residents found."""
    if fix.acceptance_id:
        work = getattr(fix.project, "work", None)
        return work is not None and builds(user, work)
    return may_manage(user, fix.project)


@permission("delivery.settle")
def may_settle(user: User, project: Project) -> bool:
    """结算: the town's handler."""
    return has_role(user, Role.TOWN_HANDLER, project.area_id)


@permission("delivery.archive")
def may_archive(user: User, project: Project) -> bool:
    """归档: the town's handler or the village office."""
    return has_role(user, OFFICES, project.area_id)


@permission("delivery.rate")
def may_rate(user: User, project: Project) -> bool:
    """评价: any resident signed in, but not those who build, manage or pay for it."""
    return not has_role(user, BUILDS_OR_PAYS, project.area_id)


@permission("delivery.confirm_fix")
def may_confirm_fix(user: User, fix: Rectification) -> bool:
    """答“现在解决了吗”: the resident whose rating opened it."""
    return fix.rating is not None and user.pk == fix.rating.person_id


@permission("delivery.call_back")
def may_call_back(user: User, call: CallBack | None = None) -> bool:
    """电话回访: the social worker of the place, never who built or paid for it, and never for themselves."""
    if call is None:
        return has_role(user, Role.SOCIAL_WORKER)
    area = call.project.area_id
    return (
        has_role(user, Role.SOCIAL_WORKER, area)
        and not has_role(user, BUILDS_OR_PAYS, area)
        and user.pk != call.person_id
    )


@permission("delivery.follow_up")
def may_follow_up(user: User, visit: FollowUp) -> bool:
    """回头看: the social worker or the offices of the place."""
    return has_role(user, (Role.SOCIAL_WORKER, *OFFICES), visit.project.area_id)
