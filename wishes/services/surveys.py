"""Surveys (问需): beginning one, entering its papers one by one or fifty at a time, and making its totals public."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from civic.audit import record
from civic.models import Area, Level, Person
from civic.models.record import Channel, Kind
from civic.moments import now
from civic.permissions import require
from civic.rules import RuleBroken
from proposals.models import Round
from wishes import rules
from wishes.models import Need, Sheet, Survey
from wishes.permissions import HELPERS


@transaction.atomic
def begin(area: Area, round: Round, *, by: Person, needs: Sequence[str]) -> Survey:
    """Begin the survey of a village in a round with the needs that can be ticked (开问需); one, for good.

    RuleBroken for a place that is no village or outside the round, and where there is one already.
    """
    require(by, "wishes.surveys", area)
    if area.level != Level.VILLAGE or not round.area.covers(area.code):
        raise RuleBroken(_("请选这一轮里的村居"), code="area_not_in_round", field="area")
    rules.check_needs(needs)
    try:
        with transaction.atomic():
            survey = Survey.objects.create(area=area, round=round, by=by)
    except IntegrityError:
        raise RuleBroken(_("这个村居这一轮已经开过问需"), code="survey_exists", field="round") from None
    Need.objects.bulk_create(Need(survey=survey, number=n, words=words) for n, words in enumerate(needs, 1))
    record("survey.begun", by=by, on=survey, kind=Kind.DAILY, is_public=False, roles=HELPERS)
    return survey


@transaction.atomic
def enter(survey: Survey, *, by: Person, serial: str, group: str, numbers: Sequence[int], said: str = "") -> Sheet:
    """Enter one paper (录一张问需表), all of it or nothing; the same number with the same words twice is one paper.

    RuleBroken with the field for a number that was entered with other words, and for a need the survey has not.
    """
    require(by, "wishes.surveys", survey.area)
    Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)  # one paper after another
    needs = {need.number: need for need in survey.needs.all()}
    rules.check_ticked(numbers, len(needs))
    known = survey.sheets.filter(serial=serial).first()
    if known is not None:
        return _the_same(known, group, numbers, said)
    sheet = Sheet.objects.create(survey=survey, serial=serial, group=group, said=said, by=by)
    sheet.needs.set([needs[number] for number in numbers])
    record("survey.entered", by=by, on=survey, kind=Kind.DAILY, is_public=False, roles=HELPERS, channel=Channel.PAPER)
    return sheet


@transaction.atomic
def publish(survey: Survey, *, by: Person) -> Survey:
    """Let everybody see the totals (公开汇总), those the round's k lets be told; twice is once."""
    require(by, "wishes.surveys", survey.area)
    survey = Survey.objects.select_for_update(of=("self",)).select_related("area", "round").get(pk=survey.pk)
    count = survey.sheets.count()
    rules.check_publishable(count, survey.round.terms.suppress_below)
    if survey.published_at is None:
        survey.published_at = now()
        survey.save(update_fields=["published_at"])
        record(
            "survey.published",
            by=by,
            on=survey,
            roles=HELPERS,
            sentence=f"公开问需汇总，收回{count}张",
            is_public=False,
        )
    return survey


def _the_same(known: Sheet, group: str, numbers: Sequence[int], said: str) -> Sheet:
    ticked = set(known.needs.values_list("number", flat=True))
    if (known.group, ticked, known.said) != (group, set(numbers), said):
        raise RuleBroken(_("这个表号已经录过，内容不一样"), code="serial_taken", field="serial")
    return known
