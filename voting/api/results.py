"""What a poll came to, over the API: the table with its reasons, how it was counted, the log; once it is published."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from civic.moments import now
from civic.rules import RuleBroken
from civic.strict import Yuan
from voting import papers, result_queries, result_words
from voting.models import BallotMethod, LineOutcome, LineReason, Poll, PollState, Result, ResultLine
from voting.poll_count import lots
from voting.services import urn


class ResultLineSerializer(serializers.ModelSerializer):
    """What became of one project, with the sentence that says why and, where it is simple, what was missing."""

    project = serializers.CharField(source="project.code", read_only=True)
    title = serializers.CharField(source="project.title", read_only=True)
    cost_yuan = Yuan(read_only=True, allow_null=True)
    outcome = serializers.ChoiceField(choices=LineOutcome.choices, read_only=True)
    reason = serializers.ChoiceField(choices=LineReason.choices, read_only=True)
    sentence = serializers.SerializerMethodField()
    what_would_change = serializers.SerializerMethodField(help_text="empty where nothing so simple can be said")

    class Meta:
        model = ResultLine
        fields = [
            "position",
            "rank",
            "project",
            "title",
            "score",
            "votes",
            "cost_yuan",
            "outcome",
            "reason",
            "sentence",
            "what_would_change",
        ]
        read_only_fields = fields

    def get_sentence(self, line: ResultLine) -> str:
        return result_words.sentence(line, self.context["method"])

    def get_what_would_change(self, line: ResultLine) -> str:
        return "" if line.outcome == LineOutcome.WON else result_words.what_would_change(line)


class ChannelSerializer(serializers.Serializer):
    names = serializers.CharField(help_text="small groups stand together, so that they tell of nobody")
    voters = serializers.IntegerField()


class LotSerializer(serializers.Serializer):
    project = serializers.CharField()
    lot = serializers.CharField()


class DrawSerializer(serializers.Serializer):
    """The public draw: the seed was committed to before the opening, every lot follows from it."""

    seed_commitment = serializers.CharField()
    seed = serializers.CharField()
    lots = LotSerializer(many=True)


class ResultFilesSerializer(serializers.Serializer):
    """What anyone needs to count again."""

    page = serializers.CharField()
    ballots_file = serializers.CharField(allow_null=True, help_text="null where ballots stay sealed")
    rule_file = serializers.CharField()
    log_file = serializers.CharField()


class ResultSerializer(serializers.Serializer):
    """A published result. ``rule_hash`` differs from ``ballot_rule_hash`` where projects were withdrawn meanwhile."""

    poll = serializers.IntegerField(source="poll_id")
    closed_at = serializers.DateTimeField(source="poll.closed_at")
    roll_size = serializers.IntegerField(source="poll.roll_size")
    voters = serializers.IntegerField()
    channels = serializers.SerializerMethodField()
    budget_yuan = Yuan(source="poll.budget_yuan", allow_null=True)
    cost_yuan = Yuan(help_text="what the winners cost together")
    lines = serializers.SerializerMethodField(help_text="winners first, then by rank")
    method = serializers.SerializerMethodField(help_text="how it was counted, in sentences")
    rule_record = serializers.JSONField()
    rule_hash = serializers.CharField()
    ballot_rule_hash = serializers.CharField(source="poll.rule_hash")
    ties = serializers.SerializerMethodField(help_text="every tie that was met, in a sentence")
    draw = serializers.SerializerMethodField(help_text="null where each item was voted on by itself")
    ballots_hash = serializers.CharField(help_text="SHA-256 of the file of ballots; empty where they stay sealed")
    outcome_hash = serializers.CharField()
    files = serializers.SerializerMethodField()

    @extend_schema_field(ChannelSerializer(many=True))
    def get_channels(self, result: Result) -> list[dict[str, Any]]:
        return [{"names": names, "voters": many} for names, many in result_words.channels(result)]

    @extend_schema_field(ResultLineSerializer(many=True))
    def get_lines(self, result: Result) -> Any:
        lines = self.context["lines"]
        return ResultLineSerializer(lines, many=True, context={"method": result.poll.method}).data

    def get_method(self, result: Result) -> list[str]:
        return result_words.method(result)

    def get_ties(self, result: Result) -> list[str]:
        return [result_words.tie(tie, self._titles()) for tie in result.ties]

    @extend_schema_field(DrawSerializer(allow_null=True))
    def get_draw(self, result: Result) -> dict[str, Any] | None:
        poll = result.poll
        if poll.method == BallotMethod.YES_NO:
            return None
        drawn = [{"project": code, "lot": lot} for code, lot in lots(self._titles(), poll.seed).items()]
        return {"seed_commitment": poll.seed_commitment, "seed": poll.seed, "lots": drawn}

    @extend_schema_field(ResultFilesSerializer)
    def get_files(self, result: Result) -> dict[str, str | None]:
        named = {name: reverse(f"voting:{name}", args=[result.poll_id]) for name in ("rule_file", "log_file")}
        file = reverse("voting:ballots_file", args=[result.poll_id]) if result.ballots_hash else None
        return {"page": reverse("voting:results", args=[result.poll_id]), "ballots_file": file} | named

    def _titles(self) -> dict[str, str]:
        return {line.project.code or "": line.project.title for line in self.context["lines"]}


class OpeningSerializer(serializers.Serializer):
    """One voter's chain of commitments under a random tag; the last one counts. Sealed: choices and nonce are null."""

    tag = serializers.CharField()
    commitments = serializers.ListField(child=serializers.CharField())
    choices = serializers.DictField(child=serializers.IntegerField(), allow_null=True)
    nonce = serializers.CharField(allow_null=True)


class LogSerializer(serializers.Serializer):
    """The public log: entries byte for byte as they are hashed, a signed checkpoint (C2SP) after every batch."""

    poll = serializers.IntegerField()
    leaves = serializers.ListField(child=serializers.CharField())
    checkpoints = serializers.ListField(child=serializers.CharField())
    openings = OpeningSerializer(many=True, required=False)


class ResultActs:
    """What hangs on a poll's address once its result is published."""

    get_object: Any

    @extend_schema(responses=ResultSerializer)
    @action(detail=True, methods=["get"])
    def results(self, request: Request, pk: str) -> Response:
        """The published result (投票结果); before, 409 says when it comes."""
        poll = _published(self.get_object())
        result = result_queries.result_of(poll)
        lines = list(result_queries.result_lines(result))
        return Response(ResultSerializer(result, context={"lines": lines}).data)

    @extend_schema(responses=LogSerializer)
    @action(detail=True, methods=["get"])
    def log(self, request: Request, pk: str) -> Response:
        """The public log (投票日志), published with the result: before, its length would tell how many voted."""
        return Response(urn.public_log(_published(self.get_object()).pk))


def _published(poll: Poll) -> Poll:
    """The poll, if its result is public. RuleBroken says what the page says instead."""
    if poll.state == PollState.PUBLISHED:
        return poll
    raise RuleBroken(_why_not_yet(poll), code="not_published")


def _why_not_yet(poll: Poll) -> str:
    phase = papers.phase(poll, now())
    if phase == "cancelled":
        return _("这次投票取消了，选票不计。")
    until = poll.closed_at or poll.closes_at
    told = {"until": date_format(timezone.localtime(until), "DATETIME_FORMAT") if until else ""}
    if phase == "closed":
        return _("投票已经截止（%(until)s）。计票后由两个人核对，公布在这一页。") % told
    return _("还没有结果。%(until)s截止，截止前不公布任何票数。") % told
