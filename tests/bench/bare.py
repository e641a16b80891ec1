"""The floors: the same Django, server and database with nothing of ours: no middleware, one plain view each."""

import os

from django.conf import settings

DATABASE_URL = os.environ["DATABASE_URL"]


def configure() -> None:
    import environ

    settings.configure(
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        SECRET_KEY="bench",
        MIDDLEWARE=[],
        DATABASES={"default": environ.Env.db_url_config(DATABASE_URL) | {"CONN_MAX_AGE": None}},
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        USE_TZ=True,
    )


if not settings.configured:
    configure()

from django.core.wsgi import get_wsgi_application  # noqa: E402  settings come first
from django.db import connection  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402
from django.views.decorators.cache import cache_page  # noqa: E402

PAGE = "<!doctype html><title>x</title>" + "<p>一行字，像一张卡片那么长，像一张卡片那么长。</p>" * 200


def plain(_request):
    return HttpResponse(PAGE)


def select(_request):
    """One SELECT of twenty rows by an index, written out without a template."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, title FROM proposals_project ORDER BY updated_at DESC, id DESC LIMIT 20")
        return HttpResponse("".join(f"<p>{code} {title}</p>" for code, title in cursor.fetchall()))


urlpatterns = [path("plain/", plain), path("select/", select), path("cached/", cache_page(60)(plain))]
application = get_wsgi_application()
