"""`vetportal operation run` and what belongs to it: writes are made, looked at, and settled."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from automation.model import JournalStep, Write, WriteState
    from automation.pipeline import Tools

Practice = Annotated[str, typer.Argument(help="Name of the practice.")]
Name = Annotated[str, typer.Argument(help="Name of the operation: create_appointment.")]
_HAS = {
    False: {True: "the portal has it", False: "the portal does not have it"},
    True: {True: "it is taken back", False: "it is not taken back"},
}
"""How a step ended that takes nothing back, and one that does, by whether it happened."""
Id = Annotated[str, typer.Argument(help="Id of the write, as `operation run` prints it.")]
Uploads = Annotated[
    list[str] | None,
    typer.Option("--upload", help="NAME=PATH of a file; NAME=-:letter.pdf reads stdin."),
]


def run(  # noqa: PLR0913, PLR0917 - each is an option of the command line
    practice: Practice,
    name: Name,
    inputs: Annotated[
        list[str] | None, typer.Option("--input", help="NAME=VALUE; lists and objects as JSON.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="A file with one JSON object of inputs; - reads stdin.")
    ] = None,
    upload: Uploads = None,
    key: Annotated[
        str, typer.Option(help="Your own name for this request: the same key is done once.")
    ] = "",
    yes: Annotated[
        bool, typer.Option("--yes", help="A person confirmed it, where one has to.")
    ] = False,
    only_show: Annotated[
        bool, typer.Option("--dry-run", help="Show the requests, and send none of them.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Do an operation in a practice, exactly once for each key.

    After an interruption, the same command goes on where it was. It ends with 0 when the portal
    shows all of it, 11 when the portal said no, 12 when nobody can tell.
    """
    from automation import pipeline
    from automation.cli import operation
    from automation.errors import BadArgument

    if only_show:
        operation.dry_run(practice, name, inputs, file, upload, as_json=as_json)
        return
    if not key:
        raise BadArgument(
            "a write needs a key", remedy="Give --key, one for each request, such as a UUID."
        )
    given = operation.given(inputs, file, upload)

    async def work(tools: Tools) -> Write:
        where = await tools.store.practice(practice)
        write = await pipeline.accept_write(tools, where, name, given, key=key, confirmed=yes)
        return await pipeline.perform_write(tools, write.id)

    _end(with_tools(work), as_json=as_json)


def status(number: Id, as_json: AsJson = False) -> None:
    """Show a write: what was sent, what the portal answered, and what it shows since."""

    async def work(tools: Tools) -> Write:
        return await tools.journal.load(number)

    _end(with_tools(work), as_json=as_json)


def list_writes(
    practice: Annotated[str | None, typer.Argument(help="Name of a practice; all of them.")] = None,
    state: Annotated[
        list[str] | None, typer.Option(help="Only these states: planned, sent, unknown, ...")
    ] = None,
    most: Annotated[int, typer.Option("--limit", min=1, help="How many.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List writes, the latest first."""
    from automation import pipeline

    states = _states(state or [])

    async def work(tools: Tools) -> tuple[Write, ...]:
        return await pipeline.list_writes(tools, practice, states=states, limit=most)

    found = with_tools(work)
    lines = [
        f"{each.id}  {each.state:<10} {each.practice:<16} {each.operation:<28} {each.why}".rstrip()
        for each in found
    ]
    facts = {"writes": [write_facts(each, whole=False) for each in found]}
    emit(facts, "\n".join(lines) or "no writes", as_json=as_json)


def reconcile(
    practice: Annotated[str | None, typer.Argument(help="Name of a practice; all of them.")] = None,
    as_json: AsJson = False,
) -> None:
    """Search the portals once more for writes of which nobody can tell; interrupted ones go on.

    It ends with 12 when some are left for a person.
    """
    from automation import pipeline
    from automation.errors import WriteUnknown

    async def work(tools: Tools) -> tuple[Write, ...]:
        if practice is not None:
            await tools.store.practice(practice)
        return await pipeline.reconcile_writes(tools, practice)

    left = with_tools(work)
    lines = [f"{each.id}  {each.practice} {each.operation}: {each.why}" for each in left]
    facts = {"left": [write_facts(each, whole=False) for each in left]}
    emit(facts, "\n".join(lines) or "every write is settled", as_json=as_json)
    if left:
        raise typer.Exit(WriteUnknown.exit_code)


def settle(
    number: Id,
    happened: Annotated[
        bool, typer.Option("--happened/--did-not-happen", help="What the portal shows.")
    ],
    why: Annotated[str, typer.Option(help="What you saw, for people.")],
    as_json: AsJson = False,
) -> None:
    """End a write of which nobody could tell, by what you saw on the portal."""
    from automation import pipeline

    async def work(tools: Tools) -> Write:
        return await pipeline.settle_write(tools, number, happened=happened, why=why)

    done = with_tools(work)
    emit(write_facts(done), "\n".join(_told(done)), as_json=as_json)


def write_facts(write: Write, *, whole: bool = True) -> dict[str, object]:
    """A write for programs."""
    facts: dict[str, object] = {
        "id": write.id,
        "practice": write.practice,
        "operation": write.operation,
        "key": write.key,
        "actor": write.actor,
        "state": write.state,
        "happened": write.happened,
        "why": write.why,
        "code": write.code,
        "created_at": _time(write.created_at),
        "sent_at": _time(write.sent_at),
        "settled_at": _time(write.settled_at),
        "result": write.result,
    }
    if whole:
        facts["steps"] = [_step_facts(step) for step in write.steps]
    return facts


def _step_facts(step: JournalStep) -> dict[str, object]:
    return {
        "step": step.step,
        "state": step.state,
        "happened": step.happened,
        "attempt": step.attempt,
        "sent_at": _time(step.sent_at),
        "why": step.why,
        "code": step.code,
        "request": step.request.model_dump(mode="json") if step.request else None,
        "said": step.said.model_dump(mode="json") if step.said else None,
        "after": step.after,
    }


def _time(moment: float | None) -> str | None:
    return None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat()


def _end(write: Write, *, as_json: bool) -> None:
    """Print a write and end with the code of its state."""
    from automation.errors import Transient, WriteRefused, WriteUnknown

    emit(write_facts(write), "\n".join(_told(write)), as_json=as_json)
    if write.state == "confirmed" or (write.state == "reconciled" and write.happened):
        return
    codes = {"planned": Transient, "sent": Transient, "unknown": WriteUnknown}
    raise typer.Exit(codes.get(write.state, WriteRefused).exit_code)


def _told(write: Write) -> list[str]:
    why = f": {write.why}" if write.why else ""
    lines = [f"{write.operation} in {write.practice} is {write.state}{why}", f"  id {write.id}"]
    for step in write.steps:
        told = f": {step.why}" if step.why else ""
        shown = f" ({_HAS[step.takes_back][step.happened]})" if step.happened is not None else ""
        lines.append(f"  {step.step}: {step.state}{shown}{told}")
    lines += [f"  {name} = {value}" for name, value in write.result.items()]
    return lines


def _states(given: list[str]) -> list[WriteState]:
    from typing import get_args

    from automation.errors import BadArgument
    from automation.model import WriteState

    known: dict[str, WriteState] = {each: each for each in get_args(WriteState)}
    if unknown := [each for each in given if each not in known]:
        raise BadArgument(f"{unknown[0]!r} is no state", remedy=f"Known: {', '.join(known)}.")
    return [known[each] for each in given]
