"""The move menu of a card on the board (移到哪一栏): the moves the rules allow this person, each leading to its act."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from civic.permissions import allowed
from delivery.models import Work
from proposals.models import MOVES, Project, ProjectState

S = ProjectState


class Move(NamedTuple):
    """One way to another column: what is done for it, and where."""

    words: str
    url: str


def moves_of(user: Any, project: Project, work: Work | None) -> list[Move]:
    """Where a card may go from here; its work with contract and milestones is loaded, and nothing is queried."""
    return [*_forward(user, project, work), *_aside(user, project)]


def stands_because(project: Project, work: Work | None) -> str:
    """Why a card without a move stands where it is (现在不能移)."""
    if project.state == S.IN_PROGRESS and work is not None:
        left = sum(1 for stage in work.milestones.all() if not stage.actual_on)
        if left:
            return _("还有%(count)d个里程碑没有完成") % {"count": left}
        return _("等承接单位报完成")
    if project.state == S.RECTIFYING:
        return _("整改完成、复查合格后自动到“待验收”")
    return _("现在没有要移的")


def _forward(user: Any, project: Project, work: Work | None) -> Iterator[Move]:
    manages = allowed(user, "delivery.manage", project)
    if project.state == S.AWAITING_START and manages:
        if work is None:
            yield _move(_("移到“进行中”：先登记合同"), "contract", project)
        else:
            yield _move(_("移到“进行中”：开工"), "start", project)
    elif project.state == S.FOR_ACCEPTANCE and manages:
        yield _move(_("移到“已完工”：组织验收"), "accept", project)
    elif project.state == S.COMPLETED and work is not None:
        if work.settled_yuan is None and allowed(user, "delivery.settle", project):
            yield _move(_("移出看板：先结算"), "settle", project)
        elif work.settled_yuan is not None and manages:
            yield _move(_("移出看板：归档"), "archive", project)


def _aside(user: Any, project: Project) -> Iterator[Move]:
    if not allowed(user, "proposals.pause", project):
        return
    pause = reverse("proposals:pause", args=[project.code])
    if project.state in MOVES["pause"][0]:
        yield Move(_("移到“已暂停”：暂停"), f"{pause}?act=pause")
    elif project.state == S.PAUSED:
        yield Move(_("移回原来的栏：恢复"), f"{pause}?act=resume")


def _move(words: str, name: str, project: Project) -> Move:
    return Move(words, reverse(f"delivery:{name}", args=[project.code]))
