"""Every route of the platform. An app's own routes are in its urls.py; the API's in its api module."""

from django.contrib import admin
from django.urls import include, path

from config.api import documentation, schema
from config.reports import csp_report

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.broken"

urlpatterns = [
    path("api/v1/", include("config.api")),  # first: one look tells whether an address is the API's
    path("", include("publicity.urls")),
    path("", include("delivery.urls")),
    path("", include("wishes.urls")),
    path("", include("voting.urls")),
    path("", include("proposals.urls")),
    path("", include("civic.urls")),
    path("", include("civic.accounts.urls")),
    path("admin/", admin.site.urls),
    path("csp-report", csp_report, name="csp_report"),
    path("api/v1/schema/", schema, name="schema"),
    path("api/v1/docs/", documentation, name="api-docs"),
]
