"""A project with its whole account, and readers of the files it is drawn as."""

import subprocess
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace

from docx import Document

from delivery.services import changes, payments, settlement
from proposals.models import Project
from tests.delivery import build

YUAN = Decimal


def settled(place: SimpleNamespace) -> Project:
    """Approved at 50,000, contracted at 48,000, changed by +1,200.50, paid 30,000 and settled at 49,100.25."""
    project = build.begun(place)
    changed(place, project)
    project = build.held(place, build.done(place, Project.objects.get(pk=project.pk)))
    claim = payments.request(project, by=place.foreman, amount_yuan=YUAN("30000"), invoice=build.file(place.foreman))
    payments.pay(payments.review(claim, by=place.handler), by=place.approver)
    settlement.settle(
        project, by=place.handler, settled_yuan=YUAN("49100.25"), sheet=build.file(place.handler), note="按实测核减"
    )
    return Project.objects.get(pk=project.pk)


def changed(place: SimpleNamespace, project: Project) -> None:
    """A change of +1,200.50 that the village office agreed to."""
    change = changes.report(
        project,
        by=place.foreman,
        reason="多铺两米防滑砖",
        delta_yuan=YUAN("1200.50"),
        extra_days=2,
        photo=build.photo(place.foreman),
    )
    changes.confirm(change, by=place.village)


def words_of(docx: bytes) -> str:
    """Everything a Word file says, cell by cell."""
    document = Document(BytesIO(docx))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def text_of(pdf: bytes) -> str:
    """Everything a PDF says, without the breaks of its lines."""
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(read.stdout.decode().split())


def sheets_of(pdf: bytes) -> list[str]:
    """What each sheet of a PDF says, without the breaks of its lines."""
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return ["".join(sheet.split()) for sheet in read.stdout.decode().split("\f")[:-1]]
