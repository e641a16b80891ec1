"""The public record over the API: events, notices, objections, and the headline figures."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import exceptions, mixins, serializers, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from civic.models import Area, AuditEvent
from civic.models.record import Channel, Kind
from civic.permissions import require
from civic.rest import Allowed, FilterSet
from civic.strict import PublicWords
from civic.telling import files_of
from proposals.api_intake import Strict
from proposals.models import Project
from proposals.queries import visible_to
from publicity import api_follows
from publicity.models import Notice, NoticeState, Objection, ObjectionState
from publicity.queries import figures, notices, objections, people, record
from publicity.queries.stats.composed import statistics
from publicity.queries.stats.scope import Scope
from publicity.services import objections as filing
from publicity.tables import Table


class EventSerializer(serializers.ModelSerializer):
    """One event of the public record, in public words: residents masked, people in office with unit and post."""

    project = serializers.CharField(source="subject", read_only=True)
    text = serializers.SerializerMethodField()
    who = serializers.SerializerMethodField()
    state_before = serializers.SerializerMethodField()
    state_after = serializers.SerializerMethodField()
    money_delta_yuan = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True)
    documents = serializers.SerializerMethodField()
    corrects = serializers.IntegerField(source="corrects_event", read_only=True, allow_null=True)
    corrected_in = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = AuditEvent
        fields = [
            "id",
            "project",
            "happened_at",
            "date_only",
            "recorded_at",
            "action",
            "kind",
            "text",
            "who",
            "channel",
            "state_before",
            "state_after",
            "reason",
            "rule",
            "money_delta_yuan",
            "documents",
            "used_workdays",
            "limit_workdays",
            "mark",
            "corrects",
            "corrected_in",
        ]
        read_only_fields = fields

    def get_text(self, event: AuditEvent) -> str:
        return people.text(event)

    def get_who(self, event: AuditEvent) -> str:
        return people.who(event)

    def get_state_before(self, event: AuditEvent) -> str:
        return _state(event.before)

    def get_state_after(self, event: AuditEvent) -> str:
        return _state(event.after)

    @extend_schema_field(serializers.ListField(child=serializers.DictField(child=serializers.CharField())))
    def get_documents(self, event: AuditEvent) -> list[dict[str, str]]:
        return [{name: file[name] for name in ("title", "url", "kind")} for file in files_of(event)]


def _state(values: Any) -> str:
    """The state among an event's values; nothing else of them leaves the house."""
    return str(values.get("state", "")) if isinstance(values, dict) else ""


class EventFilter(FilterSet):
    project = filters.CharFilter(field_name="subject", max_length=40)
    kind = filters.ChoiceFilter(choices=Kind.choices)

    class Meta:
        model = AuditEvent
        fields = ["project", "kind"]


class EventViewSet(viewsets.ReadOnlyModelViewSet):
    """GET events/?project=CODE: the log the project's page is made of, newest first."""

    serializer_class, permission_classes, filterset_class = EventSerializer, [Allowed], EventFilter

    def get_queryset(self) -> Any:
        return record.public_events()


class NoticeSerializer(serializers.ModelSerializer):
    """A notice with how many objections came and how many wait."""

    project = serializers.SlugRelatedField(slug_field="code", read_only=True)
    title = serializers.CharField(source="project.title", read_only=True)
    area = serializers.CharField(source="project.area_id", read_only=True)
    objections_received = serializers.IntegerField(source="received", read_only=True)
    objections_unanswered = serializers.IntegerField(source="unanswered", read_only=True)

    class Meta:
        model = Notice
        fields = [
            "id",
            "project",
            "title",
            "area",
            "kind",
            "state",
            "starts_at",
            "first_ends_at",
            "ends_at",
            "ended_at",
            "extended_reason",
            "objections_received",
            "objections_unanswered",
        ]
        read_only_fields = fields


class NoticeFilter(FilterSet):
    project = filters.CharFilter(field_name="project__code", max_length=16)
    state = filters.ChoiceFilter(choices=NoticeState.choices)

    class Meta:
        model = Notice
        fields = ["project", "state", "kind"]


class NoticeViewSet(viewsets.ReadOnlyModelViewSet):
    serializer_class, permission_classes, filterset_class = NoticeSerializer, [Allowed], NoticeFilter

    def get_queryset(self) -> Any:
        return notices.listed()


class ObjectionSerializer(serializers.ModelSerializer):
    """An objection as everybody reads it; the objector masked."""

    project = serializers.SlugRelatedField(slug_field="code", read_only=True)
    objector = serializers.CharField(source="objector.public_name", read_only=True)

    class Meta:
        model = Objection
        fields = [
            "number",
            "project",
            "objector",
            "channel",
            "what",
            "why",
            "filed_at",
            "due_on",
            "limit_workdays",
            "state",
            "outcome",
            "reply",
            "replied_at",
            "recheck_reason",
            "recheck_outcome",
            "recheck_reply",
            "rechecked_at",
        ]
        read_only_fields = fields


class NewObjectionSerializer(Strict):
    """An objection of one's own."""

    project = serializers.SlugRelatedField(slug_field="code", queryset=Project.objects.none())
    what = PublicWords(max_length=60)
    why = PublicWords(max_length=1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = self.context.get("request")
        if request is not None:
            self.fields["project"].queryset = visible_to(request.user)  # type: ignore[attr-defined]


class ObjectionFilter(FilterSet):
    project = filters.CharFilter(field_name="project__code", max_length=16)
    state = filters.ChoiceFilter(choices=ObjectionState.choices)

    class Meta:
        model = Objection
        fields = ["project", "state"]


class ObjectionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Objections, read by everybody; POST files one's own."""

    serializer_class, permission_classes, filterset_class = ObjectionSerializer, [Allowed], ObjectionFilter
    lookup_field = "number"
    needs = {"create": "publicity.object"}

    def get_queryset(self) -> Any:
        return objections.public()

    @extend_schema(request=NewObjectionSerializer, responses={201: ObjectionSerializer})
    def create(self, request: Request) -> Response:
        given = NewObjectionSerializer(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        data = given.validated_data
        require(request.user, "publicity.object", data["project"])
        filed = filing.file(
            data["project"],
            by=request.user,
            what=data["what"],
            why=data["why"],
            channel=Channel.API,  # type: ignore[arg-type]
        )
        return Response(self.get_serializer(filed).data, status=status.HTTP_201_CREATED)


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string"}], "nullable": True})
class CellField(serializers.ReadOnlyField):
    """A number of a statistic, as it comes."""


class ColumnSerializer(serializers.Serializer):
    """A column of a statistic; ``kind`` says what its numbers are: count, yuan, days, percent, reach, or text."""

    key = serializers.CharField()
    label = serializers.CharField()
    kind = serializers.CharField()


class LineSerializer(serializers.Serializer):
    """A row of a statistic: its name, a number for each column but the first, and the list it is the length of."""

    label = serializers.CharField()
    cells = serializers.ListField(child=CellField())
    list = serializers.CharField()


class TableSerializer(serializers.Serializer):
    """A statistic. A count is a number; money, days and shares are text; so is what is not told (少于10、不公布)."""

    key = serializers.CharField()
    title = serializers.CharField()
    headline = serializers.CharField()
    definition = serializers.CharField()
    columns = ColumnSerializer(many=True)
    rows = LineSerializer(many=True)
    total = serializers.ListField(child=CellField())


class StatsSerializer(serializers.Serializer):
    """The headline figures of a place and a year; ``lists`` holds the address of the list each is the length of.

    ``tables`` are the statistics of the page, number for number, as they were counted at ``counted_at``.
    """

    area = serializers.CharField()
    year = serializers.IntegerField(allow_null=True)
    projects = serializers.IntegerField()
    micro_projects = serializers.IntegerField()
    self_chosen = serializers.IntegerField()
    leader_sponsored_inside = serializers.IntegerField()
    micro_done = serializers.IntegerField()
    micro_in_progress = serializers.IntegerField()
    overdue = serializers.IntegerField()
    planned_yuan = serializers.DecimalField(max_digits=16, decimal_places=2)
    paid_yuan = serializers.DecimalField(max_digits=16, decimal_places=2)
    villages_with_social_worker = serializers.IntegerField()
    villages = serializers.IntegerField()
    lists = serializers.DictField(child=serializers.CharField())
    counted_at = serializers.DateTimeField()
    tables = TableSerializer(many=True)


class StatsViewSet(viewsets.GenericViewSet):
    """GET stats/?area=CODE&year=2021: the figures of the home page, and the tables of the statistics page."""

    serializer_class, permission_classes = StatsSerializer, [Allowed]
    queryset = Project.objects.none()
    pagination_class, filter_backends = None, []
    KNOWN = frozenset({"area", "year", "format"})

    @extend_schema(
        parameters=[
            OpenApiParameter("area", OpenApiTypes.STR, description="12-digit code; the home area if left out"),
            OpenApiParameter("year", OpenApiTypes.INT, description="the latest year with a round if left out"),
        ],
        responses=StatsSerializer,
    )
    def list(self, request: Request) -> Response:
        asked = request.query_params
        if set(asked) - self.KNOWN or any(len(asked.getlist(name)) > 1 for name in asked):
            raise exceptions.ParseError
        area = get_object_or_404(Area, pk=asked.get("area") or settings.HOME_AREA)
        years = [each.year for each in figures.rounds_of(area)]
        year = _year(asked["year"]) if "year" in asked else max(years, default=None)
        found, told = figures.headline(area, year), statistics(Scope(area, year))
        more = {"counted_at": told.counted_at, "tables": [_table(table) for table in told.tables.values()]}
        return Response(StatsSerializer(_flat(found) | more).data)


def _year(text: str) -> int:
    if not (len(text) == 4 and text.isascii() and text.isdigit()):
        raise exceptions.ParseError
    return int(text)


def _flat(found: figures.Headline) -> dict[str, Any]:
    return {
        **found.counts,
        "area": found.area.code,
        "year": found.year,
        "planned_yuan": Decimal(found.planned_yuan),
        "paid_yuan": Decimal(found.paid_yuan),
        "villages_with_social_worker": found.villages_with_social_worker,
        "villages": found.villages,
        "lists": {name: f"/projects/?{query}" for name, query in found.lists.items()},
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        **{name: getattr(table, name) for name in ("key", "title", "headline", "definition")},
        "columns": [column._asdict() for column in table.columns],
        "rows": [{"label": row.label, "cells": table.plain(row.cells), "list": row.url} for row in table.rows],
        "total": table.plain(table.total) if table.has_total else [],
    }


ROUTES: tuple = (
    ("events", EventViewSet),
    ("notices", NoticeViewSet),
    ("objections", ObjectionViewSet),
    ("stats", StatsViewSet),
    *api_follows.ROUTES,
)
