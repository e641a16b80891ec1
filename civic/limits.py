"""How often (限次): exact counters, one database row per key, that hold under any concurrency and survive Redis.

A door calls `Limit.hit` before the act and lets `TooOften` through: config.errors and civic.rest answer 429
with Retry-After. The figures are RELIABILITY §E's. What is counted is stored under a keyed hash, so neither
phones nor addresses lie in the table.
"""

import ipaddress
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from civic.clock import every_minute
from civic.models import RateCount
from civic.moments import now

log = logging.getLogger("weishishi.limits")
DAY_SECONDS = 24 * 3600


class TooOften(Exception):
    """The act came too often (操作太频繁); it may be tried again after so many seconds."""

    def __init__(self, retry_after: float) -> None:
        self.retry_after = max(1, ceil(retry_after))
        super().__init__(f"again in {self.retry_after} s")


class Crowded(TooOften):
    """Others are at it just now (同时太多), and there is no place for one more."""


@dataclass(frozen=True)
class Limit:
    """At most so many uses by one caller, from the first use on for so many seconds."""

    name: str
    most: int
    seconds: int

    def hit(self, who: object, amount: int = 1) -> int:
        """Count one use, or so many at once, and say how many that makes. TooOften when it would be too many."""
        return hit(f"{self.name}:{who}", self.most, self.seconds, amount)


@dataclass(frozen=True)
class Lockout:
    """A few tries, then a wait that doubles with every further run of failures (连续失败锁定)."""

    name: str
    tries: int
    first_seconds: int

    def check(self, who: object) -> None:
        """TooOften while the wait lasts."""
        row = RateCount.objects.filter(key=_stored(f"{self.name}:{who}")).first()
        if row:
            self._check(row, now())

    @transaction.atomic
    def count(self, who: object) -> None:
        """Count a try before it is known to fail, so that many at once are no way round. TooOften while locked."""
        moment, key = now(), _stored(f"{self.name}:{who}")
        RateCount.objects.bulk_create([RateCount(key=key, window=moment)], ignore_conflicts=True)
        row = RateCount.objects.select_for_update().get(key=key)
        self._check(row, moment)
        forgotten = moment - row.window > timedelta(seconds=DAY_SECONDS)
        row.count, row.window = 1 if forgotten else row.count + 1, moment
        row.save()

    def forget(self, who: object) -> None:
        """A try succeeded: start afresh."""
        RateCount.objects.filter(key=_stored(f"{self.name}:{who}")).delete()

    def wait_seconds(self, count: int) -> int:
        """How long after the last of so many failures in a row: nothing, or 1, 2, 4 … times the first wait."""
        runs, rest = divmod(count, self.tries)
        return 0 if rest or not runs else int(min(self.first_seconds * 2 ** (runs - 1), DAY_SECONDS))

    def _check(self, row: RateCount, moment: datetime) -> None:
        """``moment`` may lie before the last try: who came at the same time had to wait for the row."""
        wait = timedelta(seconds=self.wait_seconds(row.count))
        left = row.window + wait - moment
        if wait and left > timedelta(0):
            raise TooOften(left.total_seconds())


@dataclass(frozen=True)
class Places:
    """So many at the same time on the whole site (同时几个), whoever they are.

    A place is a row with its moment, taken and given back in one UPDATE each: it holds on every database and behind a
    connection pooler, where a lock of the session would not. What a dying process did not give back is free again
    after ``seconds``.
    """

    name: str
    most: int
    seconds: int
    retry_after: int

    def during(self, body: Iterator[bytes]) -> "Held":
        """Take a place until the body is sent, or nobody takes it any more. Crowded when there is none."""
        moment = now()
        for number in range(self.most):
            key = _stored(f"{self.name}:{number}")
            if self._take(key, moment):
                return Held(body, key, moment)
        raise Crowded(self.retry_after)

    @transaction.atomic
    def _take(self, key: str, moment: datetime) -> bool:
        forgotten = moment - timedelta(seconds=self.seconds)
        RateCount.objects.bulk_create([RateCount(key=key, window=forgotten)], ignore_conflicts=True)
        free = RateCount.objects.filter(Q(count=0) | Q(window__lt=forgotten), key=key)
        return bool(free.update(count=1, window=moment))


class Held:
    """A body that is sent while its place is held; closing it, sent or not, gives the place back."""

    def __init__(self, body: Iterator[bytes], key: str, moment: datetime) -> None:
        self._body, self._place = body, {"key": key, "window": moment}

    def __iter__(self) -> "Held":
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._body)
        except BaseException:  # at its end as well
            self.close()
            raise

    def close(self) -> None:
        """Twice is once; a place that was taken over meanwhile is somebody else's."""
        RateCount.objects.filter(**self._place, count=1).update(count=0)


CODE_SEND_PHONE = (
    Limit("code-minute", 1, 60),
    Limit("code-hour", 4, 3600),
    Limit("code-day", 8, DAY_SECONDS),
)
CODE_FREE_IP = Limit("code-free-ip", 30, 3600)  # beyond, the browser has to work for each
CODE_SEND_IP = Limit("code-ip", 100, 3600)
CODE_CHECK_IP = Limit("code-check-ip", 60, 3600)
CODE_SEND_DEVICE = Limit("code-device", 10, 3600)
CODE_DEVICE_PHONE = Limit("code-device-phone", 1000, DAY_SECONDS)  # tells whether this device asked for this number
CODE_DEVICE_PHONES = Limit("code-device-phones", 5, DAY_SECONDS)  # different numbers from one device
CODE_CHECK_DEVICE = Limit("code-check-device", 20, 3600)
CODE_TRIES = Limit("code-tries", 5, 3600)  # per code
FAMILY_CODES = Limit("family-code", 6, DAY_SECONDS)  # sent by one account to the phones of its family
CODE_DEAD = Lockout("code-dead", 1, 15 * 60)  # per phone, counted when a code dies
STAFF_PASSWORD = Lockout("staff-password", 5, 2 * 60)  # per phone
STAFF_PASSWORD_IP = Limit("staff-password-ip", 30, 3600)
STAFF_PASSWORD_DEVICE = Limit("staff-password-device", 10, 3600)
STAFF_SECOND = Lockout("staff-second", 5, 2 * 60)  # per person: codes, numbers of an app and recovery codes together
STAFF_SECOND_IP = Limit("staff-second-ip", 30, 3600)
STAFF_SECOND_DEVICE = Limit("staff-second-device", 10, 3600)
NUMBER_USED = Limit("number-used", 1, 5 * 60)  # per person and number of an app, longer than any is right
HELPER_CODE_IP = Limit("helper-code-ip", 5, 3600)  # four digits for a worker, by the address that asks
HELPER_DAY = Limit("helper-day", 40, DAY_SECONDS)  # residents let in by one worker
LOOK_UP_ACCOUNT = Limit("look-up", 60, 3600)  # residents looked up by one worker
PROXY_PAUSE = Limit("proxy-pause", 1, 20)  # votes entered for others by one worker
PROXY_DAY = Limit("proxy-day", 40, DAY_SECONDS)
PROPOSAL_ACCOUNT = Limit("proposal", 3, DAY_SECONDS)
PROPOSAL_NEW = Limit("proposal-new", 1, 2 * 60)  # by an account in its first day
PROPOSAL_IP = Limit("proposal-ip", 20, 3600)
UPLOAD_ACCOUNT = Limit("upload", 20, 3600)
UPLOAD_DAY_KB = Limit("upload-day", 100_000, DAY_SECONDS)  # kilobytes sent by one account, by whatever door
UPLOAD_IP = Limit("upload-ip", 100, 3600)
MAIL_IP = Limit("mail-ip", 10, 3600)  # links mailed at the wish of one address of the net
MAIL_ADDRESS = Limit("mail-to", 3, DAY_SECONDS)  # and to one mailbox
DATA_IP = Limit("open-data", 120, 3600)  # files of open data written for one address; one unchanged is not written
EXPORT_ACCOUNT = Limit("export", 5, 3600)  # the register, the log, a ledger or everything, asked for by one account
DATA_AT_ONCE = Places("open-data-at-once", 2, 600, retry_after=30)
IMPORT_TRY = Limit("import-try", 30, 3600)  # files tried out by one account
IMPORT_ACCOUNT = Limit("import", 5, 3600)  # files it really imports
DOCUMENT_ACCOUNT = Limit("document", 120, 3600)  # forms drawn for one account
DOCUMENT_IP = Limit("document-ip", 60, 3600)  # and for one address of the public
BUNDLE_ACCOUNT = Limit("bundle", 20, 3600)  # files made in the background for one account, dossiers and tables
REPORT_IP = Limit("csp-report", 60, 3600)
FLAG_IP = Limit("flag-ip", 120, 3600)  # 附议、我也碰到 from one address
API_MINUTE_IP = Limit("api-minute", 60, 60)
API_DAY_IP = Limit("api-day", 5000, DAY_SECONDS)
API_ACCOUNT = Limit("api-account", 600, 60)


COUNTED = (
    'INSERT INTO civic_ratecount ("key", "window", "count") VALUES (%(key)s, %(moment)s, %(amount)s)'
    ' ON CONFLICT ("key") DO UPDATE SET'
    ' "count" = CASE WHEN civic_ratecount."window" <= %(over)s THEN 0 ELSE civic_ratecount."count" END + %(amount)s,'
    ' "window" = CASE WHEN civic_ratecount."window" <= %(over)s THEN excluded."window" ELSE civic_ratecount."window" END'
    ' WHERE civic_ratecount."window" <= %(over)s OR civic_ratecount."count" <= %(left)s RETURNING "count"'
)


def hit(key: str, most: int, per_seconds: int, amount: int = 1) -> int:
    """Count one use of ``key``, or ``amount``; at most ``most`` in ``per_seconds`` from the first. TooOften otherwise.

    One row, one statement with its condition inside: whoever comes second waits for the row and sees the count.
    """
    if amount > most:
        raise TooOften(per_seconds)
    moment, stored, span = now(), _stored(key), timedelta(seconds=per_seconds)
    asked = {"key": stored, "amount": amount, "left": most - amount}
    asked |= {
        name: connection.ops.adapt_datetimefield_value(at) for name, at in (("moment", moment), ("over", moment - span))
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, asked)
        counted = cursor.fetchone()
    if counted:
        return int(counted[0])
    stands = RateCount.objects.filter(key=stored).first()  # forgotten meanwhile: the next try is counted
    raise TooOften((stands.window + span - moment).total_seconds() if stands else 1)


def client_ip(request: HttpRequest) -> str:
    """Who calls: the rightmost address that no proxy of ours wrote about itself; an IPv6 home is its /64.

    TRUSTED_PROXIES hops of ours append to X-Forwarded-For; whatever stands left of them is the caller's own tale.
    """
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    trusted = settings.TRUSTED_PROXIES
    told = hops[-trusted] if 0 < trusted <= len(hops) else ""
    for text in (told.strip(), request.META.get("REMOTE_ADDR", "")):
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            continue
        return str(address if address.version == 4 else ipaddress.ip_network(f"{address}/64", strict=False))
    return "unknown"


def outside_ip(request: HttpRequest) -> str:
    """The same where it tells callers apart: empty for an address of a private network, which stands for whoever is
    behind it, as when a proxy of ours is not declared. For limits that must not stand in a crowd's way."""
    ip = client_ip(request)
    if ip == "unknown":
        return ""
    return ip if ipaddress.ip_network(ip).is_global else ""


def while_counted(count: Callable[[], object]) -> None:
    """Count where nothing is at risk if nobody counts: with the counters away it is let through. TooOften as ever."""
    try:
        count()
    except DatabaseError as error:
        log.warning("not counted, let through: %r", error)


def flag(request: HttpRequest) -> None:
    """Count a press of 附议 or 我也碰到 by its address; what an account may is counted beside it."""
    ip = outside_ip(request)
    if ip:
        while_counted(lambda: FLAG_IP.hit(ip))


def api_call(person: object, ip: str) -> None:
    """Count a call of the public API: of one who is signed in by the account, of others by their address (接口限次)."""
    if person:
        API_ACCOUNT.hit(person)
    elif ip:
        API_MINUTE_IP.hit(ip)
        API_DAY_IP.hit(ip)


@every_minute
def sweep() -> None:
    """Drop counters whose window and longest wait are over (清理计数)."""
    RateCount.objects.filter(window__lt=now() - timedelta(seconds=2 * DAY_SECONDS)).delete()


def _stored(key: str) -> str:
    return salted_hmac("civic.limits", key, algorithm="sha256").hexdigest()
