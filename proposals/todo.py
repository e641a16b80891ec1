"""What waits for a person on the desks of proposals (待办): intake, merging, pre-review, and what is told upwards."""

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civic.models import Person, Role
from civic.moments import today
from civic.pages import Todo, on_desk
from civic.permissions import allowed, has_role, scopes
from civic.queue import Kind, Lines, kind, project_lines
from proposals import contact_queries, late_queries, queries
from proposals.models import PreReview, Project, ProjectState
from proposals.models.projects import CLOCKED
from proposals.permissions import EXTENDERS, INTAKE, OVERSEERS

TOLD = gettext_lazy("到期没办：公开页写明超期，报上一级；再晚再报一级")
SCREEN = kind("screen", gettext_lazy("受理"), TOLD, "proposals:screen")
CONTACT = kind(
    "contact",
    gettext_lazy("联系提议人"),
    gettext_lazy("到期没联系：公开页写明超期，报上一级；再晚再报一级"),
    "proposals:screen",
)
REPLY = kind("reply", gettext_lazy("登记转办答复"), TOLD, "proposals:screen")
MERGE = kind("merge", gettext_lazy("确认合并"), gettext_lazy("没人确认就不合并，各走各的"), "proposals:merge_case")
REVIEW = kind("review", gettext_lazy("预审"), TOLD, "proposals:review")
ASSIGN = kind("assign", gettext_lazy("指定预审部门"), gettext_lazy("没有部门，项目停在预审"), "proposals:review")
SAY_MORE = kind(
    "say_more", gettext_lazy("说明暂停进展"), gettext_lazy("到了答应的日子没有说明，居民看得到"), "proposals:pause"
)
URGE = kind("urge", gettext_lazy("督办预审"), gettext_lazy("已经超期，居民看得到"), "proposals:review", is_told=True)
LATE = kind("late", gettext_lazy("督办"), gettext_lazy("已报到您这里，居民看得到"), "publicity:project", is_told=True)


CONSULTED = kind(
    "consulted", gettext_lazy("答复征求意见"), gettext_lazy("到期没答，问的部门自己定"), "proposals:consulted"
)
EXTEND = kind(
    "extend_review", gettext_lazy("答复预审延期"), gettext_lazy("没人答复，仍按原来的日期"), "proposals:extend_review"
)


@on_desk
def asked_of(user: Person) -> list[Todo]:
    """What other departments asked this one, and who asks this office for more days; only what waits, two queries."""
    found = []
    if has_role(user, Role.REVIEWER):
        to = "review__project__"
        waiting = queries.consultations_for(user)
        columns = {"note": "question", "since": "asked_at", "due_on": "due_on", "limit": "limit_workdays"}
        found.append((CONSULTED, _("征求意见"), waiting, project_lines(CONSULTED, waiting, to=to, ref="pk", **columns)))
    if has_role(user, EXTENDERS):
        to = "review__project__"
        waits = queries.extensions_for(user)
        columns = {"note": "review__department__name", "since": "asked_at", "due_on": "review__due_on"}
        found.append(
            (EXTEND, _("预审延期"), waits, project_lines(EXTEND, waits, to=to, ref="pk", limit=None, **columns))
        )
    counted = [(of, label, waits.count(), items) for of, label, waits, items in found]
    url = reverse("publicity:desk")
    return [Todo(label, many, f"{url}?kind={of.key}", 0, (items,)) for of, label, many, items in counted if many]


@on_desk
def told_to(user: Person) -> list[Todo]:
    """What is late below this office and was told to it (超期督办); two queries, for those above a desk alone."""
    places = late_queries.above(user)
    if not places:
        return []
    of_town = {role: within for role, within in places.items() if role != Role.DISTRICT_OFFICE}
    steps, reviews = late_queries.steps_told(places), late_queries.reviews_told(of_town)
    waits = steps.count() + reviews.count()
    stands = Case(*(When(state=state, then=Value(str(state.label))) for state in CLOCKED), output_field=CharField())
    items = (
        project_lines(LATE, steps, note=stands),
        project_lines(LATE, reviews, to="project__", note="department__name", due_on="due_on", limit="limit_workdays"),
    )
    return [Todo(_("超期督办"), waits, f"{reverse('publicity:desk')}?kind={LATE.key}", waits, items)] if waits else []


@on_desk
def waiting_for(user: Person) -> list[Todo]:
    """The queues this person works on, empty ones too; at most three queries."""
    return [*_intake(user), *_merges(user), *_papers(user), *_reviews(user)]


def _papers(user: Person) -> list[Todo]:
    """Where nobody waits in a queue (代录); no query."""
    may = allowed(user, "proposals.propose_for")
    doors = [(_("上门代录"), "proposals:door"), (_("批量录入纸质表"), "proposals:papers")]
    return [Todo(label, 0, reverse(name)) for label, name in doors] if may else []


def _intake(user: Person) -> list[Todo]:
    if not has_role(user, (*INTAKE, Role.TOWN_HANDLER)):
        return []
    state = ProjectState.FILED if has_role(user, INTAKE) else ProjectState.TRANSFERRED
    label = _("受理") if state == ProjectState.FILED else _("转办答复")
    query = "" if state == ProjectState.FILED else f"?state={state}"
    waiting = queries.intake(user, state)
    items = project_lines(SCREEN if state == ProjectState.FILED else REPLY, waiting)
    if state == ProjectState.FILED:
        own = {"ref": "project__code", "due_on": "due_on", "limit": "limit_workdays"}
        contacts = (project_lines(CONTACT, contact_queries.contacts_for(user), to="project__", **own),)
    else:
        contacts = ()
    prefixes = scopes(user, Role.TOWN_HANDLER)
    paused = Project.objects.filter(queries.within(prefixes), state=ProjectState.PAUSED)
    words = (project_lines(SAY_MORE, paused),) if prefixes else ()  # the next word was promised for its day
    return [_todo(label, waiting, reverse("proposals:intake") + query, items, *contacts, *words)]


def _merges(user: Person) -> list[Todo]:
    if not scopes(user, (*INTAKE, Role.TOWN_HANDLER)):
        return []
    waiting = queries.merges_to_confirm(user)
    items = project_lines(
        MERGE, waiting, to="source__", ref="pk", note="target__title", since="proposed_at", due_on=None, limit=None
    )
    return [Todo(_("合并"), waiting.count(), reverse("proposals:merge"), 0, (items,))]


def _reviews(user: Person) -> list[Todo]:
    """The tasks of one's own department, and of the departments one watches, counted in one statement."""
    own, watches = has_role(user, Role.REVIEWER), has_role(user, OVERSEERS)
    if not own and not watches:
        return []
    late = Q(due_on__lt=today())
    url = reverse("proposals:reviews")
    mine, watched = queries.reviews_open(user), queries.reviews_in(user)
    wanted = {"mine": mine} if own else {}
    if watches:
        wanted["urge"] = watched.filter(Q(department=None) | late)
    counts = _counted(wanted)
    found = [Todo(_("预审"), counts["mine"][0], url, counts["mine"][1], (_tasks(REVIEW, mine),))] if own else []
    if not watches:
        return found
    items = (_tasks(ASSIGN, watched.filter(department=None)), _tasks(URGE, watched.filter(late, ~Q(department=None))))
    tab = "" if own else "?tab=unassigned"
    return [*found, Todo(_("预审督办"), counts["urge"][0], url + tab, counts["urge"][1], items)]


def _counted(wanted: dict[str, QuerySet[PreReview]]) -> dict[str, tuple[int, int]]:
    """How many tasks there are of each name, and how many of these are late."""
    late = Count("pk", filter=Q(due_on__lt=today()))
    rows = [
        found.order_by()
        .values(which=Value(name))
        .annotate(many=Count("pk"), late=late)
        .values_list("which", "many", "late")
        for name, found in wanted.items()
    ]
    found = {which: (many, its_late) for which, many, its_late in rows[0].union(*rows[1:], all=True)}
    return dict.fromkeys(wanted, (0, 0)) | found


def _tasks(of: Kind, found: QuerySet) -> Lines:
    note = "duty" if of is ASSIGN else "department__name"
    return project_lines(
        of, found, to="project__", ref="pk", note=note, since="opened_at", due_on="due_on", limit="limit_workdays"
    )


def _todo(label: str, waiting: QuerySet, url: str, *items: Lines) -> Todo:
    found = waiting.order_by().aggregate(count=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today())))
    return Todo(label, found["count"], url, found["late"], items)
