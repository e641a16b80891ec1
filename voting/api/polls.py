"""Polls over the API: what is put to the vote and by which rule; their ballots and results hang on the same address.

While a poll is open nothing here tells how it stands, nor how many have voted.
"""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from civic.moments import now
from civic.rest import Allowed, FilterSet
from civic.strict import Yuan
from proposals.api import AreaFilter, PlaceSerializer, WholeFilter
from voting import ballot_sentences, papers
from voting.api.ballots import BallotActs
from voting.api.results import ResultActs
from voting.models import Poll, PollProject, PollState, Result

PHASES = ("soon", "open", "closed", "published", "cancelled")


class RoundNameSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class PollSerializer(serializers.ModelSerializer):
    """A poll as its page shows it. ``phase`` is where it is for who looks: open only until its last second."""

    url = serializers.SerializerMethodField(help_text="the ballot's page")
    title = serializers.SerializerMethodField()
    round = RoundNameSerializer(read_only=True)
    area = PlaceSerializer(read_only=True)
    method_label = serializers.CharField(source="get_method_display", read_only=True)
    how = serializers.SerializerMethodField(help_text="how one votes, in a sentence")
    budget_yuan = Yuan(read_only=True, allow_null=True)
    state_label = serializers.CharField(source="get_state_display", read_only=True)
    phase = serializers.SerializerMethodField()

    class Meta:
        model = Poll
        fields = [
            "id",
            "url",
            "title",
            "round",
            "area",
            "method",
            "method_label",
            "how",
            "limit",
            "project_max",
            "budget_yuan",
            "min_age",
            "openings",
            "opens_at",
            "closes_at",
            "state",
            "state_label",
            "phase",
            "mark",
        ]
        read_only_fields = fields

    def get_url(self, poll: Poll) -> str:
        return reverse("voting:ballot", args=[poll.pk])

    def get_title(self, poll: Poll) -> str:
        return _("%(place)s居民投票") % {"place": poll.area.short_name}

    def get_how(self, poll: Poll) -> str:
        return ballot_sentences.method(poll)

    @extend_schema_field(serializers.ChoiceField(choices=PHASES))
    def get_phase(self, poll: Poll) -> str:
        return papers.phase(poll, now())


class PollProjectSerializer(serializers.ModelSerializer):
    """A project on the ballot; ``code`` is what a ballot names it by."""

    code = serializers.CharField(source="project.code", read_only=True)
    title = serializers.CharField(source="project.title", read_only=True)
    cost_yuan = Yuan(read_only=True, allow_null=True)

    class Meta:
        model = PollProject
        fields = ["code", "title", "cost_yuan"]


class TurnoutSerializer(serializers.Serializer):
    voters = serializers.IntegerField()
    paper = serializers.IntegerField(help_text="of these on paper")


class PollLinksSerializer(serializers.Serializer):
    """Where the published result, its files and its log are."""

    results = serializers.CharField()
    log = serializers.CharField()
    ballots_file = serializers.CharField(allow_null=True, help_text="null where ballots stay sealed")
    rule_file = serializers.CharField()


class PollDetailSerializer(PollSerializer):
    """One poll with its projects and the rule it is counted by, fixed before it opens."""

    projects = serializers.SerializerMethodField(help_text="in the reader's own order, which stays; chance for others")
    turnout = serializers.SerializerMethodField(help_text="null until the poll has closed")
    links = serializers.SerializerMethodField(help_text="null until the result is published")

    class Meta(PollSerializer.Meta):
        fields = [
            *PollSerializer.Meta.fields,
            "count_rule",
            "rule_record",
            "rule_hash",
            "seed_commitment",
            "roll_size",
            "turnout",
            "projects",
            "links",
        ]
        read_only_fields = fields

    @extend_schema_field(PollProjectSerializer(many=True))
    def get_projects(self, poll: Poll) -> Any:
        reader = self.context["request"].user
        found = papers.in_order_for(poll, reader if reader.is_authenticated else None)
        return PollProjectSerializer(found, many=True).data

    @extend_schema_field(TurnoutSerializer(allow_null=True))
    def get_turnout(self, poll: Poll) -> dict[str, int] | None:
        if poll.state not in papers.OVER:
            return None
        came = papers.turnout(poll)
        return {"voters": sum(came.values()), "paper": came.get("paper", 0)}

    @extend_schema_field(PollLinksSerializer(allow_null=True))
    def get_links(self, poll: Poll) -> dict[str, str | None] | None:
        if poll.state != PollState.PUBLISHED:
            return None
        return {
            "results": reverse("polls-results", args=[poll.pk]),
            "log": reverse("polls-log", args=[poll.pk]),
            "ballots_file": reverse("voting:ballots_file", args=[poll.pk]) if poll.ballots_hash else None,  # type: ignore[attr-defined]
            "rule_file": reverse("voting:rule_file", args=[poll.pk]),
        }


class PollFilters(FilterSet):
    area = AreaFilter()
    round = WholeFilter()
    state = filters.ChoiceFilter(choices=PollState.choices)


class PollViewSet(BallotActs, ResultActs, ReadOnlyModelViewSet):
    """Residents' polls (居民投票); a draft is shown once its opening is confirmed, as on its page."""

    serializer_class, permission_classes, filterset_class = PollSerializer, [Allowed], PollFilters
    lookup_value_regex = r"[0-9]{1,9}"
    needs = BallotActs.needs

    def get_queryset(self) -> QuerySet[Poll]:
        newest = Result.objects.filter(poll=OuterRef("pk")).order_by("-number")
        return papers.shown().annotate(ballots_hash=Subquery(newest.values("ballots_hash")[:1]))

    def get_serializer_class(self) -> Any:
        return PollDetailSerializer if self.action == "retrieve" else PollSerializer
