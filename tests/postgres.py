"""A PostgreSQL for tests: a cluster of its own in a temporary folder, made from what is installed.

One cluster serves all processes of a test run. A keeper process starts it, and stops and removes it
when the run ends, however that ends. `python -m tests.postgres` installs what is missing.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, LiteralString

import psycopg
from psycopg import sql

USER: Final = "postgres"
PASSWORD: Final = "Lantern!Öl 7@/:%"
"""What a connection by TCP has to show; it needs quoting in an address, on purpose."""

_PLACES: Final = Path("/usr/lib/postgresql")
_OLDEST: Final = 15
_PACKAGES: Final = (
    ("apt-get", "update"),
    ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "postgresql"),
)
_REMEDY: Final = (
    f"the tests of the store need PostgreSQL {_OLDEST} or newer: install it "
    "(Debian: `sudo apt-get install postgresql`), or run this as root"
)
_QUICK: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_SECONDS: Final = 60.0
_KEEPERS: Final[list[subprocess.Popen[bytes]]] = []


class MissingError(Exception):
    """There is no PostgreSQL here, or it does not start."""


def programs() -> Path | None:
    """The folder of the newest PostgreSQL of this machine that is new enough; None without one."""
    found = [path.parent for path in _PLACES.glob("*/bin/initdb")]
    if there := shutil.which("initdb"):
        found.append(Path(there).resolve().parent)
    versions = {_version(folder): folder for folder in found}
    newest = max(versions, default=0)
    return versions[newest] if newest >= _OLDEST else None


def _version(folder: Path) -> int:
    told = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    return int(re.findall(r"\) (\d+)", told.stdout + ") 0")[0])


def ensure(run: Callable[[Sequence[str]], int] | None = None) -> str:
    """Install PostgreSQL where it is missing and that is allowed; say what there is.

    Raises:
        MissingError: there is none, and it cannot be installed; the message says what to do.
    """
    if (there := programs()) is None:
        if os.getuid() != 0:
            raise MissingError(_REMEDY)
        print("installing the Debian package postgresql", file=sys.stderr)
        for command in _PACKAGES:
            if (run or _run)(command):
                raise MissingError(f"`{' '.join(command)}` fails; {_REMEDY}")
        if (there := programs()) is None:
            raise MissingError(_REMEDY)
    return f"PostgreSQL {_version(there)}  {there}"


def _run(command: Sequence[str]) -> int:
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
    ).returncode


class Cluster:
    """A server with its data in one folder.

    Args:
        folder: an empty folder, or one that held a cluster before.
        options: settings of the server (``fsync=off``).
    """

    def __init__(self, folder: Path, options: Sequence[str] = ()) -> None:
        self.folder, self._options = folder, options
        self._port = folder / "port"
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        """The port on 127.0.0.1; it stays when the server is started again."""
        return int(self._port.read_text())

    def make(self) -> None:
        """Make the data folder.

        Raises:
            MissingError: there is no PostgreSQL here, or it refuses.
        """
        if (there := programs()) is None:
            raise MissingError(_REMEDY)
        self._hand_over()
        secret = self.folder / "secret"
        secret.write_text(PASSWORD)
        options: list[str | Path] = [
            *("--pgdata", self.folder / "data", "--username", USER, "--pwfile", secret),
            *("--auth-local", "trust", "--auth-host", "scram-sha-256", "--no-sync"),
            *("--encoding", "UTF8", "--locale", "C.UTF-8"),
            # names sort by a language, so that a test notices who forgets to say otherwise
            *("--locale-provider", "icu", "--icu-locale", "en-US"),
        ]
        made = subprocess.run(
            [there / "initdb", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            cwd="/",
            user=_user(),
            group=_user(),
        )
        if made.returncode:
            raise MissingError(f"initdb fails: {made.stdout.strip()[-500:]}")
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self._port.write_text(str(one.getsockname()[1]))

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            MissingError: it does not start.
        """
        there = programs()
        assert there is not None
        settings = [f"unix_socket_directories={self.folder}", "listen_addresses=127.0.0.1"]
        settings += [f"port={self.port}", "max_connections=200", "lc_messages=C", *self._options]
        with (self.folder / "log").open("ab") as log:
            options = [word for setting in settings for word in ("-c", setting)]
            self._server = subprocess.Popen(
                [str(there / "postgres"), "-D", str(self.folder / "data"), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # an interrupt of the test run is not the server's
                cwd="/",
                user=_user(),
                group=_user(),
            )
        ends = time.monotonic() + _SECONDS
        while not self._answers():
            if self._server.poll() is not None or time.monotonic() > ends:
                told = (self.folder / "log").read_text(errors="replace")
                raise MissingError(f"PostgreSQL does not start: {told.strip()[-500:]}")
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """Stop the server; SIGQUIT is a crash, SIGINT drops connections and shuts down orderly."""
        if self._server is None:
            return
        self._server.send_signal(how)
        self._server.wait(_SECONDS)
        self._server = None

    def url(self, database: str = USER) -> str:
        """The address of a database, by the socket in the folder, which asks for no password."""
        return f"postgresql://{USER}@/{database}?host={self.folder}&port={self.port}"

    def execute(self, *statements: LiteralString | sql.Composed, database: str = USER) -> None:
        """Run statements, each by itself."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            psycopg.connect(self.url(), connect_timeout=5).close()
            return True
        return False

    def _hand_over(self) -> None:
        """The server refuses to run as root; its folder then belongs to the user of the package."""
        if os.getuid() == 0:
            shutil.chown(self.folder, USER, USER)


def _user() -> str | None:
    """Whom the server runs as: it refuses to run as root."""
    return USER if os.getuid() == 0 else None


@contextmanager
def own() -> Iterator[Cluster]:
    """A cluster of its own, in a folder that goes with it.

    Raises:
        MissingError: there is no PostgreSQL here, or it does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="vetportal-postgres-"))
    cluster = Cluster(folder)
    try:
        cluster.make()
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder)


def shared(place: Path) -> Cluster:
    """The cluster of this test run; the first who asks has it started.

    Args:
        place: a folder that all processes of the run know.

    Raises:
        MissingError: there is no PostgreSQL here, or it does not start.
    """
    with (place / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = place / "postgres"
        if not told.exists():
            whose = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
            with (place / "postgres.log").open("wb") as log:
                keeper = subprocess.Popen(
                    [sys.executable, "-m", "tests.postgres", str(told), str(whose)],
                    cwd=Path(__file__).parents[1],
                    stdin=subprocess.DEVNULL,
                    stderr=log,
                    start_new_session=True,
                )
            while not told.exists():
                if keeper.poll() is not None:
                    raise MissingError((place / "postgres.log").read_text().strip())
                time.sleep(0.02)
            _KEEPERS.append(keeper)
        return Cluster(Path(told.read_text()))


def _keep(told: Path, whose: int) -> None:
    """Have a cluster for as long as a process lives."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    folder = Path(tempfile.mkdtemp(prefix="vetportal-postgres-"))
    cluster = Cluster(folder, _QUICK)
    try:
        cluster.make()
        cluster.start()
        fresh = told.with_suffix(".new")
        fresh.write_text(str(folder))
        fresh.rename(told)
        while _lives(whose):
            time.sleep(0.2)
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    try:
        if sys.argv[1:]:
            _keep(Path(sys.argv[1]), int(sys.argv[2]))
        else:
            print(ensure())
    except MissingError as problem:
        if sys.argv[1:] or os.environ.get("CI"):
            sys.exit(str(problem))
        print(f"{problem}; they run on SQLite alone now", file=sys.stderr)
