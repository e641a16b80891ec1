"""What the routes of importing (导入) name in the permission table: a kind, its template, and a file of the district's own."""

from typing import Any

from civic.imports import services
from civic.imports.kinds import KINDS
from publicity.demo.places import account

REGISTER = "项目名称,轮次,村居,类别,类型\n村口加扶手,2026年民生微实事（演示）,{place},消除安全隐患,工程\n"


def tell(rows: Any) -> None:
    """A file that the district tried out, and the doors by the kind's name."""
    data = REGISTER.format(place=rows.cast.area.name).encode()
    run = services.take(KINDS["projects"], "清单.csv", data, by=account("区专班"))
    rows.given |= {name: {"pk": run.pk} for name in ("civic:import", "civic:import_begin", "civic:import_cancel")}
    rows.given["civic:import_new"] = {"name": "projects"}
    rows.given["civic:import_template"] = {"name": "projects", "form": "xlsx"}
    rows.given["publicity:register"] = {"kind": "csv"}
