"""The sandbox as a program: it reads simulated practices, serves them, and leaves nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import httpx2
import pytest

from tests.processes import descendants, living

SECONDS: Final = 120
PORTAL: Final = "provet_cloud"


@contextmanager
def started(home: Path, errors: IO[str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "automation", "sandbox", "--portal", PORTAL, "--port", "0"]
    process = subprocess.Popen(
        [*command, "--json"],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "VETPORTAL_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.journey
def test_patients_are_read_with_its_token_and_nothing_is_left_when_it_ends(tmp_path: Path) -> None:
    errors = tmp_path / "errors"
    with errors.open("w") as kept, started(tmp_path / "home", kept) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, errors.read_text()
        facts = json.loads(line)
        shown = {"Authorization": f"Bearer {facts['token']}"}
        with httpx2.Client(base_url=facts["address"], timeout=SECONDS) as client:
            assert client.get("/docs").status_code == 200
            assert client.get("/patients").status_code == 401
            found = client.get("/patients?limit=200", headers=shown).json()["data"]
            assert {each["practice"] for each in found} == {*facts["practices"]}
            assert len(found) >= 100
            assert client.get("/capabilities", headers=shown).json()["data"][0]["operations"]
        assert facts["token"] in facts["example"]
        below = descendants(process.pid)
        assert below  # the simulator at least
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
        assert living(below) == set()
    told = "".join(path.read_text() for path in (tmp_path / "home" / "sandbox").glob("*.log"))
    assert facts["token"] not in told + errors.read_text()


def test_it_ends_while_it_reads_and_leaves_no_simulator(tmp_path: Path) -> None:
    errors = tmp_path / "errors"
    with errors.open("w") as kept, started(tmp_path / "home", kept) as process:
        while "reading" not in errors.read_text():
            assert process.poll() is None, errors.read_text()
        below = descendants(process.pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0, errors.read_text()
        assert living(below) == set()
