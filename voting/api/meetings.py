"""Meetings over the API: what is public, counts only after the close, and the vote through the same service."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from civic.models.record import Channel
from civic.rest import Allowed, FilterSet
from voting import queries
from voting.models import AgendaItem, Choice, Meeting, MeetingState, MinutesCorrection, Undertaking
from voting.services import ballots


class ItemSerializer(serializers.ModelSerializer):
    """An agenda item. Counts, outcome and the figures of the rule are null or empty until the chair closes it."""

    project = serializers.SlugRelatedField(slug_field="code", read_only=True)
    title = serializers.CharField(source="project.title", read_only=True)

    class Meta:
        model = AgendaItem
        fields = [
            "order",
            "project",
            "title",
            "state",
            "ballot",
            "outcome",
            "reason",
            "counted_from",
            "present_count",
            "recused_count",
            "votes_for",
            "votes_against",
            "votes_abstain",
            "base_count",
            "needed_count",
        ]
        read_only_fields = fields


class MinutesCorrectionSerializer(serializers.ModelSerializer):
    """What closed minutes say wrongly and what is right (更正); ``item`` is null where it is of the whole meeting."""

    item = serializers.IntegerField(source="item.order", read_only=True, default=None, allow_null=True)
    at = serializers.DateTimeField(source="made_at", read_only=True)

    class Meta:
        model = MinutesCorrection
        fields = ["item", "recorded", "right", "reason", "at"]
        read_only_fields = fields


class UndertakingSerializer(serializers.ModelSerializer):
    """What the meeting settled that somebody shall do (议定事项): what, by when, what became of it; not who."""

    item = serializers.IntegerField(source="item.order", read_only=True, default=None, allow_null=True)
    settled_on = serializers.SerializerMethodField()

    class Meta:
        model = Undertaking
        fields = ["id", "item", "text", "due_on", "state", "outcome", "settled_on"]
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.DATE)
    def get_settled_on(self, one: Undertaking) -> str | None:
        return localdate(one.settled_at).isoformat() if one.settled_at else None


class MeetingSerializer(serializers.ModelSerializer):
    """A meeting in public: no names."""

    area = serializers.CharField(source="assembly.area_id", read_only=True)
    assembly = serializers.CharField(source="assembly.name", read_only=True)
    quorum_share = serializers.CharField(source="quorum_share_text", read_only=True)
    pass_share = serializers.CharField(source="pass_share_text", read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)
    minutes_confirmed = serializers.SerializerMethodField()
    items = ItemSerializer(many=True, read_only=True)
    corrections = MinutesCorrectionSerializer(many=True, read_only=True)
    undertakings = UndertakingSerializer(many=True, read_only=True)

    class Meta:
        model = Meeting
        fields = [
            "id",
            "url",
            "area",
            "assembly",
            "round",
            "state",
            "attempt",
            "reconvenes",
            "place",
            "starts_at",
            "notice_at",
            "vote_form",
            "quorum_share",
            "pass_share",
            "pass_base",
            "prior_body",
            "prior_on",
            "due_count",
            "present_count",
            "minutes_confirmed",
            "items",
            "closing",
            "corrections",
            "undertakings",
        ]
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.BOOL)
    def get_minutes_confirmed(self, meeting: Meeting) -> bool:
        return meeting.state == MeetingState.CONFIRMED


class VoteSerializer(serializers.Serializer):
    choice = serializers.ChoiceField(
        choices=Choice.choices,
        error_messages={"invalid_choice": _("请选赞成、反对或弃权"), "required": _("请选赞成、反对或弃权")},
    )
    ballot = serializers.IntegerField(required=False, min_value=1, max_value=9999)


class MeetingFilter(FilterSet):
    area = filters.CharFilter(field_name="assembly__area_id", lookup_expr="exact")
    state = filters.ChoiceFilter(choices=MeetingState.choices)

    class Meta:
        model = Meeting
        fields = ["area", "state", "round"]


class MeetingViewSet(ReadOnlyModelViewSet):
    serializer_class, permission_classes = MeetingSerializer, [Allowed]
    filterset_class = MeetingFilter
    needs = {"vote": "voting.vote"}

    def get_queryset(self) -> Any:
        return queries.for_api()

    @extend_schema(
        request=VoteSerializer,
        responses={204: None},
        parameters=[OpenApiParameter("order", OpenApiTypes.INT, OpenApiParameter.PATH)],
    )
    @action(detail=True, methods=["post"], url_path=r"items/(?P<order>[0-9]{1,4})/vote")
    def vote(self, request: Request, pk: str, order: str) -> Response:
        """Cast a vote on an open item; a secret one cannot be changed."""
        found = get_object_or_404(self.get_queryset(), pk=pk)
        item = get_object_or_404(found.items.select_related("project", "meeting__assembly"), order=order)
        given = VoteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        ballots.cast(item, by=request.user, channel=Channel.API, **given.validated_data)
        return Response(status=204)
