"""How the code must hang together, beyond what the import contracts see (docs/adr/0002, docs/architecture.md)."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import CheckConstraint, Field

ROOT = Path(__file__).resolve().parent.parent
APPS = ["publicity", "delivery", "wishes", "voting", "proposals", "civic"]
SOURCES = sorted(
    path
    for app in ["config", *APPS]
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.relative_to(ROOT).parts
)
DOORS = {"views", "api", "tasks", "management", "receivers", "admin", "forms"}

RULES = {"rules", "meeting_rules", "poll_rules", "paper_rules", "ballot_rules", "message_rules"}

# Where SQL of our own is the point: the probe of a server that may be half dead, a table written into a fresh file.
RAW_SQL_ALLOWED = {
    "civic/composed.py::Composed",  # runs what the ORM composed
    "civic/limits.py::hit",  # one statement where the ORM needs three, and every call of the API passes it
    "civic/views.py::readyz",
    "config/postgresql/base.py::DatabaseWrapper",  # only hands cursors out
    "voting/services/urn/boxes.py::_write_anew",
    "voting/services/urn/locks.py::_held",  # every ballot passes these two, and to compose them costs more than to run them
    "voting/services/urn/putting.py::put_in",
}
WRITES = {"save", "create", "bulk_create", "update", "bulk_update", "update_or_create", "get_or_create", "delete"}


def parts(path: Path) -> set[str]:
    """The names on a file's path inside its app: ``proposals/views/desk.py`` → views, desk."""
    return set(path.relative_to(ROOT).with_suffix("").parts[1:])


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(), str(path)))


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno}"


def calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the last name of what is called: ``Ballot.objects.raw(…)`` → raw."""
    for node in nodes(path):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            yield node, name


def assigned(node: ast.AST) -> list[ast.AST]:
    """What an assignment writes to, taken apart: ``before, project.state = …`` → both."""
    targets = getattr(node, "targets", None) or ([node.target] if hasattr(node, "target") else [])
    return [inner for target in targets for inner in ast.walk(target)]


def test_only_services_assign_a_state():
    found = [
        where(path, node)
        for path in SOURCES
        if "services" not in parts(path)
        for node in nodes(path)
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign)
        if any(isinstance(target, ast.Attribute) and target.attr == "state" for target in assigned(node))
        and not parts(path) & RULES  # only the attribute of an exception; rules are pure (below)
    ]

    assert found == []


def test_no_one_gets_round_the_setter_of_a_state():
    """Neither ``update(state=…)`` nor ``setattr(project, "state", …)``, in services or anywhere."""
    found = [
        where(path, call)
        for path in SOURCES
        for call, name in calls(path)
        if (name == "update" and any(keyword.arg == "state" for keyword in call.keywords))
        or (name == "setattr" and any(isinstance(a, ast.Constant) and a.value == "state" for a in call.args))
    ]

    assert found == []


def test_sql_is_written_by_the_database_layer():
    found = [
        f"{path.relative_to(ROOT)}::{getattr(top, 'name', 'module')}"
        for path in SOURCES
        for top in ast.parse(path.read_text()).body
        for node in ast.walk(top)
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in {"raw", "extra", "RawSQL", "cursor", "repeated"}
    ]

    assert set(found) - RAW_SQL_ALLOWED == set()


def test_nothing_is_scheduled_far_ahead_in_a_queue():
    """Deadlines live in tables, where they can be seen and moved; the clock finds what is due."""
    found = [
        where(path, call)
        for path in SOURCES
        for call, _name in calls(path)
        if any(keyword.arg in {"eta", "countdown"} for keyword in call.keywords)
    ]

    assert found == []


def test_requests_and_services_never_call_a_broker():
    found = [
        where(path, call)
        for path in SOURCES
        for call, name in calls(path)
        if name in {"apply_async", "delay", "delay_on_commit", "apply_async_on_commit", "send_task"}
    ]

    assert found == []


def test_doors_write_nothing_themselves():
    """Views, API, tasks, commands and forms call one service; a service locks, checks, changes and records."""
    found = [
        where(path, call)
        for path in SOURCES
        if parts(path) & (DOORS - {"admin"})
        for call, name in calls(path)
        if name in WRITES and isinstance(call.func, ast.Attribute) and _is_stored(call.func)
    ]

    assert found == []


def _is_stored(called: ast.Attribute) -> bool:
    """``x.save()`` and whatever hangs on a manager or queryset; not ``values.update()`` of a dictionary."""
    if called.attr == "save":
        return True
    source = ast.unparse(called.value)
    return ".objects" in source or "queries." in source or source.endswith(("_set", ".filter()", ".all()"))


def test_rules_ask_no_database_no_request_and_no_clock():
    forbidden_calls = {"now", "today", "localdate", "localtime"}
    found = [
        where(path, node)
        for path in SOURCES
        if parts(path) & RULES
        for node in nodes(path)
        if (isinstance(node, ast.Attribute) and node.attr == "objects")
        or (isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in forbidden_calls)
        or (isinstance(node, ast.arg) and node.arg == "request")
    ]

    assert found == []


def imported(path: Path) -> set[str]:
    """The top packages a file imports, wherever in it: ``from voting.rules import model`` → voting."""
    return {
        name.split(".")[0]
        for node in nodes(path)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or "."] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }


def test_counting_stands_on_the_standard_library_and_numpy_alone():
    """A citizen runs it on a published file: no Django, and of ours only the package itself; no float either."""
    counting = ROOT / "voting/rules"
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted(counting.rglob("*.py"))
        for name in imported(path) - set(sys.stdlib_module_names) - {"numpy"}
        if name != "voting"
    ]
    found += [
        where(path, node)
        for path in sorted(counting.rglob("*.py"))
        for node in nodes(path)
        if (
            (isinstance(node, ast.ImportFrom) and str(node.module).startswith("voting"))
            and not str(node.module).startswith("voting.rules")
        )
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
    ]

    assert found == []


def test_nothing_heavy_is_loaded_before_anybody_asks_for_it():
    """A worker starts with what pages need; what draws a file comes with the first file."""
    heavy = ["docx", "lxml", "openpyxl", "weasyprint", "numpy", "PIL"]
    code = f"import sys, config.wsgi; print([name for name in {heavy} if name in sys.modules])"

    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert told.stdout == "[]\n"


def test_services_never_see_a_request():
    found = [
        where(path, node)
        for path in SOURCES
        if parts(path) & {"services", "queries", "permissions"}
        for node in nodes(path)
        if isinstance(node, ast.arg) and node.arg == "request"
    ]

    assert found == []


def test_money_never_meets_a_float():
    found = [
        where(path, node)
        for path in SOURCES
        if parts(path) & (RULES | {"services", "models", "fields"})
        for node in nodes(path)
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", getattr(node.func, "attr", "")) in {"float", "FloatField"}
        )
    ]

    assert found == []


def our_fields() -> list[Field]:
    return [field for model in apps.get_models() if model._meta.app_label in APPS for field in model._meta.local_fields]


def is_amount(field: Field) -> bool:
    """A sum of money; a difference (``_delta_yuan``) may well be below zero."""
    return field.name.endswith("yuan") and not field.name.endswith("delta_yuan")


@pytest.mark.parametrize("field", [f for f in our_fields() if f.choices], ids=str)
def test_the_database_refuses_a_choice_nobody_offered(field):
    constraints = [c for c in field.model._meta.constraints if isinstance(c, CheckConstraint)]

    assert any(f"{field.name}__in" in str(constraint.condition) for constraint in constraints)


@pytest.mark.parametrize("field", [f for f in our_fields() if is_amount(f)], ids=str)
def test_the_database_refuses_an_amount_that_makes_no_sense(field):
    constraints = [c for c in field.model._meta.constraints if isinstance(c, CheckConstraint)]

    assert any(f"'{field.name}__g" in str(constraint.condition) for constraint in constraints)


@pytest.mark.parametrize("app", APPS)
def test_every_app_opens_the_door_for_the_next_reader(app):
    docstring = ast.get_docstring(ast.parse((ROOT / app / "__init__.py").read_text())) or ""

    assert "May import" in docstring
    assert "Start at" in docstring


@pytest.mark.parametrize("folder", ["docs", "docs/adr", "tests", "static", "deploy", "scripts"])
def test_every_folder_of_other_files_says_what_it_holds(folder):
    readme = ROOT / folder / "README.md"

    assert 3 <= len(readme.read_text().splitlines()) <= 40


def templates() -> list[Path]:
    return sorted(path for top in ["templates", *APPS] for path in (ROOT / top).rglob("*.html"))


def test_templates_hold_no_inline_style_or_script():
    """The Content-Security-Policy would refuse them in the browser; here they have a file and a line."""
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=[\"']|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in templates()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if inline.search(line)
    ]

    assert found == []


def test_templates_load_nothing_from_elsewhere():
    outside = re.compile(r"(?:src|srcset|data-src)=[\"'](?:https?:)?//|<link[^>]*href=[\"'](?:https?:)?//")
    found = [str(path.relative_to(ROOT)) for path in templates() if outside.search(path.read_text())]

    assert found == []


def test_every_form_works_without_scripts():
    """A form has a real method; what HTMX sends, a plain submit sends as well."""
    form = re.compile(r"<form\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.DOTALL)
    found = [
        f"{path.relative_to(ROOT)}: {tag[:60]}"
        for path in templates()
        for tag in form.findall(path.read_text())
        if "method=" not in tag and "action=" not in tag
    ]

    assert found == []


def test_no_file_knows_where_it_lies():
    """No absolute path of somebody's machine in code, templates, docs or settings."""
    places = re.compile(r"(?<![\w.])/(?:home|Users|root|work)/\w")
    texts = [
        path
        for pattern in ("*.py", "*.html", "*.md", "*.toml", "*.yml", "*.sh", "*.js", "*.css", "Makefile", "*.in")
        for top in [*APPS, "config", "templates", "static", "tests", "docs", "scripts", "deploy", "."]
        for path in ((ROOT / top).rglob(pattern) if top != "." else ROOT.glob(pattern))
        if path != Path(__file__).resolve() and "vendor" not in path.parts
    ]
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in texts
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if places.search(line)
    ]

    assert found == []


def test_files_fit_in_the_head():
    found = [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path in [*SOURCES, *sorted((ROOT / "tests").rglob("*.py"))]
        if (lines := len(path.read_text().splitlines())) > 450
    ]

    assert found == []
