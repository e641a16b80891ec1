"""What waits for a person in money and works (待办): one entry per queue they work on, with its lines."""

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.models import Role
from civic.moments import today
from civic.pages import Todo, on_desk
from civic.permissions import User, allowed, has_role, scopes
from civic.queue import Lines, kind, project_lines
from delivery import queries
from delivery.models import PaymentState
from delivery.permissions import OFFICES, TOWN
from delivery.queries.call_backs import calls_due
from delivery.queries.disclosures import disclosures_in
from delivery.queries.filing import filings_open
from proposals import late_queries
from proposals.models import Project
from proposals.models import ProjectState as S

BUILDING = [S.IN_PROGRESS, S.RECTIFYING]  # what is the site's to do; before and after it an office has the work
MOVING = [S.AWAITING_START, S.IN_PROGRESS, S.RECTIFYING, S.FOR_ACCEPTANCE]
FOLLOW = (*OFFICES, Role.TOWN_APPROVER, Role.SOCIAL_WORKER)

TO_DISTRICT = gettext_lazy("到期没办：公开页写明超期，报区专班")
TO_TOWN = gettext_lazy("到期没办：公开页写明超期并亮灯，报镇街")
SITE_WAITS = gettext_lazy("没有答复，现场没法往下做")
SUBMIT = kind("submit", gettext_lazy("提交审批"), TO_DISTRICT, "delivery:approve")
APPROVE = kind("approve", gettext_lazy("审批"), TO_DISTRICT, "delivery:approve")
CONTRACT = kind("contract", gettext_lazy("签合同、开工"), TO_TOWN, "delivery:work")
FILING = kind(
    "file_contract",
    gettext_lazy("合同备案"),
    gettext_lazy("到期没备案：公开页写明超期，报上一级；再晚再报一级"),
    "delivery:file_contract",
)
DISCLOSE = kind(
    "disclose",
    gettext_lazy("按期公开"),
    gettext_lazy("到期没公开：公开页写明超期，报上一级"),
    "delivery:disclose",
)
PUSH = kind(
    "push", gettext_lazy("催办"), gettext_lazy("已经超期，公开页亮着灯"), "delivery:work", bulk="delivery:urge_each"
)
ACCEPT = kind("accept", gettext_lazy("组织验收"), TO_TOWN, "delivery:accept")
CLAIM = kind("claim", gettext_lazy("审核请款"), gettext_lazy("承接单位在等这笔钱"), "delivery:payment_case")
PAY = kind("pay", gettext_lazy("付款"), gettext_lazy("承接单位在等这笔钱"), "delivery:payment_case")
CHANGE = kind("change", gettext_lazy("处理变更"), SITE_WAITS, "delivery:change_case")
TROUBLE = kind("trouble", gettext_lazy("答复现场问题"), SITE_WAITS, "delivery:trouble")
FIX = kind(
    "fix",
    gettext_lazy("答复低评价"),
    gettext_lazy("到期没答复：公开页写明超期，报上一级；再晚再报一级"),
    "delivery:fix",
)
LOOK = kind("look", gettext_lazy("回头看"), gettext_lazy("到期没去看，公开页上这一栏空着"), "delivery:follow_up")
CALL = kind("call_back", gettext_lazy("电话回访"), gettext_lazy("没有问到，满意度少一份"), "delivery:call_back")
BUILD = kind("build", gettext_lazy("施工"), TO_TOWN, "delivery:site")
NEWS = kind(
    "news", gettext_lazy("报进展"), gettext_lazy("到期没有更新，公开页亮黄灯"), "delivery:site", in_workdays=False
)
SIGN = kind("sign", gettext_lazy("验收签字"), gettext_lazy("没有签完，验收下不了结论"), "delivery:sign")
FIX_TOLD = kind(
    "fix_told", gettext_lazy("督办整改"), gettext_lazy("已报到您这里，居民看得到"), "publicity:project", is_told=True
)


@on_desk
def waiting_for(user: User) -> list[Todo]:
    """待办, at most three queries."""
    return [*_money(user), *_works(user), *_calling(user), *_site(user), *_signing(user)]


def _money(user: User) -> list[Todo]:
    if not has_role(user, (*TOWN, Role.DISTRICT_OFFICE)):
        return [Todo(_("资金池"), 0, reverse("delivery:budget"))] if allowed(user, "delivery.budget") else []
    waiting = Project.objects.filter(state=S.FOR_APPROVAL)
    of_town = queries.within(scopes(user, Role.TOWN_HANDLER))
    to_submit = waiting.filter(of_town, ~Q(pk__in=queries.submitted().values("project")))
    to_approve = waiting.filter(pk__in=queries.to_decide(user).values("project"))
    counted = waiting.filter(Q(pk__in=to_submit.values("pk")) | Q(pk__in=to_approve.values("pk")))
    items = (project_lines(SUBMIT, to_submit), project_lines(APPROVE, to_approve))
    return [_todo(_("预算审批"), counted, reverse("delivery:budget"), items)]


def _works(user: User) -> list[Todo]:
    if not has_role(user, FOLLOW):
        told = (_told(user),)
        return (
            [Todo(_("实施看板"), 0, reverse("delivery:board"), 0, told)] if has_role(user, Role.DISTRICT_OFFICE) else []
        )
    items = (*_steps(user), *_cases(user), _told(user))
    return [_todo(_("实施看板"), queries.waiting_works(user), reverse("delivery:board"), items)]


def _steps(user: User) -> tuple[Lines, ...]:
    """Steps of the works in one's places: to begin, to accept, and what is late on site."""
    mine = Project.objects.filter(queries.within(scopes(user, OFFICES)))
    late = mine.filter(state__in=[S.IN_PROGRESS, S.RECTIFYING], due_on__lt=today())
    return (
        project_lines(CONTRACT, mine.filter(state=S.AWAITING_START)),
        project_lines(
            FILING,
            filings_open(scopes(user, OFFICES)),
            to="work__project__",
            note="contract__number",
            since="contract__registered_at",
            due_on="contract__filing__due_on",
            limit="contract__filing__limit_workdays",
        ),
        project_lines(
            DISCLOSE,
            disclosures_in(scopes(user, OFFICES)),
            to="project__",
            ref="pk",
            since="opened_at",
            due_on="due_on",
            limit="limit_workdays",
        ),
        project_lines(ACCEPT, mine.filter(state=S.FOR_ACCEPTANCE)),
        project_lines(PUSH, late, note="work__item__contract__contractor__name"),
    )


def _cases(user: User) -> tuple[Lines, ...]:
    """What the site or a resident asked for, each with its own page."""
    of_work = {"to": "work__project__", "ref": "pk", "due_on": "due_on", "limit": None}
    of_project = {"to": "project__", "ref": "pk", "due_on": "due_on"}
    claims = queries.claims_for(user)
    return (
        project_lines(CLAIM, claims.filter(state=PaymentState.REQUESTED), **of_work | {"since": "requested_at"}),
        project_lines(PAY, claims.filter(state=PaymentState.REVIEWED), **of_work | {"since": "requested_at"}),
        project_lines(CHANGE, queries.changes_for(user), **of_work | {"since": "reported_at", "note": "reason"}),
        project_lines(TROUBLE, queries.troubles_for(user), **of_work | {"since": "at", "note": "note"}),
        project_lines(
            FIX,
            queries.complaints_for(user),
            **of_project | {"since": "opened_at", "limit": "limit_workdays", "note": "what"},
        ),
        project_lines(LOOK, queries.looks_for(user), **of_project | {"since": "project__state_since", "limit": None}),
    )


def _told(user: User) -> Lines:
    """What is late to be put right below this office and was told to it (超期上报)."""
    told, clock = queries.fixes_told(late_queries.above(user)), {"due_on": "due_on", "limit": "limit_workdays"}
    return project_lines(FIX_TOLD, told, to="project__", note="what", since="opened_at", **clock)


def _calling(user: User) -> list[Todo]:
    """Residents to ask by phone how the finished work is."""
    if not has_role(user, Role.SOCIAL_WORKER):
        return []
    due = calls_due(scopes(user, Role.SOCIAL_WORKER))
    items = project_lines(CALL, due, to="project__", ref="pk", since="due_on", due_on=None, limit=None)
    return [Todo(_("电话回访"), due.count(), reverse("delivery:call_backs"), 0, (items,))]


def _site(user: User) -> list[Todo]:
    if not has_role(user, Role.CONTRACTOR):
        return []
    mine = [o.organisation_id for o in user.live_appointments if o.role == Role.CONTRACTOR and o.organisation_id]
    works = Project.objects.filter(work__item__contract__contractor__in=mine, state__in=MOVING)
    under_way = works.filter(state=S.IN_PROGRESS, due_on__isnull=False)  # of works whose clock stopped no news is due
    news = project_lines(NEWS, under_way, since="work__last_news_at", due_on=queries.NEWS_DUE, limit=None)
    to_build = project_lines(BUILD, works.filter(state__in=BUILDING))
    return [_todo(_("我的工地"), works, reverse("delivery:sites"), (to_build, news))]


def _signing(user: User) -> list[Todo]:
    """The supervision group's signatures under acceptances now held; a single one is a press away."""
    prefixes = scopes(user, Role.SUPERVISOR)
    if not prefixes:
        return []
    held = queries.unsigned_by(user, prefixes)
    waiting = list(held[:100])
    one = reverse("delivery:sign", args=[waiting[0].project.code]) if len(waiting) == 1 else ""
    url = one or f"{reverse('publicity:projects')}?status=for_acceptance"
    items = project_lines(SIGN, held, to="project__", ref="project__code", since="opened_at")
    return [Todo(_("验收签字"), len(waiting), url, 0, (items,))]


def _todo(label: str, waiting: QuerySet[Project], url: str, items: tuple[Lines, ...]) -> Todo:
    late = Count("pk", filter=Q(due_on__lt=today()), distinct=True)
    found = waiting.order_by().aggregate(count=Count("pk", distinct=True), late=late)
    return Todo(label, found["count"], url, found["late"], items)
