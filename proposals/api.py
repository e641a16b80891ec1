"""Rounds and projects over the API: reading, proposing, seconding; the acts of intake are in api_intake.py."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from civic import limits
from civic.models import Area
from civic.models.record import Channel
from civic.moments import now
from civic.permissions import require
from civic.rest import Allowed, FilterSet
from civic.rules import RuleBroken
from civic.strict import Code, Phone, Strict, Truth, Whole, Words, Yuan, naming_the_field
from proposals import queries, rules
from proposals.api_intake import ROUTES as INTAKE_ROUTES
from proposals.api_intake import ScreenAct
from proposals.handling import handlers
from proposals.models import AssistedHow, Programme, Project, ProjectState, Round, WorkType
from proposals.permissions import capacities
from proposals.services import proposing, seconding
from proposals.services.proposing import Proposal, Resident


class PlaceSerializer(serializers.ModelSerializer):
    short_name = serializers.CharField(read_only=True)

    class Meta:
        model = Area
        fields = ["code", "name", "short_name"]


class RoundSerializer(serializers.ModelSerializer):
    """A round with its route and every rule, defaults filled in."""

    area = PlaceSerializer(read_only=True)
    rules = serializers.SerializerMethodField()
    received = serializers.IntegerField(read_only=True, help_text="how many projects it received")
    is_open = serializers.BooleanField(read_only=True)

    class Meta:
        model = Round
        fields = [
            "id",
            "name",
            "area",
            "year",
            "programme",
            "route",
            "rules",
            "rules_version",
            "opens_at",
            "closes_at",
            "is_open",
            "received",
            "mark",
        ]

    def get_rules(self, round: Round) -> dict[str, Any]:
        return round.terms.model_dump(mode="json")


class ProjectSerializer(serializers.ModelSerializer):
    """A project as everybody may read it: residents as 王**, people in office as 李*, no phone and no evidence."""

    url = serializers.CharField(source="get_absolute_url", read_only=True)
    area = PlaceSerializer(read_only=True)
    programme = serializers.CharField(source="round.programme", read_only=True)
    state_label = serializers.CharField(source="get_state_display", read_only=True)
    proposer = serializers.CharField(source="proposer_name", read_only=True)
    entered_by = serializers.CharField(source="helper_name", read_only=True, default=None)
    sponsor = serializers.CharField(source="sponsor.staff_name", read_only=True, default=None)
    estimate_yuan, reviewed_yuan, approved_yuan = (Yuan(read_only=True, allow_null=True) for _n in range(3))
    handler_unit = serializers.SerializerMethodField(
        help_text="who has it now, as its page says; empty where nobody has to act"
    )
    seconds = serializers.SerializerMethodField(help_text="people who share the wish; null while people vote")

    class Meta:
        model = Project
        fields = [
            "code",
            "url",
            "title",
            "area",
            "round",
            "programme",
            "category",
            "work_type",
            "origin",
            "state",
            "state_label",
            "state_since",
            "due_on",
            "limit_workdays",
            "handler_unit",
            "need",
            "plan",
            "place_text",
            "latitude",
            "longitude",
            "crs",
            "size_text",
            "beneficiaries",
            "estimate_yuan",
            "reviewed_yuan",
            "approved_yuan",
            "proposer",
            "entered_by",
            "channel",
            "sponsor",
            "seconds",
            "filed_at",
            "updated_at",
            "version",
            "mark",
        ]
        read_only_fields = fields

    def get_handler_unit(self, project: Project) -> str:
        return self.context["handlers"][project.pk]

    def get_seconds(self, project: Project) -> int | None:
        return self.context["seconds"][project.pk]


class ResidentSerializer(Strict):
    """For whom a worker enters a proposal; ``note`` says what shows that they agreed."""

    name = Words(max_length=40)
    phone = Phone(required=False, allow_blank=True, default="")
    how = serializers.ChoiceField(choices=AssistedHow.of_workers())
    note = Words(max_length=200)


class ProposeSerializer(Strict):
    """What a proposal needs: what, in which village, and where there; the rest may come later."""

    title = Words(min_length=rules.TITLE_LEAST, max_length=rules.TITLE_MOST)
    area = Code(slug_field="code", queryset=Area.objects.all())
    round = Whole(required=False, min_value=1, max_value=2**31 - 1, help_text="else the nearest open one")
    category = Words(required=False, allow_blank=True, max_length=80, default="")
    need = Words(required=False, allow_blank=True, max_length=1000, default="")
    plan = Words(required=False, allow_blank=True, max_length=2000, default="")
    work_type = serializers.ChoiceField(choices=WorkType.choices, required=False, default=WorkType.WORKS)
    place_text = Words(required=False, allow_blank=True, max_length=100, default="")
    latitude = serializers.DecimalField(
        9, 6, min_value=-90, max_value=90, required=False, allow_null=True, default=None
    )
    longitude = serializers.DecimalField(
        9, 6, min_value=-180, max_value=180, required=False, allow_null=True, default=None
    )
    beneficiaries = Words(required=False, allow_blank=True, max_length=100, default="")
    estimate_yuan = Yuan(required=False, allow_null=True, default=None)
    resident = ResidentSerializer(required=False, allow_null=True, default=None)
    for_unit = Truth(required=False, default=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        spots = [data["latitude"], data["longitude"]]
        if None in spots and (not data["place_text"] or spots != [None, None]):
            raise serializers.ValidationError({"place_text": [_("选一个位置，或写旁边有什么")]})
        if data["resident"] and data["for_unit"]:
            raise serializers.ValidationError({"for_unit": [_("替居民提和以单位名义提，只能选一个")]})
        return data


class WholeFilter(filters.Filter):
    """A whole number that a database can compare."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=2**31 - 1, **kwargs)


class AreaFilter(filters.Filter):
    """A place and everything inside it, by its 12-digit code."""

    field_class = forms.RegexField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, field_name="area__code", lookup_expr="startswith", regex=r"^[0-9]{12}\Z", **kwargs)

    def filter(self, found: QuerySet, code: str) -> QuerySet:
        return super().filter(found, queries.prefix_of(code) if code else code)


class RoundAreaFilter(AreaFilter):
    """The rounds a place takes part in (本级、上级), and those inside it."""

    def filter(self, found: QuerySet, code: str) -> QuerySet:
        if not code:
            return found
        return found.filter(Q(area__in=queries.line_of(code)) | queries.within([queries.prefix_of(code)]))


class RoundFilters(FilterSet):
    area = RoundAreaFilter()
    year = WholeFilter()
    programme = filters.ChoiceFilter(choices=Programme.choices)


class ProjectFilters(FilterSet):
    area = AreaFilter()
    category = filters.CharFilter(max_length=80)
    state = filters.ChoiceFilter(choices=[c for c in ProjectState.choices if c[0] != ProjectState.DRAFT])
    round = WholeFilter()
    year = WholeFilter(field_name="round__year")
    programme = filters.ChoiceFilter(field_name="round__programme", choices=Programme.choices)
    q = filters.CharFilter(
        method="words", max_length=100, label="words of the title, place, need or plan, or parts of a code"
    )
    ordering = filters.OrderingFilter(fields=["updated_at", "filed_at", "due_on", "estimate_yuan", "approved_yuan"])

    def words(self, found: QuerySet[Project], _name: str, value: str) -> QuerySet[Project]:
        return found.filter(queries.holding(queries.words_of(value)))


class RoundViewSet(ReadOnlyModelViewSet):
    """Rounds (轮次) with their rules."""

    serializer_class, permission_classes, filterset_class = RoundSerializer, [Allowed], RoundFilters
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Round]:
        return queries.rounds()


class ProjectViewSet(ScreenAct, ReadOnlyModelViewSet):
    """Projects (项目): what is filed is public; a proposal or an act needs a session."""

    serializer_class, permission_classes, filterset_class = ProjectSerializer, [Allowed], ProjectFilters
    lookup_field = "code"
    needs = {
        "create": "proposals.propose",
        "second": "proposals.second",
        "unsecond": "proposals.second",
        "screen": "proposals.screen",
    }

    def get_queryset(self) -> QuerySet[Project]:
        found = queries.visible_to(self.request.user).exclude(state=ProjectState.DRAFT)
        return found.select_related("area__parent", "entered_by", "sponsor")

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """Who has each of the shown rows, and their counts of 附议, come in one go."""
        rows = args[0] if args and kwargs.get("many") else args[:1]
        context = kwargs.setdefault("context", self.get_serializer_context())
        context |= {"handlers": handlers(rows), "seconds": queries.count_seconds(rows)}
        return super().get_serializer(*args, **kwargs)

    @extend_schema(
        request=ProposeSerializer,
        responses={201: ProjectSerializer},
        parameters=[OpenApiParameter("Idempotency-Key", UUID, OpenApiParameter.HEADER)],
    )
    def create(self, request: Request) -> Response:
        """提议. With the header Idempotency-Key (a UUID) the same request can be sent again and files once."""
        given = ProposeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with naming_the_field():
            project = _propose(request, dict(given.validated_data))
        project = self.get_queryset().get(pk=project.pk)
        headers = {"Location": f"{request.path}{project.code}/"}
        return Response(self.get_serializer(project).data, status=status.HTTP_201_CREATED, headers=headers)

    @extend_schema(request=None, responses=ProjectSerializer)
    @action(detail=True, methods=["post"])
    def second(self, request: Request, code: str) -> Response:
        """附议; twice is once."""
        project = self.get_object()
        limits.flag(request)
        seconding.second(project, by=request.user)
        return Response(self.get_serializer(project).data)

    @extend_schema(request=None, responses=ProjectSerializer)
    @action(detail=True, methods=["post"])
    def unsecond(self, request: Request, code: str) -> Response:
        """取消附议."""
        project = self.get_object()
        seconding.unsecond(project, by=request.user)
        return Response(self.get_serializer(project).data)


def _propose(request: Request, data: dict[str, Any]) -> Project:
    area, wanted, for_unit = data["area"], data.pop("round", None), data.pop("for_unit")
    resident = data.pop("resident")
    if resident:
        require(request.user, "proposals.propose_for", area)
    if for_unit:
        require(request.user, "proposals.propose_as_unit", area)
    acting_as = {"resident"} if resident else capacities(request.user, area, for_unit=for_unit)
    data["round"] = _round(wanted, area, acting_as)
    data["category"] = data["category"] or rules.category_unsaid(data["round"].terms)
    limits.PROPOSAL_IP.hit(limits.client_ip(request))
    return proposing.propose(
        Proposal(**data),
        by=request.user,
        key=idempotency_key(request),
        resident=Resident(**resident) if resident else None,
        for_unit=for_unit,
        channel=Channel.API,
    )


def _round(wanted: int | None, area: Area, acting_as: set[str]) -> Round:
    """The round asked for, whatever the service will say of it; else the nearest that takes it."""
    if wanted is not None:
        asked = queries.rounds().filter(pk=wanted).first()
        if asked is None:
            raise serializers.ValidationError({"round": [_("没有这一轮")]})
        return asked
    found = queries.nearest_round(queries.rounds_open(now()), area.code, acting_as)
    if found is None:
        raise RuleBroken(_("这个村居现在没有您可以提议的轮次"), code="no_round")
    return found


def idempotency_key(request: Request) -> UUID:
    try:
        return UUID(request.headers["Idempotency-Key"]) if "Idempotency-Key" in request.headers else uuid4()
    except ValueError:
        raise ParseError(_("Idempotency-Key 要是一个 UUID")) from None


ROUTES = (("rounds", RoundViewSet), ("projects", ProjectViewSet), *INTAKE_ROUTES)
