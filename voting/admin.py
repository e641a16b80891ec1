"""Assemblies and meetings in the admin site (后台): looked up only; votes and slips are not shown at all."""

from django.contrib import admin

from civic.admin import ReadOnly
from voting.models import Assembly, Meeting

admin.site.register([Assembly, Meeting], ReadOnly)
