"""`vetportal writes`: which changes of a portal are allowed, and the switch that stops them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from automation.model import Practice
    from automation.pipeline import Tools
    from automation.store import WriteStop

app = typer.Typer(
    help="Which changes of a portal are allowed; none in the beginning.", no_args_is_help=True
)

OfPractice = Annotated[str, typer.Argument(help="Name of the practice.")]
Operation = Annotated[str, typer.Argument(help="Name of the operation: create_appointment.")]


@app.command()
def allow(practice: OfPractice, operation: Operation, as_json: AsJson = False) -> None:
    """Enable one operation in one practice."""
    _set(practice, operation, allowed=True, as_json=as_json)


@app.command()
def forbid(practice: OfPractice, operation: Operation, as_json: AsJson = False) -> None:
    """Disable one operation in one practice."""
    _set(practice, operation, allowed=False, as_json=as_json)


@app.command()
def stop(
    why: Annotated[str, typer.Option(help="The reason, for people.")] = "",
    as_json: AsJson = False,
) -> None:
    """Stop all writes of everybody, at once."""

    async def work(tools: Tools) -> bool:
        from automation.store import WriteSwitch

        new = await WriteSwitch(tools.store.database).stop(why, at=tools.clock.now())
        tools.audit.note("writes.stopped", detail={"why": why})
        return new

    new = with_tools(work)
    text = "all writes are stopped" if new else "all writes were stopped already"
    emit({"stopped": True, "changed": new}, text, as_json=as_json)


@app.command()
def start(as_json: AsJson = False) -> None:
    """Let writes go on where they are enabled."""

    async def work(tools: Tools) -> bool:
        from automation.store import WriteSwitch

        new = await WriteSwitch(tools.store.database).start()
        tools.audit.note("writes.started")
        return new

    new = with_tools(work)
    text = "writes go on where they are enabled" if new else "writes were not stopped"
    emit({"stopped": False, "changed": new}, text, as_json=as_json)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say whether writes are stopped, and what is enabled where."""

    async def work(tools: Tools) -> tuple[WriteStop | None, tuple[Practice, ...]]:
        from automation.store import WriteSwitch

        return await WriteSwitch(tools.store.database).stopped(), await tools.store.practices()

    stopped, practices = with_tools(work)
    enabled = {each.name: list(each.writes) for each in practices if each.writes}
    facts = {
        "stopped": stopped is not None,
        "since": stopped.since.isoformat() if stopped else None,
        "why": stopped.why if stopped else "",
        "enabled": enabled,
    }
    first = (
        f"all writes are stopped since {stopped.since:%Y-%m-%d %H:%M %Z} {stopped.why}".rstrip()
        if stopped
        else "writes are not stopped"
    )
    lines = [f"{name:<24} {', '.join(each)}" for name, each in enabled.items()]
    text = "\n".join([first, *(lines or ["every practice is read-only"])])
    emit(facts, text, as_json=as_json)


def _set(practice: str, operation: str, *, allowed: bool, as_json: bool) -> None:
    async def work(tools: Tools) -> Practice:
        from automation.store import Roster

        changed = await Roster(tools.store.database).change(
            practice, lambda it: _with(it, operation, allowed=allowed)
        )
        action = "writes.allowed" if allowed else "writes.forbidden"
        tools.audit.note(action, practice=practice, detail={"operation": operation})
        return changed

    changed = with_tools(work)
    text = f"{practice} may now: {', '.join(changed.writes) or 'nothing, it is read-only'}"
    emit({"practice": practice, "writes": list(changed.writes)}, text, as_json=as_json)


def _with(practice: Practice, operation: str, *, allowed: bool) -> Practice:
    """The practice with one operation more or less.

    Raises:
        BadArgument: it is no name of an operation.
        NotKnown: what should be disabled is not enabled.
    """
    from pydantic import ValidationError

    from automation.errors import BadArgument, NotKnown
    from automation.model import Practice

    if not allowed and operation not in practice.writes:
        raise NotKnown(f"enabled operation of {practice.name}", operation, practice.writes)
    others = tuple(each for each in practice.writes if each != operation)
    writes = (*others, operation) if allowed else others
    try:
        return Practice.model_validate({**practice.model_dump(), "writes": writes})
    except ValidationError as problem:
        raise BadArgument(str(problem.errors()[0]["ctx"]["error"])) from None
