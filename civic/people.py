"""What is done about people (人): they arrive, say their name, are verified, appointed, and their offices end.

Every act leaves an internal audit event; it says what changed, never a name or a phone. ``by`` is a person,
or the name of a job (the demo's loader, a command), which no predicate holds back.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext as _

from civic import family
from civic.audit import record
from civic.models import Appointment, Area, CalendarDay, Level, Organisation, Person, Residency, Role, ViewSize
from civic.models.record import Channel, Kind
from civic.moments import now, today
from civic.permissions import WORKERS, require
from civic.rules import PhoneNotProved, RuleBroken, normal_phone

SEPARATE = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
PRIVATE = frozenset({"name", "phone", "password"})
ADMIN = (Role.SYSTEM_ADMIN,)
GONE = "已随注销清除"


@transaction.atomic
def arrive(phone: str) -> tuple[Person, bool]:
    """Whoever proved to hold the phone (手机号核对): the person known by it, or a new one; and whether new."""
    person, is_new = Person.objects.get_or_create(
        phone=normal_phone(phone), defaults={"password": make_password(None), "phone_verified_at": now()}
    )
    if is_new:
        _note("civic.person.arrived", by=person, on=person)
    elif person.phone_verified_at is None:
        person.phone_verified_at = now()
        person.save(update_fields=["phone_verified_at"])
    return person, is_new


@transaction.atomic
def introduce(person: Person, *, name: str, home_area: Area | None) -> Person:
    """The person says how to be called and which village to show first (怎么称呼、常看的村居)."""
    person = _locked(person)
    person.name, person.home_area = name, home_area
    person.save(update_fields=["name", "home_area"])
    _note("civic.person.introduced", by=person, on=person, after={"home_area": person.home_area_id})
    return person


@transaction.atomic
def choose_view(person: Person, size: ViewSize) -> None:
    """The size of type the person wants wherever she signs in (长辈版); the same again changes nothing."""
    person = _locked(person)
    if person.view_size != size:
        before, person.view_size = person.view_size, size
        person.save(update_fields=["view_size"])
        _note("civic.person.view_chosen", by=person, on=person, before=before, after=person.view_size)


@transaction.atomic
def set_first_password(person: Person, password: str) -> Person:
    """Someone in office sets a password where there is none (首次设密码). RuleBroken where there is one."""
    person = _locked(person)
    if person.has_usable_password():
        raise RuleBroken(_("已经设过密码，请直接登录"), code="password_set")
    person.set_password(password)
    person.save(update_fields=["password"])
    _note("civic.person.password_set", by=person, on=person)
    return person


@transaction.atomic
def clear_password(person: Person, *, by: Person | str, reason: str) -> Person:
    """Take a password away (清除密码): its sessions end, and its owner sets a new one after a code."""
    _administer(by)
    _check_reason(reason)
    person = _locked(person)
    person.set_unusable_password()
    person.save(update_fields=["password"])
    _note("civic.person.password_cleared", by=by, on=person, reason=reason, roles=ADMIN)
    return person


@transaction.atomic
def reset_second_factor(person: Person, *, by: Person | str, reason: str) -> None:
    """Take away an app that its owner lost (重设登录第二步); nobody reads what it was. The owner is told in the inbox.

    Then a code goes to the phone again, or a new app is bound at the next sign-in. Never one's own: that wants its number.
    RuleBroken where there is none.
    """
    _administer(by, never=person)
    _check_reason(reason)
    gone, _rows = Authenticator.objects.filter(user=_locked(person)).delete()
    if not gone:
        raise RuleBroken(_("没有绑定身份验证器，不用重设"), code="no_app")
    _note("civic.second_factor.reset", by=by, on=person, reason=reason, roles=ADMIN)


@transaction.atomic
def register(*, name: str, phone: str | None, area: Area, basis: str, how: str, by: Person) -> Person:
    """Enter a resident at the desk (窗口登记), with or without a phone, and verify them in the same act.

    RuleBroken for a phone that somebody has already: that person is found and verified instead.
    """
    phone = normal_phone(phone) if phone else None
    if phone and Person.objects.filter(phone=phone).exists():
        raise RuleBroken(_("这个手机号已经登记过，请先按手机号找人"), code="phone_taken", field="phone")
    person = Person.objects.create_person(phone, name, home_area=area)
    _note("civic.person.registered", by=by, on=person, channel=Channel.DESK, roles=WORKERS)
    verify_residency(person, area, basis, how, by=by)
    return person


@transaction.atomic
def verify_residency(person: Person, area: Area, basis: str, how: str, *, by: Person) -> Residency:
    """Confirm that a person lives, works or studies in a village (核对居民身份).

    PermissionDenied outside the worker's own area and for the worker's own person; RuleBroken where it is
    confirmed already, the place is no village, or it is not said how.
    """
    residency = Residency(person=person, area=area, basis=basis, how_verified=how.strip(), verified_by=by)
    require(by, "civic.verify_residency", residency)
    if area.level != Level.VILLAGE or area.is_zone:
        raise RuleBroken(_("请选到村居"), code="not_a_village", field="area")
    if not residency.how_verified:
        raise RuleBroken(_("请写明怎样核对的，比如看了户口簿"), code="how_required", field="how")
    _locked(person)
    if person.residencies.filter(area=area, ended_on=None).exists():
        raise RuleBroken(_("这个人在这个村居的身份已经核对过"), code="already_verified")
    residency.save()
    after = {"person": person.pk, "basis": basis, "how": residency.how_verified}
    _note("civic.residency.verified", by=by, on=residency, after=after, channel=Channel.DESK, roles=WORKERS)
    return residency


@transaction.atomic
def end_residency(residency: Residency, *, by: Person, reason: str) -> Residency:
    """The person no longer belongs to the village (居民身份失效). RuleBroken if it ended already."""
    residency = Residency.objects.select_for_update(of=("self",)).select_related("area").get(pk=residency.pk)
    require(by, "civic.verify_residency", residency)
    _check_reason(reason)
    if residency.ended_on is not None:
        raise RuleBroken(_("这个居民身份已经失效"), code="already_ended")
    residency.ended_on = today()
    residency.save(update_fields=["ended_on"])
    after = {"person": residency.person_id, "ended_on": residency.ended_on}
    _note("civic.residency.ended", by=by, on=residency, after=after, reason=reason, roles=WORKERS)
    return residency


@transaction.atomic
def erase(person: Person) -> None:
    """A person goes, at their own wish (注销账号): name, phone, password and place are emptied for good.

    What they did stays in the record under no name, and so do their votes and the counts (个人信息保护法第47条,
    RELIABILITY §G); what other apps keep of them is emptied by their own clocks. RuleBroken while an office is held,
    now or from a later day: whoever answers for it must be known. PhoneNotProved where a worker let the person in.
    """
    if person.is_vouched:
        raise PhoneNotProved(_("您是社工帮忙登录的，没有核对手机号，不能注销。请退出，用手机号登录后再来注销。"))
    person = _locked(person)
    if person.appointments.exclude(ends_on__lte=today()).exists():
        raise RuleBroken(_("您还有任职，请先请系统管理员免职，再来注销"), code="holds_office")
    family.end_all(person)
    Authenticator.objects.filter(user=person).delete()
    person.residencies.filter(ended_on=None).update(ended_on=today())
    person.residencies.update(how_verified=GONE)
    person.name, person.phone, person.phone_verified_at, person.home_area = "", None, None, None
    person.is_active, person.erased_at, person.view_size = False, now(), ""
    person.set_unusable_password()
    person.save()
    _note("civic.person.erased", by=person, on=person)


@transaction.atomic
def looked_up(person: Person, *, by: Person) -> None:
    """Note that a worker looked a resident up by phone (谁查看过我的电话)."""
    _note("civic.person.looked_up", by=by, on=person, on_behalf_of=person, roles=WORKERS)


@transaction.atomic
def appoint(
    person: Person,
    role: Role | str,
    area: Area,
    organisation: Organisation | None = None,
    *,
    by: Person | str,
    post: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Appointment:
    """Give a person an office over a place (任命). Never oneself; the three administrators are three people."""
    wanted = Appointment(
        person=_locked(person),
        role=Role(role),
        area=area,
        organisation=organisation,
        post=post,
        starts_on=starts_on or today(),
        ends_on=ends_on,
    )
    check_appointment(wanted, by=by)
    wanted.save()
    _note("civic.appointment.made", by=by, on=wanted, after=_values(wanted), roles=ADMIN)
    return wanted


@transaction.atomic
def end_appointment(
    appointment: Appointment, *, by: Person | str, reason: str, ends_on: date | None = None
) -> Appointment:
    """End an office (免职) today or on a later day; from that day's first request on it counts no more."""
    appointment = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
    check_end(appointment, ends_on, reason, by=by)
    before, appointment.ends_on = appointment.ends_on, max(ends_on or today(), appointment.starts_on)
    appointment.save(update_fields=["ends_on"])
    _note(
        "civic.appointment.ended",
        by=by,
        on=appointment,
        before={"ends_on": before},
        after={"ends_on": appointment.ends_on, "person": appointment.person_id},
        reason=reason,
        roles=ADMIN,
    )
    return appointment


@transaction.atomic
def found(phone: str, password: str, area: Area, *, by: str) -> Person:
    """The first system administrator of a new installation (首位管理员), by a command. ValueError for a bad phone."""
    person, _is_new = arrive(phone)
    if not person.has_usable_password():
        set_first_password(person, password)
    appoint(person, Role.SYSTEM_ADMIN, area, by=by)
    return person


@transaction.atomic
def keep(thing: Area | CalendarDay | Organisation | Person, *, by: Person | str) -> None:
    """Save a row of the registers (登记资料: 地方、单位、日历、人), with an event that says what changed."""
    _administer(by)
    rows: Any = type(thing)._base_manager
    old = rows.select_for_update().filter(pk=thing.pk).first()
    changed = [
        field
        for field in thing._meta.concrete_fields
        if old is None or field.value_from_object(old) != field.value_from_object(thing)
    ]
    if isinstance(thing, Person) and old is None:
        thing.set_unusable_password()
    thing.save()
    _note(
        f"{thing._meta.label_lower}.{'changed' if old else 'added'}",
        by=by,
        on=thing,
        before=_values(old, changed) if old else None,
        after=_values(thing, changed),
        roles=ADMIN,
    )


@transaction.atomic
def remove_day(day: CalendarDay, *, by: Person | str) -> None:
    """Take a day out of the working calendar, so that the plain week counts again (恢复正常作息)."""
    _administer(by)
    _note("civic.calendarday.removed", by=by, on=day, before=_values(day), roles=ADMIN)
    day.delete()


def check_appointment(wanted: Appointment, *, by: Person | str) -> None:
    """Whether the office can be given. RuleBroken or PermissionDenied otherwise."""
    _administer(by, never=wanted.person)
    if wanted.ends_on is not None and wanted.ends_on < wanted.starts_on:
        raise RuleBroken(_("结束日期不能早于开始日期"), code="dates_in_order", field="ends_on")
    held = wanted.person.appointments.exclude(ends_on__lte=wanted.starts_on)
    if wanted.role in SEPARATE and held.filter(role__in=SEPARATE - {wanted.role}).exists():
        raise RuleBroken(_("系统、安全、审计管理员要由三个人分别担任"), code="separate_duties", field="role")
    if held.filter(role=wanted.role, area=wanted.area, organisation=wanted.organisation).exists():
        raise RuleBroken(_("这个人已经担任这个岗位"), code="already_appointed", field="role")


def check_end(appointment: Appointment, ends_on: date | None, reason: str, *, by: Person | str) -> None:
    """Whether the office can end on that day. RuleBroken or PermissionDenied otherwise."""
    _administer(by, never=appointment.person)
    _check_reason(reason)
    stands = Appointment.objects.get(pk=appointment.pk)
    if stands.ends_on is not None and stands.ends_on <= today():
        raise RuleBroken(_("这个任职已经结束"), code="already_ended")
    if ends_on is not None and ends_on < today():
        raise RuleBroken(_("结束日期不能早于今天"), code="ends_in_the_past", field="ends_on")


def _check_reason(reason: str) -> None:
    """These reasons stay inside, unlike those of projects."""
    if not reason.strip():
        raise RuleBroken(_("请写明理由"), code="reason_required", field="reason")


def _administer(by: Person | str, never: Person | None = None) -> None:
    """The system administrator's own acts, and never upon oneself. PermissionDenied otherwise."""
    if isinstance(by, Person):
        require(by, "civic.administer")
        if never is not None and never.pk == by.pk:
            raise PermissionDenied("never upon oneself")


def _locked(person: Person) -> Person:
    return Person.objects.select_for_update().get(pk=person.pk)


def _values(thing: models.Model, fields: Iterable[models.Field] = ()) -> dict[str, Any]:
    """Values by field as the log may keep them: of what is private of a person only that it is there (*)."""
    values = {field.name: field.value_from_object(thing) for field in fields or thing._meta.concrete_fields}
    private = PRIVATE if isinstance(thing, Person) else frozenset()
    return {name: ("*" if name in private and value else value) for name, value in values.items()}


def _note(action: str, *, on: models.Model, **event: Any) -> None:
    record(action, on=on, kind=Kind.DAILY, is_public=False, **event)
