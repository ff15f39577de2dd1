"""`vetportal record`: a person does a journey once, and it becomes a flow."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from pathlib import Path

    from automation.model import Flow
    from automation.pipeline import Tools


def record(
    portal: Annotated[str, typer.Argument(help="Name of the portal folder.")],
    flow: Annotated[str, typer.Argument(help="Name of the flow: login, or <verb>-<noun>.")],
    practice: Annotated[str, typer.Option(help="Name of the practice to work in.")],
    headless: Annotated[
        bool,
        typer.Option("--headless", help="Without a window, for a script that works in the page."),
    ] = False,
    writes: Annotated[
        bool,
        typer.Option(
            "--writes",
            help="The journey changes the portal: the flow is played with consent only, and what "
            "is chosen in it becomes an input, too.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Open a browser, watch a journey, and write it as a flow.

    Ends when the window is closed or Enter is pressed here. Passwords and codes are recognised
    and never kept; every other typed text becomes an input of the flow.
    """
    from automation import browser
    from automation.errors import BadArgument
    from automation.record import Known, record_flow, with_second_values

    async def work(tools: Tools) -> tuple[Flow, Path]:
        tools.catalog.check_name("flow", flow)  # before a person does the journey
        found = await tools.store.practice(practice)
        if found.portal != portal:
            raise BadArgument(f"practice {practice} belongs to {found.portal}, not to {portal}")
        async with tools.sessions.desk(found, flow) as desk:
            known = Known.of(found, desk.secrets, tools.clock.now)
            typer.echo("recording: close the window or press Enter when done", err=True)
            stop = _first(_enter(), browser.until_closed(desk.tab))
            made = await record_flow(
                desk.tab,
                name=flow,
                portal=portal,
                known=known,
                stop=stop,
                effect="write" if writes else "read",
            )
        if flow in tools.catalog.flow_names(portal):
            made = with_second_values(made, tools.catalog.flow(portal, flow))
        return made, tools.catalog.write_flow(made)

    made, path = with_tools(work, headless=headless)
    facts = {
        "flow": made.flow,
        "portal": made.portal,
        "path": str(path),
        "steps": len(made.steps),
        "inputs": {name: each.example for name, each in made.inputs.items()},
    }
    emit(facts, f"recorded {made.flow}: {len(made.steps)} steps in {path}", as_json=as_json)


async def _first(*endings: Awaitable[object]) -> None:
    """Wait for the first of these."""
    ended = asyncio.Event()

    async def watch(ending: Awaitable[object]) -> None:
        await ending
        ended.set()

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(watch(ending)) for ending in endings]
        await ended.wait()
        for task in tasks:
            task.cancel()


async def _enter() -> None:
    """Wait until a line, or the end, comes from standard input; for ever where none can come."""
    loop, came = asyncio.get_running_loop(), asyncio.Event()
    with suppress(PermissionError):  # a file, or nothing at all
        loop.add_reader(sys.stdin, came.set)
    try:
        await came.wait()
    finally:
        loop.remove_reader(sys.stdin)
