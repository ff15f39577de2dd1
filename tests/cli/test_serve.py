"""The API as a program: it answers those with a token, and ends when it is told to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from tests.cli.invoking import invoked
from tests.pipeline.scene import NORTH, played

SECONDS = 60


def test_it_serves_those_with_a_token_and_ends_with_a_signal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VETPORTAL_HOME", str(tmp_path))
    played(tmp_path, lambda tools: tools.store.add_practice(NORTH))
    made = invoked("token", "create", "--name", "t", "--scope", "practices:read", "--json")
    token = json.loads(made.output)["text"]
    process = subprocess.Popen(
        [sys.executable, "-m", "automation", "serve", "--port", "0", "--grace", "5"],
        cwd=Path(__file__).parents[2],
        env=dict(os.environ),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        address = process.stderr.readline().removeprefix("serving at ").strip()
        with httpx2.Client(base_url=address, timeout=SECONDS) as client:
            shown = {"Authorization": f"Bearer {token}"}
            found = client.get("/practices", headers=shown).json()["data"]
            assert [each["name"] for each in found] == ["north"]
            assert client.get("/practices").status_code == 401
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
        assert "what is under way may end first" in process.stderr.read()
    finally:
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()
