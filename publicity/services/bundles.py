"""Files made in the background (后台做的文件): a project's dossier, a ledger. Asked for, made step by step, told, removed.

Each step is a thing of the outbox of its own: short, so that on SQLite nobody waits for it; seen, so that the page tells
how far it is; and done once, whatever dies in between.
"""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from civic.audit import record
from civic.clock import every_minute
from civic.limits import BUNDLE_ACCOUNT, EXPORT_ACCOUNT
from civic.models import AuditEvent, Person
from civic.models.record import Channel, Kind
from civic.moments import now
from civic.outbox import handler, later
from civic.permissions import FILE_READERS
from civic.rules import RuleBroken
from proposals.models import Project
from publicity.documents import book, dossier, ledger
from publicity.documents.facts import Facts
from publicity.models import Bundle, BundleKind, BundleState, Message, Topic, Why

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
    EXPORT_ACCOUNT.hit(by.pk)
    return _ask(BundleKind.LEDGER, by=by, plan=plan, total=ledger.steps(plan))


@transaction.atomic
def _ask(kind: BundleKind, *, by: Person, plan: dict[str, Any], total: int, project: Project | None = None) -> Bundle:
    BUNDLE_ACCOUNT.hit(by.pk)
    asked = Bundle.objects.create(kind=kind, by=by, plan=plan, total=total, project=project)
    _note("bundle.asked", asked)
    _next(asked)
    return asked


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
    if asked.kind != BundleKind.DOSSIER_PDF:
        _keep_part(asked, _made(asked, number))
    asked.done += 1
    if asked.done == asked.total:
        _finish(asked)
    else:
        _next(asked)
    asked.save()
    return asked


def _made(asked: Bundle, number: int) -> bytes:
    if asked.kind == BundleKind.LEDGER:
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
        asked.file.save(f"{asked.pk}.{asked.kind.rpartition('.')[2]}", File(file), save=False)
    for number in range(asked.total):
        default_storage.delete(_part(asked, number))
    event = _note("bundle.made", asked, sha256=asked.sha256)
    asked.state, asked.done_at, asked.plan = BundleState.DONE, now(), {}
    Message.objects.create(person=asked.by, event=event, topic=Topic.FILE, why=Why.ASKER, created_at=now())


def _join(asked: Bundle, file: IO[bytes]) -> None:
    if asked.kind == BundleKind.LEDGER:
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


def _keep_part(asked: Bundle, body: bytes) -> None:
    """What a step made, over what one that died left behind."""
    default_storage.delete(_part(asked, asked.done))
    default_storage.save(_part(asked, asked.done), ContentFile(body))


def _chunks(asked: Bundle, number: int) -> Iterator[bytes]:
    with default_storage.open(_part(asked, number), "rb") as opened:
        yield from iter(lambda: opened.read(CHUNK), b"")


def _note(action: str, asked: Bundle, **more: Any) -> AuditEvent:
    """The record of what left the house, for the inside (留痕)."""
    after = {"kind": asked.kind, "year": asked.plan.get("year"), "by": asked.plan.get("by"), **more}
    return record(
        action,
        by=asked.by,
        on=asked,
        kind=Kind.DAILY,
        is_public=False,
        channel=Channel.DESK,
        roles=FILE_READERS,
        after=after,
    )


@every_minute
def sweep() -> None:
    """Remove files a week old, and give up what the outbox could not make within the hour (到期清理)."""
    for asked in Bundle.objects.filter(state=BundleState.DONE, done_at__lt=now() - KEPT)[:SWEPT]:
        _gone(asked.pk, BundleState.DONE, BundleState.GONE)
    for asked in Bundle.objects.filter(state=BundleState.WAITING, created_at__lt=now() - GIVEN_UP)[:SWEPT]:
        _gone(asked.pk, BundleState.WAITING, BundleState.FAILED)


@transaction.atomic
def _gone(pk: int, stood: BundleState, state: BundleState) -> None:
    asked = Bundle.objects.select_for_update(of=("self",)).get(pk=pk)
    if asked.state != stood:
        return
    names = [*(_part(asked, number) for number in range(asked.total)), asked.file.name or ""]
    for name in filter(None, names):
        transaction.on_commit(partial(default_storage.delete, name))
    asked.state, asked.file, asked.plan = state, "", {}
    asked.save(update_fields=["state", "file", "plan"])
