"""The admin site (后台): for the system administrator alone, through the staff's own sign-in, under a policy of its own."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from unfold.admin import ModelAdmin
from unfold.sites import UnfoldAdminSite

from civic.accounts.views.sign_in import sign_out
from civic.permissions import allowed

# The theme's Alpine evaluates expressions and its widgets set styles; everything else stays as strict as elsewhere.
POLICY = {"script-src": ["'self'", "'unsafe-eval'"], "style-src": ["'self'", "'unsafe-inline'"]}


class WeishishiAdminSite(UnfoldAdminSite):
    """Registers and rules; what has a service of its own (states, ballots, money, the log) is read here at most."""

    def register(self, model_or_iterable: Any, admin_class: type | None = None, **options: Any) -> None:
        """Only what our own apps offer: Django's groups and allauth's e-mail addresses mean nothing here."""
        if admin_class is not None and issubclass(admin_class, ModelAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return allowed(request.user, "civic.administer")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """No sign-in of its own. Who is signed in and has no business here is told so (403)."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        target = request.GET.get("next") or reverse("admin:index")
        return redirect(f"{reverse('account_staff_login')}?{urlencode({'next': target})}")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return sign_out(request)

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        return never_cache(csp_replace(POLICY)(super().admin_view(view, cacheable)))
