"""Notices and objections in the admin site (后台): looked up only."""

from django.contrib import admin

from civic.admin import ReadOnly
from publicity.models import Notice, Objection

admin.site.register([Notice, Objection], ReadOnly)
