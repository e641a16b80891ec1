"""Who may (谁可以): one predicate per act, about role and relation only."""

from civic.models import Area, Attachment, Role
from civic.permissions import LISTENERS, User, allowed, has_role, hears, permission
from proposals.models import Consultation, Extension, Merge, PreReview, Project, Screening

INTAKE = (Role.SOCIAL_WORKER, Role.VILLAGE_OFFICE)
HELPERS = (*INTAKE, Role.GRID_WORKER)
UNIT = (Role.VILLAGE_OFFICE, Role.REVIEWER)
INSPECTORS = (Role.DISTRICT_OFFICE, Role.AUDITOR)
EXPLAINERS = (*INTAKE, Role.TOWN_HANDLER, Role.TOWN_APPROVER)
EXTENDERS = (Role.TOWN_HANDLER, Role.DISTRICT_OFFICE)
OVERSEERS = (Role.TOWN_HANDLER, Role.DISTRICT_OFFICE, Role.AUDITOR, Role.SUPERVISOR)


@permission("proposals.propose")
def may_propose(user: User, _obj: object = None) -> bool:
    """提议: anyone signed in; whether the round takes it from them is a rule."""
    return True


def capacities(user: User, area: Area | str | None, *, for_unit: bool = False) -> set[str]:
    """In which capacities a person proposes about a place, by the words of a round's rules (谁可以提议)."""
    if for_unit:
        return {"village_office"} if has_role(user, Role.VILLAGE_OFFICE, area) else {"department"}
    offices = {Role.SOCIAL_WORKER, Role.GRID_WORKER, Role.VILLAGE_OFFICE}
    return {"resident"} | {str(role) for role in offices if has_role(user, role, area)}


@permission("proposals.propose_for")
def may_propose_for(user: User, area: Area | str | None = None) -> bool:
    """代录: the social worker, grid worker or village office of the place enters for a resident."""
    return has_role(user, HELPERS, area)


@permission("proposals.propose_as_unit")
def may_propose_as_unit(user: User, area: Area | str | None = None) -> bool:
    """以单位名义提议: the village office for its village, a department where it works."""
    return has_role(user, UNIT, area)


@permission("proposals.edit")
def may_edit(user: User, project: Project) -> bool:
    """修改、补充: the proposer or whoever entered it for them; a helper of the family while that lasts."""
    if project.is_of_family_of(user):
        return allowed(user, "civic.helps_family", project.proposer_id)
    return user.pk in {project.proposer_id, project.entered_by_id}


@permission("proposals.withdraw")
def may_withdraw(user: User, project: Project) -> bool:
    """撤回: the proposer; whoever entered it for a unit, or for a resident who has no phone to sign in with.

    Never a helper of the family: she has a phone, or is gone.
    """
    proposer = project.proposer
    if project.by_family:
        return proposer is not None and user.pk == proposer.pk
    if proposer is None or proposer.phone is None:
        return user.pk == project.entered_by_id
    return user.pk == proposer.pk


@permission("proposals.second")
def may_second(user: User, project: Project) -> bool:
    """附议: anyone signed in but the proposer."""
    return user.pk != project.proposer_id


@permission("proposals.screen")
def may_screen(user: User, project: Project) -> bool:
    """受理: the social worker or village office of the place, never on what they proposed, or entered for their unit."""
    if project.is_of_family_of(user):
        return False
    return has_role(user, INTAKE, project.area_id) and user.pk != (project.proposer_id or project.entered_by_id)


@permission("proposals.intake")
def may_use_intake(user: User, _obj: object = None) -> bool:
    """受理台: who screens somewhere; the town's handler follows what was handed on."""
    return has_role(user, (*INTAKE, Role.TOWN_HANDLER))


@permission("proposals.note_reply")
def may_note_reply(user: User, project: Project) -> bool:
    """登记转办答复: the village office or the town's handler of the place."""
    return has_role(user, (Role.VILLAGE_OFFICE, Role.TOWN_HANDLER), project.area_id)


@permission("proposals.confirm_merge")
def may_confirm_merge(user: User, project: Project) -> bool:
    """确认合并: a second person of the village's or the town's office, or the proposer asked."""
    return user.pk == project.proposer_id or has_role(user, (*INTAKE, Role.TOWN_HANDLER), project.area_id)


@permission("proposals.answer_merge")
def may_answer_merge(user: User, merge: Merge) -> bool:
    """答复合并: who may confirm it at the source's place, or the proposer of either of the two."""
    return user.pk == merge.target.proposer_id or may_confirm_merge(user, merge.source)


@permission("proposals.reviews")
def may_use_reviews(user: User, _obj: object = None) -> bool:
    """预审台: reviewers; overseers see what is under way, late or without a department."""
    return has_role(user, (Role.REVIEWER, *OVERSEERS))


@permission("proposals.review")
def may_review(user: User, review: PreReview) -> bool:
    """预审: a reviewer of the very department, and never the project's author."""
    project, unit = review.project, review.department_id
    return (
        unit is not None  # no department found yet is not "any department"
        and has_role(user, Role.REVIEWER, project.area_id, organisation_id=unit)
        and user.pk != project.proposer_id
        and not project.is_of_family_of(user)
    )


@hears
def may_hear_answer(user: User, file: Attachment) -> bool:
    """听补充的录音: who takes the matter in and sees to it at its place, and whoever reviews for the department that asked."""
    asked = Screening.objects.filter(voice=file).select_related("project", "review__project").first()
    if asked is None:
        return False
    if has_role(user, LISTENERS, asked.project.area_id):
        return True
    return asked.review is not None and may_review(user, asked.review)


@permission("proposals.oversee_review")
def may_oversee_review(user: User, review: PreReview) -> bool:
    """督办预审: the town's handler, the district office, auditors and supervisors of the place look, and act nowhere."""
    return has_role(user, OVERSEERS, review.project.area_id)


@permission("proposals.assign_review")
def may_assign_review(user: User, review: PreReview) -> bool:
    """指定预审部门: the town's handler, where no department was found."""
    return has_role(user, Role.TOWN_HANDLER, review.project.area_id)


@permission("proposals.consulted")
def may_answer_consultation(user: User, asked: Consultation) -> bool:
    """答复征求意见: a reviewer of the very unit that was asked, and never the project's author."""
    project = asked.review.project
    return (
        has_role(user, Role.REVIEWER, project.area_id, organisation_id=asked.unit_id)
        and user.pk != project.proposer_id
        and not project.is_of_family_of(user)
    )


@permission("proposals.extend_review")
def may_decide_extension(user: User, asked: Extension) -> bool:
    """答复预审延期: the town's handler or the district office of the place; that it is another person is a rule."""
    return has_role(user, EXTENDERS, asked.review.project.area_id)


@permission("proposals.reviews_together")
def may_act_on_reviews_together(user: User, _obj: object = None) -> bool:
    """批量指定部门、批量催办: the town's handler; each of the ticked is asked about by itself as well."""
    return has_role(user, Role.TOWN_HANDLER)


@permission("proposals.give_reviews")
def may_give_reviews(user: User, _obj: object = None) -> bool:
    """批量交给同事: a reviewer; each of the ticked is asked about by itself as well (proposals.review)."""
    return has_role(user, Role.REVIEWER)


@permission("proposals.pause")
def may_pause(user: User, project: Project) -> bool:
    """暂停、恢复、终止: the town office's handler."""
    return has_role(user, Role.TOWN_HANDLER, project.area_id)


@permission("proposals.explain_late")
def may_explain_late(user: User, project: Project) -> bool:
    """说明超期原因: whoever has a step of the place, or answers for it in the town."""
    return has_role(user, EXPLAINERS, project.area_id)


@permission("proposals.round_rules")
def may_edit_rules(user: User, _obj: object = None) -> bool:
    """修改轮次规则: the system administrator (through the admin site) or the district office."""
    return has_role(user, (Role.SYSTEM_ADMIN, Role.DISTRICT_OFFICE))


@permission("proposals.import_projects")
def may_import_projects(user: User, area: Area | str | None = None) -> bool:
    """导入项目: the district office. A listed project may stand behind its approval, so no town lists its own."""
    return has_role(user, Role.DISTRICT_OFFICE, area)


@permission("proposals.inspect")
def may_inspect(user: User, area: Area | None = None) -> bool:
    """随机抽查: the district office and the auditors, over their place."""
    return has_role(user, INSPECTORS, area)


@permission("proposals.rule")
def may_rule(user: User, area: Area | None = None) -> bool:
    """改轮次规则: the district office, for the rounds of its place."""
    return has_role(user, Role.DISTRICT_OFFICE, area)
