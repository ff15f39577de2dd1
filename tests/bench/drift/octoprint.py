"""Released versions of OctoPrint, a web application that nobody here wrote, each on a port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from automation import browser
from automation.model import AllowList, Click, Fill, Flow, Goto, Portal, Practice, Target
from tests.bench.drift.screens import REPOSITORY, Run, Stage

OLD: Final = ("OctoPrint==1.10.3", "limits<4", "setuptools<80")
"""It does not say so, and does not start with later libraries of these names."""
NEW: Final = ("OctoPrint==1.11.8", "setuptools<80")
PORTAL: Final = "octoprint"
_USER, _PASSWORD = "ann", "correct horse"
_INSTALL_SECONDS: Final = 600
_START_SECONDS: Final = 180
_END_SECONDS: Final = 20
_CONFIG: Final = """
server:
  firstRun: false
  onlineCheck: {enabled: false, host: 127.0.0.1, name: localhost}
  pluginBlacklist: {enabled: false}
plugins:
  _disabled: [tracking, softwareupdate, pluginmanager, announcements, discovery, errortracking]
"""
FLOW: Final = Flow(
    flow="open-settings",
    portal=PORTAL,
    steps=(
        Goto(url="/login/"),
        Fill(target=Target(id="login-user"), value=_USER),
        Fill(target=Target(id="login-password"), value=_PASSWORD),
        Click(target=Target(id="login-button")),
        Click(target=Target(id="navbar_show_settings")),
        Click(target=Target(role="link", name="Features")),
        Click(target=Target(role="link", name="Webcam & Timelapse")),
    ),
)
PANES: Final = ("settings_features", "settings_webcam")
"""The parts of the page that the flow opens, by id."""


def install(folders: dict[Path, tuple[str, ...]]) -> None:
    """Install each of these versions in an environment of its own, all at once."""
    with ThreadPoolExecutor(len(folders)) as threads:
        list(threads.map(_install, folders, folders.values()))


def _install(folder: Path, packages: tuple[str, ...]) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    python = str(folder / "venv/bin/python")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    asked = [*pip, "--disable-pip-version-check", "--no-input", *packages]
    try:
        ended = subprocess.run(
            asked, check=False, capture_output=True, text=True, timeout=_INSTALL_SECONDS
        )
    except subprocess.TimeoutExpired:
        said = f"it did not end in {_INSTALL_SECONDS} seconds"
    else:
        said = "" if ended.returncode == 0 else ended.stderr[-800:]
    if said:
        raise AssertionError(
            f"{' '.join(packages)} cannot be installed: {said}\nThis test takes an application "
            "from an index of packages: let pip reach one that has it (PIP_INDEX_URL)."
        )


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Run the version that is installed there; gives its address."""
    home = folder / "home"
    home.mkdir()
    (home / "config.yaml").write_text(_CONFIG)
    program = [str(folder / "venv/bin/octoprint")]
    environment = {**os.environ, "HOME": str(folder)}
    known = ["user", "add", _USER, "--password", _PASSWORD, "--admin"]
    _told([*program, "--basedir", str(home), *known], environment)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    # Of the options for all commands, those after the command win: else it serves another home.
    served = ["serve", "--basedir", str(home), "--iknowwhatimdoing"]
    at = ["--host", "127.0.0.1", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(
            [*program, *served, *at], env=environment, stdout=log, stderr=log
        )
        try:
            _wait(running, f"http://127.0.0.1:{port}", folder / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            _end(running)


def _told(asked: list[str], environment: dict[str, str]) -> None:
    ended = subprocess.run(
        asked,
        check=False,
        capture_output=True,
        text=True,
        env=environment,
        stdin=subprocess.DEVNULL,
    )
    assert ended.returncode == 0, ended.stdout[-400:] + ended.stderr[-800:]


def _wait(running: subprocess.Popen[bytes], url: str, log: Path) -> None:
    opener = build_opener(ProxyHandler({}))
    until = time.monotonic() + _START_SECONDS
    while running.poll() is None and time.monotonic() < until:
        try:
            with opener.open(f"{url}/login/", timeout=5) as answer:
                if b"login-user" in answer.read():
                    return
        except (URLError, OSError, HTTPException):  # its first answers are no HTTP
            time.sleep(0.5)
    raise AssertionError(f"{url} does not answer: {log.read_text(errors='replace')[-800:]}")


def _end(running: subprocess.Popen[bytes]) -> None:
    running.terminate()
    try:
        running.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()


async def played(url: str, runs: int) -> list[Run]:
    """Sign in and open the settings, each time in a browser that knows nothing.

    Raises:
        AssertionError: the flow came to no end, so that nothing can be said of the application.
    """
    profile = browser.read_profile(REPOSITORY / "playwright.config.json")
    patient = {"action_ms": 30_000, "navigation_ms": 60_000}
    profile = profile.model_copy(update={"timeouts": profile.timeouts.model_copy(update=patient)})
    found = browser.find_browser(profile, browser.Machine())
    practice = Practice(name="north", portal=PORTAL, base_url=url, loopback=True)
    allow = AllowList.of(Portal(portal=PORTAL, title="OctoPrint", hosts=()), practice)
    seen: list[Run] = []
    for _ in range(runs):
        async with browser.open_tab(profile, found, allow=allow) as tab:
            run = await Stage(tab, url, ()).play(FLOW)
        if not run.ended:
            last = run.snapshots[-1]
            raise AssertionError(f"the flow ends in step {last.step} at {last.url}")
        seen.append(run)
    return seen
