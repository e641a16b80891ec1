"""The admin application, with our own site in place of Django's."""

from django.contrib.admin.apps import AdminConfig


class WeishishiAdminConfig(AdminConfig):
    default_site = "civic.admin_site.WeishishiAdminSite"
