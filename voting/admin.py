"""The administrator may look, never touch: meetings are written by their services alone. Votes are not shown at all."""

from django.contrib import admin

from civic.admin import ReadOnly
from voting.models import AgendaItem, Assembly, Meeting


@admin.register(Assembly)
class AssemblyAdmin(ReadOnly):
    list_display = ("name", "kind", "area", "starts_on", "ended_on")
    list_filter = ("kind",)
    search_fields = ("name",)
    list_select_related = ("area",)


@admin.register(Meeting)
class MeetingAdmin(ReadOnly):
    list_display = ("assembly", "starts_at", "attempt", "state", "vote_form", "due_count", "present_count")
    list_filter = ("state", "vote_form")
    search_fields = ("assembly__name", "place")
    list_select_related = ("assembly",)
    exclude = ("roll",)


@admin.register(AgendaItem)
class AgendaItemAdmin(ReadOnly):
    list_display = ("meeting", "order", "project", "state", "outcome")
    list_filter = ("state", "outcome")
    search_fields = ("project__code", "project__title")
    list_select_related = ("meeting__assembly", "project")
