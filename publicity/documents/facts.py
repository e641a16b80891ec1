"""What the forms of one project read (项目的记录): each part once, when a form first asks for it.

``in_full`` decides how people are named: by their names for those who sign and keep the paper, masked for everybody else.
"""

from collections import Counter
from functools import cached_property

from django.conf import settings
from django.db.models import Count

from civic.models import Person
from delivery.models import (
    Acceptance,
    Approval,
    ApprovalState,
    ChangeOrder,
    Conclusion,
    ContractItem,
    FollowUp,
    Payment,
    Rectification,
    Settlement,
    Signature,
    Work,
)
from delivery.queries import Satisfaction, added_up, attempts_of
from proposals.models import PreReview, Project, ProjectState, ReviewState
from publicity.models import Notice, NoticeState
from publicity.queries.people import proposer
from voting.documents import ItemMinutes, Minutes, in_full, masked, minutes_of
from voting.models import AgendaItem, MeetingState, PollProject


class Facts:
    """A project's record as its forms ask for it."""

    def __init__(self, project: Project, address: str, *, names: bool) -> None:
        self.project, self.address, self.names = project, address, names
        self.terms = project.round.terms

    # --- People and places ------------------------------------------------------------------------

    def officer(self, person: Person | None) -> str:
        """Somebody in office: 周经办, or 周* for everybody."""
        if person is None:
            return ""
        return person.name if self.names else person.staff_name

    @property
    def proposer(self) -> str:
        """Who proposed it: a resident by name only for those who may read it, a unit always."""
        resident = self.project.proposer
        return resident.name if resident and self.names else proposer(self.project)

    @property
    def town(self) -> str:
        parent = self.project.area.parent
        return parent.name if parent else ""

    @property
    def place(self) -> str:
        return f"{self.town}{self.project.area.name}"

    @property
    def issuer(self) -> str:
        """Whose form it is."""
        return f"{self.place}　{settings.SITE_NAME}"

    # --- Before the money ---------------------------------------------------------------------------

    @cached_property
    def seconds(self) -> str:
        """How many share the wish; not told while people vote, so that no number sways it."""
        if self.project.state == ProjectState.IN_POLL:
            return "投票期间不显示"
        return f"{self.project.secondings.filter(withdrawn_at=None).count()}人"

    @cached_property
    def photos(self) -> int:
        return self.project.photos.count()

    @cached_property
    def reviews(self) -> list[PreReview]:
        """The last word of each department, with those that still wait."""
        found = self.project.reviews.exclude(state=ReviewState.CLOSED).select_related("department", "reviewer")
        last = {(each.department_id, each.duty): each for each in found.order_by("attempt", "pk")}
        return list(last.values())

    @cached_property
    def answered(self) -> list[PreReview]:
        return [each for each in self.reviews if each.state == ReviewState.ANSWERED]

    @cached_property
    def item(self) -> AgendaItem | None:
        """The last vote of the assembly on it whose minutes are confirmed (议事会表决)."""
        found = self.project.agenda_items.filter(meeting__state=MeetingState.CONFIRMED).exclude(outcome="")
        return found.select_related("meeting__assembly__area", "meeting__round").order_by("pk").last()

    @cached_property
    def minutes(self) -> Minutes | None:
        return minutes_of(self.item.meeting, naming=in_full if self.names else masked) if self.item else None

    @cached_property
    def item_minutes(self) -> ItemMinutes | None:
        """What the minutes say of this very project."""
        found = self.minutes.items if self.minutes else []
        return next((each for each in found if each.item.project_id == self.project.pk), None)

    @cached_property
    def poll_entry(self) -> PollProject | None:
        found = self.project.poll_entries.exclude(poll__state="cancelled").select_related("poll__round", "poll__area")
        return found.order_by("pk").last()

    @cached_property
    def poll_projects(self) -> list[PollProject]:
        """What it is put to the vote with, in the order of the list."""
        if self.poll_entry is None:
            return []
        return list(self.poll_entry.poll.entries.select_related("project").order_by("position"))

    # --- Money --------------------------------------------------------------------------------------

    @cached_property
    def approval(self) -> Approval | None:
        """The approval that holds, else the request that waits."""
        live = self.project.approvals.filter(state__in=[ApprovalState.APPROVED, ApprovalState.SUBMITTED])
        found = live.select_related("submitted_by", "approved_by", "pool__area", "pool__round")
        return found.prefetch_related("sources").first()

    @property
    def is_approved(self) -> bool:
        return self.approval is not None and self.approval.state == ApprovalState.APPROVED

    @cached_property
    def notices(self) -> list[Notice]:
        """The notices that were not taken down, the newest first."""
        return list(self.project.notices.exclude(state=NoticeState.WITHDRAWN))

    # --- Works --------------------------------------------------------------------------------------

    @cached_property
    def work(self) -> Work | None:
        found = Work.objects.filter(project=self.project)
        related = ("contact", "settlement__by", "item__contract__contractor", "item__contract__registered_by")
        return found.select_related(*related).prefetch_related("milestones").first()

    @property
    def contract(self) -> ContractItem | None:
        """Its share of the contract."""
        return getattr(self.work, "item", None)

    @property
    def settlement(self) -> Settlement | None:
        return getattr(self.work, "settlement", None)

    @cached_property
    def changes(self) -> list[ChangeOrder]:
        if self.work is None:
            return []
        related = ("reported_by", "handled_by", "approved_by")
        return list(self.work.changes.select_related(*related).order_by("reported_at", "pk"))

    @cached_property
    def payments(self) -> list[Payment]:
        if self.work is None:
            return []
        return list(self.work.payments.select_related("requested_by", "reviewed_by", "paid_by").order_by("batch"))

    @cached_property
    def fixes(self) -> list[Rectification]:
        return list(self.project.rectifications.select_related("done_by").order_by("opened_at", "pk"))

    @cached_property
    def attempts(self) -> list[Acceptance]:
        """Every attempt at acceptance, the newest first."""
        return list(attempts_of(self.project).select_related("opened_by", "concluded_by"))

    @property
    def acceptance(self) -> Acceptance | None:
        """The attempt that counts: the newest that was not set aside (作废)."""
        return next((each for each in self.attempts if each.conclusion != Conclusion.VOID), None)

    def signer(self, signature: Signature) -> str:
        """Who signed an acceptance: a resident masked as one, an officer as one."""
        if self.names:
            return signature.person.name if signature.person else signature.name
        return signature.shown_name

    @cached_property
    def looks(self) -> list[FollowUp]:
        return list(self.project.follow_ups.all())

    @cached_property
    def scores(self) -> dict[int, int]:
        """How many gave each score."""
        return dict(self.project.ratings.order_by().values_list("score").annotate(count=Count("pk")))

    @property
    def satisfaction(self) -> Satisfaction:
        """The ratings as the public reads them: no average of a few."""
        return added_up(Counter(self.scores), self.terms.suppress_ratings_below)
