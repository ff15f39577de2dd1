"""`vetportal serve`: the API, with a worker beside it unless there are others."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from automation.serve import Service
    from automation.settings import Settings
    from automation.worker import Limits


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes any.")] = 8787,
    no_worker: Annotated[
        bool, typer.Option("--no-worker", help="Leave jobs to workers of their own.")
    ] = False,
    at_once: Annotated[int, typer.Option(min=1, help="Practices that are worked on at once.")] = 8,
    grace: Annotated[
        float, typer.Option(min=1, help="Seconds that requests and jobs may go on at the end.")
    ] = 30,
) -> None:
    """Serve the API until stopped by SIGTERM or from the keyboard.

    Programs show a token of `vetportal token create`. Put a reverse proxy with TLS in front of it
    before it listens on more than this machine.
    """
    from datetime import timedelta

    from automation import wiring
    from automation.settings import read_settings
    from automation.worker import Limits

    settings = read_settings()
    limits = None if no_worker else Limits(at_once=at_once, grace=timedelta(seconds=grace))
    with wiring.log_file(settings) as kept:
        wiring.configure_logging(settings, sys.stderr, kept=kept)
        asyncio.run(_serve(settings, host, port, limits, grace))


async def _serve(
    settings: Settings, host: str, port: int, limits: Limits | None, grace: float
) -> None:
    from automation.working import open_service

    def told(address: str) -> None:
        typer.echo(f"serving at {address}", err=True)

    async with open_service(settings, actor="api") as service:
        stop = asyncio.Event()
        stop_by_signals(stop)
        await serve_and_work(settings, service, host, port, limits, grace, stop, told)


async def serve_and_work(  # noqa: PLR0913, PLR0917 - what the command was told
    settings: Settings,
    service: Service,
    host: str,
    port: int,
    limits: Limits | None,
    grace: float,
    stop: asyncio.Event,
    told: Callable[[str], None],
) -> None:
    """Serve and work; when one of them ends, so does the other."""
    from automation.serve import build_app, serve_http
    from automation.working import worker_of

    async def serving() -> None:
        try:
            await serve_http(
                build_app(service), host=host, port=port, stop=stop, grace=grace, started=told
            )
        finally:
            stop.set()

    async def working() -> None:
        if limits is not None:
            try:
                await worker_of(settings, service.tools, limits).run(stop)
            finally:
                stop.set()

    ends = await asyncio.gather(serving(), working(), return_exceptions=True)
    for end in ends:
        if isinstance(end, BaseException):
            raise end


def stop_by_signals(stop: asyncio.Event) -> None:
    """Stop at the first signal; a second one ends the process at once."""
    loop = asyncio.get_running_loop()

    def finish() -> None:
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(each)
        typer.echo("stopping: what is under way may end first", err=True)
        stop.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, finish)
