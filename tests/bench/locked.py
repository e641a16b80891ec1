"""Runs a module with what requirements.txt locks and nothing else: workers are measured as production has them.

`python -m tests.bench.locked gunicorn config.wsgi:application …`. Libraries that are only there for the tests would
otherwise be taken up by others that use them where they find them (DRF and requests), and be counted in a worker.
"""

import re
import runpy
import sys
from importlib.abc import MetaPathFinder
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements.txt"


class OnlyLocked(MetaPathFinder):
    """Answers for packages of this installation that the lock does not name: they are not there."""

    def __init__(self) -> None:
        locked = {_plain(name) for name in re.findall(r"^([\w.-]+)==", REQUIREMENTS.read_text(), re.MULTILINE)}
        self.hidden = {
            package
            for package, owners in packages_distributions().items()
            if not any(_plain(owner) in locked for owner in owners)
        }

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> None:
        if fullname.partition(".")[0] in self.hidden:
            raise ModuleNotFoundError(f"{fullname} is not in requirements.txt", name=fullname)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.meta_path.insert(0, OnlyLocked())
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
