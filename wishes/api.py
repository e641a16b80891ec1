"""The board over the API: reading, reporting, joining, and what its reporter says of it."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from civic import limits
from civic.models import Area
from civic.models.record import Channel
from civic.rest import Allowed, FilterSet
from civic.strict import Code, PublicWords, Strict, naming_the_field
from proposals.api import AreaFilter, PlaceSerializer, idempotency_key
from wishes import queries, rules
from wishes.models import Demand, DemandState, Horizon
from wishes.services import answering, reporting
from wishes.services.reporting import Matter


class DemandSerializer(serializers.ModelSerializer):
    """A matter as everybody may read it: residents as 王**, people in office as 李*, no phone."""

    url = serializers.CharField(source="get_absolute_url", read_only=True)
    area = PlaceSerializer(read_only=True)
    state_label = serializers.CharField(source="get_state_display", read_only=True)
    horizon_label = serializers.CharField(source="get_horizon_display", read_only=True)
    handler = serializers.CharField(source="handler_name", read_only=True, help_text="empty before it is taken in")
    reporter = serializers.CharField(source="reporter.public_name", read_only=True)
    entered_by = serializers.CharField(source="helper_name", read_only=True, default=None)
    joins = serializers.IntegerField(source="joined", read_only=True, help_text="people who met with it too")
    project = serializers.CharField(source="project.code", read_only=True, default=None)

    class Meta:
        model = Demand
        fields = [
            "number",
            "url",
            "what",
            "place_text",
            "area",
            "state",
            "state_label",
            "state_since",
            "horizon",
            "horizon_label",
            "due_on",
            "first_due_on",
            "handler",
            "reporter",
            "entered_by",
            "channel",
            "joins",
            "town_at",
            "town_why",
            "solved_by",
            "reopen_until",
            "project",
            "filed_at",
            "updated_at",
            "mark",
        ]
        read_only_fields = fields


class NewDemandSerializer(Strict):
    """What a report needs: what, in which village, and where there."""

    what = PublicWords(min_length=rules.WHAT_LEAST, max_length=rules.WHAT_MOST)
    area = Code(slug_field="code", queryset=Area.objects.all())
    place_text = PublicWords(max_length=rules.PLACE_MOST)


class ReopenSerializer(Strict):
    """What is still wrong, if one likes to say."""

    words = PublicWords(required=False, allow_blank=True, max_length=rules.WORDS_MOST, default="")


class DemandFilters(FilterSet):
    area = AreaFilter()
    state = filters.ChoiceFilter(choices=DemandState.choices)
    horizon = filters.ChoiceFilter(choices=Horizon.choices)


class DemandViewSet(ReadOnlyModelViewSet):
    """Matters on the board (民声黑板); the record of one is at events/?project=NUMBER."""

    serializer_class, permission_classes, filterset_class = DemandSerializer, [Allowed], DemandFilters
    lookup_field = "number"
    needs = {
        "create": "wishes.report",
        "join": "wishes.join",
        "unjoin": "wishes.join",
        "confirm": "wishes.confirm",
        "reopen": "wishes.confirm",
    }

    def get_queryset(self) -> QuerySet[Demand]:
        return queries.public().order_by("-filed_at", "-pk")

    @extend_schema(
        request=NewDemandSerializer,
        responses={201: DemandSerializer},
        parameters=[OpenApiParameter("Idempotency-Key", UUID, OpenApiParameter.HEADER)],
    )
    def create(self, request: Request) -> Response:
        """报一件事. With the header Idempotency-Key (a UUID) the same request can be sent again and files once."""
        given = NewDemandSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        key = idempotency_key(request)
        reporting.REPORT_IP.hit(limits.client_ip(request))
        with naming_the_field():
            matter = Matter(**given.validated_data)
            demand = reporting.report(matter, by=request.user, key=key, channel=Channel.API)
        headers = {"Location": f"{request.path}{demand.number}/"}
        return Response(self._told(demand.number), status=status.HTTP_201_CREATED, headers=headers)

    @extend_schema(request=None, responses=DemandSerializer)
    @action(detail=True, methods=["post"])
    def join(self, request: Request, number: str) -> Response:
        """我也碰到; twice is once."""
        limits.flag(request)
        reporting.join(self.get_object(), by=request.user)
        return Response(self._told(number))

    @extend_schema(request=None, responses=DemandSerializer)
    @action(detail=True, methods=["post"])
    def unjoin(self, request: Request, number: str) -> Response:
        """撤回我也碰到."""
        reporting.unjoin(self.get_object(), by=request.user)
        return Response(self._told(number))

    @extend_schema(request=None, responses=DemandSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, number: str) -> Response:
        """解决了, by who reported it."""
        answering.confirm(self.get_object(), by=request.user)
        return Response(self._told(number))

    @extend_schema(request=ReopenSerializer, responses=DemandSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, number: str) -> Response:
        """还没有、重新打开, by who reported it; the clock starts anew."""
        demand = self.get_object()
        given = ReopenSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        answering.reopen(demand, by=request.user, **given.validated_data)
        return Response(self._told(number))

    def _told(self, number: str) -> Any:
        """The matter as it is now."""
        return self.get_serializer(get_object_or_404(self.get_queryset(), number=number)).data


ROUTES: tuple = (("demands", DemandViewSet),)
