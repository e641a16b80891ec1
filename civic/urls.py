"""Routes of places, people, files and the machine's own health."""

from django.urls import path

from civic import views
from civic.imports import views as imports

app_name = "civic"
urlpatterns = [
    path("view-mode/", views.view_mode, name="view_mode"),
    path("language/", views.language, name="language"),
    path("mail/", views.mail_link, name="mail_link"),
    path("files/", views.upload, name="upload"),
    path("files/<uuid:token>/", views.attachment, name="attachment"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("desk/import/", imports.imports, name="imports"),
    path("desk/import/new/<slug:name>/", imports.new, name="import_new"),
    path("desk/import/new/<slug:name>/template.<slug:form>", imports.import_template, name="import_template"),
    path("desk/import/<int:pk>/", imports.one, name="import"),
    path("desk/import/<int:pk>/begin/", imports.begin, name="import_begin"),
    path("desk/import/<int:pk>/cancel/", imports.cancel, name="import_cancel"),
]
