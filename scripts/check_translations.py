"""The English catalogue is complete: no string missing, none fuzzy, the compiled file the same as the text.

Strings are collected into a copy of the project, so a check changes nothing; ``--write`` keeps the result.
Exit code 1 and the first strings at fault when something is missing.
"""

import gettext
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale/en/LC_MESSAGES/django.po")
SHOWN = 20
SOURCES = [
    "config",
    "publicity",
    "delivery",
    "wishes",
    "voting",
    "proposals",
    "civic",
    "templates",
    "manage.py",
    "locale",
]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        collect(copy)
        if "--write" in sys.argv:
            keep(copy)
        faults = [*unfinished(copy), *stale()]
    for fault in faults[:SHOWN]:
        print(fault, file=sys.stderr)
    if len(faults) > SHOWN:
        print(f"… and {len(faults) - SHOWN} more", file=sys.stderr)
    print(f"translations: {len(faults)} faults")
    return 1 if faults else 0


def collect(copy: Path) -> None:
    """makemessages over a copy of what is in the project."""
    for source in SOURCES:
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, copy / source, ignore=shutil.ignore_patterns("__pycache__"))
        elif (ROOT / source).exists():
            shutil.copy(ROOT / source, copy / source)
    (copy / "locale").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "django", "makemessages", "-l", "en", "--no-location", "--no-wrap", "-v", "0"]
    subprocess.run(command, cwd=copy, check=True)


def unfinished(copy: Path) -> list[str]:
    """Every string without an English text, or with one that nobody has looked at since the Chinese changed."""
    found = []
    for word, choice in (("missing", "--untranslated"), ("fuzzy", "--only-fuzzy")):
        command = ["msgattrib", choice, "--no-obsolete", "--no-wrap", str(copy / CATALOGUE)]
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        messages = [block for block in listed.split("\n\n")[1:] if block.strip()]
        found += [f"{word}: {_msgid(block)}" for block in messages]
    return found


def stale() -> list[str]:
    """The compiled file travels with the text; a fresh checkout needs no gettext."""
    compiled = (ROOT / CATALOGUE).with_suffix(".mo")
    if not compiled.exists():
        return [f"{compiled.relative_to(ROOT)} is not there: make messages"]
    with tempfile.NamedTemporaryFile(suffix=".mo") as fresh:
        subprocess.run(["msgfmt", "--check", "-o", fresh.name, str(ROOT / CATALOGUE)], check=True)
        return (
            [] if _catalogue(Path(fresh.name)) == _catalogue(compiled) else [f"{compiled.name} is old: make messages"]
        )


def keep(copy: Path) -> None:
    (ROOT / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(copy / CATALOGUE, ROOT / CATALOGUE)
    subprocess.run(["msgfmt", "-o", str((ROOT / CATALOGUE).with_suffix(".mo")), str(ROOT / CATALOGUE)], check=True)


def _msgid(block: str) -> str:
    lines = [line for line in block.splitlines() if line.startswith(("msgid ", "msgctxt "))]
    return " ".join(lines) or block


def _catalogue(path: Path) -> dict:
    with open(path, "rb") as file:
        return gettext.GNUTranslations(file)._catalog


if __name__ == "__main__":
    sys.exit(main())
