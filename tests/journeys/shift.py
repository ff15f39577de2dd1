"""A worker of the product as a process of its own, whose leases run out soon.

Nothing of it is made up but how long things may take.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from automation import pipeline, store, wiring
from automation.settings import read_settings
from automation.worker import KINDS, Kinds
from automation.writes import Times
from tests.worker.process import Log, limits_of, serve

SOON: Final = timedelta(seconds=0.5)


def hurried() -> Kinds:
    """The kinds of jobs of these tests: what failed is tried again soon.

    Jobs of ``write-too`` write as well, and no queue keeps them apart from each other.
    """
    sync, write = (replace(KINDS.of(name), pause=SOON) for name in ("sync", "write"))
    return Kinds(sync, write, replace(write, name="write-too", queue="other"))


def shorten(seconds: float) -> None:
    """Let all leases of this process run out after this time, where nobody says another one."""
    held, performed = store.Leases.__init__, pipeline.perform_write
    assert held.__kwdefaults__
    assert performed.__kwdefaults__
    held.__kwdefaults__["seconds"] = seconds
    performed.__kwdefaults__["times"] = Times(send=1.0, answer=10.0, lease=seconds)


async def work(url: str, folder: Path, options: Mapping[str, float]) -> None:
    """Do the jobs of the home that the environment names, until SIGTERM."""
    shorten(options["silent"])
    settings = read_settings()
    wiring.configure_logging(settings, sys.stderr)
    async with wiring.tools(settings, actor="worker") as tools:
        await serve(tools, url, hurried(), Log(folder), limits_of(options))
