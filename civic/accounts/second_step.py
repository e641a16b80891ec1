"""Between a right password and the session (登录第二步): allauth's stage, in which nobody is signed in yet.

allauth keeps who is on the way, and where to, for 15 minutes in an anonymous session under a new key; what the password
was is kept beside it, so that one cleared meanwhile opens nothing.
"""

from allauth.account.internal.stagekit import clear_login
from allauth.account.stages import LoginStage, LoginStageController
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.utils import decrypt, encrypt
from django.conf import settings
from django.contrib import messages
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from civic.accounts import codes, factors
from civic.accounts.factors import Way
from civic.limits import TooOften
from civic.models import Person
from civic.moments import now

PROVED_KEY = "phone_proved"  # a note in the session that signing in began with a code to this person's phone
PROVED_SECONDS = 15 * 60
NEW_APP_KEY = "new_app"  # where a session keeps, encrypted, the secret of an app that is not bound yet


class SecondStep(LoginStage):
    """The stage by which allauth asks people in office for their second factor, at whatever door they signed in."""

    key = "second_step"
    urlname = "account_second_step"

    @property
    def person(self) -> Person:
        return self.login.user

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Let residents pass, and who proved the phone just now where a code to it would be asked for."""
        if not factors.is_needed(self.person):
            return None, True
        way = factors.way_of(self.person)
        if way == Way.TEXT and _was_proved(self.request.session, self.person):
            factors.entered(self.person, way)
            return None, True
        self.state.update(password=self.person.get_session_auth_hash())
        self.request.session.cycle_key()
        if way == Way.TEXT:
            self._send_first()
        return redirect(f"{reverse(self.urlname)}?{urlencode({'next': self.login.redirect_url})}"), True

    def send(self, *, aloud: bool = False) -> None:
        """Send a code to the person's own phone; TooOften and BudgetSpent as codes.send says."""
        is_shown = settings.DEMO and self.person.is_demo  # on the demo's page: visitors take turns with its accounts
        phone = self.person.phone or ""
        codes.send(self.request.session, phone, purpose=codes.STAFF, aloud=aloud, reaches_nobody=is_shown)

    def _send_first(self) -> None:
        """Unless one still holds: who gives the password twice gets one message."""
        if codes.is_live(self.request.session, self.person.phone or "", codes.STAFF):
            return
        try:
            self.send()
        except TooOften:
            messages.warning(self.request, _("验证码还没有发出，请按“再发一次”"))


def waiting(request: HttpRequest) -> SecondStep | None:
    """Who is on the way in; nobody where the time is over, the office ended or the password changed meanwhile."""
    at = LoginStageController.enter(request, SecondStep.key)
    if at is None or at.person is None:
        return None
    is_same = constant_time_compare(at.state.get("password", ""), at.person.get_session_auth_hash())
    if is_same and at.person.is_active and factors.is_needed(at.person):
        return at
    clear_login(request)
    return None


def phone_proved(session: SessionBase, person: Person) -> None:
    """The person's phone was proved in this session: a right password within 15 minutes is then enough."""
    session[PROVED_KEY] = {"person": person.pk, "until": now().timestamp() + PROVED_SECONDS}


def _was_proved(session: SessionBase, person: Person) -> bool:
    note = session.pop(PROVED_KEY, None)
    return note is not None and note["person"] == person.pk and note["until"] > now().timestamp()


def new_secret(session: SessionBase) -> str:
    """The secret of the app that is being bound; the same until it is, so that a picture once taken stays right."""
    if NEW_APP_KEY not in session:
        session[NEW_APP_KEY] = encrypt(generate_totp_secret())
    return decrypt(session[NEW_APP_KEY])


def forget_secret(session: SessionBase) -> None:
    session.pop(NEW_APP_KEY, None)
