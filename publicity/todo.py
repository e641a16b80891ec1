"""What waits here for an officer (待办): objections to answer or recheck, people to tell by voice."""

from django.db.models import CharField, Count, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, ExtractQuarter, ExtractYear, Substr
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.models import Person, Role
from civic.moments import today
from civic.pages import Todo, on_desk
from civic.permissions import allowed, has_role, scopes
from civic.queue import Kind, Lines, kind, lines, project_lines
from proposals import late_queries
from publicity.models import Objection, ObjectionState
from publicity.permissions import CALLERS
from publicity.queries.accounts import accounts_in
from publicity.queries.checks import waiting
from publicity.queries.inbox import calls_in, told_of_late
from publicity.queries.objections import told_to
from publicity.queries.objections import waiting_for as objections_for

TOLD = (Role.TOWN_APPROVER, Role.DISTRICT_OFFICE, Role.SPONSOR)  # who is told of what is late below
HOLDS = gettext_lazy("没有答复，项目不能开工；到期没答：公开页写明超期，报上一级")
ANSWER = kind("answer", gettext_lazy("答复异议"), HOLDS, "publicity:answer")
RECHECK = kind("recheck", gettext_lazy("复核异议"), HOLDS, "publicity:answer")
ANSWER_TOLD = kind(
    "answer_told",
    gettext_lazy("督办异议"),
    gettext_lazy("已报到您这里，居民看得到"),
    "publicity:objection",
    is_told=True,
)
CHECK = kind(
    "spot_check", gettext_lazy("登记抽查结果"), gettext_lazy("抽到的没有人去看，等于没有抽"), "publicity:check_find"
)
ACCOUNT = kind(
    "account",
    gettext_lazy("村务公开上墙"),
    gettext_lazy("到期没上墙：公开页写明超期，报上一级；再晚再报一级"),
    "publicity:account_desk",
)
PHONE = kind(
    "phone",
    gettext_lazy("打电话告诉"),
    gettext_lazy("没有电话通知，这位居民不知道结果"),
    "publicity:calls",
    has_own_page=False,
)


@on_desk
def waiting_for(user: Person) -> list[Todo]:
    """At most one query for each queue; a door where nobody waits costs none."""
    return [
        *_objections(user),
        *_calls(user),
        *_papers(user),
        *_accounts(user),
        *_told_upwards(user),
        *_oversight(user),
        *_wordings(user),
    ]


def _oversight(user: Person) -> list[Todo]:
    """The whole at a glance (全局), and what one drew and has not looked at yet; one query, for inspectors alone."""
    if not allowed(user, "publicity.oversee"):
        return []
    whole = Todo(_("全局"), 0, reverse("publicity:district"))
    if not allowed(user, "proposals.inspect"):
        return [whole]
    drawn = waiting(user)
    draw_and_order = Concat(Cast("check_of_id", CharField()), Value("/"), Cast("order", CharField()))
    items = project_lines(
        CHECK, drawn, to="project__", ref=draw_and_order, since="check_of__drawn_at", due_on=None, limit=None
    )
    return [whole, Todo(_("随机抽查"), drawn.count(), reverse("publicity:checks"), 0, (items,))]


def _papers(user: Person) -> list[Todo]:
    """The village's own papers (公示包、月报); nobody waits in them, and no query."""
    doors = [(_("公示包"), "publicity:packs"), (_("月报"), "publicity:month")]
    return [Todo(label, 0, reverse(name)) for label, name in doors] if allowed(user, "publicity.monthly") else []


def _accounts(user: Person) -> list[Todo]:
    """Accounts of the last quarter that do not hang on their board yet (村务公开); one query, and none shown where none is."""
    prefixes = scopes(user, CALLERS)
    if not prefixes:
        return []
    owed = accounts_in(prefixes)
    year, number = (Cast(part("starts_on"), CharField()) for part in (ExtractYear, ExtractQuarter))
    items = lines(
        ACCOUNT,
        owed,
        ref="pk",
        title=Concat(year, Value("年第"), number, Value("季度")),
        since="opened_at",
        area="area_id",
        due_on="due_on",
        limit="limit_workdays",
        round="round_id",
    )
    counted = owed.order_by().aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today())))
    url = f"{reverse('publicity:desk')}?kind={ACCOUNT.key}"
    return [Todo(_("村务公开"), counted["all"], url, counted["late"], (items,))] if counted["all"] else []


def _wordings(user: Person) -> list[Todo]:
    """How messages are worded, and what was sent; nobody waits in them, and no query."""
    doors = [
        ("publicity.reword", _("通知用语"), "publicity:wordings"),
        ("publicity.dispatches", _("发送情况"), "publicity:dispatches"),
    ]
    return [Todo(label, 0, reverse(name)) for may, label, name in doors if allowed(user, may)]


def _told_upwards(user: Person) -> list[Todo]:
    """What is late elsewhere and was told to this office (超期上报), until it is read; a desk that is told nothing has none."""
    if not has_role(user, TOLD):
        return []
    waiting = told_of_late(user)
    return [Todo(_("超期上报"), waiting, reverse("publicity:messages"), waiting)] if waiting else []


def _calls(user: Person) -> list[Todo]:
    if not allowed(user, "publicity.calls"):
        return []
    waiting = calls_in(scopes(user, CALLERS)).order_by()
    masked = Concat(Substr("person__name", 1, 1), Value("**"))
    items = lines(
        PHONE,
        waiting,
        ref="pk",
        number="event__subject",
        title=masked,
        note="area__name",
        since="created_at",
        area="area_id",
    )
    return [Todo(_("要打的电话"), waiting.count(), reverse("publicity:calls"), 0, (items,))]


def _objections(user: Person) -> list[Todo]:
    if not allowed(user, "publicity.objections"):
        return []
    late = Count("pk", filter=Q(due_on__lt=today()))
    waiting = objections_for(user).order_by()
    counted = waiting.aggregate(all=Count("pk"), late=late)
    items = (
        _lines(ANSWER, waiting.filter(state=ObjectionState.OPEN)),
        _lines(RECHECK, waiting.filter(state=ObjectionState.RECHECKING)),
        _lines(ANSWER_TOLD, told_to(late_queries.above(user))),
    )
    return [Todo(_("异议办理"), counted["all"], reverse("publicity:objections"), counted["late"], items)]


def _lines(of: Kind, found: QuerySet[Objection]) -> Lines:
    clock = {"since": "filed_at", "due_on": "due_on", "limit": "limit_workdays"}
    return project_lines(of, found, to="project__", ref="number", number="number", note="what", **clock)
