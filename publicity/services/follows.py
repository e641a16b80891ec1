"""Following a project (关注). A wish of one's own, like a reminder: no record tells of it, and taken back it is gone."""

from django.db import transaction

from civic.models import Person
from proposals.models import Project
from publicity import message_rules as rules
from publicity.models import Follow


@transaction.atomic
def follow(project: Project, *, by: Person) -> None:
    """Follow a project (关注进度); twice is once. RuleBroken for who follows hundreds already."""
    if not Follow.objects.filter(person=by, project=project).exists():
        rules.check_can_follow(Follow.objects.filter(person=by).count())
        Follow.objects.bulk_create([Follow(person=by, project=project)], ignore_conflicts=True)


@transaction.atomic
def unfollow(project: Project, *, by: Person) -> bool:
    """Follow it no longer (取消关注), and whether one did; twice is once. To undo is to follow again."""
    return bool(Follow.objects.filter(person=by, project=project).delete()[0])
