"""Proposals that were only said (语音提议): intake listens and writes down what they ask for; a voice goes with its person."""

from typing import Any

from django.db import transaction

from civic import files
from civic.audit import record
from civic.models import Person
from proposals import rules, sentences
from proposals.models import Project, Screening, Spoken
from proposals.permissions import INTAKE
from proposals.services import moves


@transaction.atomic
def write_down(
    project: Project, *, by: Person, title: str, need: str = "", version: int | None = None, **event: Any
) -> Project:
    """Give a spoken proposal its title (听后写下); until then nothing else is decided about it."""
    project = moves.locked(project)
    rules.check_awaits_words(project)
    rules.check_version(project.version, version)
    before, project.title, project.spoken = project.title, title, Spoken.WRITTEN
    project.need = need or project.need
    project.save(update_fields=["title", "need", "spoken"])
    moves.touch(project)
    record(
        "project.write_down",
        by=by,
        on=project,
        sentence=sentences.written_down(title),
        roles=INTAKE,
        before={"title": before},
        after={"title": title},
        **event,
    )
    project.refresh_from_db(fields=["version", "updated_at"])
    return project


def forget_erased() -> None:
    """Whoever was erased leaves no voice (注销); what was written down of it stays."""
    files.empty(Project.objects.filter(proposer__erased_at__isnull=False, voice__isnull=False), "voice")
    files.empty(Screening.objects.filter(project__proposer__erased_at__isnull=False, voice__isnull=False), "voice")
