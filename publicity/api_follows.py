"""One's own follows, reminders and messages over the API: GET and POST follows/, POST follows/CODE/stop/, the same of
followed-areas/ and reminders/; GET messages/, POST messages/ID/read/."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from civic.models import Area, Level, Person
from civic.permissions import require
from civic.rest import Allowed
from civic.strict import Strict
from proposals.models import Project
from proposals.queries import visible_to
from publicity.models import Follow, Message, OpeningWish, Topic, Why
from publicity.queries import inbox
from publicity.services import follows, messages, openings


class FollowSerializer(serializers.ModelSerializer):
    """One project that is followed, and where it stands."""

    project = serializers.SlugRelatedField[Project](slug_field="code", read_only=True)
    title = serializers.CharField(source="project.title", read_only=True)
    state = serializers.CharField(source="project.state", read_only=True)

    class Meta:
        model = Follow
        fields = ["project", "title", "state", "followed_at"]
        read_only_fields = fields


class NewFollowSerializer(Strict):
    project = serializers.SlugRelatedField[Project](slug_field="code", queryset=Project.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = self.context.get("request")
        if request is not None:
            self.fields["project"].queryset = visible_to(request.user)  # type: ignore[attr-defined]


class Signed(Allowed):
    """One's own things: nobody reads them without having signed in."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user.is_authenticated) and super().has_permission(request, view)


class FollowViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """What I follow (我关注的). POST follows a project, POST CODE/stop/ follows it no longer; twice is once."""

    serializer_class, permission_classes, lookup_field = FollowSerializer, [Signed], "project__code"
    lookup_url_kwarg, lookup_value_regex = "code", "[^/.]+"
    needs = {"create": "publicity.follow", "stop": "publicity.follow"}
    queryset = Follow.objects.none()

    def get_queryset(self) -> Any:
        user = self.request.user
        return inbox.followed_by(user) if user.is_authenticated else Follow.objects.none()

    @extend_schema(request=NewFollowSerializer, responses={201: FollowSerializer})
    def create(self, request: Request) -> Response:
        given = NewFollowSerializer(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        project = given.validated_data["project"]
        require(request.user, "publicity.follow", project)
        follows.follow(project, by=request.user)  # type: ignore[arg-type]
        followed = self.get_queryset().get(project=project)
        return Response(self.get_serializer(followed).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, code: str) -> Response:
        project = get_object_or_404(visible_to(request.user), code=code)
        require(request.user, "publicity.follow", project)
        follows.unfollow(project, by=request.user)  # type: ignore[arg-type]
        return Response(status=status.HTTP_204_NO_CONTENT)


class FollowedAreaSerializer(serializers.ModelSerializer):
    """One village that is followed."""

    area = serializers.CharField(source="area_id", read_only=True)
    name = serializers.CharField(source="area.short_name", read_only=True)

    class Meta:
        model = Follow
        fields = ["area", "name", "followed_at"]
        read_only_fields = fields


class ReminderSerializer(serializers.ModelSerializer):
    """One place whose next call or vote is waited for."""

    area = serializers.CharField(source="area_id", read_only=True)
    name = serializers.CharField(source="area.short_name", read_only=True)

    class Meta:
        model = OpeningWish
        fields = ["area", "name", "wished_at"]
        read_only_fields = fields


class NewFollowedAreaSerializer(Strict):
    area = serializers.PrimaryKeyRelatedField[Area](queryset=Area.objects.filter(level=Level.VILLAGE, is_zone=False))


class NewReminderSerializer(Strict):
    area = serializers.PrimaryKeyRelatedField[Area](queryset=Area.objects.all())


class OfPlaces(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """One's own wishes about places: POST makes one, POST CODE/stop/ takes it back; twice is once."""

    permission_classes, lookup_field = [Signed], "area"
    lookup_url_kwarg, lookup_value_regex = "code", "[0-9]{12}"
    needs = {"create": "publicity.follow", "stop": "publicity.follow"}
    asked: type[Strict]
    listed: Callable[[Person], QuerySet[Any]]
    keep: Callable[..., None]
    leave: Callable[..., bool]

    def get_queryset(self) -> Any:
        user = self.request.user
        return type(self).listed(user) if user.is_authenticated else self.queryset

    def _create(self, request: Request) -> Response:
        given = self.asked(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        area = given.validated_data["area"]
        require(request.user, "publicity.follow", area)
        type(self).keep(area, by=request.user)
        return Response(self.get_serializer(self.get_queryset().get(area=area)).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, code: str) -> Response:
        area = get_object_or_404(Area, pk=code)
        require(request.user, "publicity.follow", area)
        type(self).leave(area, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class FollowedAreaViewSet(OfPlaces):
    """The villages I follow (关注的村居). POST follows one, POST CODE/stop/ follows it no longer; twice is once."""

    serializer_class, queryset, asked = FollowedAreaSerializer, Follow.objects.none(), NewFollowedAreaSerializer
    listed, keep, leave = inbox.places_followed_by, follows.follow_place, follows.unfollow_place

    @extend_schema(request=NewFollowedAreaSerializer, responses={201: FollowedAreaSerializer})
    def create(self, request: Request) -> Response:
        return self._create(request)


class ReminderViewSet(OfPlaces):
    """Where I wait for the next call or vote (到时提醒我). POST waits for one, POST CODE/stop/ no longer; twice is once."""

    serializer_class, queryset, asked = ReminderSerializer, OpeningWish.objects.none(), NewReminderSerializer
    listed, keep, leave = inbox.openings_wished_by, openings.wish, openings.unwish

    @extend_schema(request=NewReminderSerializer, responses={201: ReminderSerializer})
    def create(self, request: Request) -> Response:
        return self._create(request)


class MessageSerializer(serializers.Serializer):
    """One message in public words: what happened, to what, and what comes next."""

    id = serializers.IntegerField(source="message.pk")
    at = serializers.DateTimeField(source="message.created_at")
    read_at = serializers.DateTimeField(source="message.read_at", allow_null=True)
    topic = serializers.ChoiceField(choices=Topic.choices, source="message.topic")
    why = serializers.ChoiceField(choices=Why.choices, source="message.why")
    event = serializers.IntegerField(source="message.event_id")
    project = serializers.CharField(source="code", help_text="empty for a poll or a call")
    title = serializers.CharField()
    text = serializers.CharField()
    reason = serializers.CharField()
    next = serializers.CharField()
    url = serializers.CharField()
    wrong = serializers.CharField(help_text="what the family did for the reader: how to take it back; else empty")
    mend_url = serializers.CharField()


class MessageViewSet(viewsets.GenericViewSet):
    """My inbox (我的消息), newest first; POST ID/read/ and read-all/ mark as read, twice is once."""

    serializer_class, permission_classes = MessageSerializer, [Signed]
    needs = {"read": "publicity.read_message", "read_all": "publicity.follow"}
    queryset = Message.objects.none()

    def get_queryset(self) -> Any:
        user = self.request.user
        return inbox.of_person(user) if user.is_authenticated else Message.objects.none()

    @extend_schema(responses=MessageSerializer(many=True))
    def list(self, request: Request) -> Response:
        found = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(inbox.letters(found), many=True).data)

    @extend_schema(request=None, responses=MessageSerializer)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: str) -> Response:
        message = self.get_object()
        messages.read(self.get_queryset().filter(pk=message.pk))
        return Response(self.get_serializer(inbox.letters([self.get_object()])[0]).data)

    @extend_schema(request=None, responses={204: None})
    @action(detail=False, methods=["post"], url_path="read-all")
    def read_all(self, request: Request) -> Response:
        messages.read(self.get_queryset())
        return Response(status=status.HTTP_204_NO_CONTENT)


ROUTES: tuple = (
    ("follows", FollowViewSet),
    ("followed-areas", FollowedAreaViewSet),
    ("reminders", ReminderViewSet),
    ("messages", MessageViewSet),
)
