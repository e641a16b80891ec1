"""The API's routes (/api/v1/): each app offers its viewsets in api.py as ROUTES; here they get their names."""

from importlib import import_module

from django.http import HttpRequest, HttpResponse
from rest_framework.routers import SimpleRouter

APPS = ("civic", "proposals", "voting", "delivery", "wishes", "publicity")

router = SimpleRouter()
for app in APPS:
    for name, viewset in getattr(import_module(f"{app}.api"), "ROUTES", ()):
        router.register(name, viewset, basename=name)

urlpatterns = router.urls


def schema(request: HttpRequest) -> HttpResponse:
    """The API described (OpenAPI). What writes it is heavy and seldom asked for, so it is loaded here."""
    from drf_spectacular.views import SpectacularAPIView

    return SpectacularAPIView.as_view()(request)


def documentation(request: HttpRequest) -> HttpResponse:
    """The description as a page to read and try."""
    from drf_spectacular.views import SpectacularSwaggerSplitView

    return SpectacularSwaggerSplitView.as_view(url_name="schema")(request)
