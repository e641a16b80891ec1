"""Signing in with a social worker's help (社工帮我登录): four digits on the resident's screen, told to the worker.

The digits live ten minutes, one per session, and no two that live are alike, for a worker may have several villages.
The worker types them, says whom she knows and how; the waiting browser is then let in. Such a session stands on her word and not on the resident's
phone: it is marked (civic.sessions.VOUCHED), and what wants the phone refuses it with rules.PhoneNotProved.
"""

import secrets
from datetime import timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from civic.accounts import queries
from civic.audit import record
from civic.clock import every_minute
from civic.limits import HELPER_CODE_IP, HELPER_DAY, Crowded
from civic.models import Area, HelperCode, HowKnown, Person, Role
from civic.models.record import Channel, Kind
from civic.moments import now
from civic.permissions import User, require, scopes
from civic.rules import RuleBroken

LIFE = timedelta(minutes=10)
KEPT = timedelta(days=1)
MOST_WRONG = 3
SESSION_KEY = "helper_code"
OFFICE = (Role.SOCIAL_WORKER,)


def ask(session: SessionBase, area: Area, *, ip: str) -> HelperCode:
    """New digits for this session (要一个四位数); its earlier ones are void. TooOften beyond five in an hour."""
    HELPER_CODE_IP.hit(ip)
    forget(session)
    _live(by_clock=False).filter(dies_at__lte=now()).update(ended_at=now())
    code = _made(area)
    session[SESSION_KEY] = str(code.name)
    return code


def own(session: SessionBase) -> HelperCode | None:
    """The digits this session shows, whether they live or not; None where it has none."""
    name = session.get(SESSION_KEY)
    return HelperCode.objects.filter(name=name).select_related("area").first() if name else None


def lives(code: HelperCode) -> bool:
    return code.ended_at is None and code.dies_at > now()


@transaction.atomic
def forget(session: SessionBase) -> None:
    """The session no longer shows digits; nobody can use them."""
    name = session.pop(SESSION_KEY, None)
    if name:
        HelperCode.objects.filter(name=name, ended_at=None).update(ended_at=now())


@transaction.atomic
def told(digits: str, *, by: Person) -> HelperCode | None:
    """The waiting code a worker was told. None for anything else, and that counts against every one it could mean."""
    require(by, "civic.vouch")
    meant = list(_waiting_for(by).select_for_update(of=("self",)).order_by("pk"))
    for code in meant:
        if constant_time_compare(code.digits, digits):
            return code
    for code in meant:
        _count_wrong(code)
    return None


def waiting(pk: int | None, *, by: Person) -> HelperCode | None:
    """The code this worker was told before, as long as it waits."""
    return _waiting_for(by).filter(pk=pk).select_related("area").first() if pk else None


@transaction.atomic
def vouch(code: HelperCode, person: Person, how: str, *, by: Person) -> HelperCode:
    """Say that the digits are this resident's (社工确认是本人). Her browser has ten minutes from now to come in.

    PermissionDenied for who is no social worker of the village; RuleBroken where the digits no longer wait, and in
    the same words for whoever is not of her villages, holds an office or is the worker herself; TooOften after forty
    in a day.
    """
    require(by, "civic.vouch", code.area)
    found = HelperCode.objects.select_for_update(of=("self",)).get(pk=code.pk)
    if not lives(found) or found.person_id is not None:
        raise RuleBroken(_("这4位数已经失效，请居民再要一个"), code="helper_code_over")
    if not queries.may_be_let_in(by).filter(pk=person.pk).exists():
        raise RuleBroken(_("不能帮这个人登录，请本人用手机号登录"), code="not_to_be_let_in", field="person")
    HELPER_DAY.hit(by.pk)
    found.person, found.by, found.how, found.dies_at = person, by, HowKnown(how), now() + LIFE
    found.save(update_fields=["person", "by", "how", "dies_at"])
    after = {"how": found.how}
    _note(
        "civic.person.vouched", by=by, on=person, on_behalf_of=person, roles=OFFICE, channel=Channel.DESK, after=after
    )
    return found


def enter(session: SessionBase) -> Person | None:
    """Whom this session may come in as, once. None while nobody vouched, and for who took an office meanwhile."""
    name = session.get(SESSION_KEY)
    person = _used(name) if name and _vouched(name).exists() else None  # who only waits takes no lock
    if person is not None:
        session.pop(SESSION_KEY, None)
    return person


def _vouched(name: str) -> QuerySet[HelperCode]:
    return _live().filter(name=name, person__isnull=False)


@transaction.atomic
def _used(name: str) -> Person | None:
    code = _vouched(name).select_for_update(of=("self",)).first()
    if code is None or code.person is None or code.by is None:
        return None
    code.ended_at = now()
    code.save(update_fields=["ended_at"])
    if not queries.may_be_let_in(code.by).filter(pk=code.person_id).exists():
        return None
    _note("civic.person.let_in", by=code.person, on=code.person, after={"worker": code.by_id, "how": code.how})
    return code.person


@every_minute
def sweep() -> None:
    """Drop digits of the day before (清理四位数); the record keeps who vouched for whom."""
    HelperCode.objects.filter(dies_at__lt=now() - KEPT).delete()


def _made(area: Area) -> HelperCode:
    """Digits that nobody has at present; two sessions at once are settled by the unique constraint."""
    for _attempt in range(5):
        taken = set(_live(by_clock=False).values_list("digits", flat=True))
        free = [digits for digits in map("{:04d}".format, range(10**4)) if digits not in taken]
        if not free:
            break
        try:
            with transaction.atomic():
                return HelperCode.objects.create(area=area, digits=secrets.choice(free), dies_at=now() + LIFE)
        except IntegrityError:
            continue
    raise Crowded(60)


def _live(*, by_clock: bool = True) -> QuerySet[HelperCode]:
    in_time = Q(dies_at__gt=now()) if by_clock else Q()
    return HelperCode.objects.filter(in_time, ended_at=None)


def _waiting_for(by: User) -> QuerySet[HelperCode]:
    """Live digits of the worker's villages for which nobody vouched yet."""
    here = Q(pk__in=[])
    for prefix in scopes(by, OFFICE):
        here |= Q(area__code__startswith=prefix)
    return _live().filter(here, person=None)


def _count_wrong(code: HelperCode) -> None:
    code.wrong_tries += 1
    if code.wrong_tries >= MOST_WRONG:
        code.ended_at = now()
    code.save(update_fields=["wrong_tries", "ended_at"])


def _note(action: str, **event: Any) -> None:
    record(action, kind=Kind.DAILY, is_public=False, **event)
