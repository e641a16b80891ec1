"""Who may (谁可以): one predicate per act, about role and relation only."""

from django.db.models import Q

from civic.models import Area, Attachment, Role
from civic.permissions import FILE_READERS, WORKERS, User, has_role, hears, permission, scopes
from proposals.models import Project, Spoken
from publicity.models import Bundle, BundleKind, CallTask, Message, Notice, Objection, VillageAccount
from publicity.offices import ANSWERERS, RECHECKERS, TAKERS, WRITER

CALLERS = WORKERS
DOCUMENT_READERS = (*FILE_READERS, Role.REVIEWER)
NAME_READERS = (*WORKERS, Role.TOWN_HANDLER, Role.TOWN_APPROVER, Role.AUDITOR)
READS_LOG = (Role.DISTRICT_OFFICE, Role.AUDITOR, Role.AUDIT_ADMIN)
EXPORTERS = (Role.DISTRICT_OFFICE, Role.AUDITOR)
OVERSEERS = (Role.DISTRICT_OFFICE, Role.AUDITOR, Role.TOWN_HANDLER, Role.TOWN_APPROVER)


@permission("publicity.object")
def may_object(user: User, _project: Project | None = None) -> bool:
    """提异议: anyone signed in, about any project; whether it is the time for it is a rule."""
    return True


@permission("publicity.object_for")
def may_object_for(user: User, project: Project | None = None) -> bool:
    """代录异议: whoever takes phone calls and the paper box of the place."""
    return has_role(user, TAKERS, project.area_id if project else None)


@permission("publicity.objections")
def may_see_queue(user: User, _obj: object = None) -> bool:
    """异议办理: anyone who answers or rechecks objections somewhere, or writes down those that were said."""
    return has_role(user, (*ANSWERERS, *RECHECKERS, WRITER))


@permission("publicity.handle")
def may_handle(user: User, objection: Objection) -> bool:
    """看一条异议的办理页: who answers or rechecks objections of the place; it shows how and on what paper it came.

    The village's social worker as well, while one that was said waits to be written down.
    """
    if has_role(user, (*ANSWERERS, *RECHECKERS), objection.project.area_id):
        return True
    return objection.spoken == Spoken.WAITS and may_write_down(user, objection)


@permission("publicity.write_down")
def may_write_down(user: User, objection: Objection) -> bool:
    """听后写下异议: who answers it or the village's social worker; a recheck's, who rechecks it. Never their own."""
    if objection.recheck_spoken == Spoken.WAITS:
        return may_recheck(user, objection)
    return may_hear(user, objection)


def may_hear(user: User, objection: Objection) -> bool:
    """听异议的录音: who must answer it, and the village's social worker who writes it down."""
    roles, place = (*ANSWERERS, WRITER), objection.project.area_id
    return has_role(user, roles, place) and user.pk != objection.objector_id


@hears
def may_hear_objection(user: User, file: Attachment) -> bool:
    """A recording of an objection, by who must answer it; of a recheck, by who may recheck that one and nobody else."""
    found = Objection.objects.filter(Q(voice=file) | Q(recheck_voice=file)).select_related("project").first()
    if found is None:
        return False
    return may_hear(user, found) if found.voice_id == file.pk else may_recheck(user, found)


@permission("publicity.reply")
def may_reply(user: User, objection: Objection) -> bool:
    """答复异议: the town's handler or the district office, never on their own objection."""
    return has_role(user, ANSWERERS, objection.project.area_id) and user.pk != objection.objector_id


@permission("publicity.ask_recheck")
def may_ask_recheck(user: User, objection: Objection) -> bool:
    """申请复核: whoever objected, or entered it for them."""
    return user.pk in {objection.objector_id, objection.entered_by_id}


@permission("publicity.recheck")
def may_recheck(user: User, objection: Objection) -> bool:
    """复核异议: another person of the town or the district than the one who answered, and not the objector."""
    return has_role(user, RECHECKERS, objection.project.area_id) and user.pk not in {
        objection.objector_id,
        objection.replied_by_id,
    }


@permission("publicity.extend_notice")
def may_extend_notice(user: User, notice: Notice) -> bool:
    """延长公示: the town's handler or the district office."""
    return has_role(user, ANSWERERS, notice.project.area_id)


@permission("publicity.follow")
def may_follow(user: User, _what: Project | Area | None = None) -> bool:
    """关注、取消关注、到时提醒: anyone signed in, for themselves."""
    return True


@permission("publicity.read_message")
def may_read_message(user: User, message: Message) -> bool:
    """看一条消息: whose it is, and nobody else."""
    return message.person_id == user.pk


@permission("publicity.reword")
def may_reword(user: User, _obj: object = None) -> bool:
    """改通知用语: the district office, for messages are worded once for the whole district."""
    return has_role(user, Role.DISTRICT_OFFICE)


@permission("publicity.dispatches")
def may_see_dispatches(user: User, _obj: object = None) -> bool:
    """看发送情况: the district office, who words and pays for messages, and the system administrator, who keeps them going."""
    return has_role(user, (Role.DISTRICT_OFFICE, Role.SYSTEM_ADMIN))


@permission("publicity.monthly")
def may_report_the_month(user: User, area: Area | None = None) -> bool:
    """月报、公示包: the social worker or the village office of the place."""
    return has_role(user, CALLERS, area)


@permission("publicity.post_account")
def may_post_account(user: User, account: VillageAccount) -> bool:
    """村务公开上墙: the social worker or the village office of the place."""
    return has_role(user, CALLERS, account.area_id)


@permission("publicity.calls")
def may_call(user: User, task: CallTask | None = None) -> bool:
    """打电话告知: the social worker or the village office of the place."""
    return has_role(user, CALLERS, task.area_id if task else None)


@permission("publicity.documents")
def may_see_documents(user: User, project: Project) -> bool:
    """看表单和档案: who works on matters of the place or oversees them, and the leader who sponsors the project."""
    return has_role(user, DOCUMENT_READERS, project.area_id) or user.pk == project.sponsor_id


@permission("publicity.document_names")
def may_read_names(user: User, project: Project) -> bool:
    """表单上看全名: the workers and offices who have it signed and keep it, and auditors; others read masked names."""
    return has_role(user, NAME_READERS, project.area_id)


@permission("publicity.oversee")
def may_oversee(user: User, area: Area | None = None) -> bool:
    """看全局: the district office and the auditors over the district, the town office over its town."""
    return has_role(user, OVERSEERS, area)


@permission("publicity.audit")
def may_read_log(user: User, _obj: object = None) -> bool:
    """办理日志: the district office, the auditors, the audit administrator, each of their place."""
    return has_role(user, READS_LOG)


@permission("publicity.export")
def may_export(user: User, area: Area | None = None) -> bool:
    """全部导出: the district office and the auditors; no personal data is in it."""
    return has_role(user, EXPORTERS, area)


FETCHERS: dict[str, tuple[Role, ...]] = {
    BundleKind.LEDGER: FILE_READERS,
    BundleKind.REGISTER_CSV: (Role.DISTRICT_OFFICE,),
    BundleKind.REGISTER_XLSX: (Role.DISTRICT_OFFICE,),
    BundleKind.LOG: READS_LOG,
    BundleKind.WHOLE: EXPORTERS,
}


@permission("publicity.fetch")
def may_fetch(user: User, asked: Bundle) -> bool:
    """取后台做的文件: who asked for it, as long as they work for all the places whose rows it holds."""
    if asked.by_id != user.pk:
        return False
    if asked.project is not None:
        return may_read_names(user, asked.project)
    held = scopes(user, FETCHERS[asked.kind])
    return bool(held) and all(place.startswith(tuple(held)) for place in asked.places or [])


@permission("publicity.ledger")
def may_make_ledgers(user: User, _obj: object = None) -> bool:
    """做台账: who works on or oversees matters of some place, of these places."""
    return has_role(user, FILE_READERS)
