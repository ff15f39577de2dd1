"""`vetportal session`: where sessions stand, and what their logins ask of a person."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Final

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from automation.model import Challenge, Practice, Secret, SessionStatus
    from automation.pipeline import Tools
    from automation.session import Sessions

app = typer.Typer(help="Sessions, and what their logins ask of a person.", no_args_is_help=True)

_LOOK: Final = 1.0
"""Seconds between two looks whether a code is still asked for."""

Name = Annotated[str, typer.Argument(metavar="PRACTICE", help="Name of the practice.")]


@app.command("list")
def show_all(as_json: AsJson = False) -> None:
    """Show where the session of each practice stands, and what is asked at the moment."""

    async def work(
        tools: Tools,
    ) -> list[tuple[SessionStatus, Challenge | None]]:
        asked = {each.practice: each for each in await tools.sessions.challenges()}
        practices = await tools.store.practices()
        statuses = [await tools.sessions.status(each.name) for each in practices]
        return [(status, asked.get(status.practice)) for status in statuses]

    found = with_tools(work)
    facts = [
        status.model_dump(mode="json", include={"practice", "phase", "since", "why"})
        | {"challenge": challenge.model_dump(mode="json") if challenge else None}
        for status, challenge in found
    ]
    text = "\n".join(_line(*each) for each in found) or "no practices yet"
    emit({"sessions": facts}, text, as_json=as_json)


def _line(status: SessionStatus, challenge: Challenge | None) -> str:
    since = f"since {status.since:%Y-%m-%d %H:%M} UTC"
    line = f"{status.practice:<24} {status.phase:<13} {since}  {status.why}"
    if challenge is None:
        return line.rstrip()
    until = f"until {challenge.expires_at:%H:%M} UTC"
    answer = f"vetportal session answer {challenge.practice}"
    return f"{line.rstrip()}\n{'':<24} waits {until}: " + (
        answer if challenge.kind == "code" else "approve it on the other device"
    )


@app.command("open")
def open_(name: Name, as_json: AsJson = False) -> None:
    """Log in now, unless the kept session still lives; asks here for what only a person knows."""

    async def work(tools: Tools) -> SessionStatus:
        practice = await tools.store.practice(name)
        async with asyncio.TaskGroup() as group:
            asking = group.create_task(_ask_here(tools, practice))
            try:
                async with await tools.sessions.open(practice) as session:
                    for each in await session.all():
                        await each.confirm()
            finally:
                asking.cancel()
        return await tools.sessions.status(name)

    status = with_tools(work)
    facts = status.model_dump(mode="json", include={"practice", "phase", "since"})
    emit(facts, f"{name}: the session is open", as_json=as_json)


async def _ask_here(tools: Tools, practice: Practice) -> None:
    """Show what the login asks as soon as it does; whoever sits here may answer."""
    shown: set[str] = set()
    while sys.stdin.isatty():
        for challenge in await tools.sessions.challenges(practice.name):
            if challenge.id not in shown:
                shown.add(challenge.id)
                await _ask(tools, challenge)
        await tools.clock.sleep(1)


async def _ask(tools: Tools, challenge: Challenge) -> None:
    """Ask for what a login wants, as long as it does: somebody else may answer elsewhere."""
    from automation.errors import Unusable
    from automation.model import Secret

    typer.echo(challenge.asked or "The portal asks for a code.", err=True)
    if challenge.kind != "code":
        return
    typer.echo("Code: ", err=True, nl=False)
    while await _is_asked(tools, challenge):
        line = await _typed()
        if line is None:
            continue
        if line.strip():
            with suppress(Unusable):  # it came too late; what became of the login is told anyway
                await tools.sessions.answer(challenge.practice, Secret(line.strip()))
            return
        if not line:
            return  # nobody sits here any more
        typer.echo("Code: ", err=True, nl=False)
    typer.echo("\nno longer asked", err=True)


async def _is_asked(tools: Tools, challenge: Challenge) -> bool:
    asked = await tools.sessions.challenges(challenge.practice)
    return challenge.id in {each.id for each in asked}


async def _typed() -> str | None:
    """A line from the terminal; None when there is none within a second.

    No thread waits for it: the process could not end before somebody pressed a key.
    """
    loop = asyncio.get_running_loop()
    there = asyncio.Event()
    loop.add_reader(sys.stdin, there.set)
    try:
        async with asyncio.timeout(_LOOK):
            await there.wait()
    except TimeoutError:
        return None
    finally:
        loop.remove_reader(sys.stdin)
    return sys.stdin.readline()


@app.command()
def answer(
    name: Name,
    code: Annotated[
        str,
        typer.Option(help="- reads the code from standard input; asked for when left out."),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Hand a code to the login that waits for it."""
    given = _code(code)

    async def work(tools: Tools) -> Challenge:
        await tools.store.practice(name)
        return await tools.sessions.answer(name, given)

    challenge = with_tools(work)
    emit(challenge.model_dump(mode="json"), f"{name}: the code is on its way", as_json=as_json)


def _code(source: str) -> Secret:
    from automation.errors import BadArgument
    from automation.model import Secret

    if source not in {"", "-"}:
        raise BadArgument(
            "a code on the command line can be read by others",
            remedy="Leave --code out to be asked, or give - to read standard input.",
        )
    text = sys.stdin.readline() if source else typer.prompt("Code", err=True)
    if not text.strip():
        raise BadArgument("the code is empty")
    return Secret(text.strip())


@app.command()
def close(name: Name) -> None:
    """Log off and forget the session; the next run logs in."""

    async def work(tools: Tools) -> None:
        await tools.sessions.close(await tools.store.practice(name))

    with_tools(work)
    typer.echo(f"{name}: the session is closed")


@app.command()
def keep(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[PRACTICE]...", help="All when left out.")
    ] = None,
) -> None:
    """Keep sessions alive between runs, until stopped from the keyboard."""

    async def work(tools: Tools) -> None:
        from automation.session import keep_all_alive

        chosen = _Chosen(tools, names or ())
        # a name that is not known is told at once
        known = ", ".join(each.name for each in await chosen.practices())
        typer.echo(f"keeping alive: {known or 'no practices yet'}", err=True)
        await keep_all_alive(_Told(tools.sessions), chosen, tools.clock)

    with_tools(work)


class _Told:
    """Keeps sessions alive, and tells whoever watches when one is in another phase than before."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._last: dict[str, str] = {}

    async def keep_alive(self, practice: Practice) -> None:
        await self._tell(practice)
        await self._sessions.keep_alive(practice)
        await self._tell(practice)

    async def _tell(self, practice: Practice) -> None:
        status = await self._sessions.status(practice.name)
        if self._last.setdefault(practice.name, status.phase) != status.phase:
            self._last[practice.name] = status.phase
            typer.echo(_line(status, None), err=True)


class _Chosen:
    """The practices that were named, or all, read anew each time: some may be paused meanwhile."""

    def __init__(self, tools: Tools, names: Sequence[str]) -> None:
        self._tools, self._names = tools, names

    async def practices(self) -> tuple[Practice, ...]:
        if not self._names:
            return await self._tools.store.practices()
        return tuple([await self._tools.store.practice(name) for name in self._names])
