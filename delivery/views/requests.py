"""What the desk of money shows of each request: votes, council result and flags (请求表的行)."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from delivery import queries
from delivery.models import Approval, Pool
from delivery.queries.requests import Ask, Rank, conditions, council_results, ranks, returned
from delivery.rules.money import in_words
from proposals.models import Project
from proposals.rules import Clock, over_cap
from proposals.views.desks import chip
from voting.models import AgendaItem, LineOutcome

OUTCOMES = {LineOutcome.WON: gettext_lazy("入选"), LineOutcome.RESERVE: gettext_lazy("候补")}


class Facts(NamedTuple):
    """What speaks for a request and what to mind: its votes, the council's result, flags in words."""

    votes: str
    council: str
    flags: list[str]


class Line(NamedTuple):
    """A line of the requests table."""

    project: Project
    ask: Ask
    facts: Facts
    live: Approval | None
    chip: Clock


def pool_line(pool: Pool, proposed: Decimal, available: Decimal) -> str:
    """The pool in a line: 全年500万元｜已批312万元｜拟批96万元｜可用92万元."""
    return _("全年%(total)s｜已批%(approved)s｜拟批%(proposed)s｜可用%(available)s") % {
        "total": in_wan(pool.amount_yuan),
        "approved": in_wan(pool.committed_yuan),
        "proposed": in_wan(proposed),
        "available": in_wan(available),
    }


def in_wan(amount: Decimal) -> str:
    """An amount short enough for a line: 92万元, 3.12万元; under a wan, and where hundredths would lose a yuan, in yuan."""
    wan = amount / 10000
    if amount < 10000 or wan != wan.quantize(Decimal("0.01")):
        return in_words(amount)
    return _("%(amount)s万元") % {"amount": f"{wan:,.2f}".rstrip("0").rstrip(".")}


def lines(asks: Sequence[Ask], holds: Mapping[int, str]) -> list[Line]:
    """The lines of a page of requests, in their order; as many queries for fifty as for one."""
    wanted = [ask.pk for ask in asks]
    projects = Project.objects.filter(pk__in=wanted).select_related("area", "round").in_bulk()
    said = facts(list(projects.values()), {ask.pk: ask.rank for ask in asks}, holds)
    live = queries.live_approvals(projects.values())
    return [
        Line(
            projects[ask.pk],
            ask,
            said[ask.pk],
            live.get(ask.pk),
            chip(projects[ask.pk].due_on, projects[ask.pk].limit_workdays),
        )
        for ask in asks
    ]


def facts(
    projects: Collection[Project],
    places: Mapping[int, Rank | None] | None = None,
    holds: Mapping[int, str] | None = None,
) -> dict[int, Facts]:
    """What is told of each project; three queries, and one more for the ranks where they are not given."""
    keys = [project.pk for project in projects]
    places = ranks(keys) if places is None else places
    council, required, sent_back = council_results(keys), conditions(keys), returned(keys)
    return {
        project.pk: Facts(
            _votes(places.get(project.pk)),
            _council(council.get(project.pk)),
            [
                *filter(None, [(holds or {}).get(project.pk, "")]),
                *_of_amounts(project),
                *(_("部门要求：%(what)s") % {"what": what} for what in required.get(project.pk, [])),
                *_sent_back(sent_back.get(project.pk)),
            ],
        )
        for project in projects
    }


def _votes(rank: Rank | None) -> str:
    if rank is None:
        return ""
    if rank.among[0] is None:
        return _("议事会第%(rank)s名，赞成%(votes)s票") % {"rank": rank.rank, "votes": rank.votes}
    said = {"rank": rank.rank, "votes": rank.votes, "outcome": OUTCOMES.get(LineOutcome(rank.outcome), "")}
    return (_("第%(rank)s名，%(votes)s票，%(outcome)s") if said["outcome"] else _("第%(rank)s名，%(votes)s票")) % said


def _council(item: AgendaItem | None) -> str:
    if item is None:
        return ""
    if item.votes_for is None:
        return str(item.get_outcome_display())
    return _("%(outcome)s，赞成%(votes)s，需要%(needed)s") % {
        "outcome": item.get_outcome_display(),
        "votes": item.votes_for,
        "needed": item.needed_count,
    }


def _of_amounts(project: Project) -> list[str]:
    """What the review made of the estimate, and whether the amount is over the round's cap."""
    estimate, reviewed = project.estimate_yuan, project.reviewed_yuan
    said = []
    if estimate and reviewed and estimate != reviewed:
        words = _("部门核减%(amount)s") if reviewed < estimate else _("部门核增%(amount)s")
        said.append(words % {"amount": in_words(abs(estimate - reviewed))})
    over = over_cap(project.round.terms, project.work_type, project.best_yuan)
    return [*said, *([over] if over else [])]


def _sent_back(approval: Approval | None) -> list[str]:
    return [_("审批退回过：%(reason)s") % {"reason": approval.answer}] if approval else []
