"""`vetportal sandbox`: simulated portals, the API over them and a token, in one command."""

from __future__ import annotations

import asyncio
import signal
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from automation.cli.output import AsJson, emit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from automation.cli.demo.simulator import Running
    from automation.model import Practice
    from automation.pipeline import Tools
    from automation.serve import Service
    from automation.settings import Settings

_GRACE: Final = 5.0
"""Seconds that requests and jobs may go on at the end."""


def sandbox(
    portal: Annotated[
        list[str] | None,
        typer.Option(help="Portal folder to simulate; all that have a simulator by default."),
    ] = None,
    patients: Annotated[int, typer.Option(min=150, help="Patients of each simulator.")] = 150,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes any.")] = 8787,
    as_json: AsJson = False,
) -> None:
    """Serve simulated practices with everything allowed, until stopped by a signal or Ctrl-C.

    Each start begins anew. Nothing of it leaves this machine.
    """
    from automation import catalog, wiring
    from automation.cli.demo.simulator import fresh_home, running, simulated
    from automation.settings import read_settings

    settings = fresh_home(read_settings(), "sandbox")
    home = settings.home
    portals = portal or simulated(catalog.Catalog(settings.flows).portals())
    # a simulator is a process of its own: whatever stops this one, ends it
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        with (home / "sandbox.log").open("w") as log, ExitStack() as stack:
            wiring.configure_logging(settings, log)
            started = [
                stack.enter_context(running(each, patients=patients, log=home / f"{each}.log"))
                for each in portals
            ]
            asyncio.run(_serve(settings, started, port, as_json=as_json))
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(number: int, _frame: object) -> NoReturn:
    raise typer.Exit(128 + number)


async def _serve(
    settings: Settings, started: Sequence[Running], port: int, *, as_json: bool
) -> None:
    from datetime import timedelta

    from automation.cli.serve import serve_and_work, stop_by_signals
    from automation.worker import Limits
    from automation.working import open_service

    async with open_service(settings, actor="sandbox") as service:
        stop = asyncio.Event()
        stop_by_signals(stop)
        practices: list[Practice] = []
        if not await _before(stop, _fill(service.tools, started, practices)):
            return
        token = await _token(service)

        def told(address: str) -> None:
            _tell(address, token, practices, as_json=as_json)

        limits = Limits(at_once=2, grace=timedelta(seconds=_GRACE))
        await serve_and_work(settings, service, "127.0.0.1", port, limits, _GRACE, stop, told)


async def _before(stop: asyncio.Event, work: Awaitable[None]) -> bool:
    """Do something unless it is to stop meanwhile; whether it was done."""
    done = False

    async def working() -> None:
        nonlocal done
        await work
        done = True
        waiting.cancel()

    async def stopping() -> None:
        await stop.wait()
        busy.cancel()

    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(stopping())
        busy = group.create_task(working())
    return done


async def _fill(tools: Tools, started: Sequence[Running], practices: list[Practice]) -> None:
    """Add the practices of all simulators, allow everything in them, and read them once."""
    from automation import pipeline
    from automation.cli.demo.joining import join

    for simulator in started:
        for login in simulator.logins():
            practice = await join(tools, simulator, login)
            writes = tuple(tools.catalog.operation_names(practice.portal))
            practice = practice.model_copy(update={"writes": writes})
            await tools.store.update_practice(practice)
            typer.echo(f"reading {practice.name} of {practice.portal}", err=True)
            if problem := (await pipeline.sync(tools, practice)).problem:
                raise problem
            practices.append(practice)


async def _token(service: Service) -> str:
    from datetime import timedelta

    from automation.access import SCOPES, Wish
    from automation.model import DEFAULT_ORGANIZATION

    wish = Wish(
        name="sandbox",
        organization=DEFAULT_ORGANIZATION,
        scopes=sorted(SCOPES),
        expires_at=service.tools.clock.now() + timedelta(days=30),
    )
    return (await service.tokens.create(wish)).text.reveal()


def _tell(address: str, token: str, practices: Sequence[Practice], *, as_json: bool) -> None:
    names = [practice.name for practice in practices]
    shown = f"curl -H 'Authorization: Bearer {token}' '{address}/patients?limit=3'"
    facts = {
        "address": address,
        "docs": f"{address}/docs",
        "token": token,
        "practices": names,
        "example": shown,
    }
    text = "\n".join(
        (
            f"address    {address}",
            f"docs       {address}/docs",
            f"token      {token}",
            f"practices  {', '.join(names)}",
            f"try        {shown}",
            "Ctrl-C ends it.",
        )
    )
    emit(facts, text, as_json=as_json)
