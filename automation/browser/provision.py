"""Find a browser, or install one.

The order, each rung only when those before gave none:

1. the executable or channel that the configuration or the environment names; if that one does not
   run, the search ends with an error, because another browser than the named one is no help;
2. Chrome or Chromium on PATH;
3. Playwright's own browser;
4. ``playwright install chromium``;
5. the Debian package, when run as root.

A browser counts as found when it tells its version: a file that is there but misses its libraries
does not.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

from typing_extensions import override

from automation.browser.profile import BrowserProfile
from automation.errors import Unready

Origin = Literal["named", "path", "playwright", "playwright-installed", "debian-installed"]

_ON_PATH: Final = (
    "google-chrome-stable",
    "google-chrome",
    "chromium",
    "chromium-browser",
    "chrome",
)
_PROBE_SECONDS: Final = 60
_INSTALL_SECONDS: Final = 900
_VERSION: Final = re.compile(r"\b\d+(?:\.\d+){3}\b")
_ASK_PATH: Final = (
    "from playwright.sync_api import sync_playwright\n"
    "with sync_playwright() as p: print(p.chromium.executable_path)"
)
_ASK_CHANNEL: Final = (
    "import sys\n"
    "from playwright.sync_api import sync_playwright\n"
    "with sync_playwright() as p: print(p.chromium.launch(channel=sys.argv[1]).version)"
)
_PLAYWRIGHT_INSTALL: Final = (
    "env",
    "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT=10000",
    sys.executable,
    "-m",
    "playwright",
    "install",
    "chromium",
)
_DEBIAN_INSTALL: Final = (
    ("apt-get", "update"),
    ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "chromium"),
)
_REMEDY: Final = (
    "Install Chrome or Chromium so that it is on PATH (Debian: `apt-get install chromium`), or "
    "name one as `executable` in playwright.config.json or in VETPORTAL_BROWSER_EXECUTABLE; then "
    "run `vetportal browser ensure`."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a program ended: its exit status and everything it printed."""

    status: int
    output: str

    @property
    def last_line(self) -> str:
        """The line that usually says what went wrong."""
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        return lines[-1] if lines else f"exit status {self.status}"


def run_program(command: Sequence[str], seconds: float) -> Outcome:
    """Run a program to its end without input; one that is missing or too slow has a status too."""
    try:
        done = subprocess.run(  # noqa: S603 - no shell; every command is written in this module
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except OSError as problem:
        return Outcome(127, f"{command[0]}: {problem.strerror}")
    except subprocess.TimeoutExpired:
        return Outcome(124, f"{command[0]}: did not end within {seconds:g} seconds")
    return Outcome(done.returncode, done.stdout)


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine, as far as finding a browser asks it; a test hands in another one."""

    which: Callable[[str], str | None] = shutil.which
    run: Callable[[Sequence[str], float], Outcome] = run_program
    is_root: Callable[[], bool] = field(default=lambda: os.geteuid() == 0)


@dataclass(frozen=True, slots=True)
class FoundBrowser:
    """A browser that runs.

    Attributes:
        executable: its file; None when a channel is used.
        channel: Playwright's name for it; None when a file is used.
        version: what it says of itself.
        origin: the rung it was found on.
    """

    executable: Path | None
    channel: str | None
    version: str
    origin: Origin

    @override
    def __str__(self) -> str:
        return f"{self.executable or self.channel} (version {self.version}, {self.origin})"


def find_browser(profile: BrowserProfile, machine: Machine) -> FoundBrowser:
    """Return the browser of this machine, without changing the machine.

    Raises:
        Unready: the named browser does not run, or there is none at all.
    """
    search = _Search(machine)
    for rung in search.present(profile):
        if found := rung():
            return found
    raise search.failed()


def ensure_browser(
    profile: BrowserProfile, machine: Machine, *, say: Callable[[str], None]
) -> FoundBrowser:
    """Return the browser of this machine, installing one where there is none.

    Args:
        profile: names a browser, or leaves the choice.
        machine: where to look.
        say: told in one line before anything that takes long.

    Raises:
        Unready: every rung failed; the message holds what each of them said.
    """
    search = _Search(machine)
    for rung in (*search.present(profile), *search.installing(say)):
        if found := rung():
            return found
    raise search.failed()


_Rung = Callable[[], FoundBrowser | None]


class _Search:
    """Climbs the rungs and remembers why each of them gave nothing."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._tried: list[str] = []

    def present(self, profile: BrowserProfile) -> tuple[_Rung, ...]:
        """The rungs that change nothing."""
        return (lambda: self._named(profile), self._on_path, lambda: self._own("playwright"))

    def installing(self, say: Callable[[str], None]) -> tuple[_Rung, ...]:
        """The rungs that install something."""
        return (lambda: self._from_playwright(say), lambda: self._from_debian(say))

    def failed(self) -> Unready:
        return Unready(f"there is no browser to use: {'; '.join(self._tried)}", remedy=_REMEDY)

    def _named(self, profile: BrowserProfile) -> FoundBrowser | None:
        if profile.executable:
            found = self._probe(profile.executable, "named")
        elif profile.channel:
            found = self._probe_channel(profile.channel)
        else:
            return None
        if found is None:
            raise Unready(
                f"the browser that was named does not run: {'; '.join(self._tried)}",
                remedy="Correct `executable` or `channel` in playwright.config.json (or "
                "VETPORTAL_BROWSER_EXECUTABLE, VETPORTAL_BROWSER_CHANNEL), or leave both out.",
            )
        return found

    def _on_path(self) -> FoundBrowser | None:
        places = [place for name in _ON_PATH if (place := self._machine.which(name))]
        if not places:
            self._tried.append("neither Chrome nor Chromium is on PATH")
        probes = (self._probe(Path(place), "path") for place in places)
        return next(filter(None, probes), None)

    def _own(self, origin: Origin) -> FoundBrowser | None:
        asked = self._machine.run((sys.executable, "-c", _ASK_PATH), _PROBE_SECONDS)
        if asked.status:
            self._tried.append(f"Playwright does not start: {asked.last_line}")
            return None
        return self._probe(Path(asked.last_line), origin)

    def _from_playwright(self, say: Callable[[str], None]) -> FoundBrowser | None:
        say("no browser here yet: downloading Playwright's own Chromium")
        if not self._done("playwright install chromium", _PLAYWRIGHT_INSTALL):
            return None
        return self._own("playwright-installed")

    def _from_debian(self, say: Callable[[str], None]) -> FoundBrowser | None:
        if not self._machine.is_root():
            self._tried.append("the Debian package needs root")
            return None
        say("installing the Debian package chromium")
        for command in _DEBIAN_INSTALL:
            if not self._done("apt-get", command):
                return None
        place = self._machine.which("chromium")
        return self._probe(Path(place), "debian-installed") if place else None

    def _done(self, name: str, command: Sequence[str]) -> bool:
        outcome = self._machine.run(command, _INSTALL_SECONDS)
        if outcome.status:
            self._tried.append(f"{name}: {outcome.last_line}")
        return outcome.status == 0

    def _probe(self, executable: Path, origin: Origin) -> FoundBrowser | None:
        outcome = self._machine.run((str(executable), "--version"), _PROBE_SECONDS)
        return self._read(outcome, FoundBrowser(executable, None, "", origin))

    def _probe_channel(self, channel: str) -> FoundBrowser | None:
        command = (sys.executable, "-c", _ASK_CHANNEL, channel)
        outcome = self._machine.run(command, _PROBE_SECONDS)
        return self._read(outcome, FoundBrowser(None, channel, "", "named"))

    def _read(self, outcome: Outcome, browser: FoundBrowser) -> FoundBrowser | None:
        versions = _VERSION.findall(outcome.output)
        if outcome.status == 0 and versions:
            return replace(browser, version=versions[0])
        self._tried.append(f"{browser.executable or browser.channel}: {outcome.last_line}")
        return None
