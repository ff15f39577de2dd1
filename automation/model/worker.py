"""Worker: a process that does jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from automation.model.noun import Noun


class Worker(Noun):
    """A process that does jobs, or did.

    Attributes:
        executor: its id, new at every start.
        version: of the program.
        host: the machine.
        pid: the process there.
        state: ``alive``, ``left`` after it ended in peace, ``dead`` when others do its jobs.
        started_at: when it began, by the database's clock.
        silent: seconds since it last said that it lives.
    """

    executor: str
    version: str
    host: str
    pid: int
    state: Literal["alive", "left", "dead"]
    started_at: datetime
    silent: float
