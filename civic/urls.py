"""Routes of places, people, files and the machine's own health."""

from django.urls import path

from civic import views

app_name = "civic"
urlpatterns = [
    path("view-mode/", views.view_mode, name="view_mode"),
    path("language/", views.language, name="language"),
    path("files/", views.upload, name="upload"),
    path("files/<uuid:token>/", views.attachment, name="attachment"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
