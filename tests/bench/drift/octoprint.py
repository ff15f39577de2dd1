"""Released versions of OctoPrint, a web application that nobody here wrote, each on a port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from automation import browser
from automation.model import AllowList, Click, Fill, Flow, Goto, Portal, Practice, Target
from tests.bench.drift.screens import REPOSITORY, Run, Stage

OLD: Final = ("OctoPrint==1.10.3", "limits<4")
"""It does not say so, and does not start with a later library of this name."""
NEW: Final = ("OctoPrint==1.11.8",)
PORTAL: Final = "octoprint"
_USER, _PASSWORD = "ann", "correct horse"
_START_SECONDS: Final = 180
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
    ),
)


@contextmanager
def serving(folder: Path, packages: tuple[str, ...]) -> Iterator[str]:
    """Install one version in an environment of its own and run it; gives its address."""
    folder.mkdir()
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    pip = [str(folder / "venv/bin/pip"), "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *packages], check=True)
    home = folder / "home"
    home.mkdir()
    (home / "config.yaml").write_text(_CONFIG)
    program = [str(folder / "venv/bin/octoprint"), "--basedir", str(home)]
    known = ["user", "add", _USER, "--password", _PASSWORD, "--admin"]
    environment = {**os.environ, "HOME": str(folder)}
    subprocess.run([*program, *known], check=True, env=environment, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    served = ["serve", "--iknowwhatimdoing", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen([*program, *served], env=environment, stdout=log, stderr=log)
        try:
            _wait(running, f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()
            running.wait()


def _wait(running: subprocess.Popen[bytes], url: str) -> None:
    opener = build_opener(ProxyHandler({}))
    until = time.monotonic() + _START_SECONDS
    while running.poll() is None and time.monotonic() < until:
        try:
            with opener.open(f"{url}/login/", timeout=5) as answer:
                if b"login-user" in answer.read():
                    return
        except (URLError, OSError, HTTPException):  # its first answers are no HTTP
            time.sleep(0.5)
    raise AssertionError(f"{url} does not answer")


async def played(url: str, runs: int) -> list[Run]:
    """Sign in and open the settings, each time in a browser that knows nothing."""
    profile = browser.read_profile(REPOSITORY / "playwright.config.json")
    patient = {"action_ms": 60_000, "navigation_ms": 60_000}
    profile = profile.model_copy(update={"timeouts": profile.timeouts.model_copy(update=patient)})
    found = browser.find_browser(profile, browser.Machine())
    practice = Practice(name="north", portal=PORTAL, base_url=url, loopback=True)
    allow = AllowList.of(Portal(portal=PORTAL, title="OctoPrint", hosts=()), practice)
    seen: list[Run] = []
    for _ in range(runs):
        async with browser.open_tab(profile, found, allow=allow) as tab:
            seen.append(await Stage(tab, url, ()).play(FLOW))
    return seen
