"""Files made in the background (后台做的文件): a project's dossier, a ledger, the register, the log, everything of a place.
Asked for, made step by step, told, removed; or taken back on the way.

Each step is a thing of the outbox of its own: short, so that on SQLite nobody waits for it; seen, so that the page tells
how far it is; and done once, whatever dies in between. Tables are made two at a time (civic.turns), the others stand in
the line.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from civic import turns
from civic.audit import record
from civic.clock import every_minute
from civic.limits import BUNDLE_ACCOUNT, EXPORT_ACCOUNT
from civic.models import Area, AuditEvent, Person
from civic.models.record import Channel, Kind
from civic.moments import now
from civic.outbox import handler, later
from civic.permissions import FILE_READERS, scopes
from civic.rules import RuleBroken
from proposals.models import Project
from publicity.documents import book, dossier, ledger
from publicity.documents.facts import Facts
from publicity.models import Bundle, BundleKind, BundleState, Message, Topic, Why
from publicity.models.files import DOSSIERS
from publicity.opendata import taken
from publicity.permissions import FETCHERS, READS_LOG
from publicity.queries.audit import reads_all

TOPIC = "publicity.bundle"
KEPT = timedelta(days=7)
GIVEN_UP = timedelta(hours=1)
CHUNK = 256 * 1024
SWEPT = 50
COVER = "cover"


def ask_dossier(facts: Facts, kind: BundleKind, *, by: Person) -> Bundle:
    """Ask for a project's file (一项目一档), as one PDF or as a zip."""
    forms = [COVER, *dossier.keys(facts)] if kind == BundleKind.DOSSIER_ZIP else [COVER]
    plan = {"forms": forms, "made": [], "address": facts.address}
    return _ask(kind, by=by, plan=plan, total=len(forms), project=facts.project)


def ask_ledger(prefixes: list[str], grouping: str, year: int | None, *, by: Person) -> Bundle:
    """Ask for a ledger (台账) of the places one works for. RuleBroken where it would be empty."""
    plan = ledger.plan(prefixes, grouping, year)
    if not plan["keys"]:
        raise RuleBroken(_("没有这样的项目，台账会是空的"), code="ledger_empty")
    return _ask(BundleKind.LEDGER, by=by, plan=plan, total=ledger.steps(plan), places=prefixes, rows=len(plan["keys"]))


def ask_register(kind: BundleKind, *, by: Person) -> Bundle:
    """Ask for the register (项目清单) of one's places, as CSV or Excel."""
    return _ask(kind, by=by, plan=_plan({}), total=1, places=scopes(by, FETCHERS[kind]))


def ask_log(asked: Mapping[str, Any], *, by: Person) -> Bundle:
    """Ask for the log (办理日志) of one's places as CSV, narrowed as on its page."""
    wanted = taken.asked_log(asked, of_no_place=reads_all(by))
    return _ask(BundleKind.LOG, by=by, plan=_plan(wanted), total=1, places=scopes(by, READS_LOG))


def ask_whole(area: Area, *, by: Person) -> Bundle:
    """Ask for everything of a place as one zip (全部导出)."""
    wanted = taken.asked_log({}, of_no_place=reads_all(by)) | {"area": area.pk}
    return _ask(BundleKind.WHOLE, by=by, plan=_plan(wanted), total=1, places=[area.prefix])


def _plan(wanted: dict[str, Any]) -> dict[str, Any]:
    """What is wanted, in the language it was asked in; the first step adds in which parts it is read."""
    return {"asked": wanted, "language": get_language() or settings.LANGUAGE_CODE}


@transaction.atomic
def _ask(kind: BundleKind, *, by: Person, plan: dict[str, Any], total: int, **about: Any) -> Bundle:
    """Keep what is wanted and begin, or let it stand in the line. TooOften beyond what one account may ask for."""
    BUNDLE_ACCOUNT.hit(by.pk)
    if kind not in DOSSIERS:
        EXPORT_ACCOUNT.hit(by.pk)
    asked = Bundle.objects.create(kind=kind, by=by, plan=plan, total=total, **about)
    _note("bundle.asked" if kind in DOSSIERS else "export.asked", asked, **plan.get("asked", {}).get("filter", {}))
    if kind in DOSSIERS:
        _next(asked)
    else:
        _give_turns()
        asked.refresh_from_db()
    return asked


def _give_turns(free: Iterable[int] = turns.TURNS) -> None:
    """Begin the next tables of the line (排到的)."""
    line = Bundle.objects.filter(state=BundleState.WAITING).exclude(kind__in=DOSSIERS)
    turns.give(line, _begin, free)


def _free(asked: Bundle) -> list[int]:
    """The turn that a file will have no more."""
    turn, asked.turn = asked.turn, None
    return [turn] if turn else []


def _begin(asked: Bundle) -> None:
    Bundle.objects.filter(pk=asked.pk).update(moved_at=now())
    _next(asked)


def _next(asked: Bundle) -> None:
    later(TOPIC, f"{asked.pk}:{asked.done}", {"bundle": asked.pk, "step": asked.done})


@handler(TOPIC)
def make(payload: dict[str, Any]) -> None:
    step(payload["bundle"], payload["step"])


@transaction.atomic
def step(pk: int, number: int) -> Bundle:
    """Make one step and leave the next to the outbox; the last one makes the file. Twice is once."""
    asked = Bundle.objects.select_for_update(of=("self",)).select_related("by").get(pk=pk)
    if asked.state != BundleState.WAITING or asked.done != number:
        return asked
    changed = ["done", "written", "moved_at"]
    with override(asked.plan.get("language", settings.LANGUAGE_CODE)):
        if asked.kind in taken.KINDS and not number:
            changed += _cut(asked)
        elif asked.kind != BundleKind.DOSSIER_PDF:
            changed += _keep_part(asked, number)
        asked.done, asked.moved_at = asked.done + 1, now()
        if asked.done < asked.total:
            _next(asked)
            asked.save(update_fields=changed)
        else:
            _finish(asked)
    return asked


def _cut(asked: Bundle) -> list[str]:
    """The first step of a table: how many rows it has, and in which parts they are read."""
    asked.rows, parts = taken.cut(BundleKind(asked.kind), asked.places or [], asked.plan["asked"])
    asked.plan["parts"], asked.total = parts, 1 + len(parts)
    return ["rows", "plan", "total"]


def _made(asked: Bundle, number: int) -> bytes:
    if asked.kind in taken.KINDS:
        body, rows = taken.part(
            BundleKind(asked.kind), asked.places or [], asked.plan["asked"], asked.plan["parts"][number - 1]
        )
        asked.written += rows
        return body
    if asked.kind == BundleKind.LEDGER:
        asked.written = min(asked.rows, (number + 1) * ledger.STEP_ROWS)
        return ledger.step(asked.plan, number)
    listed = asked.plan["forms"]
    ending, body = dossier.drawn(_facts(asked), listed[number], listed)
    asked.plan["made"].append(ending)
    return body


def _facts(asked: Bundle) -> Facts:
    project = Project.objects.select_related("area__parent", "round", "proposer", "proposing_unit").get(bundles=asked)
    return Facts(project, asked.plan["address"], names=True)


def _finish(asked: Bundle) -> None:
    """Join the steps to the file, note it, tell who asked (做好了)."""
    with TemporaryFile() as file:
        _join(asked, file)
        file.seek(0)
        asked.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        name = f"{asked.pk}.{asked.kind.rpartition('.')[2]}"
        default_storage.delete(f"bundles/{name}")  # what one that died left behind
        asked.file.save(name, File(file), save=False)
    for number in range(asked.total):
        transaction.on_commit(partial(default_storage.delete, _part(asked, number)))
    event = _note("bundle.made", asked, sha256=asked.sha256)
    asked.state, asked.done_at, asked.plan, free = BundleState.DONE, now(), {}, _free(asked)
    Message.objects.create(person=asked.by, event=event, topic=Topic.FILE, why=Why.ASKER, created_at=now())
    asked.save()
    _give_turns(free)


def _join(asked: Bundle, file: IO[bytes]) -> None:
    if asked.kind in taken.KINDS:
        numbered = ((one[0], b"".join(_chunks(asked, at))) for at, one in enumerate(asked.plan["parts"], start=1))
        taken.join(file, BundleKind(asked.kind), asked.places or [], asked.plan["asked"], numbered)
    elif asked.kind == BundleKind.LEDGER:
        parts = (_chunks(asked, number) for number in range(asked.total))
        book.write(file, ledger.layout(asked.plan), ledger.groups_of(asked.plan), parts)
    elif asked.kind == BundleKind.DOSSIER_ZIP:
        dossier.pack(file, _facts(asked), _forms(asked))
    else:
        file.write(dossier.whole(_facts(asked)))


def _forms(asked: Bundle) -> Iterator[tuple[str, bytes]]:
    """The forms that were drawn, in their order, by the names they have in the zip."""
    for number, (key, ending) in enumerate(zip(asked.plan["forms"], asked.plan["made"], strict=True)):
        yield f"{dossier.entry(number, key)}.{ending}", b"".join(_chunks(asked, number))


def _part(asked: Bundle, number: int) -> str:
    return f"bundles/parts/{asked.pk}-{number}"


def _keep_part(asked: Bundle, number: int) -> list[str]:
    """Keep what a step made, over what one that died left behind; a table's plan stays as it was cut."""
    body = _made(asked, number)
    default_storage.delete(_part(asked, number))
    default_storage.save(_part(asked, number), ContentFile(body))
    return [] if asked.kind in taken.KINDS else ["plan"]


def _chunks(asked: Bundle, number: int) -> Iterator[bytes]:
    with default_storage.open(_part(asked, number), "rb") as opened:
        yield from iter(lambda: opened.read(CHUNK), b"")


def _note(action: str, asked: Bundle, /, **more: Any) -> AuditEvent:
    """The record of what left the house, for the inside (留痕)."""
    after = {"kind": asked.kind, "year": asked.plan.get("year"), "by": asked.plan.get("by"), **more}
    roles = FILE_READERS if asked.project else FETCHERS[asked.kind]
    return record(
        action,
        by=asked.by,
        on=asked,
        kind=Kind.DAILY,
        is_public=False,
        channel=Channel.DESK,
        roles=roles,
        after=after,
    )


def cancel(asked: Bundle, *, by: Person) -> None:
    """Take back a file that is not made yet (取消): what was made of it goes. RuleBroken where it waits no longer."""
    if not _gone(asked.pk, BundleState.WAITING, BundleState.CANCELLED):
        raise RuleBroken(_("这份文件已经办完，取消不了；结果在这一页上"), code="bundle_over")


@every_minute
def sweep() -> None:
    """Remove files a week old, give up what nothing was done about for an hour, and go on with the line (到期清理)."""
    for asked in Bundle.objects.filter(state=BundleState.DONE, done_at__lt=now() - KEPT)[:SWEPT]:
        _gone(asked.pk, BundleState.DONE, BundleState.GONE)
    waiting = Bundle.objects.filter(Q(turn__isnull=False) | Q(kind__in=DOSSIERS), state=BundleState.WAITING)
    for asked in waiting.annotate(since=Coalesce("moved_at", "created_at")).filter(since__lt=now() - GIVEN_UP)[:SWEPT]:
        _gone(asked.pk, BundleState.WAITING, BundleState.FAILED)
    _give_turns()


@transaction.atomic
def _gone(pk: int, stood: BundleState, state: BundleState) -> bool:
    """Let a file and its parts go, unless it stands otherwise by now."""
    asked = Bundle.objects.select_for_update(of=("self",)).select_related("by").get(pk=pk)
    if asked.state != stood:
        return False
    names = [*(_part(asked, number) for number in range(asked.total)), asked.file.name or ""]
    for name in filter(None, names):
        transaction.on_commit(partial(default_storage.delete, name))
    if state == BundleState.CANCELLED:
        _note("bundle.cancelled", asked)
    asked.state, asked.file, asked.plan, free = state, "", {}, _free(asked)
    asked.save(update_fields=["state", "file", "plan", "turn"])
    _give_turns(free)
    return True
