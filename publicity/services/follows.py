"""Following a project or a village (关注). A wish of one's own, like a reminder: no record tells of it, and taken back it
is gone."""

from django.db import transaction

from civic.models import Area, Level, Person
from proposals.models import Project
from publicity import message_rules as rules
from publicity.models import Follow


@transaction.atomic
def follow(project: Project, *, by: Person) -> None:
    """Follow a project (关注进度); twice is once. RuleBroken for who follows hundreds already."""
    _follow(by, project=project)


@transaction.atomic
def follow_place(area: Area, *, by: Person) -> None:
    """Follow a village (关注这个村居); twice is once. RuleBroken for another place, and for who follows hundreds."""
    rules.check_is_village(area.level == Level.VILLAGE and not area.is_zone)
    _follow(by, area=area)


def _follow(person: Person, **what: Project | Area) -> None:
    if not Follow.objects.filter(person=person, **what).exists():
        rules.check_can_follow(Follow.objects.filter(person=person).count())
        Follow.objects.bulk_create([Follow(person=person, **what)], ignore_conflicts=True)


@transaction.atomic
def unfollow(project: Project, *, by: Person) -> bool:
    """Follow it no longer (取消关注), and whether one did; twice is once. To undo is to follow again."""
    return bool(Follow.objects.filter(person=by, project=project).delete()[0])


@transaction.atomic
def unfollow_place(area: Area, *, by: Person) -> bool:
    """Follow a village no longer (取消关注), and whether one did."""
    return bool(Follow.objects.filter(person=by, area=area).delete()[0])
