"""Who may: the one registry that pages, the API and templates ask. Nobody holds a master key."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from civic import offices
from civic.models import Area, Attachment, AuditEvent, FamilyHelp, Person, Residency, Role
from civic.models.files import AttachmentKind

User = Person | AnonymousUser
Predicate = Callable[..., bool]
WORKERS = (Role.SOCIAL_WORKER, Role.VILLAGE_OFFICE)
FILE_READERS = (
    *WORKERS, Role.GRID_WORKER, Role.TOWN_HANDLER, Role.TOWN_APPROVER,
    Role.DISTRICT_OFFICE, Role.SUPERVISOR, Role.AUDITOR,
)  # fmt: skip
LISTENERS = (*WORKERS, Role.GRID_WORKER, Role.TOWN_HANDLER)  # of a voice: those who take the matter in and see to it
REGISTRY: dict[str, Predicate] = {}
HEARERS: list[Callable[[User, Attachment], bool]] = []


def permission(name: str) -> Callable[[Predicate], Predicate]:
    """Register a predicate (user, object) under the name that every door asks. ValueError on a second one."""

    def register(predicate: Predicate) -> Predicate:
        if name in REGISTRY:
            raise ValueError(f"two predicates for {name}")
        REGISTRY[name] = predicate
        return predicate

    return register


def allowed(user: User, name: str, obj: Any = None) -> bool:
    """Whether the user may do the named act on the object. KeyError for a name nobody registered."""
    predicate = REGISTRY[name]
    return bool(
        user.is_authenticated and user.is_active and (predicate(user, obj) if obj is not None else predicate(user))
    )


def require(user: User, name: str, obj: Any = None) -> None:
    """Let the user pass or raise PermissionDenied (403)."""
    if not allowed(user, name, obj):
        raise PermissionDenied(name)


def has_role(
    user: User, roles: Role | Iterable[Role], area: Area | str | None = None, organisation_id: int | None = None
) -> bool:
    """Whether the user holds one of the roles over the area (anywhere, if None) and, if given, for the unit."""
    wanted = {roles} if isinstance(roles, Role) else set(roles)
    code = area.code if isinstance(area, Area) else area
    return any(
        office.role in wanted
        and (code is None or office.area.covers(code))
        and (organisation_id is None or office.organisation_id == organisation_id)
        for office in getattr(user, "live_appointments", ())
    )


def scopes(user: User, roles: Role | Iterable[Role]) -> list[str]:
    """The code prefixes in which the user holds one of the roles, for filtering a queue."""
    wanted = {roles} if isinstance(roles, Role) else set(roles)
    return [office.area.prefix for office in getattr(user, "live_appointments", ()) if office.role in wanted]


def hears(may_hear: Callable[[User, Attachment], bool]) -> Callable[[User, Attachment], bool]:
    """Let an app say who hears a recording that no place holds: one with an ``area`` LISTENERS hear, others nobody else."""
    HEARERS.append(may_hear)
    return may_hear


@permission("civic.desk")
def may_use_desk(user: User, _obj: object = None) -> bool:
    """工作台: anyone who holds an office today, or sits in an assembly."""
    return bool(getattr(user, "live_appointments", ()))


@permission("civic.open_file")
def may_open_file(user: User, file: Attachment) -> bool:
    """打开不公开的材料: whoever handed it in, and those who work on or oversee matters of its place.

    A recording only those hear who have to write it down or answer it.
    """
    is_voice = file.kind == AttachmentKind.VOICE
    if file.uploaded_by_id == user.pk:
        return True
    if file.area_id is not None:
        return has_role(user, LISTENERS if is_voice else FILE_READERS, file.area_id)
    return is_voice and any(may_hear(user, file) for may_hear in HEARERS)


@permission("civic.verify_residency")
def may_verify_residency(user: User, claim: Area | Residency | None = None) -> bool:
    """核对居民身份: the social worker or the village office of the place, and never for themselves."""
    if isinstance(claim, Residency):
        return has_role(user, WORKERS, claim.area_id) and claim.person_id != user.pk
    return has_role(user, WORKERS, claim)


@permission("civic.help_family")
def may_help_family(user: User, _obj: object = None) -> bool:
    """帮家里人办: a resident. Whoever holds an office enters for residents as a worker (代录), with the proof of it."""
    return isinstance(user, Person) and not user.is_office


@permission("civic.helps_family")
def does_help_family(user: User, helped_id: int | None = None) -> bool:
    """Whether somebody of the family, or this very person, agreed to be helped by the user and still does."""
    if not may_help_family(user):
        return False
    live = FamilyHelp.objects.filter(helper=user.pk, ended_at=None)
    return (live if helped_id is None else live.filter(helped=helped_id)).exists()


@permission("civic.end_family")
def may_end_family(user: User, pair: FamilyHelp) -> bool:
    """结束代办: either of the two; the worker does it whom the helped person tells, in civic.verify_residency's reach."""
    return user.pk in {pair.helper_id, pair.helped_id} or has_role(user, WORKERS)


@permission("civic.correct")
def may_correct(user: User, event: AuditEvent) -> bool:
    """更正记录: an officer of the unit that made the entry; of a resident's or the system's, the town's handler."""
    return isinstance(user, Person) and offices.to_correct(user, event) is not None


@permission("civic.vouch")
def may_vouch(user: User, area: Area | None = None) -> bool:
    """帮居民登录: the social worker of the village."""
    return has_role(user, Role.SOCIAL_WORKER, area)


@permission("civic.second_factor")
def may_bind_app(user: User, _obj: object = None) -> bool:
    """登录第二步: whoever holds an office, where the site asks them for two factors; each sees to the own alone."""
    return settings.STAFF_SECOND_FACTOR and isinstance(user, Person) and user.is_office


@permission("civic.administer")
def may_administer(user: User, _obj: object = None) -> bool:
    """后台管理: the system administrator; registers and rules only, never states, ballots, money or the log."""
    return has_role(user, Role.SYSTEM_ADMIN)


@permission("civic.import_areas")
def may_import_areas(user: User, _obj: object = None) -> bool:
    """导入地方: the system administrator, who keeps the registers."""
    return has_role(user, Role.SYSTEM_ADMIN)


@permission("civic.import_staff")
def may_import_staff(user: User, _obj: object = None) -> bool:
    """导入工作人员: the system administrator, who appoints."""
    return has_role(user, Role.SYSTEM_ADMIN)


@permission("civic.import_residents")
def may_import_residents(user: User, area: Area | str | None = None) -> bool:
    """导入居民: the social worker and the village office, whose word a verified residency is, each for the own villages."""
    return has_role(user, WORKERS, area)
