"""What the routes of forms name in the permission table: at the desk of a project, and in public one that
is complete; a ledger that the town's handler asked for, which is nobody else's."""

from typing import Any

from civic.permissions import FILE_READERS, scopes
from publicity.demo.places import account
from publicity.services import bundles


def tell(rows: Any) -> None:
    """Give them a form as page and as Word, which any machine can write."""
    code = rows.projects["in_progress"].code
    for route in ("document", "public_document"):
        rows.given[f"publicity:{route}"] = {"code": code, "key": "proposal"}
        rows.given[f"publicity:{route}_file"] = {"code": code, "key": "proposal", "kind": "docx"}
    handler = account("镇街经办")
    asked = bundles.ask_ledger(scopes(handler, FILE_READERS), "area", None, by=handler)
    for _step in range(asked.total):
        asked = bundles.step(asked.pk, asked.done)
    rows.pk("publicity:bundle, publicity:bundle_file, publicity:bundle_cancel", asked)
    rows.sent |= {"publicity:ledger": {"by": "area"}, "publicity:dossier": {"kind": "zip"}}
