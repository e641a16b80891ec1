"""Intake and pre-review over the API: POST projects/CODE/screen/, GET reviews/, POST reviews/ID/answer/."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from civic.fields import CENT
from civic.models.record import Channel
from civic.permissions import require
from civic.rest import Allowed
from civic.rules import RuleBroken
from civic.strict import Strict, Words, Yuan, naming_the_field
from proposals import queries, review_rules
from proposals.models import PreReview, Project, ReviewFinding, ScreeningOutcome
from proposals.rules import Answer, CostLine
from proposals.services import intake, merging, reviews

POINTS = [("yes", _("是")), ("no", _("否")), ("n/a", _("不涉及"))]


class ScreenSerializer(Strict):
    """What intake decides; each outcome needs its own fields, and the answer names the one that is missing."""

    outcome = serializers.ChoiceField(choices=ScreeningOutcome.choices)
    version = serializers.IntegerField(required=False, min_value=1, help_text="the version the decision was made for")
    note = Words(required=False, allow_blank=True, max_length=100, default="")
    reason = Words(required=False, allow_blank=True, max_length=500, default="")
    rule = Words(required=False, allow_blank=True, max_length=200, default="")
    items = serializers.ListField(child=Words(max_length=60), required=False, max_length=10, default=list)
    transfer_to = Words(required=False, allow_blank=True, max_length=80, default="")
    target = serializers.SlugRelatedField(slug_field="code", queryset=Project.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = self.context.get("request")
        if request is not None:
            self.fields["target"].queryset = queries.visible_to(request.user)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if data["outcome"] == ScreeningOutcome.MERGE and "target" not in data:
            raise serializers.ValidationError({"target": [_("请写并入哪个项目")]})
        return data


class CostSerializer(Strict):
    """One item of the cost (分项): what was asked for it, what the department makes of it; a change needs its reason."""

    item = Words(max_length=40)
    asked_yuan = Yuan()
    amount_yuan = Yuan(required=False, allow_null=True, default=None, help_text="left out: not changed")
    reason = Words(required=False, allow_blank=True, max_length=100, default="")

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        return data | {"amount_yuan": data["asked_yuan"] if data["amount_yuan"] is None else data["amount_yuan"]}


class AnswerSerializer(Strict):
    """A department's finding; ``checklist`` answers every point of the round's rules with yes, no or n/a.

    ``costs`` are the cost item by item; what was asked for adds up to what stood before, and their sum is the amount.
    """

    version = serializers.IntegerField(required=False, min_value=1)
    finding = serializers.ChoiceField(choices=ReviewFinding.choices)
    checklist = serializers.DictField(child=serializers.ChoiceField(choices=POINTS))
    amount_yuan = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=CENT, required=False, allow_null=True, default=None
    )
    amount_reason = Words(required=False, allow_blank=True, max_length=300, default="")
    costs = CostSerializer(many=True, required=False, max_length=review_rules.COST_ROWS, default=list)
    conditions = Words(required=False, allow_blank=True, max_length=1000, default="")
    reason = Words(required=False, allow_blank=True, max_length=1000, default="")
    rule = Words(required=False, allow_blank=True, max_length=200, default="")


class ReviewSerializer(serializers.ModelSerializer):
    """A department's task as its reviewers see it."""

    project = serializers.SlugRelatedField(slug_field="code", read_only=True)
    title = serializers.CharField(source="project.title", read_only=True)
    department = serializers.CharField(source="department.name", read_only=True, default=None)
    amount_yuan = serializers.DecimalField(max_digits=12, decimal_places=2, read_only=True)
    checklist_points = serializers.ListField(source="points", child=serializers.CharField(), read_only=True)

    class Meta:
        model = PreReview
        fields = [
            "id",
            "project",
            "title",
            "duty",
            "department",
            "attempt",
            "state",
            "due_on",
            "limit_workdays",
            "checklist_points",
            "checklist",
            "finding",
            "amount_yuan",
            "amount_reason",
            "costs",
            "conditions",
            "reason",
            "rule",
            "answered_at",
            "version",
        ]
        read_only_fields = fields


class ScreenAct:
    """The act of intake, for the projects' viewset; its ``needs`` names "screen": "proposals.screen"."""

    @extend_schema(request=ScreenSerializer)
    @action(detail=True, methods=["post"])
    def screen(self, request: Request, code: str) -> Response:
        """受理: accept, return, merge, decline or transfer a filed proposal."""
        project = self.get_object()  # type: ignore[attr-defined]
        given = ScreenSerializer(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        with naming_the_field():
            _screen(project, request, given.validated_data)
        project.refresh_from_db()
        return Response(self.get_serializer(project).data)  # type: ignore[attr-defined]


def _screen(project: Project, request: Request, data: dict[str, Any]) -> None:
    more = {"by": request.user, "version": data.get("version"), "channel": Channel.API}
    reason = data["reason"]
    match data["outcome"]:
        case ScreeningOutcome.ACCEPT:
            intake.accept(project, note=data["note"], **more)
        case ScreeningOutcome.RETURN:
            intake.send_back(project, items=data["items"], reason=reason, **more)
        case ScreeningOutcome.DECLINE:
            intake.decline(project, reason=reason, rule=data["rule"], **more)
        case ScreeningOutcome.TRANSFER:
            intake.transfer(project, to=data["transfer_to"], reason=reason, **more)
        case ScreeningOutcome.MERGE:
            require(request.user, "proposals.screen", data["target"])
            merging.propose(project, target=data["target"], reason=reason, **more)


class ReviewViewSet(ReadOnlyModelViewSet):
    """The reviewer's own queue; answering another department's task is refused (403)."""

    serializer_class, permission_classes = ReviewSerializer, [Allowed]
    needs = {"answer": "proposals.review"}

    def get_queryset(self) -> Any:
        if not self.request.user.is_authenticated:
            return PreReview.objects.none()
        if self.action == "answer":
            return PreReview.objects.select_related("project__area", "project__round", "department").order_by("id")
        return queries.reviews_for(self.request.user)

    @extend_schema(request=AnswerSerializer, responses=ReviewSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        """提交预审意见."""
        review = self.get_object()
        given = AnswerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = dict(given.validated_data)
        version, amount = data.pop("version", None), data["amount_yuan"]
        costs = tuple(CostLine(**line) for line in data["costs"])
        answer = Answer(**(data | {"amount_yuan": None if amount is None else Decimal(amount), "costs": costs}))
        with naming_the_field(), _naming_the_costs():
            review = reviews.answer(review, by=request.user, answer=answer, version=version, channel=Channel.API)
        return Response(self.get_serializer(review).data)


@contextmanager
def _naming_the_costs() -> Iterator[None]:
    """What a form says at one cell of its table of costs, the API says at ``costs``."""
    try:
        yield
    except RuleBroken as broken:
        if broken.field.startswith("cost_"):
            raise RuleBroken(broken.message, code=broken.code, field="costs") from None
        raise


ROUTES = (("reviews", ReviewViewSet),)
