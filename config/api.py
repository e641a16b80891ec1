"""The API's routes (/api/v1/): each app offers its viewsets in api.py as ROUTES; here they get their names."""

from importlib import import_module

from rest_framework.routers import SimpleRouter

APPS = ("civic", "proposals", "voting", "delivery", "publicity")

router = SimpleRouter()
for app in APPS:
    for name, viewset in getattr(import_module(f"{app}.api"), "ROUTES", ()):
        router.register(name, viewset, basename=name)

urlpatterns = router.urls
