"""A browser never outlives the process that started it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.processes import descendants, living

Measure = Callable[..., None]
SECONDS = 10.0


@pytest.mark.must_hold("writes")
def test_of_a_process_that_is_killed_no_browser_is_left_ten_seconds_later(
    measured: Measure,
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.browser.holding"],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    with process.stdout as told:
        assert told.readline() == b"open\n"
    below = descendants(process.pid)
    assert len(below) > 1
    os.kill(process.pid, 9)
    process.wait()
    killed = time.monotonic()
    while (left := living(below)) and time.monotonic() - killed < SECONDS:
        time.sleep(0.1)
    measured("browser processes ended", f"{len(below - left)} of {len(below)}")
    measured("after", round(time.monotonic() - killed, 1), "s")
    assert left == set()
