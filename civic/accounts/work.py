"""A little work for the browser (工作量证明) where one address asks for many codes: nothing to a person, dear to a program.

ALTCHA's challenges, made and checked by its own library. static/js/work.js does the work: ALTCHA's widget brings styles
and workers of its own, which our Content-Security-Policy refuses.
"""

import base64
import json

from altcha import create_challenge, verify_solution
from django.conf import settings
from django.utils.crypto import salted_hmac

from civic.limits import Limit, TooOften
from civic.moments import now

ALGORITHM, ROUNDS = "PBKDF2/SHA-256", 5000
PREFIX = "00"  # 256 tries as a rule: a second or two on a phone
LIFE_SECONDS = 10 * 60
ONCE = Limit("work-used", 1, 2 * LIFE_SECONDS)


def challenge() -> str:
    """What the browser is asked to solve, signed, as JSON."""
    until = int(now().timestamp()) + LIFE_SECONDS
    made = create_challenge(ALGORITHM, ROUNDS, key_prefix=PREFIX, expires_at=until, hmac_secret=_secret())
    return json.dumps(made.to_dict())


def is_done(solved: str) -> bool:
    """Whether a challenge of ours was solved, in time and for the first time."""
    if not verify_solution(solved, _secret()).verified:
        return False
    try:
        ONCE.hit(json.loads(base64.b64decode(solved))["challenge"]["signature"])
    except TooOften:
        return False
    return True


def _secret() -> str:
    return salted_hmac("civic.accounts.work", settings.SECRET_KEY, algorithm="sha256").hexdigest()
