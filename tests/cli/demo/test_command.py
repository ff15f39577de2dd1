"""How the demo ends, and what it prints before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog
import typer

from automation.cli.demo import command, demo, simulator
from automation.cli.demo.comparison import Outcome
from automation.cli.demo.simulator import Running
from automation.model import Practice
from automation.pipeline import Synced
from automation.verify import Proof

NORTH = Practice(name="north", portal="acme", base_url="http://127.0.0.1:1", loopback=True)
SYNCED = Synced("r", {}, {}, 1.0)


@pytest.mark.parametrize("differing, code", [((), 0), (("7: differs",), 6)])
def test_the_demo_ends_well_only_if_the_replay_equals_the_browser(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    differing: tuple[str, ...],
    code: int,
) -> None:
    @contextmanager
    def running(portal: str, **_: object) -> Iterator[Running]:
        yield Running("http://127.0.0.1:1", portal)

    async def story(*_: object) -> list[Outcome]:
        proof = Proof("list-pets", 1, 1, differing, 1.0, 0.1)
        return [Outcome(NORTH, (proof,), SYNCED, SYNCED, {})]

    monkeypatch.setenv("VETPORTAL_HOME", str(tmp_path))
    monkeypatch.setattr(simulator, "running", running)
    monkeypatch.setattr(command, "_story", story)
    ended = 0
    try:
        # in a thread, because the loop of the `page` fixture may be alive in this one
        with ThreadPoolExecutor(1) as thread:
            thread.submit(demo, portal=["covetrus_pulse"], as_json=True).result()
    except typer.Exit as end:
        ended = end.exit_code
    finally:
        structlog.reset_defaults()
    shown = capsys.readouterr()
    assert ended == code
    [practice] = json.loads(shown.out)["practices"]
    assert practice["replay_equals_browser"] is not bool(differing)
    assert ("the replay differs from the browser: north" in shown.err) is bool(differing)
