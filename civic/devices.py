"""Which device calls (设备): a signed random cookie that the sign-in pages set. It can be cleared, so it is a soft sign.

It says nothing about the person and is used for limits alone; households and desks share an address, and this
tells their phones apart.
"""

import secrets
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from civic.models import Person

COOKIE, SALT = "device", "civic.devices"
LIFE_SECONDS = 180 * 24 * 3600
View = Callable[..., HttpResponse]


def seal_of(user: Person, purpose: str) -> str:
    """The key (hex) with which this account's phone seals what waits on it; the same at every sign-in, nobody else's."""
    return salted_hmac(purpose, str(user.pk), algorithm="sha256").hexdigest()


def device_of(request: HttpRequest) -> str:
    """The device's own name; empty where it has none yet or brought one that we did not sign."""
    return str(request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=LIFE_SECONDS) or "")


def names_devices(view: View) -> View:
    """The view also gives a name to a device that has none."""

    @wraps(view)
    def named(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if not device_of(request):
            response.set_signed_cookie(
                COOKIE,
                secrets.token_urlsafe(12),
                salt=SALT,
                max_age=LIFE_SECONDS,
                secure=settings.HTTPS,
                httponly=True,
                samesite="Lax",
            )
        return response

    return named
