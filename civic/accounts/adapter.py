"""The seam to django-allauth: phones as we keep them, our limits, our words, our pages; secrets encrypted."""

import logging
from base64 import urlsafe_b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from civic import limits, people
from civic.devices import device_of
from civic.forms import PhoneField
from civic.models import Person
from civic.pages import page
from civic.rules import normal_phone
from civic.sessions import PLAIN

security = logging.getLogger("weishishi.security")


class AccountAdapter(DefaultAccountAdapter):
    """What allauth asks of us; it keeps sessions, passwords and the steps of signing in."""

    error_messages = DefaultAccountAdapter.error_messages | {"phone_password_mismatch": _("手机号或密码不正确")}

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        return PhoneField(label=_("手机号"), **kwargs)

    def get_user_by_phone(self, phone: str) -> Person | None:
        return Person.objects.filter(phone=normal_phone(phone)).first()

    def get_phone(self, user: Person) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified_at is not None) if user.phone else None

    def set_phone(self, user: Person, phone: str, verified: bool) -> None:
        raise NotImplementedError("a phone is changed at the desk, never by a form of allauth's")

    def set_phone_verified(self, user: Person, phone: str) -> None:
        people.arrive(phone)

    def send_verification_code_sms(self, user: Person, phone: str, code: str, **kwargs: Any) -> None:
        raise NotImplementedError("civic.accounts.codes sends codes")

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Before a password is looked at: exact limits per address, device and number, known or not."""
        limits.STAFF_PASSWORD_IP.hit(limits.client_ip(request))
        if device := device_of(request):
            limits.STAFF_PASSWORD_DEVICE.hit(device)
        limits.STAFF_PASSWORD.count(credentials["phone"])

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """The person in office whose password this is; nobody else may use one."""
        person = super().authenticate(request, **credentials)
        if person is None or not person.is_active or not person.is_office:
            security.warning("password refused")
            return None
        limits.STAFF_PASSWORD.forget(credentials["phone"])
        return person

    def get_login_stages(self) -> list[str]:
        """What stands between a right password or code and the session (登录第二步)."""
        return ["civic.accounts.second_step.SecondStep"]

    def login(self, request: HttpRequest, user: Person) -> None:
        super().login(request, user)
        if not user.is_office:
            request.session[PLAIN] = True
        security.info("person %s signed in", user.pk)

    def logout(self, request: HttpRequest) -> None:
        security.info("person %s signed out", request.user.pk)
        super().logout(request)

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:
        return page(request, "account/inactive.html", status=403)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """allauth's own toasts are not in our tone; our views say what there is to say."""

    def is_safe_url(self, url: str) -> bool:
        request = self.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

    def get_client_ip(self, request: HttpRequest) -> str:
        return limits.client_ip(request)


class FactorAdapter(DefaultMFAAdapter):
    """What allauth's second factor asks of us: the secrets of apps and recovery codes lie encrypted in the database."""

    def encrypt(self, text: str) -> str:
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """InvalidToken where none of SECOND_FACTOR_KEYS opens it."""
        return _vault().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: Person) -> str:
        """Whose number it is, in a list that others may see: the phone's last figures."""
        return f"***{(user.phone or '')[-4:]}"


def _vault() -> MultiFernet:
    """The first key encrypts, each of them opens."""
    keys = (salted_hmac("civic.accounts.factors", "", key, algorithm="sha256") for key in settings.SECOND_FACTOR_KEYS)
    return MultiFernet([Fernet(urlsafe_b64encode(key.digest())) for key in keys])
