"""The second factor of people in office (登录第二步): a code to the phone, or the number of an app (身份验证器).

allauth reckons an app's numbers and keeps its secret and the recovery codes (备用码), encrypted. Here is who uses which,
that a number counts once whichever process it reaches, and what the record says of it: never a secret or a phone.
"""

import logging
from enum import StrEnum
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, validate_totp_code
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from civic import limits
from civic.accounts import sms
from civic.audit import record
from civic.limits import TooOften
from civic.models import Person
from civic.models.record import Kind
from civic.rules import RuleBroken

log = logging.getLogger("weishishi.security")
APP, RECOVERY = Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES
NUMBER_DIGITS, RECOVERY_DIGITS = app_settings.TOTP_DIGITS, app_settings.RECOVERY_CODE_DIGITS


class Way(StrEnum):
    """How somebody in office shows the second factor; ENROL: there is none yet, an app comes first."""

    TEXT = "text"
    APP = "app"
    RECOVERY = "recovery"
    ENROL = "enrol"


class WrongNumber(Exception):
    """Not the number that the app shows now, used before, or no recovery code that is left; its text is for the person."""


def is_needed(person: Person) -> bool:
    """Whether a right password is not enough (工作人员)."""
    return settings.STAFF_SECOND_FACTOR and person.is_office


def way_of(person: Person) -> Way:
    """What the person is asked for. Who has an app is asked for its number alone: a text message is no way round it."""
    if app_of(person):
        return Way.APP
    return Way.TEXT if may_text(person) else Way.ENROL


def app_of(person: Person) -> Authenticator | None:
    return Authenticator.objects.filter(user=person, type=APP).first()


def may_text(person: Person) -> bool:
    """Whether a code reaches the person's own phone: somebody sends, and the phone was proved, or is of the demo."""
    is_proved = person.phone_verified_at is not None or (settings.DEMO and person.is_demo)
    return bool(person.phone) and is_proved and sms.may_send()


def count_try(person: Person, *, ip: str, device: str) -> None:
    """Count a try before it is known to fail (RELIABILITY §E, the staff's password and its second factor). TooOften."""
    limits.STAFF_SECOND_IP.hit(ip)
    if device:
        limits.STAFF_SECOND_DEVICE.hit(device)
    limits.STAFF_SECOND.count(person.pk)


def held(person: Person) -> None:
    """A try succeeded: the tries before it are forgotten."""
    limits.STAFF_SECOND.forget(person.pk)


@transaction.atomic
def entered(person: Person, way: Way) -> None:
    """Both factors hold (登录): the record says by which way."""
    held(person)
    _note("civic.person.signed_in", person, after={"second_factor": way})


@transaction.atomic
def prove(person: Person, typed: str) -> Way:
    """The number of the person's app, or a recovery code, which is used up. WrongNumber for anything else."""
    if len(typed) == RECOVERY_DIGITS:
        _use_recovery(person, typed)
        return Way.RECOVERY
    app = app_of(person)
    if app is None:
        raise WrongNumber(_("没有绑定身份验证器"))
    _use_up(person, typed)
    if not _opens(app, typed):
        raise WrongNumber(_("数字不对。请填身份验证器现在显示的6位数字，手机的时间要准"))
    app.record_usage()
    return Way.APP


@transaction.atomic
def enrol(person: Person, secret: str, typed: str) -> list[str]:
    """Bind an app that shows the right number (绑定身份验证器); returns the recovery codes, to be shown once.

    WrongNumber where it does not, RuleBroken where there is one already.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    if app_of(person):
        raise RuleBroken(_("已经绑定过身份验证器，要换先停用原来的"), code="app_bound")
    if not validate_totp_code(secret, typed):
        raise WrongNumber(_("数字不对。请填身份验证器现在显示的6位数字，手机的时间要准"))
    _use_up(person, typed)
    TOTP.activate(person, secret)
    _note("civic.second_factor.enrolled", person)
    return _new_codes(person)


@transaction.atomic
def renew_codes(person: Person, typed: str) -> list[str]:
    """New recovery codes after the number of the app (重新生成备用码); the old ones are void. WrongNumber."""
    prove(person, typed)
    _note("civic.second_factor.codes_renewed", person)
    return _new_codes(person)


@transaction.atomic
def remove(person: Person, typed: str) -> None:
    """Unbind the app after its number or a recovery code (停用身份验证器). WrongNumber."""
    prove(person, typed)
    Authenticator.objects.filter(user=person).delete()
    _note("civic.second_factor.removed", person)


def codes_left(person: Person) -> int:
    """How many recovery codes were not used yet."""
    codes = Authenticator.objects.filter(user=person, type=RECOVERY).first()
    return len(codes.wrap().get_unused_codes()) if codes else 0


def _use_up(person: Person, typed: str) -> None:
    """A number counts once, also in another process: a look over the shoulder is worth nothing."""
    try:
        limits.NUMBER_USED.hit(f"{person.pk}:{typed}")
    except TooOften:
        raise WrongNumber(_("这个数字刚用过，请等身份验证器换下一个")) from None


def _use_recovery(person: Person, typed: str) -> None:
    codes = Authenticator.objects.select_for_update().filter(user=person, type=RECOVERY).first()
    if codes is None or not _opens(codes, typed):
        raise WrongNumber(_("这个备用码不对，或者已经用过"))
    codes.record_usage()
    _note("civic.second_factor.recovery_used", person)


def _opens(factor: Authenticator, typed: str) -> bool:
    try:
        return bool(factor.wrap().validate_code(typed))
    except InvalidToken:
        log.error("the second factor of person %s lies under a key that SECOND_FACTOR_KEYS lacks", factor.user_id)
        raise WrongNumber(_("系统换过密钥，这个身份验证器用不了，请找系统管理员重设")) from None


def _new_codes(person: Person) -> list[str]:
    Authenticator.objects.filter(user=person, type=RECOVERY).delete()
    return list(RecoveryCodes.activate(person).generate_codes())


def _note(action: str, person: Person, **event: Any) -> None:
    record(action, by=person, on=person, kind=Kind.DAILY, is_public=False, **event)
