"""Importing (导入): a file is tried out, its columns are put right, and then it comes in, all of it or nothing.

The file lies in the database between the two, so whichever machine does the work has it, and is forgotten after it or
within the hour. What is large is done by the relay while its owner goes on.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from civic import turns
from civic.areas import BadFile
from civic.audit import record
from civic.clock import every_minute
from civic.imports.kinds import ADDED, CHANGED, CHUNK, KINDS, SAME, Actor, Kind, Outcome
from civic.limits import IMPORT_ACCOUNT
from civic.models import Import, ImportLine, ImportStage, ImportState, Person
from civic.models.record import Channel
from civic.models.record import Kind as EventKind
from civic.moments import now
from civic.outbox import handler, later
from civic.permissions import require
from civic.rules import RuleBroken
from civic.tables import layout
from civic.tables.progress import heard_by
from civic.words import clean_text

AT_ONCE = 500  # rows that are imported while the person waits
KEPT = timedelta(hours=1)
MOST_PROBLEMS, MOST_SHOWN = 200, 20
TOPIC = "civic.import"


@transaction.atomic
def take(kind: Kind, name: str, data: bytes, *, by: Actor) -> Import:
    """Keep a file and try it out (试导入). BadFile for what is no table, or none of this kind."""
    _check_may(kind, by)
    table = layout.find(data, kind.columns)
    run = Import(
        kind=kind.name,
        by=by if isinstance(by, Person) else None,
        job="" if isinstance(by, Person) else by,
        file_name=clean_text(name.replace("\x00", ""))[:120] or "-",
        file_hash=hashlib.sha256(data).hexdigest(),
        file=data,
        heads=_heads(table),
        mapping=layout.guess(table.heads, kind.columns),
        unit=table.unit,
    )
    run.trial = _trial(run, kind, table, by)
    run.total = len(table.rows)
    run.save(force_insert=True)
    return run


def put_right(run: Import, mapping: Mapping[int, str], unit: str, for_all: Mapping[str, str], *, by: Person) -> Import:
    """Say what the columns are (各列对应什么), and what holds for all rows, and try again."""
    with transaction.atomic():
        run = _locked(run.pk)
        _check_waits(run)
        kind = KINDS[run.kind]
        run.mapping, run.unit, run.for_all = dict(mapping), unit, dict(for_all)
        run.trial = _trial(run, kind, _table(run, kind), by)
        run.save(update_fields=["mapping", "unit", "for_all", "trial"])
    return run


def begin(run: Import, *, by: Person) -> Import:
    """Import a file that was tried out (开始导入): at once, or by the relay where it is large."""
    IMPORT_ACCOUNT.hit(by.pk)
    with transaction.atomic():
        run = _locked(run.pk)
        _check_waits(run)
        _check_may(KINDS[run.kind], by)
        run.state, run.created_at = ImportState.WAITING, now()
        run.save(update_fields=["state", "created_at"])
        if run.total > AT_ONCE:
            _give_turns()
            run.refresh_from_db(fields=["turn"])
            return run
    return finish(run.pk)


def _give_turns(free: Iterable[int] = turns.TURNS) -> None:
    """Begin what waits for the background, two at a time (同时两份)."""
    line = Import.objects.filter(state=ImportState.WAITING, total__gt=AT_ONCE).defer("file")
    turns.give(line, lambda run: later(TOPIC, str(run.pk), {"import": run.pk}), free)


def _free(run: Import) -> list[int]:
    """The turn that an import will have no more."""
    turn, run.turn = run.turn, None
    return [turn] if turn else []


@handler(TOPIC, is_long=True)
def import_waiting(payload: dict[str, Any]) -> None:
    """Go through the rows where everybody sees how far that is, then write them all at once."""
    try:
        with heard_by(partial(_tell, payload["import"])):
            _go_through(payload["import"])
    except _Over:
        return
    except BadFile as bad:
        _failed(payload["import"], bad.problems)
        return
    finish(payload["import"])


class _Over(Exception):
    """Nobody waits for this import any longer: its owner took it back, or another worker finished it."""


def _tell(pk: int, stage: str, reached: int) -> None:
    """Say how far an import is (进度). _Over where it waits no longer: a cancelled one stops within a hundred rows."""
    if not Import.objects.filter(pk=pk, state=ImportState.WAITING).update(stage=stage, reached=reached):
        raise _Over


def _go_through(pk: int) -> None:
    """Read and check every row without writing any. BadFile with all that is wrong."""
    run = Import.objects.select_related("by").get(pk=pk)
    _tell(pk, ImportStage.READING, 0)
    kind = KINDS[run.kind]
    _outcomes(run, kind, _table(run, kind), run.by or run.job)
    _tell(pk, ImportStage.WRITING, 0)


@transaction.atomic
def cancel(run: Import, *, by: Person) -> Import:
    """Take back an import that is not written yet (取消导入): its file goes, and no row of it ever stood anywhere."""
    run = _locked(run.pk)
    _check_may(KINDS[run.kind], by)
    if run.state != ImportState.WAITING:
        raise RuleBroken(_("这份文件已经办完，取消不了；结果在这一页上"), code="import_over")
    run.state, run.file, run.trial, free = ImportState.CANCELLED, None, {}, _free(run)
    run.save(update_fields=["state", "file", "trial", "turn"])
    _give_turns(free)
    return run


def finish(pk: int) -> Import:
    """Write all that a file says, or nothing; twice is once. What stands in the way now is kept with the import."""
    try:
        with transaction.atomic():
            return _finish(_locked(pk))
    except (BadFile, IntegrityError) as fault:
        problems = fault.problems if isinstance(fault, BadFile) else [_("导入的时候别人改了同样的内容，请再导入一次")]
        return _failed(pk, problems)


def _finish(run: Import) -> Import:
    if run.state != ImportState.WAITING:
        return run
    kind, by = KINDS[run.kind], run.by or run.job
    outcomes = kind.service(_rows(run, kind), by, False)
    _keep(run, outcomes)
    run.state, run.done_at, run.file, run.trial, free = ImportState.DONE, now(), None, {}, _free(run)
    run.save()
    _give_turns(free)
    after = {name: getattr(run, name) for name in ("kind", "file_hash", "total", "added", "changed", "same")}
    record(
        "civic.import.done",
        by=by,
        on=run,
        kind=EventKind.DAILY,
        is_public=False,
        channel=Channel.DESK,
        after=after,
    )
    return run


def import_file(kind: Kind, name: str, data: bytes, *, by: Actor, dry_run: bool = False) -> Import:
    """A file in one go (命令导入), by a command or a person. BadFile with every fault; nothing is written then."""
    with transaction.atomic():
        run = take(kind, name, data, by=by)
        if run.trial["problems"]:
            raise BadFile(run.trial["problems"])
        if dry_run:
            transaction.set_rollback(True)
            return run
        run.state = ImportState.WAITING
        return _finish(run)


@every_minute
def forget_old_files() -> None:
    """Forget files nobody imported within the hour, and give up what the relay could not do (清理没有导入的文件)."""
    old = Import.objects.filter(created_at__lt=now() - KEPT).defer("file")
    old.filter(state=ImportState.TRIED).delete()
    for run in old.filter(state=ImportState.WAITING):
        _failed(run.pk, [_("没有办成，请再导入一次")])
    _give_turns()


@transaction.atomic
def _failed(pk: int, problems: list[str]) -> Import:
    run = _locked(pk)
    if run.state != ImportState.WAITING:
        return run
    run.trial |= {"problems": problems[:MOST_PROBLEMS], "faults": len(problems)}
    run.state, run.file, free = ImportState.FAILED, None, _free(run)
    run.save(update_fields=["state", "file", "trial", "turn"])
    _give_turns(free)
    return run


def _trial(run: Import, kind: Kind, table: layout.Table, by: Actor) -> dict[str, Any]:
    """What the file would do, in a form that a page shows and a row keeps."""
    told: dict[str, Any] = {"left_out": table.left_out[:MOST_SHOWN], "problems": [], "faults": 0, "shown": []}
    try:
        outcomes = _outcomes(run, kind, table, by)
    except BadFile as bad:
        return told | {"problems": bad.problems[:MOST_PROBLEMS], "faults": len(bad.problems)}
    shown = [[one.line, one.what, one.label, list(one.fields)] for one in outcomes if one.what != SAME]
    counts = {what: sum(one.what == what for one in outcomes) for what in (ADDED, CHANGED, SAME)}
    return told | counts | {"shown": shown[:MOST_SHOWN]}


def _outcomes(run: Import, kind: Kind, table: layout.Table, by: Actor) -> list[Outcome]:
    """What the rows would do. BadFile with all that is wrong, in the cells and with what they say."""
    rows, problems = layout.sift(table, kind.columns, _mapping(run), run.unit)
    try:
        outcomes = kind.service(_filled(rows, run), by, True)
    except BadFile as bad:
        problems += bad.problems
    if problems:
        raise BadFile(sorted(problems, key=lambda one: getattr(one, "line", 0)))
    return outcomes


def _rows(run: Import, kind: Kind) -> list[layout.Row]:
    return _filled(layout.read(_table(run, kind), kind.columns, _mapping(run), run.unit), run)


def _filled(rows: Sequence[layout.Row], run: Import) -> list[layout.Row]:
    """The rows with what is the same for all of them, where they do not say it themselves."""
    given = {key: said for key, said in run.for_all.items() if said}
    return [
        layout.Row(row.line, {**row.values, **{key: row.get(key) or said for key, said in given.items()}})
        for row in rows
    ]


def _table(run: Import, kind: Kind) -> layout.Table:
    if run.file is None:
        raise BadFile([_("文件没有留着了，请再选一次文件")])
    return layout.find(bytes(run.file), kind.columns)


def _mapping(run: Import) -> dict[int, str]:
    """JSON knows text keys alone."""
    return {int(at): key for at, key in run.mapping.items()}


def _heads(table: layout.Table) -> list[list[Any]]:
    """Every column of the file that holds anything: where it stands, its heading, and a first value to know it by."""
    found = []
    for at, head in enumerate(table.heads):
        sample = next((cells[at] for _line, cells in table.rows[:MOST_SHOWN] if at < len(cells) and cells[at]), "")
        if head or sample:
            found.append([at, head[:40], sample[:40]])
    return found


def _keep(run: Import, outcomes: Sequence[Outcome]) -> None:
    """Keep with the import what each line made or changed, and how many there were (导入明细)."""
    done = [one for one in outcomes if one.what != SAME]
    ImportLine.objects.bulk_create(
        [
            ImportLine(
                run=run,
                line=one.line,
                what=one.what,
                target=one.target,
                label=one.label[:120],
                fields=list(one.fields),
            )
            for one in done
        ],
        batch_size=CHUNK,
    )
    run.added = sum(one.what == ADDED for one in done)
    run.changed, run.same = len(done) - run.added, len(outcomes) - len(done)


def _locked(pk: int) -> Import:
    return Import.objects.select_for_update(of=("self",)).select_related("by").get(pk=pk)


def _check_waits(run: Import) -> None:
    if run.state != ImportState.TRIED:
        raise RuleBroken(_("这份文件已经导入过"), code="already_imported")


def _check_may(kind: Kind, by: Actor) -> None:
    if isinstance(by, Person):
        require(by, kind.permission)
