"""What the routes of forms name in the permission table: at the desk of a project, and in public one that is complete."""

from typing import Any


def tell(rows: Any) -> None:
    """Give them a form as page and as Word, which any machine can write."""
    code = rows.projects["in_progress"].code
    for route in ("document", "public_document"):
        rows.given[f"publicity:{route}"] = {"code": code, "key": "proposal"}
        rows.given[f"publicity:{route}_file"] = {"code": code, "key": "proposal", "kind": "docx"}
