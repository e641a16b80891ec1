"""The machines of a drill, to be killed and started again: PostgreSQL, Redis, gunicorn, Celery's worker and beat.

Each ends its own processes alone, by their ids. They are started by the main thread, since a child ends with the
thread that made it.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg

from tests import services

START_SECONDS = 60
SAFE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "max_connections": "60"}


class Machine:
    """One process and its children. ``kill`` is SIGKILL to all of them at once."""

    stop_by = signal.SIGTERM

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = services.free_port()
        self.process: subprocess.Popen | None = None

    def command(self) -> list:
        raise NotImplementedError

    def how(self) -> dict[str, object]:
        return {}

    def wait(self) -> None:
        """Until it serves."""

    def start(self, *, is_waited_for: bool = True) -> None:
        self.process = services.launched(self.command(), self.folder, stop=signal.SIGKILL, **self.how())
        if is_waited_for:
            self.wait()

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self, by: signal.Signals | None = None, seconds: float = 20) -> None:
        """As its operator would; whoever is still there after so many seconds is killed."""
        if self.process is None:
            return
        self.process.send_signal(by or self.stop_by)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        self._end(signal.SIGKILL)

    def hang(self) -> None:
        """Alive and silent (SIGSTOP)."""
        self.process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        family = self._family()
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.send_signal(how)
        self.process.wait()
        psutil.wait_procs(family, timeout=10)
        self.process = None

    def _family(self) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            parent = psutil.Process(self.process.pid)
            return [parent, *parent.children(recursive=True)]
        return []


class Postgres(Machine):
    """A cluster whose commits are durable, unless ``options`` say otherwise. SIGINT is a fast stop, SIGQUIT immediate."""

    stop_by = signal.SIGINT
    CARELESS = {"synchronous_commit": "off", "wal_writer_delay": "2s"}  # commits are answered before they are kept

    def __init__(self, folder: Path, binaries: Path, **options: str) -> None:
        super().__init__(folder)
        self.binaries, self.options = binaries, SAFE | options

    def command(self) -> list:
        return services.postgres_command(self.binaries, self.folder, self.port, self.options)

    def how(self) -> dict[str, object]:
        return services.as_user(self.folder)

    def wait(self) -> None:
        services.wait_for_postgres(self.process, self.folder, self.port)

    def url(self, database: str = services.ROLE) -> str:
        return services.postgres_url(self.port, database)

    def run(self, statement: str, database: str = services.ROLE) -> list[tuple]:
        """A statement as the operator would type it."""
        with psycopg.connect(self.url(database), autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


class Redis(Machine):
    def command(self) -> list:
        return services.redis_command(self.folder, self.port)

    def wait(self) -> None:
        services.wait_for_port(self.process, self.folder, self.port)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"


class Web(Machine):
    """gunicorn with the settings of production, two workers; ``env`` beside that of the drill."""

    def __init__(self, folder: Path, application: str = "config.wsgi:application", **env: str) -> None:
        super().__init__(folder)
        self.application, self.env = application, env
        self.workers, self.threads = 2, 4

    def command(self) -> list:
        bind = ["--bind", f"127.0.0.1:{self.port}", "--workers", self.workers, "--threads", self.threads]
        return [sys.executable, "-m", "gunicorn", self.application, "--config", "config/gunicorn.py", *bind]

    def how(self) -> dict[str, object]:
        return {"env": os.environ | self.env}

    def wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None:
            try:
                return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5).close()
            except OSError:
                if time.monotonic() > deadline:
                    break
                time.sleep(0.05)
        raise RuntimeError(f"gunicorn did not start:\n{(self.folder / 'log').read_text(errors='replace')}")


class Worker(Machine):
    """Celery's worker, with beat inside it; in production they are two."""

    def __init__(self, folder: Path, application: str = "config.celery", **env: str) -> None:
        super().__init__(folder)
        self.application, self.env = application, env

    def command(self) -> list:
        beat = ["--beat", "--schedule", self.folder / "beat", "--pool", "prefork", "--concurrency", 1]
        return [sys.executable, "-m", "celery", "--app", self.application, "worker", "--loglevel", "INFO", *beat]

    def how(self) -> dict[str, object]:
        return {"env": os.environ | self.env}

    def said(self) -> str:
        """Its log."""
        return (self.folder / "log").read_text(errors="replace")


def copied(cluster: Path, folder: Path) -> Path:
    """The data of a stopped cluster in a folder of its own."""
    shutil.copytree(cluster / "data", folder / "data", symlinks=True)
    if os.geteuid() == 0:
        for path in [folder / "data", *(folder / "data").rglob("*")]:
            shutil.chown(path, "nobody", "nogroup")
    return folder
