"""However many processes ask for a session, one logs in; when it is killed, another does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.world import Home, add_by_command, name_of
from tests.simulator import REPOSITORY, Simulator, running

pytestmark = pytest.mark.journey

PROCESSES = 8
PATIENCE = 180


@pytest.fixture
def portal() -> Iterator[Simulator]:
    with running(patients=5) as one:
        yield one


@pytest.fixture
def home(portal: Simulator, tmp_path: Path) -> Home:
    made = Home.new(tmp_path / "home")
    add_by_command(made, portal, portal.practices()[0])
    return made


def opening(home: Home, portal: Simulator) -> subprocess.Popen[str]:
    """A process of its own that wants a session; its group can be killed as a whole."""
    return subprocess.Popen(
        [sys.executable, "-m", "automation", "session", "open", name_of(portal.practices()[0])],
        cwd=REPOSITORY,
        env=home.variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def until(there: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.must_hold("sessions")
def test_eight_processes_that_ask_at_once_make_one_login(
    home: Home, portal: Simulator, measured: Callable[..., None]
) -> None:
    asking = [opening(home, portal) for _ in range(PROCESSES)]
    ended = [(one.communicate(timeout=PATIENCE), one.returncode) for one in asking]
    assert [code for _, code in ended] == [0] * PROCESSES, ended
    told = portal.counts()
    assert told["sign_in"]["logins"] == 1
    assert told["received"]["passwords"] == 1
    measured("processes that asked at once", PROCESSES)
    measured("logins", told["sign_in"]["logins"])


@pytest.mark.must_hold("sessions")
@pytest.mark.parametrize("moment", ["login", "code"])
def test_when_the_one_that_logs_in_is_killed_another_takes_over(
    home: Home, portal: Simulator, moment: str, measured: Callable[..., None]
) -> None:
    first = opening(home, portal)
    until(lambda: moment in portal.counts().get("served", {}))
    second = opening(home, portal)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    _, told = second.communicate(timeout=PATIENCE)
    assert second.returncode == 0, told
    counts = portal.counts()["sign_in"]
    assert counts["logins"] == 1
    assert not {"wrong_passwords", "codes_refused", "lock_outs"} & counts.keys()
    measured(f"killed when the portal had shown: {moment}; logins of the other", counts["logins"])
