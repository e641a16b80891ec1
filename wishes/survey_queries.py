"""What is read about surveys (问需): those of one's own villages, and the totals as they may be told."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from civic.models import Area
from civic.moments import now
from civic.permissions import User, scopes
from proposals.models import Round
from proposals.queries import rounds_open
from wishes import rules
from wishes.models import Group, Survey
from wishes.permissions import HELPERS


@dataclass(frozen=True)
class Summary:
    """A survey's totals (汇总表): how many papers, per need and per group. ``None`` is a count that is not told."""

    survey: Survey
    sheets: int
    needs: list[tuple[str, int | None]]
    groups: list[tuple[str, int]]
    below: int


def visible_to(user: User) -> QuerySet[Survey]:
    """The surveys of the villages this worker serves, the latest first, with how many papers each has."""
    near = Q(pk__in=[])
    for prefix in scopes(user, HELPERS):
        near |= Q(area__code__startswith=prefix)
    found = Survey.objects.filter(near).select_related("area", "round__area", "by")
    return found.annotate(count=Count("sheets")).order_by("-began_at", "-pk")


def rounds() -> QuerySet[Round]:
    """The rounds before which a village may be asked: those that take proposals, and those to come."""
    open_now = rounds_open(now()).values("pk")
    found = Round.objects.filter(Q(pk__in=open_now) | Q(opens_at__gt=now()))
    return found.select_related("area").order_by("-opens_at", "-pk")


def summary(survey: Survey) -> Summary:
    """The totals as the village's workers see them, in three queries."""
    needs = survey.needs.annotate(count=Count("sheets")).order_by("number")
    asked = dict(survey.sheets.order_by().values_list("group").annotate(count=Count("pk")))
    return Summary(
        survey=survey,
        sheets=sum(asked.values()),
        needs=[(need.words, need.count) for need in needs],
        groups=[(str(group.label), asked.get(group.value, 0)) for group in Group],
        below=survey.round.terms.suppress_below,
    )


def public_summary(area: Area) -> Summary | None:
    """The totals of the village's latest published survey as everybody may see them; no groups, no words."""
    found = Survey.objects.filter(area=area, published_at__isnull=False).select_related("area", "round")
    survey = found.order_by("-published_at").first()
    if survey is None:
        return None
    whole = summary(survey)
    told = [(words, rules.tellable(count or 0, whole.sheets, whole.below)) for words, count in whole.needs]
    return Summary(survey, whole.sheets, told, [], whole.below)
