"""recount FILE.pb --rule NAME: count a published file again, with no database."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from voting.rules.count import count
from voting.rules.model import Election, Unusable
from voting.rules.pabulib.reading import Note, PbFile, read
from voting.rules.records import RECORDS, RuleRecord, from_json, record_named
from voting.rules.results import Count
from voting.rules.ties import TIES, Tie

HELP = (
    "Count a Pabulib file (.pb, plain or gzip) by a rule and print winners, total, ties met and the rule's SHA-256; "
    "reads no database and changes nothing. "
    "按规则重新计算公开的选票文件（.pb，可用gzip压缩），打印入选项目、总金额、遇到的并列和规则指纹；不读数据库，不改任何数据。 "
    f"--rule: {', '.join(RECORDS)}. "
    "--rule-file: a rule record as published with a poll (规则记录文件). "
    f"--tie: {', '.join(TIES)}; without it ties fall in the order cost, score, place in the file, or by the record. "
    "--seed: the seed of the public draw (抽签种子), checked against the commitment of the record; implies --tie lot. "
    "--certify: equal shares once more in fractions (精确复算). "
    "Exit 0 counted (已计算); 1 the file, the rule or a tie cannot be decided, and why (不能计算及原因)."
)


class Command(BaseCommand):
    help = HELP
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path, help="FILE.pb or FILE.pb.gz")
        rule = parser.add_mutually_exclusive_group(required=True)
        rule.add_argument("--rule", metavar="NAME", help="a rule by name (规则名)")
        rule.add_argument("--rule-file", type=Path, metavar="RULE.json", help="a rule record (规则记录文件)")
        parser.add_argument("--seed", default="", help="seed of the public draw (抽签种子)")
        parser.add_argument("--tie", choices=TIES, help="how ties are broken (并列规则)")
        parser.add_argument("--certify", action="store_true", help="prove equal shares in fractions (精确复算)")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            record = chosen(options)
            with file.open("rb") as stream:
                pb = read(stream)
            counted = count(pb.election, record, options["seed"], certify=options["certify"])
        except Unusable as fault:
            raise CommandError(f"{file.name}: {fault}") from None
        except OSError as fault:
            raise CommandError(f"{fault.filename}: {fault.strerror}") from None
        self.stdout.write(as_json(counted, pb.election) if options["json"] else as_text(counted, pb))


def chosen(options: dict[str, Any]) -> RuleRecord:
    """The record the caller means, with the tie rule asked for."""
    if options["rule_file"] is not None:
        record = from_json(text_of(options["rule_file"]))
    else:
        record = record_named(options["rule"])
    tie = options["tie"] or ("lot" if options["seed"] and options["rule_file"] is None else None)
    return replace(record, tie=replace(record.tie, keys=TIES[tie].keys)) if tie else record


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Unusable(f"{path.name} is no UTF-8") from None


def as_json(counted: Count, election: Election) -> str:
    """What other programs read; amounts as exact decimals."""
    told: dict[str, Any] = {
        "selected": counted.selected,
        "cost": election.money(counted.cost),
        "budget": election.money(counted.budget),
        "voters": counted.voters,
        "rule": counted.record.name,
        "ties": [{"round": tie.round, "tied": tie.tied, "decided_by": tie.decided_by} for tie in counted.ties],
        "reserve": counted.reserve,
        "record_sha256": counted.record.sha256,
    }
    if counted.add1 is not None:
        told["steps"] = counted.add1.steps
        told["voter_budget"] = str(counted.add1.voter_money / election.scale)
    return json.dumps(told, ensure_ascii=False, indent=2)


def as_text(counted: Count, pb: PbFile) -> str:
    """One line a winner, in order of election; totals, ties and the rule's fingerprint below."""
    election = pb.election
    names = {project.id: project.name for project in election.projects}
    lines = [
        f"{step.round:>4}  {step.project}  {election.money(step.cost)}  {counted.scores[step.project]}分"
        f"  {names[step.project]}".rstrip()
        for step in counted.steps
    ]
    lines += [
        "",
        f"入选 selected: {len(counted.selected)} / {len(election.projects)}",
        f"金额 cost: {election.money(counted.cost)} / {election.money(counted.budget)} {election.currency}".rstrip(),
        f"投票 voters: {counted.voters}",
        f"规则 rule: {counted.record.name}",
        *(tie_line(tie) for tie in counted.ties),
        *(note_line(note) for note in pb.notes),
        f"规则指纹 record SHA-256: {counted.record.sha256}",
    ]
    return "\n".join(lines)


def tie_line(tie: Tie) -> str:
    first, *others = tie.tied
    return f"并列 tie, round {tie.round}: {first} before {', '.join(others)}, by {tie.decided_by}"


def note_line(note: Note) -> str:
    return f"提示 note: line {note.line}: {note.text}" if note.line else f"提示 note: {note.text}"
