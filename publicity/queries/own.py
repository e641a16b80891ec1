"""What a person did (我的): proposals, drafts, secondings, follows, objections, ratings, each with its present state.

Of polls only that she is on the roll: whether she voted is asked on the poll's own page.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from civic.models import Person
from delivery.models import Rating
from proposals.models import Draft, Project, ProjectState, Seconding
from publicity.models import Follow, Objection, OpeningWish
from publicity.queries import inbox, objections
from publicity.queries.search import for_cards
from voting import papers
from voting.models import Poll
from wishes.models import Demand
from wishes.queries import reported_by

MOST = 100  # of each kind; the list says so when there are more
FEW = 5  # of what is followed; the rest on a page of its own


@dataclass
class Own:
    """One list of everything I did (我办过的事)."""

    polls: list[Poll] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    proposed: list[Project] = field(default_factory=list)
    entered: list[Project] = field(default_factory=list)
    seconded: list[Seconding] = field(default_factory=list)
    objected: list[Objection] = field(default_factory=list)
    rated: list[Any] = field(default_factory=list)
    reported: list[Demand] = field(default_factory=list)
    followed: list[Follow] = field(default_factory=list)
    places: list[Follow] = field(default_factory=list)
    openings: list[OpeningWish] = field(default_factory=list)
    unread: int = 0

    @property
    def is_empty(self) -> bool:
        did = (self.proposed, self.entered, self.seconded, self.objected, self.rated, self.reported)
        return not any((self.polls, self.drafts, *did, self.followed, self.places, self.openings))


def sponsored_by(person: Person) -> QuerySet[Project]:
    """The projects a leader stands for (领办), as their cards show them; what moved last first."""
    found = Project.objects.filter(sponsor=person).exclude(state=ProjectState.DRAFT)
    return for_cards(found).order_by("-updated_at", "-pk")


def of(person: Person) -> Own:
    """Twelve queries, whatever the number of things."""
    projects = list(
        Project.objects.filter(Q(proposer=person) | Q(entered_by=person))
        .exclude(state=ProjectState.DRAFT)
        .select_related("area")
        .order_by("-updated_at", "-pk")[: 2 * MOST]
    )
    seconded = Seconding.objects.filter(person=person, withdrawn_at=None).select_related("project__area")
    return Own(
        polls=list(papers.on_roll_of(person)[:MOST]),
        drafts=list(Draft.objects.filter(owner=person)[:MOST]),
        proposed=[project for project in projects if project.proposer_id == person.pk],
        entered=[project for project in projects if project.proposer_id != person.pk],
        seconded=list(seconded.order_by("-seconded_at")[:MOST]),
        objected=list(objections.of_person(person)[:MOST]),
        rated=list(Rating.objects.filter(person=person).select_related("project")[:MOST]),
        followed=list(inbox.followed_by(person)[:FEW]),
        places=list(inbox.places_followed_by(person)[:MOST]),
        openings=list(inbox.openings_wished_by(person)[:MOST]),
        unread=inbox.unread_of(person),
        reported=list(reported_by(person)[:MOST]),
    )
