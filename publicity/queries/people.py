"""How people are named in public (谁): masked, by the office they acted in; with the rows that name them, in no query of their own."""

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.models import AuditEvent
from civic.rules import mask_resident, mask_staff
from proposals.models import Project

SYSTEM = gettext_lazy("系统自动")
PLAIN = {  # what the record says of an act that came without a sentence of its own
    "project.submit": gettext_lazy("{who}提交提议"),
    "project.advance": gettext_lazy("进入下一步"),
    "project.return": gettext_lazy("退回补充材料"),
    "project.complete": gettext_lazy("材料已经补齐"),
    "project.merge": gettext_lazy("并入另一个项目"),
    "project.unmerge": gettext_lazy("合并撤销"),
    "project.transfer": gettext_lazy("转给有关单位办理"),
    "project.withdraw": gettext_lazy("{who}撤回提议"),
    "project.decline": gettext_lazy("没有采纳"),
    "project.reserve": gettext_lazy("列入候补"),
    "project.recall": gettext_lazy("候补递补，重新审批"),
    "project.object": gettext_lazy("收到异议"),
    "project.answer": gettext_lazy("异议已经答复"),
    "project.reopen": gettext_lazy("异议成立，重新办理"),
    "project.send_back": gettext_lazy("退回重办"),
    "project.start": gettext_lazy("开工"),
    "project.finish": gettext_lazy("报完工，等验收"),
    "project.fail": gettext_lazy("验收不合格，开始整改"),
    "project.recheck": gettext_lazy("整改完毕，申请复验"),
    "project.accept": gettext_lazy("验收合格"),
    "project.pause": gettext_lazy("暂停"),
    "project.resume": gettext_lazy("恢复办理"),
    "project.terminate": gettext_lazy("终止"),
}


def with_names(events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
    """Events with the names to mask, in the same query; an erased person has none."""
    return events.annotate(actor_name=F("actor__name"), behalf_name=F("on_behalf_of__name"))


def officer(unit: str, post: str, name: str) -> str:
    """A person in office: 镇建设办 审核岗 李*."""
    return " ".join(part for part in (unit, post, mask_staff(name)) if part)


def who(event: AuditEvent) -> str:
    """Whose act it was: 王**, 镇建设办 审核岗 李*, or the system; entered for someone, both (王**，驻村社工陈*代录)."""
    if event.actor_id is None:
        return str(SYSTEM)
    shown = officer(event.unit, event.post, _actor(event)) if event.role else mask_resident(_actor(event))
    if event.on_behalf_of_id is None or event.on_behalf_of_id == event.actor_id:
        return shown
    return _("%(resident)s，%(helper)s代录") % {"resident": mask_resident(_behalf(event)), "helper": helper(event)}


def helper(event: AuditEvent) -> str:
    """The one who entered it for another: 驻村社工陈*."""
    return f"{event.post}{mask_staff(_actor(event))}" if event.role else mask_resident(_actor(event))


def text(event: AuditEvent) -> str:
    """The public sentence with its people filled in: {who} whose matter it is, {helper} who entered it."""
    if event.on_behalf_of_id is not None:
        person = mask_resident(_behalf(event))
    else:
        person = helper(event)
    said = event.sentence or str(PLAIN.get(event.action, _("有一条新记录")))
    return said.replace("{who}", person).replace("{helper}", helper(event))


def _actor(event: AuditEvent) -> str:
    return getattr(event, "actor_name", None) or ""


def _behalf(event: AuditEvent) -> str:
    return getattr(event, "behalf_name", None) or ""


def proposer(project: Project) -> str:
    """Who proposed it, and who entered it for them: 王**，驻村社工代录; or the unit."""
    if project.proposer is None or project.entered_by is None:
        return project.proposer_name
    return _("%(resident)s（工作人员%(helper)s代录）") % {
        "resident": project.proposer_name,
        "helper": mask_staff(project.entered_by.name),
    }
