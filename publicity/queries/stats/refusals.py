"""Why not (没有采纳的理由): by the rule each refusal names; the reason itself stands on the project's page."""

from collections import Counter

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from civic.models import AuditEvent
from proposals.models import ProjectState
from publicity.queries.stats.scope import Scope
from publicity.tables import Column, Line, Table

MOST = 8


def reasons(scope: Scope) -> Table:
    """Refused projects by the rule of the last refusal; one query. As many as the list of 未采纳."""
    refused = AuditEvent.objects.filter(subject=OuterRef("code"), action="project.decline", is_public=True)
    last = Subquery(refused.order_by("-happened_at", "-pk").values("rule")[:1])
    found = scope.projects.filter(state=ProjectState.DECLINED).annotate(why=last).values_list("why", flat=True)
    counts = Counter(rule or "" for rule in found)
    unsaid = counts.pop("", 0)
    told = counts.most_common()
    rows = [(rule, many) for rule, many in told[:MOST]]
    if rest := sum(many for _rule, many in told[MOST:]):
        rows.append((_("其他%(count)s种依据") % {"count": len(told) - MOST}, rest))
    if unsaid:
        rows.append((_("没有写明依据"), unsaid))
    total = sum(many for _rule, many in rows)
    return Table(
        key="refusals",
        title=_("没有采纳，依据什么"),
        headline=_("%(count)s项没有采纳。") % {"count": f"{total:,}"} if total else _("没有未采纳的项目。"),
        columns=(Column("rule", _("依据"), "text"), Column("projects", _("项"))),
        rows=tuple(Line(rule, (many,)) for rule, many in rows),
        definition=_("每一项的理由、单位和怎样提异议，都写在项目页。"),
    )


def list_url(scope: Scope) -> str:
    """The list of them."""
    return scope.list_url(status=str(ProjectState.DECLINED))
