"""Spot checks (随机抽查): drawing by a seed, and writing down once what was found."""

import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from civic.audit import record
from civic.files import use
from civic.models import Area, Attachment, AuditEvent, Person
from civic.models.record import Channel, Kind
from civic.moments import now
from civic.rules import RuleBroken
from proposals.drawing import in_order, to_draw_from
from proposals.models import CheckedProject, Finding, Project, SpotCheck
from proposals.permissions import INSPECTORS

SENTENCES = {
    Finding.MATCHES: "现场抽查：和记录相符",
    Finding.DIFFERS: "现场抽查：和记录有出入",
    Finding.NOT_SEEN: "现场抽查：没有看成",
}


@transaction.atomic
def draw(area: Area, *, among: str, size: int, by: Person, seed: str = "") -> SpotCheck:
    """Draw projects of a place at random (抽查); fewer where there are fewer. RuleBroken where there is none.

    The order is that of sha256("seed:code"), so that whoever knows the seed and the codes draws the same.
    """
    codes = list(to_draw_from(area, among))
    if not codes:
        raise RuleBroken(_("这里没有可以抽的项目"), code="nothing_to_draw", field="among")
    seed = seed or secrets.token_hex(16)
    drawn = in_order(codes, seed)[:size]
    check = SpotCheck.objects.create(area=area, among=among, size=len(drawn), out_of=len(codes), seed=seed, drawn_by=by)
    keys = dict(Project.objects.filter(code__in=drawn).values_list("code", "pk"))
    CheckedProject.objects.bulk_create(
        CheckedProject(check_of=check, order=order, project_id=keys[code]) for order, code in enumerate(drawn, start=1)
    )
    record(
        "check.draw",
        by=by,
        on=check,
        kind=Kind.DAILY,
        roles=INSPECTORS,
        channel=Channel.DESK,
        after={"among": among, "size": len(drawn), "out_of": len(codes), "seed": seed, "codes": drawn},
        is_public=False,
    )
    return check


@transaction.atomic
def find(
    item: CheckedProject, *, by: Person, finding: str, words: str = "", photos: Iterable[Attachment] = ()
) -> AuditEvent | None:
    """Write down what was seen of a project (登记抽查结果), in public. RuleBroken for what was written down before.

    The same again is the same; what was wrong in the words is put right by a correction (更正).
    """
    item = CheckedProject.objects.select_for_update(of=("self",)).select_related("project").get(pk=item.pk)
    if (item.finding, item.words) == (finding, words):
        return None
    if item.finding:
        raise RuleBroken(_("这一项已经登记过，写错了请在项目页更正"), code="checked_before")
    if finding != Finding.MATCHES and not words:
        raise RuleBroken(_("请写明看到什么"), code="words_missing", field="words")
    item.finding, item.words = finding, words
    item.checked_by, item.checked_at = by, now()
    item.save()
    taken = use(photos, public=True)
    item.photos.set(taken)
    return record(
        "check.find",
        by=by,
        on=item,
        roles=INSPECTORS,
        channel=Channel.DESK,
        sentence=SENTENCES[Finding(finding)],
        reason=words,
        documents=taken,
        after={"finding": finding, "check": item.check_of_id},
    )
