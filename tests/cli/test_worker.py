"""The worker as a program: it does what is asked, and ends when it is told to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.invoking import invoked
from tests.fakes import START
from tests.pipeline.scene import NORTH, played

SECONDS = 60


def test_it_says_who_it_is_does_jobs_tells_its_health_and_ends_with_a_signal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VETPORTAL_HOME", str(tmp_path))
    paused = NORTH.model_copy(update={"paused_since": START})
    played(tmp_path, lambda tools: tools.store.add_practice(paused))
    assert invoked("job", "run", "sync", "north", "--key", "k").exit_code == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "automation", "worker", "--health-port", "0"],
        cwd=Path(__file__).parents[2],
        env=dict(os.environ),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        assert "health at http://127.0.0.1:" in process.stderr.readline()
        ends = time.monotonic() + SECONDS
        found = {"state": "queued"}
        while found["state"] in {"queued", "running"}:
            assert time.monotonic() < ends
            found = json.loads(invoked("job", "show", "k", "--json").output)
        assert found["state"] == "dead"  # a person asked, in a practice that is paused
        assert "vetportal practice resume north" in invoked("job", "show", "k").output
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
        assert "jobs may end first" in process.stderr.read()
    finally:
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()
