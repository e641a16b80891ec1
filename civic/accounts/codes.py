"""One-time codes (验证码): six digits, five minutes, five tries, one use, in the session that asked for them.

allauth's own flow by code refuses an unknown number or makes its account before the code is proved, and
counts tries in the session, where parallel guesses share one count. Here a known and an unknown number get
the same answers, and the counters are exact; from the right code on allauth takes over.
"""

import re
import secrets
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from civic import limits
from civic.accounts import sms, work
from civic.limits import Limit, TooOften
from civic.moments import now
from civic.outbox import later

LIFE_SECONDS = 5 * 60
RESEND_SECONDS = 60
SHOWN_SECONDS = 30 * 60  # how long the page still asks for the code and offers another
ONCE = Limit("code-used", 1, 3600)


@dataclass(frozen=True)
class Purpose:
    """What a code is for (做什么用): where the session keeps it, so that none does for another, and its message."""

    session_key: str
    template: str


SIGN_IN = Purpose("sign_in_code", "code")
FAMILY = Purpose("family_code", "family_code")
STAFF = Purpose("staff_code", "code")  # beside a password, which was counted by address and device


class WorkNeeded(Exception):
    """This address asked for so many codes that the browser has to work for the next (civic.accounts.work)."""


class WrongCode(Exception):
    """Wrong, expired, used or another session's: one answer for all."""

    def __init__(self) -> None:
        super().__init__(_("验证码不正确或已过期"))


def send(
    session: SessionBase,
    phone: str,
    *,
    ip: str = "",
    device: str = "",
    solved: str = "",
    purpose: Purpose = SIGN_IN,
    said: Mapping[str, str] | None = None,
    aloud: bool = False,
    reaches_nobody: bool = False,
) -> None:
    """Send a new code to the phone and bind it to the session; an earlier one is void. ``said`` fills the message.

    ``aloud`` has it told by a call (语音报码) under the same limits and of the same budget. Without ``ip`` and ``device``
    only the number is counted: whoever asks proved a password first. Nor is that where it ``reaches_nobody``: a number of
    the demo's.

    TooOften by RELIABILITY §E, WorkNeeded where its free figure is reached and nothing was ``solved``, sms.BudgetSpent
    when the site has sent all it may in a day.
    """
    limits.CODE_DEAD.check(phone)
    if ip:
        _hit_address(ip, solved)
    if device:
        _hit_device(device, phone)
    for limit in () if reaches_nobody else limits.CODE_SEND_PHONE:
        limit.hit(phone)
    sms.spend()
    code, name, moment = f"{secrets.randbelow(10**6):06d}", uuid.uuid4().hex, int(now().timestamp())
    session[purpose.session_key] = {"phone": phone, "name": name, "proof": _proof(name, code), "sent_at": moment}
    values = {"code": code, "minutes": LIFE_SECONDS // 60, **(said or {})}
    way = "voice" if aloud else "sms"
    later(way, name, {"phone": phone, "template": purpose.template, "values": values, "until": moment + LIFE_SECONDS})


def check(session: SessionBase, typed: str, *, ip: str = "", device: str = "", purpose: Purpose = SIGN_IN) -> str:
    """The phone that the right code proves. WrongCode for anything else; TooOften when the last try failed."""
    if ip:
        limits.CODE_CHECK_IP.hit(ip)
    if device:
        limits.CODE_CHECK_DEVICE.hit(device)
    asked = waiting(session, purpose)
    if asked is None or _age(asked) > LIFE_SECONDS:
        raise WrongCode
    phone, name = asked["phone"], asked["name"]
    limits.CODE_DEAD.check(phone)
    tries = _hit_or_wrong(limits.CODE_TRIES, name)
    if constant_time_compare(asked["proof"], _proof(name, typed)):
        _hit_or_wrong(ONCE, name)
        forget(session, purpose)
        limits.CODE_DEAD.forget(phone)
        return str(phone)
    if tries >= limits.CODE_TRIES.most:
        forget(session, purpose)
        limits.CODE_DEAD.count(phone)
        limits.CODE_DEAD.check(phone)
    raise WrongCode


def waiting(session: SessionBase, purpose: Purpose = SIGN_IN) -> dict[str, Any] | None:
    """The code this session waits for: phone and when it was sent; None if it never asked or long ago."""
    asked = session.get(purpose.session_key)
    return asked if asked and _age(asked) <= SHOWN_SECONDS else None


def is_live(session: SessionBase, phone: str, purpose: Purpose) -> bool:
    """Whether a code to this phone still holds in the session, so that none need be sent."""
    asked = waiting(session, purpose)
    return asked is not None and asked["phone"] == phone and _age(asked) < LIFE_SECONDS


def forget(session: SessionBase, purpose: Purpose = SIGN_IN) -> None:
    session.pop(purpose.session_key, None)


def digits(typed: str) -> str:
    """The code as people paste or type it (全角、空格、连字符)."""
    return re.sub(r"[\s\-]+", "", unicodedata.normalize("NFKC", typed))


def _hit_address(ip: str, solved: str) -> None:
    try:
        limits.CODE_FREE_IP.hit(ip)
    except TooOften:
        if not work.is_done(solved):
            raise WorkNeeded from None
    limits.CODE_SEND_IP.hit(ip)


def _hit_device(device: str, phone: str) -> None:
    limits.CODE_SEND_DEVICE.hit(device)
    if limits.CODE_DEVICE_PHONE.hit(f"{device}:{phone}") == 1:
        limits.CODE_DEVICE_PHONES.hit(device)


def _hit_or_wrong(limit: Limit, name: str) -> int:
    try:
        return limit.hit(name)
    except TooOften:
        raise WrongCode from None


def _age(asked: dict[str, Any]) -> float:
    return now().timestamp() - float(asked["sent_at"])


def _proof(name: str, code: str) -> str:
    return salted_hmac("civic.accounts.codes", f"{name}:{code}", algorithm="sha256").hexdigest()
