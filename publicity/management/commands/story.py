"""story CODE: a project's life as text."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.timezone import localtime

from proposals.models import Project
from publicity.queries import record


class Command(BaseCommand):
    help = (
        "Print a project's life (全部记录) as text, oldest first, from the public record alone; residents masked. "
        "--json prints the same as JSON. Exit 1 when no project has the code."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("code")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, code: str, **options: Any) -> None:
        project = Project.objects.select_related("area", "round").filter(code=code).first()
        if project is None:
            raise CommandError(f"no project has the code {code}")
        events = list(reversed(record.told(record.events_of(code))))
        self.stdout.write(as_json(project, events) if options["json"] else as_text(project, events))


def as_text(project: Project, events: list[record.Told]) -> str:
    """One line an event: when, what, who; reason, rule, money and time used below it."""
    lines = [f"{project.code} {project.title}", f"{project.area} · {project.round} · {project.get_state_display()}", ""]
    for event in events:
        lines.append("  ".join(part for part in (when(event), event.text, f"（{event.who}）", event.mark) if part))
        lines += [f"    {line}" for line in details(event)]
    return "\n".join(lines)


def details(event: record.Told) -> list[str]:
    files = "、".join(f["title"] for f in [*event.documents, *event.photos] if f["title"])
    return [
        f"{label}：{said}"
        for label, said in (
            ("理由", event.reason),
            ("依据", event.rule),
            ("金额", f"{event.money_delta_yuan:+,.2f}元" if event.money_delta_yuan else ""),
            ("用时", f"{days(event.used_workdays)}（限{event.limit_workdays}天）" if event.limit_workdays else ""),
            ("材料", files),
        )
        if said
    ]


def days(used: int | None) -> str:
    return f"{used}天" if used else "当天"


def when(event: record.Told) -> str:
    moment = localtime(event.happened_at)
    return f"{moment:%Y-%m-%d}" if event.date_only else f"{moment:%Y-%m-%d %H:%M}"


def as_json(project: Project, events: list[record.Told]) -> str:
    rows = [
        {"at": when(e), "what": e.text, "who": e.who, "reason": e.reason, "rule": e.rule, "money": e.money_delta_yuan}
        for e in events
    ]
    life = {"code": project.code, "title": project.title, "state": project.state, "events": rows}
    return json.dumps(life, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
