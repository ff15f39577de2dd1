"""`vetportal worker`: do the jobs that are due, until told to stop."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from automation.worker import Worker


def worker(
    at_once: Annotated[int, typer.Option(min=1, help="Practices that are worked on at once.")] = 8,
    grace: Annotated[
        float, typer.Option(min=0, help="Seconds that jobs may go on once it is to stop.")
    ] = 30,
    health_port: Annotated[
        int, typer.Option(help="Port of this machine that tells its health; -1 for none.")
    ] = 8790,
) -> None:
    """Do jobs and schedules until stopped by SIGTERM or from the keyboard.

    Jobs that do not end in time are taken over by another worker, or by the next one.
    """
    from datetime import timedelta

    from automation import wiring
    from automation.settings import read_settings
    from automation.worker import Limits
    from automation.working import open_worker

    settings = read_settings()
    limits = Limits(
        at_once=at_once,
        grace=timedelta(seconds=grace),
        health_port=None if health_port < 0 else health_port,
    )

    async def run() -> None:
        async with open_worker(settings, limits) as found:
            await _work(found)

    with wiring.log_file(settings) as kept:
        wiring.configure_logging(settings, sys.stderr, kept=kept)
        asyncio.run(run())


async def _work(worker: Worker) -> None:
    """Work until the first signal; a second one ends the process at once."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def finish() -> None:
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(each)
        typer.echo("stopping: jobs may end first", err=True)
        stop.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, finish)

    def started() -> None:
        health = "" if worker.port is None else f", health at http://127.0.0.1:{worker.port}/live"
        typer.echo(f"working as {worker.executor}{health}", err=True)

    await worker.run(stop, started=started)
