"""What more than one caller reads about projects (读)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from civic.models import Appointment, Area, AuditEvent, Level, Organisation, OrganisationKind, Person, Role
from civic.models.areas import DIGITS
from civic.moments import today
from civic.permissions import scopes
from proposals.models import (
    MOVES,
    Consultation,
    ConsultationState,
    Draft,
    Extension,
    ExtensionState,
    Merge,
    MergeState,
    PreReview,
    Programme,
    Project,
    ProjectState,
    ReviewState,
    Round,
    RuleChange,
    Screening,
    ScreeningOutcome,
    Seconding,
)
from proposals.models.projects import MERGE_TARGETS
from proposals.permissions import EXTENDERS, HELPERS, INTAKE, OVERSEERS


def visible_to(user: Person | AnonymousUser) -> QuerySet[Project]:
    """The projects this reader may see: everything filed is public; a draft is its author's and helper's."""
    public = ~Q(state=ProjectState.DRAFT)
    if user.is_authenticated:
        public |= Q(proposer=user) | Q(entered_by=user)
    return Project.objects.filter(public).select_related("area", "round", "proposer", "proposing_unit")


def line_of(code: str) -> list[str]:
    """The codes of a place and of everything above it (本级及上级)."""
    return [code[:digits].ljust(12, "0") for digits in DIGITS.values()]


def prefix_of(code: str) -> str:
    """The leading digits that everything inside a place shares, read off its code alone."""
    return next(code[:digits] for digits in DIGITS.values() if not code[digits:].strip("0"))


SEARCHED = ("title", "place_text", "need", "plan")  # what people wrote; proposals.0002 indexes these and the code
MOST_WORDS = 5


def words_of(text: str) -> list[str]:
    """The words of a search, apart by spaces."""
    return text.split()[:MOST_WORDS]


def holding(words: Iterable[str]) -> Q:
    """Projects that hold every word (搜索), each in whichever text, or as a part of the code."""
    found = Q()
    for word in words:
        anywhere = Q(code__icontains=word)
        for name in SEARCHED:
            anywhere |= Q(**{f"{name}__icontains": word})
        found &= anywhere
    return found


def rounds_open(at: datetime) -> QuerySet[Round]:
    """The rounds that take proposals at a moment (征集中)."""
    open_now = Round.objects.filter(Q(closes_at=None) | Q(closes_at__gt=at), opens_at__lte=at)
    return open_now.exclude(programme=Programme.PRECEDENT).select_related("area")


def nearest_round(rounds: Iterable[Round], area_code: str, acting_as: Collection[str]) -> Round | None:
    """Of some rounds the one in which these capacities may propose about a place: the nearest, micro ones first."""
    fitting = [
        round for round in rounds if round.area.covers(area_code) and set(acting_as) & set(round.terms.who_may_propose)
    ]
    return max(fitting, key=_nearness, default=None)


def _nearness(round: Round) -> tuple[int, bool, int, int]:
    return len(round.area.prefix), round.programme == Programme.MICRO, round.year, -round.pk


def latest_round(area_code: str) -> Round | None:
    """The round of a place that opened last or will open next, for when none takes proposals."""
    rounds = Round.objects.filter(area_id__in=line_of(area_code)).exclude(programme=Programme.PRECEDENT)
    return rounds.annotate(received=Count("projects")).order_by("-opens_at", "-pk").first()


def rounds() -> QuerySet[Round]:
    """Every round with how many projects it received, the latest first."""
    return Round.objects.select_related("area").annotate(received=Count("projects")).order_by("-opens_at", "-pk")


def rounds_to_rule(prefixes: Iterable[str]) -> QuerySet[Round]:
    """The rounds of these places whose rules an office changes (轮次规则), the newest first, with what waits."""
    waits = Exists(RuleChange.objects.filter(round=OuterRef("pk"), state=RuleChange.State.WAITING))
    found = Round.objects.filter(within(prefixes)).exclude(programme=Programme.PRECEDENT)
    return found.select_related("area").annotate(waits=waits).order_by("-year", "pk")


def waiting_change(round: Round) -> RuleChange | None:
    """The change of a round's rules that waits for its day (待生效的改动)."""
    return round.planned.filter(state=RuleChange.State.WAITING).select_related("decided_by").first()


def villages_of(rounds: Iterable[Round]) -> QuerySet[Area]:
    """The villages about which these rounds take proposals, with their towns."""
    inside = Q(pk__in=[])
    for prefix in {round.area.prefix for round in rounds}:
        inside |= Q(code__startswith=prefix)
    return Area.objects.filter(inside, level=Level.VILLAGE, is_zone=False, valid_to=None).select_related("parent")


def entered_for(user: Person) -> list[Area]:
    """The villages for whose residents this worker may enter (代录)."""
    near = Q(pk__in=[])
    for prefix in scopes(user, HELPERS):
        near |= Q(code__startswith=prefix)
    found = Area.objects.filter(near, level=Level.VILLAGE, is_zone=False, valid_to=None)
    return list(found.select_related("parent").order_by("code"))


def of_paper(round: Round, area: Area, serial: str) -> QuerySet[Project]:
    """The proposal that was entered from a paper form of this number."""
    return Project.objects.filter(round=round, area=area, paper_serial=serial)


def entered_today(user: Person) -> QuerySet[Project]:
    """What this worker entered for residents today (今天代录的), the latest first."""
    mine = Project.objects.filter(entered_by=user, filed_at__date=today())
    return mine.exclude(assisted_how="").select_related("area").order_by("-pk")


def entered_under(user: Person, key: UUID | None) -> Project | None:
    """What this worker filed for a resident under a phone's own key."""
    return Project.objects.filter(entered_by=user, submit_key=str(key)).first() if key else None


def papers_of_today(user: Person, area: Area) -> QuerySet[Project]:
    """The paper forms this worker entered today for a village, the latest first."""
    mine = Project.objects.filter(entered_by=user, area=area, filed_at__date=today())
    return mine.exclude(paper_serial="").order_by("-pk")


def intake_office(area_code: str, on: object = None) -> Appointment | None:
    """Who takes a proposal about a place up first: its social worker, else its village office (谁来受理)."""
    offices = Appointment.objects.live(on).filter(role__in=INTAKE, area_id__in=line_of(area_code))
    found = offices.select_related("organisation", "area", "person").order_by("-area_id", "pk")
    return min(found, key=lambda office: (-len(office.area.prefix), INTAKE.index(office.role)), default=None)


def drafts_of(person: Person) -> QuerySet[Draft]:
    """A person's unfinished proposals, the latest first (草稿)."""
    return Draft.objects.filter(owner=person).order_by("-saved_at")


@dataclass(frozen=True)
class Seconds:
    """How many share the wish (附议数), unless people vote just now; this reader among them; whether more may."""

    count: int | None
    mine: bool
    is_open: bool


def seconds_of(project: Project, user: Person | AnonymousUser) -> Seconds:
    """What the project page says about 附议."""
    mine = user.is_authenticated and secondings_of(project).filter(person=user).exists()
    return Seconds(count_seconds([project])[project.pk], mine, project.is_open_to_seconds)


def seconded_of_family(project: Project, helper: Person, helped: list[Person]) -> list[tuple[Person, str]]:
    """Whom one helps, each with what stands: the own proposal, a 附议 of one's hand (here) or of hers (own), or none."""
    hands = dict(secondings_of(project).filter(person__in=helped).values_list("person", "entered_by"))
    said = {
        person.pk: "here" if hands.get(person.pk) == helper.pk else "own" for person in helped if person.pk in hands
    }
    if project.proposer_id:
        said[project.proposer_id] = "proposer"
    return [(person, said.get(person.pk, "")) for person in helped]


def merge_target(project: Project) -> Project | None:
    """The project this one was merged into, while that stands (并入哪个)."""
    merge = Merge.objects.filter(source=project, state=MergeState.DONE).select_related("target").first()
    return merge.target if merge else None


def why_not_merged(merge: Merge) -> str:
    """Why a merge was refused or undone, as the record says it; nothing while it stands or waits."""
    if merge.state not in {MergeState.REFUSED, MergeState.UNDONE}:
        return ""
    ended = AuditEvent.objects.filter(
        subject=merge.source.code,
        action__in=["project.merge_refused", "project.unmerge"],
        recorded_at__gte=merge.proposed_at,
    )
    return ended.order_by("pk").values_list("reason", flat=True).first() or ""


def secondings_of(project: Project) -> QuerySet[Seconding]:
    """The standing secondings of a project and of what was merged into it; one person may stand in several."""
    return Seconding.objects.filter(project__in={project.pk, *merged_into(project)}, withdrawn_at=None)


def count_seconds(projects: Iterable[Project]) -> dict[int, int | None]:
    """How many people second each, by key: someone who seconded two merged ones counts once; None while in poll."""
    rows = list(projects)
    counts = dict(
        Seconding.objects.filter(project__in=rows, withdrawn_at=None)
        .values_list("project")
        .annotate(Count("pk"))
        .order_by()
    )
    joined = set(Merge.objects.filter(target__in=rows, state=MergeState.DONE).values_list("target", flat=True))
    for row in rows:
        if row.pk in joined:
            counts[row.pk] = secondings_of(row).aggregate(people=Count("person", distinct=True))["people"]
    return {row.pk: None if row.state == ProjectState.IN_POLL else counts.get(row.pk, 0) for row in rows}


def within(prefixes: Iterable[str], field: str = "area__code") -> Q:
    """Rows of the places with these code prefixes (本级及以下); none without any."""
    return reduce(or_, (Q(**{f"{field}__startswith": prefix}) for prefix in prefixes), Q(pk__in=[]))


def intake(user: Person, state: str = ProjectState.FILED) -> QuerySet[Project]:
    """What waits at the intake desk of this person's places (受理台), the most urgent first."""
    found = visible_to(user).filter(within(scopes(user, (*INTAKE, Role.TOWN_HANDLER))), state=state)
    if state == ProjectState.TRANSFERRED:
        found = found.filter(due_on__isnull=False)  # answered ones wait for nothing
    return found.order_by(F("due_on").asc(nulls_last=True), "id")


def intake_counts(user: Person) -> dict[str, int]:
    """How many wait in each list of the intake desk."""
    states = (ProjectState.FILED, ProjectState.RETURNED, ProjectState.TRANSFERRED)
    mine = Project.objects.filter(within(scopes(user, (*INTAKE, Role.TOWN_HANDLER))))
    counted = mine.filter(~Q(state=ProjectState.TRANSFERRED) | Q(due_on__isnull=False)).order_by()
    return {str(state): 0 for state in states} | dict(
        counted.filter(state__in=states).values_list("state").annotate(Count("pk"))
    )


def asked_for(project: Project) -> Screening | None:
    """What the author is to mend now (要补充的), if anything."""
    return project.screenings.filter(outcome=ScreeningOutcome.RETURN, done_at=None).first()


def brought(project: Project) -> list[Screening]:
    """What the author brought when asked (补充的内容): every return that was answered, with its recording if any."""
    done = project.screenings.filter(outcome=ScreeningOutcome.RETURN).exclude(done_at=None)
    return list(done.select_related("voice"))


def handed_on(project: Project) -> Screening | None:
    """To whom the project was handed, and what they answered (转办)."""
    return project.screenings.filter(outcome=ScreeningOutcome.TRANSFER).first()


def merged_into(project: Project) -> set[int]:
    """The projects that live on in this one, and what had joined those before (合并进来的)."""
    found: set[int] = set()
    layer = {project.pk}
    while (
        layer := set(Merge.objects.filter(target__in=layer, state=MergeState.DONE).values_list("source_id", flat=True))
        - found
    ):
        found |= layer
    return found


def supporters(project: Project) -> QuerySet[Person]:
    """Everyone who shares the wish (附议人), each once: of this project and of those merged into it."""
    return Person.objects.filter(secondings__in=secondings_of(project)).distinct()


def merges(user: Person) -> QuerySet[Merge]:
    """Merges of this person's places (合并), the latest first; undone and refused ones are in the record."""
    mine = within(scopes(user, (*INTAKE, Role.TOWN_HANDLER)), "source__area__code")
    return Merge.objects.filter(mine).select_related("source__area", "target__area", "source__round")


def agreed_to(merge: Merge) -> set[int]:
    """Who of the proposers agreed to a merge, by key (同意合并的)."""
    return set(merge.consents.values_list("person", flat=True))


def merges_to_confirm(user: Person) -> QuerySet[Merge]:
    """Considered merges that wait for this person: in office as the second one, or as a proposer who has not agreed."""
    waits = Q(confirmed_by=None) & within(scopes(user, (*INTAKE, Role.TOWN_HANDLER)), "source__area__code")
    own = (Q(source__proposer=user) | Q(target__proposer=user)) & ~Q(consents__person=user)
    return (
        Merge.objects.filter(waits | own, state=MergeState.PROPOSED, source__state__in=MOVES["merge"][0])
        .exclude(proposed_by=user)
        .select_related("source__area", "target__area")
    )


def merges_heard(day: date) -> QuerySet[Merge]:
    """Confirmed merges whose notice is over and that can still take effect (听完意见的合并)."""
    live = Q(source__state__in=MOVES["merge"][0], target__state__in=MERGE_TARGETS)
    return Merge.objects.filter(live, state=MergeState.PROPOSED, notice_until__lt=day).exclude(confirmed_by=None)


def departments_for(duties: Iterable[str], area_code: str) -> dict[str, Organisation]:
    """The unit for each duty (审核领域) nearest above a place: the town's before the county's and so on."""
    above = line_of(area_code)
    found: dict[str, Organisation] = {}
    for unit in Organisation.objects.filter(duty__in=[d for d in duties if d], area_id__in=above).order_by("id"):
        best = found.get(unit.duty)
        if best is None or above.index(unit.area_id) > above.index(best.area_id):
            found[unit.duty] = unit
    return found


def village_offices() -> dict[str, int]:
    """The office of each place (村居两委), by its code: who declares what names no unit."""
    found = Organisation.objects.filter(kind=OrganisationKind.VILLAGE_OFFICE).order_by("-pk")
    return dict(found.values_list("area_id", "pk"))


def departments_near(area_code: str) -> QuerySet[Organisation]:
    """Units that review, of the place's town and above (可选的审核部门)."""
    return Organisation.objects.filter(area_id__in=line_of(area_code)).exclude(duty="").order_by("-area_id", "id")


def reviews_of(project: Project) -> QuerySet[PreReview]:
    """The present attempt's tasks (本次预审), whatever their state; none before the first."""
    latest = project.reviews.aggregate(latest=Max("attempt"))["latest"]
    return project.reviews.filter(attempt=latest).exclude(state=ReviewState.CLOSED).select_related("department")


def reviews_told(project: Project) -> QuerySet[PreReview]:
    """Every task a project ever gave, earlier attempts and those passed on included, the present ones first."""
    return project.reviews.select_related("department", "reviewer").order_by("-attempt", "id")


def reviews_for(user: Person) -> QuerySet[PreReview]:
    """Tasks of this reviewer's departments (预审任务), the most urgent first."""
    mine = Q(pk__in=[])
    for office in getattr(user, "live_appointments", ()):
        if office.role == Role.REVIEWER and office.organisation_id:
            mine |= Q(department_id=office.organisation_id, project__area__code__startswith=office.area.prefix)
    found = PreReview.objects.filter(mine).select_related(
        "project__area", "project__round", "department", "looked_by", "given_to"
    )
    return found.order_by(F("due_on").asc(nulls_last=True), "id")


def reviews_open(user: Person) -> QuerySet[PreReview]:
    """待我审: open tasks of projects that stand in pre-review."""
    return reviews_for(user).filter(state=ReviewState.OPEN, project__state=ProjectState.IN_REVIEW)


def reviews_passed_on(user: Person) -> QuerySet[PreReview]:
    """已转办: tasks of this reviewer's departments that went on to another one, the latest first."""
    return reviews_for(user).exclude(passed_to=None).select_related("passed_to").order_by("-pk")


def next_of_asked(user: Person) -> date | None:
    """The day by which the first of what was sent back is due (最近一件), for an empty desk."""
    waits = Project.objects.filter(reviews__in=reviews_for(user).filter(state=ReviewState.ASKED).order_by())
    return waits.filter(due_on__isnull=False).order_by("due_on").values_list("due_on", flat=True).first()


def review_by_code(user: Person, code: str) -> PreReview | None:
    """The task of a project that this reader answers, else the first one of its present attempt (按编号找)."""
    project = Project.objects.filter(code=code).exclude(state=ProjectState.DRAFT).first()
    if project is None:
        return None
    mine = reviews_for(user).filter(project=project).exclude(state=ReviewState.CLOSED).order_by("-attempt", "pk")
    return mine.first() or reviews_of(project).order_by("pk").first()


def colleagues_on(reviews: Sequence[PreReview]) -> QuerySet[Person]:
    """Reviewers who may take every one of these tasks (可以交给的同事): of its department, over its place, no author."""
    posts = Appointment.objects.live().filter(person=OuterRef("pk"), role=Role.REVIEWER).order_by("pk")
    found = Person.objects.filter(is_active=True).annotate(post=Subquery(posts.values("post")[:1]))
    for unit, area in {(review.department_id, review.project.area_id) for review in reviews}:
        offices = Appointment.objects.live().filter(role=Role.REVIEWER, organisation=unit, area_id__in=line_of(area))
        found = found.filter(pk__in=offices.values("person"))
    authors = [review.project.proposer_id for review in reviews if review.project.proposer_id is not None]
    return found.exclude(pk__in=authors).order_by("pk")


def consultations_for(user: Person) -> QuerySet[Consultation]:
    """What this reviewer's departments were asked and have not answered (征求意见), while the project is reviewed."""
    mine = Q(pk__in=[])
    for office in getattr(user, "live_appointments", ()):
        if office.role == Role.REVIEWER and office.organisation_id:
            mine |= Q(unit=office.organisation_id, review__project__area__code__startswith=office.area.prefix)
    return Consultation.objects.filter(
        mine, state=ConsultationState.OPEN, review__project__state=ProjectState.IN_REVIEW
    )


def extensions_for(user: Person) -> QuerySet[Extension]:
    """Requests for more days that wait for this office (预审延期), its own requests left out."""
    mine = within(scopes(user, EXTENDERS), "review__project__area__code")
    waits = Extension.objects.filter(mine, state=ExtensionState.ASKED, review__project__state=ProjectState.IN_REVIEW)
    return waits.exclude(asked_by=user)


def reviews_in(user: Person) -> QuerySet[PreReview]:
    """Unfinished tasks in the places this person oversees (督办), those without a department first."""
    mine = within(scopes(user, OVERSEERS), "project__area__code")
    found = PreReview.objects.filter(mine, state=ReviewState.OPEN, project__state=ProjectState.IN_REVIEW)
    return found.select_related("project__area", "project__round", "department").order_by(
        F("due_on").asc(nulls_first=True), "id"
    )
