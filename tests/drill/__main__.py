"""Run the drills one after the other, each in a process of its own; print, write docs/drill.md, exit 1 on a miss.

With names only these are run: their rows and sections take the place of the old ones, the others stay as they are.
"""

import argparse
import importlib
import inspect
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from tests import services
from tests.drill import ground, report
from tests.drill.finding import Figure, Finding
from tests.drill.machines import Postgres

DRILLS = {  # name: module in this folder
    "crash": "crash",
    "restart": "restart",
    "redis": "redis_away",
    "races": "races",
    "channels": "channels",
    "closing": "closing",
    "stages": "stages",
    "crowd": "crowd",
    "roll": "roll_probing",
    "workers": "workers_killed",
}
REPORT = Path(__file__).resolve().parents[2] / "docs/drill.md"


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_what: sys.exit("ended"))  # so that what was started ends as well
    asked = arguments()
    if asked.one:
        Path(asked.into).write_text(json.dumps(asdict(found(asked.one, asked))))
        return
    names = asked.names or list(DRILLS)
    with services.work_folder("weishishi-drill-") as folder:
        binaries = services.postgres_binaries(folder)
        migrated(folder, binaries)
        results: dict[str, tuple[Finding, float]] = {}
        for name in names:
            results[name] = in_its_own_process(name, folder, binaries, asked)
            if not asked.names:
                REPORT.write_text(report.text(results, set(names) - set(results)))
    if asked.names:
        REPORT.write_text(report.replaced(REPORT.read_text(), results, list(DRILLS)))
    print(report.text(results, set()))
    missed = [name for name, (finding, _seconds) in results.items() if not finding.is_kept]
    if missed:
        sys.exit(f"missed: {', '.join(missed)}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.drill", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"only these: {' '.join(DRILLS)}")
    parser.add_argument(
        "--rounds", type=int, default=3, help="how often all is killed (default 3; 10 before a release)"
    )
    parser.add_argument("--seconds", type=float, help="how long each drill loads the site, instead of its own time")
    for hidden in ("one", "into", "cluster", "binaries"):
        parser.add_argument(f"--{hidden}", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(DRILLS):
        parser.error(f"no such drill: {', '.join(sorted(unknown))}")
    return asked


def migrated(folder: Path, binaries: Path) -> None:
    """An empty product in a stopped cluster, which every drill gets a copy of."""
    services.make_cluster(binaries, folder)
    postgres = Postgres(folder, binaries, fsync="off")
    postgres.start()
    try:
        for database in (services.ROLE, f"{services.ROLE}_urn"):
            postgres.run(f"CREATE DATABASE {database}", "postgres")
        with tempfile.TemporaryDirectory() as var:
            env = ground.environment(postgres.port, Path(var))
            for database in ("default", "urn"):
                command = [sys.executable, "manage.py", "migrate", "--database", database, "--verbosity", "0"]
                subprocess.run(command, check=True, env=os.environ | env)
    finally:
        postgres.stop()


def in_its_own_process(name: str, cluster: Path, binaries: Path, asked: argparse.Namespace) -> tuple[Finding, float]:
    print(f"{name} …", file=sys.stderr, flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "finding.json"
        command = [sys.executable, "-m", "tests.drill", "--one", name, "--into", into, "--cluster", cluster]
        command += ["--binaries", binaries, "--rounds", str(asked.rounds)]
        command += ["--seconds", str(asked.seconds)] if asked.seconds else []
        if ended := waited_for(subprocess.Popen(command)):
            fell = Finding("The drill itself broke off; its last words are on the console")
            fell.equal("exit code", ended, 0)
            return fell, time.monotonic() - began
        kept = json.loads(into.read_text())
    kept["figures"] = [Figure(**figure) for figure in kept["figures"]]
    return Finding(**kept), time.monotonic() - began


def waited_for(process: subprocess.Popen) -> int:
    """Its exit code. Who is interrupted lets it end its own machines first."""
    try:
        return process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise


def found(name: str, asked: argparse.Namespace) -> Finding:
    """One drill on a ground of its own; it takes what it names: the ground, rounds, seconds."""
    module = importlib.import_module(f"tests.drill.{DRILLS[name]}")
    with ground.ground(Path(asked.cluster), Path(asked.binaries), **getattr(module, "POSTGRES", {})) as its_ground:
        offered = {"ground": its_ground, "rounds": asked.rounds, "seconds": asked.seconds}
        wanted = inspect.signature(module.drill).parameters
        return module.drill(**{key: offered[key] for key in wanted if offered.get(key) is not None})


if __name__ == "__main__":
    main()
