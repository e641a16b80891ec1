"""Pictures of the same place before and after (前后对比), for whoever takes the next one or judges the work."""

from civic.models import Attachment
from delivery.models import Milestone, Work
from delivery.models.works import Slot
from proposals.models import Project


def old_photo(milestone: Milestone) -> Attachment | None:
    """The picture to stand in front of (对着旧照片拍): the works' own of before, else the first of the proposal."""
    if not milestone.photo_slot:
        return None
    before = Milestone.objects.filter(work=milestone.work_id, photo_slot=Slot.BEFORE, photo__isnull=False)
    taken = before.exclude(pk=milestone.pk).select_related("photo").order_by("order").first()
    return taken.photo if taken else proposed_photo(milestone.work.project)


def proposed_photo(project: Project) -> Attachment | None:
    """How the place looked when the project was proposed, if everybody may see that."""
    return project.photos.filter(kind="photo", is_public=True).order_by("pk").first()


def pair_of(work: Work) -> list[tuple[str, Attachment]]:
    """What stands under 前 and what under 后, each at most once; empty unless both are there. At most one query
    besides the milestones."""
    stages = [m for m in work.milestones.select_related("photo") if m.photo_id]
    before = next((m.photo for m in stages if m.photo_slot == Slot.BEFORE), None) or proposed_photo(work.project)
    after = next((m.photo for m in reversed(stages) if m.photo_slot == Slot.AFTER), None)
    if before is None or after is None:
        return []
    return [(str(Slot.BEFORE.label), before), (str(Slot.AFTER.label), after)]
