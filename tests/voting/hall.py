"""A village's assembly for tests: an office that calls, a chair, a recorder, members, and a meeting in any state."""

from dataclasses import dataclass, field
from datetime import timedelta

from civic import moments
from civic.models import Appointment, Person, Role
from proposals.models import Project, ProjectState, Round
from tests import make
from voting.models import Assembly, AssemblyKind, Choice, How, Meeting
from voting.services import attendance, ballots, items, meetings


@dataclass
class Hall:
    """Who is in the room; ``meeting`` is fetched anew with ``fresh()``."""

    assembly: Assembly
    round: Round
    chair: Person
    recorder: Person
    teller: Person
    monitor: Person
    members: list[Person]
    projects: list[Project] = field(default_factory=list)
    meeting: Meeting | None = None

    def fresh(self) -> Meeting:
        self.meeting = Meeting.objects.select_related("assembly__area", "round").get(pk=self.meeting.pk)
        return self.meeting

    def item(self, order: int = 1):
        return self.fresh().items.select_related("meeting__assembly__area", "project").get(order=order)

    def sign_in(self, count: int) -> None:
        for member in self.members[:count]:
            attendance.sign_in(self.meeting, member=member, by=self.recorder, how=How.TICK)

    def vote(self, order: int, choices: str) -> None:
        """One letter a member, in order: F for, A against, 0 abstain, - no vote."""
        letters = {"F": Choice.FOR, "A": Choice.AGAINST, "0": Choice.ABSTAIN}
        for member, letter in zip(self.members, choices, strict=False):
            if letter != "-":
                ballots.cast(self.item(order), by=anew(member), choice=letters[letter])

    def decide(self, order: int, choices: str) -> None:
        items.open_item(self.item(order), by=self.chair)
        self.vote(order, choices)
        items.close_item(self.item(order), by=self.chair)


def anew(person: Person) -> Person:
    """The same person as a new request would load them, with nothing remembered."""
    return Person.objects.get(pk=person.pk)


def assembly(at: str = make.VILLAGE, kind: str = AssemblyKind.COUNCIL) -> Assembly:
    return Assembly.objects.create(area=make.area(at), name="测试甲村居民议事会", kind=kind)


def dissolve() -> None:
    """End the village's assembly and its members' terms, so that another can be founded."""
    yesterday = moments.today() - timedelta(days=1)
    Assembly.objects.update(starts_on=yesterday, ended_on=yesterday)
    Appointment.objects.filter(role=Role.ASSEMBLY_MEMBER).update(ends_on=yesterday)


def hall(*, members: int = 5, projects: int = 1, rules: dict | None = None) -> Hall:
    """An assembly with its people and projects that wait for it; nothing called yet."""
    body = assembly()
    its_round = make.round_(rules={"prior_study_required": False} | (rules or {}))
    found = Hall(
        assembly=body,
        round=its_round,
        chair=make.officer(Role.VILLAGE_OFFICE, name="黄主任"),
        recorder=make.officer(Role.SOCIAL_WORKER, name="陈社工"),
        teller=make.officer(Role.SUPERVISOR, name="吴监督"),
        monitor=make.officer(Role.SUPERVISOR, name="郑监督"),
        members=[
            make.officer(Role.ASSEMBLY_MEMBER, name=f"{'赵钱孙李周吴郑王冯陈'[n % 10]}成员{n}") for n in range(members)
        ],
    )
    found.projects = [make.project(ProjectState.FOR_ASSEMBLY, round=its_round) for _n in range(projects)]
    return found


def called(days: int = 3, **made) -> Hall:
    """A meeting called for today, with notice given ``days`` ago."""
    found = hall(**made)
    with moments.at(moments.now() - timedelta(days=days)):
        found.meeting = meetings.call_meeting(
            found.assembly,
            found.round,
            by=found.chair,
            projects=found.projects,
            starts_at=moments.now() + timedelta(days=days),
            place="村委会二楼会议室",
            chair=found.chair,
            recorder=found.recorder,
            teller=found.teller,
            monitor=found.monitor,
        )
    return found


def sitting(*, present: int | None = None, **made) -> Hall:
    """An open meeting with so many members signed in (all, unless said)."""
    found = called(**made)
    found.sign_in(len(found.members) if present is None else present)
    meetings.open_meeting(found.fresh(), by=found.chair)
    found.fresh()
    return found


def voted(choices: str = "FFFA0", **made) -> Hall:
    """A closed meeting whose first item was decided by these votes; the minutes are not confirmed."""
    found = sitting(**made)
    found.decide(1, choices)
    meetings.close_meeting(found.fresh(), by=found.chair)
    found.fresh()
    return found
