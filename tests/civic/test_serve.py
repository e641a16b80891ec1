"""`manage.py serve`: the embedded default, started for real as a newcomer would."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120  # two databases are made from nothing, on a machine that may be busy
GIVEN = {"DATABASE_URL", "URN_DATABASE_URL", "REDIS_URL"}


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def serve(tmp_path, port):
    """Starts it on SQLite in a folder of its own, without the demo; whatever is left at the end is ended."""
    environment = {name: value for name, value in os.environ.items() if name not in GIVEN}
    environment |= {"VAR_DIR": str(tmp_path), "DEMO": "0", "TESTING": "0"}
    started = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def until(condition):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def children(process):
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


@pytest.mark.timeout(400)
def test_it_serves_survives_a_dead_worker_and_ends_with_all_it_started(serve, port, tmp_path):
    process = serve()
    assert until(lambda: answers(port))

    [worker] = children(process)
    os.kill(worker, signal.SIGKILL)
    assert until(lambda: worker not in children(process) and answers(port))

    [replaced] = children(process)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=PATIENCE_SECONDS) == 0
    assert until(lambda: not Path(f"/proc/{replaced}").exists())
    assert f"http://127.0.0.1:{port}/" in process.stdout.read()
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_taken_port_is_named_with_a_way_out(serve, port):
    with socket.create_server(("127.0.0.1", port)):
        process = serve()
        said, _ = process.communicate(timeout=PATIENCE_SECONDS)

    assert process.returncode == 1
    assert f"make run PORT={port + 1}" in said
