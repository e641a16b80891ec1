"""A project's money and works (钱、实施) as its page shows them, made of what delivery keeps."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from civic import smaller
from civic.models import Area, Attachment
from civic.moments import today
from civic.templatetags.civic import day
from delivery import queries as delivery
from delivery.models import Acceptance, Milestone, VisitLog, Work
from delivery.models.works import Slot
from delivery.queries import Rung, Satisfaction
from delivery.queries.works import visits_of
from proposals.models import Project, ProjectState
from publicity import steps

Photos = list[dict[str, Any]]
VISITS_SHOWN = 10


class Pair(NamedTuple):
    """A project with its picture of before and its picture of after."""

    project: Project
    photos: Photos


@dataclass
class Works:
    """The ladder, how far the works are, what they still lack, their pictures and how they were accepted."""

    rungs: list[Rung] = field(default_factory=list)
    work: Work | None = None
    amount_yuan: Decimal | None = None
    amount_word: str = ""
    progress: str = ""
    missing: str = ""
    slips: list[str] = field(default_factory=list)
    pair: list[dict[str, Any]] = field(default_factory=list)
    """Before and after, taken from the same spot (前后对比); what is not there yet says by when."""
    gallery: list[dict[str, Any]] = field(default_factory=list)
    """The other pictures, in the order of the works."""
    visits: dict[str, int] | None = None
    """Of a service: how often it went out and how many it served. It shows no pictures: nobody's face is published."""
    visited: list[VisitLog] = field(default_factory=list)
    """Its last visits, each with its day and how many it served."""
    acceptances: list[Acceptance] = field(default_factory=list)
    satisfaction: Satisfaction | None = None

    @property
    def paid_yuan(self) -> Decimal | None:
        return self.work.paid_yuan if self.work and self.work.contract_yuan else None

    @property
    def agreed_yuan(self) -> Decimal | None:
        return self.work.agreed_yuan if self.work and self.work.contract_yuan else None


def of(project: Project) -> Works:
    """At most eight queries, whatever happened; one before the works."""
    work = delivery.work_of(project)
    rungs = delivery.ladder(project, work)
    amount, word = _what_it_costs(rungs, work)
    stages = list(work.milestones.all()) if work else []
    visits = visits_of(work) if work and work.is_service else None
    pair, others = _paired([] if visits else list(_gallery(work, stages, project.state)))
    return Works(
        rungs=_shown(project, work, rungs),
        work=work,
        amount_yuan=amount,
        amount_word=word,
        progress=_progress(project, work, stages, visits),
        missing=_missing(project, work, stages),
        slips=[_slip(stage) for stage in stages if stage.planned_on != stage.first_planned_on],
        pair=pair,
        gallery=others,
        visits=visits,
        visited=list(work.visits.all()[:VISITS_SHOWN]) if work and visits else [],
        acceptances=list(work.project.acceptances.all()) if work else [],
        satisfaction=delivery.satisfaction(project),
    )


def amounts(project: Project) -> set[Decimal]:
    """Every sum of money that stands in the books of a project (账上的数), whichever way it moved."""
    work = delivery.work_of(project)
    known = {rung.amount_yuan for rung in delivery.ladder(project, work)}
    known |= {line.amount_yuan for lines in delivery.ladder_lines(project, work).values() for line in lines}
    known |= {work.agreed_yuan, work.paid_yuan} if work else set()
    return {abs(amount) for amount in known if amount is not None}


def pairs_in(area: Area, most: int) -> list[Pair]:
    """Works of a place with a picture of before and one of after, the newest first (前后对比); two queries.

    A service shows no pictures: nobody's face is published.
    """
    taken = Milestone.objects.filter(photo__is_public=True).select_related("photo")
    here = taken.filter(work=OuterRef("pk"))
    found = (
        Work.objects.filter(
            Exists(here.filter(photo_slot=Slot.BEFORE)),
            Exists(here.filter(photo_slot=Slot.AFTER)),
            is_service=False,
            project__area__code__startswith=area.prefix,
        )
        .select_related("project__area")
        .prefetch_related(Prefetch("milestones", taken))
        .order_by("-last_news_at", "-pk")
    )
    return [Pair(work.project, _pair_of(work.milestones.all())) for work in found[:most]]


def _pair_of(stages: Iterable[Milestone]) -> Photos:
    photos = [_stage_photo(stage) for stage in stages]
    return _paired(photos)[0]


def _shown(project: Project, work: Work | None, rungs: list[Rung]) -> list[Rung]:
    """Amounts still to come are named only where they will come; an estimate nobody made is left out."""
    is_over = project.state in steps.STOPPED or (project.state == ProjectState.COMPLETED and work is None)
    return [rung for number, rung in enumerate(rungs) if rung.amount_yuan is not None or (number > 0 and not is_over)]


def _what_it_costs(rungs: list[Rung], work: Work | None) -> tuple[Decimal | None, str]:
    """花多少钱: the latest amount agreed, with the changes agreed since, never what happens to be paid."""
    rung = next((rung for rung in rungs if rung.current), None)
    if rung is None:
        return None, ""
    if work is not None and rung.amount_yuan == work.contract_yuan and work.changes_delta_yuan:
        return work.agreed_yuan, _("合同价加变更")
    return rung.amount_yuan, rung.label


def _progress(project: Project, work: Work | None, stages: list[Milestone], visits: dict[str, int] | None) -> str:
    """How far the works are, in a sentence; empty where there is nothing to say."""
    if work is None or project.state != ProjectState.IN_PROGRESS:
        return ""
    if visits and work.visits_planned:
        return _("正在服务，已上门%(done)d次，共%(all)d次。") % {"done": visits["visits"], "all": work.visits_planned}
    if stages:
        done = sum(stage.actual_on is not None for stage in stages)
        return _("正在实施，里程碑完成%(done)d个，共%(all)d个。") % {"done": done, "all": len(stages)}
    return ""


def _missing(project: Project, work: Work | None, stages: list[Milestone]) -> str:
    """The record that the present step still lacks (这一步的材料还没上传)."""
    if project.state == ProjectState.AWAITING_START and work is None:
        by = day(project.due_on, "short") if project.due_on else ""
        return _("合同还没有上传（应于%(day)s前）") % {"day": by} if by else _("合同还没有上传")
    late = [stage for stage in stages if stage.actual_on is None and stage.planned_on < today()]
    if project.state == ProjectState.IN_PROGRESS and late:
        return _("“%(name)s”的记录和照片还没上传（应于%(day)s前）") % {
            "name": late[0].name,
            "day": day(late[0].planned_on, "short"),
        }
    return ""


def _slip(stage: Milestone) -> str:
    """A promise that moved keeps its first date: 原定3月10日，改为3月20日：下雨停工4天."""
    return _("%(name)s：原定%(was)s，改为%(becomes)s：%(why)s") % {
        "name": stage.name,
        "was": day(stage.first_planned_on, "short"),
        "becomes": day(stage.planned_on, "short"),
        "why": stage.slip_reason,
    }


def _paired(photos: Photos) -> tuple[Photos, Photos]:
    """The first picture of before and the last place of after apart from the others; no pair without a before."""
    before = next((photo for photo in photos if photo["part"] == Slot.BEFORE and photo.get("url")), None)
    after = next((photo for photo in reversed(photos) if photo["part"] == Slot.AFTER), None)
    if before is None or after is None:
        return [], photos
    return [before, after], [photo for photo in photos if photo is not before and photo is not after]


def _gallery(work: Work | None, stages: Iterable[Milestone], state: str) -> Iterable[dict[str, Any]]:
    """The pictures each stage promised, before and after alike; one not there yet says by when.

    Works that were ended promise no more; those that are paused promise no day.
    """
    if work is None:
        return
    if work.board_photo:
        yield _photo(work.board_photo, "", _("公示牌"), work.started_on)
    for stage in stages:
        if stage.photo:
            yield _stage_photo(stage)
        elif stage.photo_slot and state != ProjectState.TERMINATED:
            due_on = None if state == ProjectState.PAUSED else stage.planned_on
            slot = stage.get_photo_slot_display()
            yield {"part": stage.photo_slot, "slot": slot, "caption": stage.name, "due_on": due_on}


def _stage_photo(stage: Milestone) -> dict[str, Any]:
    slot = stage.get_photo_slot_display() or ""
    photo = _photo(stage.photo, stage.photo_slot, slot, stage.actual_on, stage.name)  # type: ignore[arg-type]
    parts = (photo["stamp"], stage.work.project.code, stage.post)
    return photo | {"stamp": " · ".join(part for part in parts if part)}


def _photo(photo: Attachment, part: str, slot: str, on: date | None, name: str = "") -> dict[str, Any]:
    """A picture as the gallery shows it, stamped by the server: when it came, for which project, from which post."""
    at = timezone.localtime(photo.uploaded_at)
    caption = photo.caption or name or slot
    return {
        "part": part,
        "url": smaller.address(photo.token),
        "thumb_url": smaller.address(photo.token, "page"),
        "alt": f"{slot}：{caption}" if slot and slot != caption else caption,
        "caption": caption,
        "slot": slot,
        "taken_on": on,
        "stamp": _("%(moment)s上传") % {"moment": f"{day(at, 'short')} {at:%H:%M}"},
        "width": photo.width,
        "height": photo.height,
    }
