"""Who took part (参与): proposals and votes by channel, votes by age; no small number, nor what would give one away.

Votes are added up from what each poll published when it was counted, never from the ballots, so that taking one poll
from the sum tells nothing that poll did not.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from civic.models.record import Channel
from civic.templatetags.civic import day
from delivery.models import Rating, Score
from publicity.models import Participation
from publicity.queries.search import rounds_asked
from publicity.queries.stats.scope import Scope
from publicity.tables import Column, Line, Table, Withheld, written
from publicity.withholding import joined, told
from voting.models import AgeBand, Result
from voting.models.urn import BallotChannel
from voting.result_queries import published
from voting.result_words import channel_groups

SATISFIED = Q(score__gte=Score.FAIR)  # 基本满意 or better


def proposals(scope: Scope, below: int) -> Table:
    """Proposals by channel (提议渠道), as they were frozen for the day; one query."""
    inside = Participation.objects.filter(
        area__code__startswith=scope.area.prefix, round_id__in=rounds_asked(scope.wanted, scope.known)
    )
    rows = list(inside.order_by().values_list("channel").annotate(Sum("proposals"), Max("taken_at")))
    found = {channel: many for channel, many, _at in rows}
    known = [(str(channel.label), found[channel]) for channel in Channel if found.get(channel)]
    return _table(
        "proposal_channels",
        _("提议从哪里来"),
        _("截至%(at)s，收到%(count)s项提议。下一次更新：%(next)s。"),
        _("渠道"),
        Column("proposals", _("提议")),
        known,
        below,
        _("系统=单位成批报来或从名册导入的。参与的数每天定格一次，一天里不变，免得从前后两次的差里看出是谁。"),
        **(_frozen(max(at for _channel, _many, at in rows)) if rows else {}),
    )


def _frozen(at: datetime) -> dict[str, str]:
    """The moment the frozen numbers are of, and the day of the next."""
    local = localtime(at)
    return {"at": f"{day(local, 'short')} {local:%H:%M}", "next": day(local + timedelta(days=1), "short")}


def results(scope: Scope) -> list[Result]:
    """The published counts of the polls here; one query."""
    return list(published(scope.area.prefix, [one.pk for one in scope.rounds]))


def voters_by_channel(counts: Sequence[Result], below: int) -> Table:
    """Voters by channel (投票渠道)."""
    parts = [channel_groups(one, is_paper_told=one.has_paper) for one in counts]  # type: ignore[attr-defined]
    labels = dict(BallotChannel.choices)
    known = [("、".join(str(labels[name]) for name in names), many) for names, many in joined(parts)]
    return _table(
        "voter_channels",
        _("投票从哪里来"),
        _("公布了结果的投票，一共%(count)s人次。"),
        _("渠道"),
        Column("voters", _("人次")),
        known,
        below,
        _("只加总已经公布结果的投票；哪次投票把几个渠道合在一起公布，这里也合在一起。"),
    )


def voters_by_age(counts: Sequence[Result], below: int) -> Table:
    """Voters by age band (年龄段), as each poll rounded and joined them."""
    order = [*AgeBand.values, ""]
    parts = [[(tuple(bands), many) for bands, many in one.ages] for one in counts]
    labels = {**dict(AgeBand.choices), "": _("年龄没有登记")}
    groups = sorted(joined(parts), key=lambda group: min(order.index(band) for band in group[0]))
    known = [("、".join(str(labels[band]) for band in sorted(bands, key=order.index)), many) for bands, many in groups]
    return _table(
        "voter_ages",
        _("哪些年龄的人投了票"),
        _("公布了结果的投票，按年龄段一共约%(count)s人次。"),
        _("年龄段"),
        Column("voters", _("人次（约）")),
        known,
        below,
        _("每次投票计票时按5取整，人少的年龄段和相邻的合在一起公布，这里照样加总。"),
    )


def ratings(scope: Scope) -> tuple[int, int]:
    """Ratings of 基本满意 or better, and all; one query."""
    counted = rated(scope).aggregate(satisfied=Count("pk", filter=SATISFIED), all=Count("pk"))
    return counted["satisfied"], counted["all"]


def rated(scope: Scope) -> QuerySet[Rating]:
    """The ratings of these projects: what is counted, and what the list of them shows."""
    return Rating.objects.filter(project__in=scope.projects).order_by()


def _table(
    key: str,
    title: str,
    headline: str,
    what: str,
    column: Column,
    known: Sequence[tuple[str, int]],
    below: int,
    definition: str,
    **said: str,
) -> Table:
    cells, total = told([many for _label, many in known], below)
    withheld = any(isinstance(cell, Withheld) for cell in cells)
    rule = _("少于%(below)s的数不公布，能推算出它的数也不公布。") % {"below": below}
    return Table(
        key=key,
        title=title,
        headline=headline % {"count": written(total, "count"), **said} if known else _("还没有可以公布的数。"),
        columns=(Column("group", what, "text"), column),
        rows=tuple(Line(label, (cell,)) for (label, _many), cell in zip(known, cells, strict=True)),
        given_total={column.key: total} if withheld else {},
        definition=f"{definition}{rule}",
    )


def below_of(scope: Scope) -> int:
    """The round's k (分组人数少于多少不公布)."""
    return scope.strictest("suppress_below", 10)
