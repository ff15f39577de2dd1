"""Who watches while commands run: what goes over the wire, what they print, what they are called.

with Wire(portal.url) as wire, Processes() as processes:
    witness = Witness(home, folder)
    witness.run(0, "practice", "list")
"""

from __future__ import annotations

import re
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar
from urllib.parse import urlsplit

from tests.journeys.world import Home
from tests.simulator import REPOSITORY

T = TypeVar("T")

_LONGEST: Final = 300
_EVERY: Final = 0.02
_LOOKS: Final = 50
"""How often a new process is looked at: it may become another program meanwhile."""
_COOKIE: Final = re.compile(rb"(?i)^set-cookie: ([^=\s]+)=([^;\r\n]{6,})", re.MULTILINE)
_TOKEN: Final = re.compile(rb'__RequestVerificationToken" value="([^"]{6,})"')
_NEXT: Final = re.compile(rb"(?i)^x-next-verification-token: (\S{6,})", re.MULTILINE)


class Wire:
    """A line to a portal that keeps every byte: `url` is where to reach the portal through it."""

    def __init__(self, portal: str) -> None:
        parts = urlsplit(portal)
        self._far = (parts.hostname, parts.port)
        self._heard = bytearray()
        self._instead: dict[bytes, bytes] = {}
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._accepting = threading.Thread(target=self._accept)

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._accepting.join()

    def say(self, instead: str, *, of: str) -> None:
        """Let the portal say something else from now on, which is not longer."""
        assert len(instead.encode()) <= len(of.encode())
        self._instead[of.encode()] = instead.encode().ljust(len(of.encode()))

    def heard(self) -> bytes:
        """Everything that both sides said so far."""
        with self._lock:
            return bytes(self._heard)

    def tokens(self) -> dict[str, str]:
        """Every cookie and anti-forgery value that the portal ever gave."""
        heard = self.heard()
        cookies = {(name.decode(), value) for name, value in _COOKIE.findall(heard)}
        forms = {("form token", value) for value in _TOKEN.findall(heard)}
        nexts = {("header token", value) for value in _NEXT.findall(heard)}
        numbers = count(1)
        return {
            f"{name} {next(numbers)}": value.decode()
            for name, value in sorted(cookies | forms | nexts)
        }

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near = self._listening.accept()[0]
                threading.Thread(target=self._relay, args=(near,), daemon=True).start()

    def _relay(self, near: socket.socket) -> None:
        with suppress(OSError), near, socket.create_connection(self._far) as far:
            ends = {near: far, far: near}
            while True:
                for each in select.select(list(ends), [], [])[0]:
                    chunk = each.recv(65536)
                    if not chunk:
                        return
                    for said, instead in self._instead.items():
                        chunk = chunk.replace(said, instead)
                    with self._lock:
                        self._heard += chunk
                    ends[each].sendall(chunk)


class Processes:
    """The command lines of every process that lived for some 20 ms while it watched."""

    def __init__(self) -> None:
        self.lines: set[bytes] = set()
        self._over = threading.Event()
        self._watching = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._watching.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._watching.join()

    def _watch(self) -> None:
        looks: dict[Path, int] = {}
        while not self._over.wait(_EVERY):
            there = [path for path in Path("/proc").iterdir() if path.name.isdigit()]
            looks = {path: looks.get(path, 0) + 1 for path in there}
            for path in there:
                if looks[path] <= _LOOKS:
                    with suppress(OSError):  # it ended meanwhile
                        self.lines.add((path / "cmdline").read_bytes())


@dataclass
class Witness:
    """Runs commands and keeps what they print, a file for each.

    Attributes:
        home: where they work.
        printed: folder of what they print.
        temporary: their folder for temporary files.
    """

    home: Home
    printed: Path
    temporary: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def run(
        self,
        code: int,
        *arguments: str,
        given: str = "",
        variables: Mapping[str, str] | None = None,
    ) -> str:
        """Run a command that ends as it should; what it printed on standard output."""
        with self.started(*arguments, given=given, variables=variables) as running:
            return running.ended(code)

    @contextmanager
    def started(
        self, *arguments: str, given: str = "", variables: Mapping[str, str] | None = None
    ) -> Iterator[Running]:
        """Start a command; it is killed where the block does not wait for its end."""
        place = self.printed / f"{next(self._numbers):03} {' '.join(arguments)[:60]}".replace(
            "/", "_"
        )
        out, err = place.with_name(f"{place.name}.out"), place.with_name(f"{place.name}.err")
        changed = {"TMPDIR": str(self.temporary), **(variables or {})}
        with (
            out.open("wb") as out_file,
            err.open("wb") as err_file,
            subprocess.Popen(
                [sys.executable, "-m", "automation", *arguments],
                cwd=REPOSITORY,
                env={**self.home.variables, **changed},
                stdin=subprocess.PIPE,
                stdout=out_file,
                stderr=err_file,
            ) as process,
        ):
            assert process.stdin is not None
            process.stdin.write(given.encode())
            process.stdin.close()
            try:
                yield Running(process, out, err)
            finally:
                process.kill()


@dataclass(frozen=True)
class Running:
    """A command that was started, and the files that it prints to."""

    process: subprocess.Popen[bytes]
    out: Path
    err: Path

    def ended(self, code: int) -> str:
        """Wait for its end; what it printed on standard output."""
        told = self.process.wait(_LONGEST)
        assert told == code, f"{self.out.name}: {told}: {self.err.read_text()[-3000:]}"
        return self.out.read_text()

    def shows(self, pattern: str) -> str:
        """Wait until it prints something on the error stream; the first group of it."""
        found = until(lambda: re.search(pattern, self.err.read_text()), self.process)
        return str(found[1])


def until(look: Callable[[], T | None], process: subprocess.Popen[bytes]) -> T:
    """Wait until there is something to see, as long as a process lives."""
    end = time.monotonic() + _LONGEST
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        assert process.poll() is None, "it ended before that"
        time.sleep(_EVERY)
    raise AssertionError("it did not happen")
