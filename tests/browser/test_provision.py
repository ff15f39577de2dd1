"""Every rung of the ladder, on machines that a test makes up, and once on this one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from automation.browser import (
    BrowserProfile,
    FoundBrowser,
    Machine,
    Outcome,
    ensure_browser,
    find_browser,
)
from automation.browser.provision import run_program
from automation.errors import Unready

OWN = "/cache/chromium-1/chrome"
VERSION = "Chromium 156.0.8078.79 built on Debian GNU/Linux 12.1"
ANY = BrowserProfile()


@dataclass
class MadeUp:
    """A machine as a dictionary of files that run; installing adds to it."""

    runs: set[str] = field(default_factory=set)
    channels: set[str] = field(default_factory=set)
    root: bool = False
    playwright_downloads: bool = False
    apt: bool = False
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def machine(self) -> Machine:
        return Machine(which=self.which, run=self.run, is_root=lambda: self.root)

    def which(self, name: str) -> str | None:
        place = f"/usr/bin/{name}"
        return place if place in self.runs or f"broken:{place}" in self.runs else None

    def run(self, command: Sequence[str], _seconds: float) -> Outcome:
        line = " ".join(command)
        self.asked.append(line)
        if command[-1] == "--version":
            runs = command[0] in self.runs
            return Outcome(0, f"noise 1.2\n{VERSION}\n") if runs else Outcome(127, "no libnss3")
        answers: dict[str, Callable[[], Outcome]] = {
            "executable_path": lambda: Outcome(0, f"{OWN}\n"),
            "launch(channel": lambda: self.channel(command[-1]),
            "playwright install": self.download,
            "apt-get update": lambda: Outcome(0 if self.apt else 100, "E: no mirror"),
            "apt-get install": self.install,
        }
        return next(answer for part, answer in answers.items() if part in line)()

    def channel(self, name: str) -> Outcome:
        known = name in self.channels
        return Outcome(0, "150.0.1.2\n") if known else Outcome(1, "Traceback\nno such channel\n")

    def download(self) -> Outcome:
        if not self.playwright_downloads:
            return Outcome(1, "Error: download failed\n")
        self.runs.add(OWN)
        return Outcome(0, "")

    def install(self) -> Outcome:
        self.runs.add("/usr/bin/chromium")
        return Outcome(0, "")

    def ensure(self, profile: BrowserProfile = ANY) -> FoundBrowser:
        return ensure_browser(profile, self.machine(), say=self.said.append)

    def installed(self) -> bool:
        return any("install" in line for line in self.asked)


def at(place: str) -> BrowserProfile:
    return BrowserProfile(executable=Path(place))


def test_a_named_executable_comes_before_the_one_on_path() -> None:
    here = MadeUp(runs={"/opt/my/chrome", "/usr/bin/chromium", OWN})
    found = here.ensure(at("/opt/my/chrome"))
    assert found == FoundBrowser(Path("/opt/my/chrome"), None, "156.0.8078.79", "named")
    assert len(here.asked) == 1


def test_a_named_channel_comes_before_the_one_on_path() -> None:
    here = MadeUp(runs={"/usr/bin/chromium"}, channels={"chrome"})
    found = here.ensure(BrowserProfile(channel="chrome"))
    assert found == FoundBrowser(None, "chrome", "150.0.1.2", "named")


@pytest.mark.parametrize("profile", [at("/opt/none"), BrowserProfile(channel="none")])
def test_a_named_browser_that_does_not_run_ends_the_search_instead_of_using_another(
    profile: BrowserProfile,
) -> None:
    here = MadeUp(runs={"/usr/bin/chromium", OWN}, root=True, apt=True, playwright_downloads=True)
    with pytest.raises(Unready, match="that was named does not run") as caught:
        here.ensure(profile)
    assert "none" in caught.value.message
    assert "playwright.config.json" in caught.value.remedy
    assert not here.installed()


@pytest.mark.parametrize("name", ["google-chrome", "chromium", "chromium-browser"])
def test_chrome_or_chromium_on_path_comes_before_playwrights_own(name: str) -> None:
    here = MadeUp(runs={f"/usr/bin/{name}", OWN})
    found = here.ensure()
    assert (found.executable, found.origin) == (Path(f"/usr/bin/{name}"), "path")


def test_one_on_path_that_does_not_start_is_passed_over() -> None:
    here = MadeUp(runs={"broken:/usr/bin/chromium", "/usr/bin/chromium-browser"})
    assert here.ensure().executable == Path("/usr/bin/chromium-browser")


def test_playwrights_own_browser_is_taken_when_path_has_none() -> None:
    here = MadeUp(runs={OWN}, root=True, apt=True, playwright_downloads=True)
    found = here.ensure()
    assert (found.executable, found.origin) == (Path(OWN), "playwright")
    assert not here.installed()
    assert here.said == []


def test_playwright_installs_its_own_before_debian_is_asked() -> None:
    here = MadeUp(root=True, apt=True, playwright_downloads=True)
    found = here.ensure()
    assert (found.executable, found.origin) == (Path(OWN), "playwright-installed")
    assert not any("apt-get" in line for line in here.asked)
    assert len(here.said) == 1


def test_root_gets_the_debian_package_when_nothing_can_be_downloaded() -> None:
    here = MadeUp(root=True, apt=True)
    found = here.ensure()
    assert (found.executable, found.origin) == (Path("/usr/bin/chromium"), "debian-installed")
    update, install = [line for line in here.asked if "apt-get" in line]
    assert update == "apt-get update"
    assert install.endswith("apt-get install -y chromium")
    assert len(here.said) == 2


def test_without_root_the_debian_package_is_not_tried() -> None:
    here = MadeUp(apt=True)
    with pytest.raises(Unready) as caught:
        here.ensure()
    assert "needs root" in caught.value.message
    assert not any("apt-get" in line for line in here.asked)


def test_when_every_rung_fails_the_error_holds_what_each_said_and_what_to_do() -> None:
    here = MadeUp(root=True, runs={"broken:/usr/bin/chromium"})
    with pytest.raises(Unready) as caught:
        here.ensure()
    for said in ("/usr/bin/chromium: no libnss3", f"{OWN}: ", "download failed", "no mirror"):
        assert said in caught.value.message
    assert "apt-get install chromium" in caught.value.remedy
    assert "vetportal browser ensure" in caught.value.remedy


def test_finding_changes_nothing_on_a_machine_without_a_browser() -> None:
    here = MadeUp(root=True, apt=True, playwright_downloads=True)
    with pytest.raises(Unready, match="neither Chrome nor Chromium is on PATH"):
        find_browser(ANY, here.machine())
    assert not here.installed()


def test_a_program_that_is_missing_slow_or_failing_has_a_status_instead_of_an_exception() -> None:
    missing = run_program(("/no/such/program",), 5)
    slow = run_program((sys.executable, "-c", "import time; time.sleep(60)"), 0.2)
    failing = run_program((sys.executable, "-c", "import sys; print('why'); sys.exit(3)"), 30)
    assert (missing.status, missing.last_line) == (
        127,
        "/no/such/program: No such file or directory",
    )
    assert slow.status == 124
    assert (failing.status, failing.last_line) == (3, "why")
    assert Outcome(1, "").last_line == "exit status 1"


def test_the_browser_of_this_machine_is_found_and_tells_its_version() -> None:
    found = ensure_browser(ANY, Machine(), say=print)
    assert found.version.count(".") == 3
    assert str(found.executable) in str(found)
