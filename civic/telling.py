"""The record in public words (公开的记录): an event's sentence with its people masked, its clock and its files.

Who acted is named by the office they acted in; the rows bring the names along, in no query of their own.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic import smaller
from civic.models import AuditEvent
from civic.words import mask_resident, mask_staff

AMOUNT = re.compile(r"(\d[\d,]*(?:\.\d+)?)(万?)元")
SYSTEM = gettext_lazy("系统自动")
BY_FAMILY = "家人{helper}代办"  # how a public sentence says that the family handed it in (civic.family)
PLAIN = {  # what the record says of an act that came without a sentence of its own
    "project.submit": gettext_lazy("{who}提交提议"),
    "project.advance": gettext_lazy("进入下一步"),
    "project.return": gettext_lazy("退回补充材料"),
    "project.complete": gettext_lazy("材料已经补齐"),
    "project.merge": gettext_lazy("并入另一个项目"),
    "project.unmerge": gettext_lazy("合并撤销"),
    "project.transfer": gettext_lazy("转给有关单位办理"),
    "project.misdirected": gettext_lazy("转错了，退回重新受理"),
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
    """Events with the names to mask, in the same query; an erased person has none. And what they correct (更正)."""
    return events.annotate(
        actor_name=F("actor__name"),
        behalf_name=F("on_behalf_of__name"),
        corrects_event=F("correction__corrects"),
        corrected_in=F("corrected__event"),
    )


def is_by_family(event: AuditEvent) -> bool:
    """Whether one of the family handed it in for another (代办): who does so for a resident in an office is a worker."""
    return (
        None not in (event.actor_id, event.on_behalf_of_id)
        and not event.role
        and event.actor_id != event.on_behalf_of_id
    )


def officer(unit: str, post: str, name: str) -> str:
    """A person in office: 镇建设办 审核岗 李*."""
    return " ".join(part for part in (unit, post, mask_staff(name)) if part)


def who(event: AuditEvent) -> str:
    """Whose act it was: 王**, 镇建设办 审核岗 李*, or the system; for someone, both (王**，驻村社工陈*代录)."""
    if event.actor_id is None:
        return str(SYSTEM)
    shown = officer(event.unit, event.post, _actor(event)) if event.role else mask_resident(_actor(event))
    if event.on_behalf_of_id is None or event.on_behalf_of_id == event.actor_id:
        return shown
    if BY_FAMILY in event.sentence:
        return _("%(resident)s，家人%(helper)s代办") % {"resident": mask_resident(_behalf(event)), "helper": shown}
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


@dataclass
class Told:
    """One event in public words, as parts/_event.html reads it."""

    id: int
    kind: str
    action: str
    happened_at: datetime
    date_only: bool
    text: str
    who: str
    reason: str = ""
    rule: str = ""
    money_delta_yuan: Decimal | None = None
    used_workdays: int | None = None
    limit_workdays: int | None = None
    mark: str = ""
    documents: list[dict[str, str]] = field(default_factory=list)
    photos: list[dict[str, str]] = field(default_factory=list)
    late_on: date | None = None
    is_now: bool = False
    subject: str = ""
    title: str = ""
    """Of what it happened to, where events of several are told together."""
    corrects_url: str = ""
    """To the event whose words it puts right (更正)."""
    corrected_url: str = ""
    """To the event that puts its words right (已更正)."""
    correct_url: str = ""
    """Where its reader may put them right."""

    @property
    def unsaid_delta_yuan(self) -> Decimal | None:
        """The money it moved, unless its words name the amount already."""
        moved = self.money_delta_yuan
        return None if moved is None or abs(moved) in amounts(self.text) else moved


def amounts(text: str) -> set[Decimal]:
    """The sums of money that words name: 49,500元, 4.95万元."""
    return {Decimal(number.replace(",", "")) * (10_000 if tens else 1) for number, tens in AMOUNT.findall(text)}


def told(events: Iterable[AuditEvent]) -> list[Told]:
    """Events (as events_of gives them, with their names) in public words."""
    rows = list(events)
    here = {event.pk for event in rows}
    return [_told(event, here) for event in rows]


def _link(key: int | None, here: set[int]) -> str:
    """To another event of the same page, or of the page with the whole record."""
    return "" if key is None else f"#e{key}" if key in here else f"?all=1#e{key}"


def _told(event: AuditEvent, here: set[int]) -> Told:
    recorded, happened = localdate(event.recorded_at), localdate(event.happened_at)
    files = files_of(event)
    return Told(
        id=event.pk,
        kind=event.kind,
        action=event.action,
        happened_at=event.happened_at,
        date_only=event.date_only,
        text=text(event),
        who=who(event),
        reason=event.reason,
        rule=event.rule,
        money_delta_yuan=event.money_delta_yuan,
        used_workdays=event.used_workdays,
        limit_workdays=event.limit_workdays,
        mark=event.mark,
        documents=[f for f in files if f["kind"] != "photo"],
        photos=[f for f in files if f["kind"] == "photo"],
        late_on=recorded if recorded > happened else None,
        subject=event.subject,
        corrects_url=_link(getattr(event, "corrects_event", None), here),
        corrected_url=_link(getattr(event, "corrected_in", None), here),
    )


def files_of(event: AuditEvent) -> list[dict[str, str]]:
    """The documents and photos an event names, each with its address."""
    return [_file(document) for document in event.documents]


def _file(document: dict[str, str]) -> dict[str, str]:
    """A document of the log with its address; one kept as a link has its own."""
    token, title, kind = (document.get(name, "") for name in ("token", "title", "kind"))
    url = document.get("url") or (smaller.address(token) if token else "")
    thumb = smaller.address(token, "card") if token and kind == "photo" else ""
    return {"title": title, "url": url, "thumb_url": thumb, "kind": kind or "document", "alt": title}
