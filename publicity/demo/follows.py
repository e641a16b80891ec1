"""What the demo's residents follow and have heard of (关注、消息): inboxes as they would be by today, nothing sent."""

from civic.models import AuditEvent
from civic.moments import at, now
from proposals.models import Project, Round
from publicity import message_rules
from publicity.demo.places import account
from publicity.models import Message
from publicity.services import follows, messages

FOLLOWERS = "居民（陈阿姨）", "居民（阿强）"
FOLLOWED = 4  # projects of their village that are on the way
NEWS = 3  # of each of these the newest events
READ = 2  # of each inbox all but so many are read


def tell(its_round: Round) -> None:
    """Twice is once: a follow and a message are unique."""
    for title in FOLLOWERS:
        person = account(title)
        projects = Project.objects.filter(round=its_round, area=person.home_area).exclude(code=None)
        for project in projects.order_by("-updated_at", "-pk")[:FOLLOWED]:
            with at(project.filed_at or now()):
                follows.follow(project, by=person)
            _hear(project)
        follows.follow_place(person.home_area, by=person)
        newest = list(Message.objects.filter(person=person).values_list("pk", flat=True)[:READ])
        messages.read(Message.objects.filter(person=person).exclude(pk__in=newest))


def _hear(project: Project) -> None:
    """The newest events of a project, each told when it happened."""
    heard = 0
    for event in AuditEvent.objects.filter(subject=project.code, is_public=True).order_by("-happened_at", "-pk"):
        said = message_rules.said_of(event.action, event.before, event.after)
        if said is not None and heard < NEWS:
            heard += 1
            with at(event.happened_at):
                messages.write(event, said)
