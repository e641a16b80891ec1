"""Pools, approvals and acceptances over the API: GET pools/, approvals/, acceptances/; the acts take tokens of uploads/.

A project's approval is asked for with POST approvals/ and decided with POST approvals/ID/approve/ or …/return/ by
another person; POST acceptances/ takes a whole acceptance as it stands on paper.
"""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import exceptions, serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from civic import files, limits
from civic.models import Attachment
from civic.models.files import AttachmentKind
from civic.models.record import Channel
from civic.permissions import scopes
from civic.rest import Allowed, FilterSet
from civic.strict import Code, Strict, Truth, Words, Yuan, naming_the_field
from delivery import queries
from delivery.models import Acceptance, Approval, ApprovalState, ItemResult, Pool, SignRole, Source
from delivery.permissions import SEES_MONEY
from delivery.rules.acceptance import Measured
from delivery.services import acceptance, approvals
from proposals.models import Project
from proposals.queries import visible_to

DECIDED = [ApprovalState.APPROVED, ApprovalState.VOID]
OTHERS = [source for source in Source.values if source != Source.POOL]


class PoolSerializer(serializers.ModelSerializer):
    """A pool of money (资金池): its total, what is approved from it, what is left."""

    amount_yuan, committed_yuan, left_yuan = (Yuan(read_only=True) for _n in range(3))

    class Meta:
        model = Pool
        fields = ["id", "area", "round", "amount_yuan", "committed_yuan", "left_yuan"]
        read_only_fields = fields


class PoolViewSet(ReadOnlyModelViewSet):
    """Pools of money (资金池)."""

    serializer_class, permission_classes = PoolSerializer, [Allowed]
    filterset_fields = ["area", "round"]
    queryset = Pool.objects.select_related("area", "round").order_by("-round__year", "area", "id")
    lookup_value_converter = "int"


class Token(serializers.UUIDField):
    """One's own upload that no record has used yet, by its token."""

    default_error_messages = {"unknown": _("没有这个文件，或已经用过了")}

    def to_internal_value(self, data: Any) -> Attachment:
        token = super().to_internal_value(data)
        own = Attachment.objects.filter(uploaded_by=self.context["request"].user, is_used=False)
        mine = own.exclude(kind=AttachmentKind.VOICE).filter(token=token).first()
        if mine is None:
            self.fail("unknown")
        return mine

    def to_representation(self, value: Any) -> str:
        return str(value.token)


class OwnProjects:
    """A project one may see, named by its code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = self.context.get("request")  # type: ignore[attr-defined]
        if request is not None:
            self.fields["project"].queryset = visible_to(request.user)  # type: ignore[attr-defined]


class SubmitSerializer(OwnProjects, Strict):
    """A request for money: the amount, the minutes it rests on, and what other sources pay."""

    project = Code(slug_field="code", queryset=Project.objects.none())
    amount_yuan = Yuan()
    reason = Words(required=False, allow_blank=True, max_length=300, default="")
    minutes_no = Words(max_length=60)
    minutes = Token(help_text="token of an upload")
    sources = serializers.DictField(child=Yuan(), required=False, default=dict, help_text="; ".join(OTHERS))
    skip_reason = Words(required=False, allow_blank=True, max_length=300, default="")

    def validate_sources(self, sources: dict[str, Any]) -> dict[str, Any]:
        if unknown := set(sources) - set(OTHERS):
            raise serializers.ValidationError({name[:40]: [_("没有这个来源")] for name in unknown})
        return sources


class ReturnSerializer(Strict):
    reason = Words(max_length=500)


class ApprovalSerializer(serializers.ModelSerializer):
    """A request for money and its answer (审批); people by unit and masked name stand in the project's events."""

    project = serializers.SlugRelatedField(slug_field="code", read_only=True)
    requested_yuan, amount_yuan, pool_yuan = (Yuan(read_only=True) for _n in range(3))
    minutes = serializers.UUIDField(source="minutes.token", read_only=True)
    sources = serializers.SerializerMethodField()

    class Meta:
        model = Approval
        fields = [
            "id",
            "project",
            "pool",
            "state",
            "requested_yuan",
            "amount_yuan",
            "pool_yuan",
            "sources",
            "reason",
            "skip_reason",
            "approver_role",
            "minutes_no",
            "minutes",
            "submitted_at",
            "decided_at",
            "answer",
        ]
        read_only_fields = fields

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string", "format": "decimal"}})
    def get_sources(self, approval: Approval) -> dict[str, str]:
        return {source.kind: f"{source.amount_yuan:.2f}" for source in approval.sources.all()}


class ApprovalFilters(FilterSet):
    project = filters.CharFilter(field_name="project__code", max_length=20)
    state = filters.ChoiceFilter(choices=ApprovalState.choices)


class ApprovalViewSet(ReadOnlyModelViewSet):
    """Approvals (审批): decided ones are public, those under way are for the offices concerned."""

    serializer_class, permission_classes, filterset_class = ApprovalSerializer, [Allowed], ApprovalFilters
    lookup_value_converter = "int"
    needs = {"create": "delivery.submit_approval", "approve": "delivery.approve", "send_back": "delivery.approve"}

    def get_queryset(self) -> QuerySet[Approval]:
        own = queries.within(scopes(self.request.user, SEES_MONEY), "project__area__code")
        found = Approval.objects.filter(Q(state__in=DECIDED) | own)
        return found.select_related("project__area", "minutes").prefetch_related("sources").order_by("-id")

    @extend_schema(request=SubmitSerializer, responses={201: ApprovalSerializer})
    def create(self, request: Request) -> Response:
        """提交审批: ask the second person for an amount."""
        given = SubmitSerializer(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        data = dict(given.validated_data)
        project = data.pop("project")
        self.check_object_permissions(request, project)
        with naming_the_field():
            approval = approvals.submit(project, by=request.user, channel=Channel.API, **data)
        return Response(self._shown(approval.pk), status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=ApprovalSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: int) -> Response:
        """批准, by another person than who submitted."""
        approval = self.get_object()
        approvals.approve(approval, by=request.user, channel=Channel.API)
        return Response(self._shown(approval.pk))

    @extend_schema(request=ReturnSerializer, responses=ApprovalSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request: Request, pk: int) -> Response:
        """退回经办, with a reason."""
        approval = self.get_object()
        given = ReturnSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        approvals.send_back(approval, by=request.user, channel=Channel.API, **given.validated_data)
        return Response(self._shown(approval.pk))

    def _shown(self, pk: int) -> dict[str, Any]:
        return self.get_serializer(self.get_queryset().get(pk=pk)).data


class MeasuredSerializer(Strict):
    """One measured item; only what does not apply (n_a) goes without measure and photo."""

    name = Words(max_length=40)
    unit = Words(max_length=8)
    contract_quantity = serializers.DecimalField(10, 2, min_value=0)
    measured = serializers.DecimalField(10, 2, min_value=0, required=False, allow_null=True, default=None)
    result = serializers.ChoiceField(choices=ItemResult.choices)
    note = Words(required=False, allow_blank=True, max_length=100, default="")
    photo = Token(required=False, allow_null=True, default=None, help_text="token of an upload")

    def validate_contract_quantity(self, quantity: Any) -> Any:
        if not quantity:
            raise serializers.ValidationError(_("合同数量要大于0"))
        return quantity


class SignatureSerializer(Strict):
    """A signature the sender witnessed (with ``name``), or the sender's own (without)."""

    role = serializers.ChoiceField(choices=SignRole.choices)
    name = Words(required=False, allow_blank=True, max_length=40, default="")
    agrees = Truth()
    dissent = Words(required=False, allow_blank=True, max_length=200, default="")
    paper = Token(required=False, allow_null=True, default=None, help_text="token of an upload")


class AcceptSerializer(OwnProjects, Strict):
    """A whole acceptance as it stands on the paper form."""

    project = Code(slug_field="code", queryset=Project.objects.none())
    held_on = serializers.DateField()
    items = MeasuredSerializer(many=True, allow_empty=False, max_length=12)
    signatures = SignatureSerializer(many=True, max_length=20)
    note = Words(required=False, allow_blank=True, max_length=300, default="")


class HeldItemSerializer(serializers.Serializer):
    name, unit, result, note = (serializers.CharField(read_only=True) for _n in range(4))
    contract_quantity = serializers.DecimalField(10, 2, read_only=True)
    measured = serializers.DecimalField(10, 2, read_only=True, allow_null=True)
    photo = serializers.UUIDField(source="photo.token", read_only=True, default=None)


class HeldSignatureSerializer(serializers.Serializer):
    """A signature without the name: that is said, masked, on the project's page."""

    role, dissent = (serializers.CharField(read_only=True) for _n in range(2))
    agrees = serializers.BooleanField(read_only=True)
    signed_at = serializers.DateTimeField(read_only=True)


class AcceptanceSerializer(serializers.ModelSerializer):
    """One concluded attempt at acceptance (验收)."""

    project = serializers.SlugRelatedField(slug_field="code", read_only=True)
    items = HeldItemSerializer(many=True, read_only=True)
    signatures = HeldSignatureSerializer(many=True, read_only=True)

    class Meta:
        model = Acceptance
        fields = ["id", "project", "attempt", "held_on", "conclusion", "concluded_at", "note", "items", "signatures"]
        read_only_fields = fields


class AcceptanceFilters(FilterSet):
    project = filters.CharFilter(field_name="project__code", max_length=20)


class AcceptanceViewSet(ReadOnlyModelViewSet):
    """Acceptances (验收) with their conclusion."""

    serializer_class, permission_classes, filterset_class = AcceptanceSerializer, [Allowed], AcceptanceFilters
    lookup_value_converter = "int"
    needs = {"create": "delivery.accept"}

    def get_queryset(self) -> QuerySet[Acceptance]:
        return queries.concluded()

    @extend_schema(request=AcceptSerializer, responses={201: AcceptanceSerializer})
    def create(self, request: Request) -> Response:
        """验收: items, signatures and conclusion in one; failed items become what is to be put right."""
        given = AcceptSerializer(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        data = dict(given.validated_data)
        project = data.pop("project")
        self.check_object_permissions(request, project)
        items = [Measured(**item) for item in data.pop("items")]
        with naming_the_field():
            acceptance.hold(project, by=request.user, items=items, channel=Channel.API, **data)
        held = self.get_queryset().filter(project=project).first()
        return Response(self.get_serializer(held).data, status=status.HTTP_201_CREATED)


class Refused(exceptions.APIException):
    """A file we do not take: 413 too big, 415 of another kind, 400 empty."""

    def __init__(self, error: files.FileRejected) -> None:
        self.status_code = {"file_too_big": 413, "file_type": 415}.get(error.code, 400)
        super().__init__(str(error), code=error.code)


class UploadSerializer(serializers.Serializer):
    file = serializers.FileField(write_only=True)
    token = serializers.UUIDField(read_only=True)
    kind = serializers.CharField(read_only=True)


class UploadViewSet(GenericViewSet):
    """Files for an act (材料): private until a record uses them, forgotten after two days."""

    serializer_class, permission_classes, parser_classes = UploadSerializer, [Allowed], [MultiPartParser]
    queryset = Attachment.objects.none()
    filter_backends: list[Any] = []
    needs = {"create": "civic.desk"}

    @extend_schema(request={"multipart/form-data": UploadSerializer}, responses={201: UploadSerializer})
    def create(self, request: Request) -> Response:
        """Take one photo or PDF in; the answer's token names it in an act."""
        self.check_object_permissions(request, request.user)
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        limits.UPLOAD_ACCOUNT.hit(request.user.pk)
        limits.UPLOAD_IP.hit(limits.client_ip(request))
        try:
            kept = files.keep(given.validated_data["file"], by=request.user)
        except files.FileRejected as error:
            raise Refused(error) from None
        return Response(self.get_serializer(kept).data, status=status.HTTP_201_CREATED)


ROUTES = (
    ("pools", PoolViewSet),
    ("approvals", ApprovalViewSet),
    ("acceptances", AcceptanceViewSet),
    ("uploads", UploadViewSet),
)
