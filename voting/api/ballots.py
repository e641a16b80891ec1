"""A voter's own ballot over the API: cast, change, read, and the public look for a receipt.

A call may be sent again. The ballot itself makes it so: the same choices are the same ballot with the same receipt,
and a change names the version it replaces, so a repeated or overtaken change puts nothing in. With an Idempotency-Key
the repeated call gets the very same answer. Nothing of the key is kept beside the voter: the standing ballot's random
bytes are made from it (voting.receipts.marked), so it is known for as long as that ballot stands.
"""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import exceptions, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from civic.limits import outside_ip
from civic.middleware import current_request_id
from civic.models import Person
from civic.permissions import allowed
from civic.rules import PhoneNotProved, RuleBroken
from civic.strict import Strict, Whole, naming_the_field
from voting import pace, papers, styles
from voting.models import Poll, PollState
from voting.models.urn import BallotChannel
from voting.services import own_ballots, reminders, urn


class NotOnTheRoll(exceptions.PermissionDenied):
    """403 in the page's own words, the same for everybody who asks."""

    default_code, default_detail = "not_on_the_roll", gettext_lazy("名册里没找到您，请社工核对")


class LetInByWorker(exceptions.PermissionDenied):
    """403 where a worker's word opened the session (社工帮我登录); ``detail`` names the ways that stay open."""

    default_code = "phone_not_proved"


@extend_schema_field({"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}})
class Choices(serializers.Field):
    """Project code → 1, points, place from 1, or 1 for and 0 against; which of them hold, the urn's rule says."""

    default_error_messages = {"invalid": gettext_lazy("写成每个项目的编号和一个整数")}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("invalid")
        return dict(data)

    def to_representation(self, value: dict[str, int]) -> dict[str, int]:
        return value


class CastSerializer(Strict):
    """A ballot; a change names in ``replaces`` the version it takes the place of."""

    choices = Choices()
    replaces = Whole(required=False, allow_null=True, default=None, min_value=1, max_value=2**31 - 1)


class BallotReceiptSerializer(serializers.Serializer):
    """What a voter keeps (回执): it shows that a ballot counts and never what it says."""

    version = serializers.IntegerField()
    code = serializers.CharField(help_text="the short form, as on the receipt's page")
    commitment = serializers.CharField(help_text="what will stand in the poll's log")
    signature = serializers.CharField(help_text="Ed25519 over the commitment, in Base64")


class StandingSerializer(serializers.Serializer):
    """Whether the voter's ballot stands, through which channel; both null where she has none."""

    channel = serializers.ChoiceField(choices=BallotChannel.choices, allow_null=True)
    receipt = BallotReceiptSerializer(allow_null=True)


class ShownSerializer(StandingSerializer):
    choices = Choices(allow_null=True, help_text="null where she has no ballot")


class AlreadyCastSerializer(serializers.Serializer):
    """Another ballot of the same voter stands, under this receipt."""

    code = serializers.CharField()
    detail = serializers.CharField()
    request_id = serializers.CharField()
    standing = BallotReceiptSerializer(help_text="only where another ballot stands", required=False)


class LookSerializer(serializers.Serializer):
    """Where a receipt's ballot is. Its place and whether it counts are told with the published result."""

    is_in_log = serializers.BooleanField(help_text="false: it waits for its batch, an hour or longer")
    commitment = serializers.CharField(allow_null=True)
    is_counted = serializers.BooleanField(allow_null=True, help_text="false: the voter cast another one later")
    position = serializers.IntegerField(allow_null=True)
    size = serializers.IntegerField(allow_null=True, help_text="entries under the last signed checkpoint")
    path = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="hashes from the entry to the checkpoint (RFC 6962)"
    )


class BallotActs:
    """What hangs on a poll's address and is about one ballot."""

    needs = dict.fromkeys(("cast", "show", "remind", "stop_reminder"), "voting.cast")
    get_object: Any

    marks_nobody = True

    @extend_schema(responses=StandingSerializer)
    @action(detail=True, methods=["get"])
    def ballot(self, request: Request, pk: str) -> Response:
        """The reader's own ballot (我的选票): whether it stands and under which receipt, not what it says."""
        return Response(StandingSerializer(_told(_own(self.get_object(), request))).data)

    @extend_schema(
        request=CastSerializer,
        responses={
            201: BallotReceiptSerializer,
            200: OpenApiResponse(BallotReceiptSerializer, description="the same ballot stood already"),
            409: AlreadyCastSerializer,
        },
        parameters=[OpenApiParameter("Idempotency-Key", UUID, OpenApiParameter.HEADER)],
    )
    @ballot.mapping.post
    def cast(self, request: Request, pk: str) -> Response:
        """投票、更改投票. The same ballot again is 200 with the same receipt; with the same Idempotency-Key, 201."""
        poll = int(pk)
        if styles.fixed(poll) is None:  # what has a box is shown
            get_object_or_404(papers.shown(), pk=poll)
        given = CastSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        pace.from_address(outside_ip(request))
        try:
            with naming_the_field():
                taken = own_ballots.take(poll, by=request.user, key=_key(request), **given.validated_data)
        except urn.AlreadyCast as refused:
            return _another_stands(refused)
        except PhoneNotProved as refused:
            raise LetInByWorker(refused.message) from None
        except RuleBroken as broken:
            if broken.code == NotOnTheRoll.default_code:
                raise NotOnTheRoll from None
            raise
        code = status.HTTP_201_CREATED if taken.is_new else status.HTTP_200_OK
        return Response(BallotReceiptSerializer(taken.receipt).data, status=code)

    @extend_schema(request=None, responses=ShownSerializer)
    @action(detail=True, methods=["post"], url_path="ballot/show")
    def show(self, request: Request, pk: str) -> Response:
        """What the voter's own ballot says; only asked for by POST, so that no link and no reload shows it."""
        poll = get_object_or_404(papers.shown(), pk=pk)
        own = _own(poll, request)
        choices = own_ballots.shown(poll.pk, by=request.user) if own else None
        return Response(ShownSerializer(_told(own) | {"choices": choices}).data)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def remind(self, request: Request, pk: str) -> Response:
        """到时提醒我: one message a day before the close, if she has not voted by then; twice is once."""
        poll = get_object_or_404(papers.shown(), pk=pk)
        reminders.wish(poll, by=_voter(poll, request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"], url_path="remind/stop")
    def stop_reminder(self, request: Request, pk: str) -> Response:
        """不用提醒了; twice is once."""
        poll = get_object_or_404(papers.shown(), pk=pk)
        reminders.unwish(poll, by=_voter(poll, request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        responses=LookSerializer,
        parameters=[OpenApiParameter("code", OpenApiTypes.STR, OpenApiParameter.PATH)],
    )
    @action(detail=True, methods=["get"], url_path=r"receipt/(?P<code>[0-9A-Za-z-]{6,64})")
    def receipt(self, request: Request, pk: str, code: str) -> Response:
        """Whether a receipt, by its short form or whole commitment, is in the log (核对回执); never what it says."""
        poll = self.get_object()
        entry = urn.entry_of(poll.pk, code)
        if entry is None:
            raise Http404
        return Response(LookSerializer(_look(poll, entry)).data)


def _own(poll: Poll, request: Request) -> urn.Standing | None:
    """The reader's standing ballot, asked of the urn."""
    voter = _voter(poll, request)
    return urn.standing(poll.pk, voter.pk) if styles.fixed(poll.pk) else None


def _voter(poll: Poll, request: Request) -> Person:
    """Who asks. Refuses whoever is not on the roll, or was let in by a worker."""
    if not request.user.is_authenticated:
        raise exceptions.NotAuthenticated
    try:
        own_ballots.check_own(request.user)
    except PhoneNotProved as refused:
        raise LetInByWorker(refused.message) from None
    if not allowed(request.user, "voting.cast", poll):
        raise NotOnTheRoll
    return request.user


def _told(standing: urn.Standing | None) -> dict[str, Any]:
    return {"channel": standing and standing.channel, "receipt": standing and standing.receipt}


def _look(poll: Poll, entry: urn.Entry) -> dict[str, Any]:
    """What is told of a receipt: its place in the log would count the ballots before it, so it waits for the result."""
    told: dict[str, Any] = dict.fromkeys(("commitment", "is_counted", "position", "size", "path"))
    told["is_in_log"] = entry.is_in_log
    proof = urn.inclusion(poll.pk, entry.commitment) if poll.state == PollState.PUBLISHED else None
    if proof is None:
        return told
    return told | asdict(proof) | {"commitment": entry.commitment, "is_counted": urn.counts(poll.pk, entry.commitment)}


def _another_stands(refused: urn.AlreadyCast) -> Response:
    """409 with the receipt of what stands, in the API's own shape of an error."""
    body = {
        "code": refused.code,
        "detail": refused.message,
        "request_id": current_request_id.get(),
        "standing": BallotReceiptSerializer(refused.receipt).data,
    }
    return Response(body, status=status.HTTP_409_CONFLICT)


def _key(request: Request) -> str:
    """The key of a repeatable call in its one spelling; empty without one."""
    given = request.headers.get("Idempotency-Key")
    try:
        return "" if given is None else str(UUID(given))
    except ValueError:
        raise exceptions.ParseError(_("Idempotency-Key 要是一个 UUID")) from None
