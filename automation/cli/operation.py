"""`vetportal operation`: what a portal lets us write, and what that would send."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from pydantic import JsonValue

    from automation.catalog import Catalog
    from automation.model import Operation, OperationInput, Practice, Request
    from automation.pipeline import Tools
    from automation.writes import Checked, DryRun, Planned

app = typer.Typer(
    help="What a portal lets us write, and what that would send.", no_args_is_help=True
)

OfPortal = Annotated[str, typer.Argument(help="Name of the portal folder.")]
Name = Annotated[str, typer.Argument(help="Name of the operation: create_appointment.")]
Uploads = Annotated[
    list[str] | None,
    typer.Option("--upload", help="NAME=PATH of a file; NAME=-:letter.pdf reads stdin."),
]


@app.command("list")
def list_operations(portal: OfPortal, as_json: AsJson = False) -> None:
    """List the operations of a portal."""
    found = _catalog().operations(portal)
    facts = {"portal": portal, "operations": [_brief(one) for one in found]}
    lines = [f"{one.operation:<28} {one.title}" for one in found]
    emit(facts, "\n".join(lines) or f"{portal} has no operations", as_json=as_json)


@app.command()
def show(portal: OfPortal, name: Name, as_json: AsJson = False) -> None:
    """Show one operation: inputs, conditions, requests, what cannot be taken back."""
    found = _catalog().operation(portal, name)
    emit(
        found.model_dump(mode="json", exclude_defaults=True),
        "\n".join(_described(found)),
        as_json=as_json,
    )


@app.command("dry-run")
def dry_run(
    practice: Annotated[str, typer.Argument(help="Name of the practice.")],
    name: Name,
    inputs: Annotated[
        list[str] | None, typer.Option("--input", help="NAME=VALUE; lists and objects as JSON.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="A file with one JSON object of inputs; - reads stdin.")
    ] = None,
    upload: Uploads = None,
    as_json: AsJson = False,
) -> None:
    """Show every request that an operation would send, and send none of them.

    The inputs are checked, the reads before it are made, conditions are tested. It ends with the
    code of a refusal where something is not as it must be.
    """
    from automation import pipeline

    told = given(inputs, file, upload)

    async def work(tools: Tools) -> tuple[Practice, DryRun]:
        found = await tools.store.practice(practice)
        return found, await pipeline.dry_run(tools, found, name, told)

    where, run = with_tools(work)
    enabled = name in where.writes
    facts = {
        "practice": practice,
        "operation": name,
        "enabled": enabled,
        "possible": not run.failed,
        "confirm": run.operation.confirm,
        "checks": [_fact(check) for check in run.checks],
        "steps": [_step_facts(planned) for planned in run.steps],
    }
    emit(facts, "\n".join(_told(run, practice, enabled=enabled)), as_json=as_json)
    if run.failed:
        from automation.errors import Refused

        raise typer.Exit(Refused.exit_code)


def _catalog() -> Catalog:
    from automation import wiring
    from automation.settings import read_settings

    return wiring.catalog(read_settings())


def given(
    inputs: list[str] | None, file: Path | None, upload: list[str] | None
) -> dict[str, JsonValue]:
    """The inputs of a file, those of the command line over them, and the files that are sent.

    Raises:
        BadArgument: one of them cannot be read.
    """
    from automation.cli.arguments import pairs, uploads

    return {**_from_file(file), **pairs(inputs or []), **uploads(upload or [])}


def _from_file(file: Path | None) -> dict[str, JsonValue]:
    """The inputs of a file.

    Raises:
        BadArgument: it cannot be read, or holds something else than one JSON object.
    """
    import json
    import sys

    from automation.errors import BadArgument

    if file is None:
        return {}
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        found = json.loads(text)
    except OSError as problem:
        raise BadArgument(f"{file} cannot be read: {problem.strerror}") from None
    except ValueError as problem:
        raise BadArgument(f"{file} is no JSON: {problem}") from None
    if not isinstance(found, dict):
        raise BadArgument(f"{file} holds no object", remedy='Write {"name": value, ...}.')
    return found


def _brief(one: Operation) -> dict[str, object]:
    return {
        "operation": one.operation,
        "title": one.title,
        "steps": [step.endpoint for step in one.steps],
        "confirm": one.confirm,
    }


def _described(one: Operation) -> list[str]:
    lines = [f"{one.operation}: {one.title}"]
    lines += [f"  needs the right {right}" for right in one.rights]
    lines += ["  a person confirms each one"] if one.confirm else []
    lines += [f"  beside it: {effect}" for effect in one.effects]
    lines += ["inputs:", *_inputs(one.inputs, "  ")]
    lines += ["before anything is sent:"] if one.checks or one.states else []
    lines += [f"  or else: {check.otherwise}" for check in one.checks]
    if one.states is not None:
        for state, follow in one.states.moves.items():
            names = ", ".join(one.states.names[each] for each in follow) or "nothing"
            lines.append(f"  {one.states.names[state]} may become: {names}")
    lines.append("requests:")
    for number, step in enumerate(one.steps, 1):
        back = f"cannot be taken back: {step.lasting}"
        if step.undo is not None:
            back = f"taken back by {step.undo.endpoint}"
        lines.append(f"  {number}. {step.endpoint} (read back by {step.read_back.endpoint})")
        lines.append(f"     {back}")
        if step.refused == "undo":
            lines.append("     if it is refused, the steps before it are taken back")
    lines += [f"not supported: {each.method} ({each.status})" for each in one.refuses]
    return lines


def _inputs(fields: dict[str, OperationInput], indent: str) -> list[str]:
    from automation import writes

    lines = []
    for name, field in fields.items():
        about = f": {field.about}" if field.about else ""
        lines.append(f"{indent}{writes.described(name, field)}{about}")
        if field.allowed:
            told = ", ".join(f"{value} {means}" for value, means in field.allowed.items())
            lines.append(f"{indent}  one of {told}")
        lines += _inputs(field.fields, f"{indent}  ")
    return lines


def _fact(check: Checked) -> dict[str, str | None]:
    return {
        "what": check.what,
        "outcome": check.outcome,
        "why": check.why,
        "code": check.code,
    }


def _step_facts(planned: Planned) -> dict[str, object]:
    step, request = planned.step, planned.request
    return {
        "step": step.step,
        "endpoint": step.endpoint,
        "state": planned.state,
        "checks": [_fact(check) for check in planned.checks],
        "request": request.model_dump(mode="json") if request else None,
        "read_back": step.read_back.endpoint,
        "undo": step.undo.endpoint if step.undo else None,
        "lasting": step.lasting,
    }


def _told(run: DryRun, practice: str, *, enabled: bool) -> list[str]:
    lines = [_line(check) for check in run.checks]
    for number, planned in enumerate(run.steps, 1):
        lines += ["", f"{number}. {planned.step.step}: {_STATES[planned.state]}"]
        lines += [_line(check) for check in planned.checks]
        lines += _wire(planned.request) if planned.request else []
    name = run.operation.operation
    lines += ["", "nothing was sent; ~step.name~ is known once that step was answered"]
    if not enabled:
        lines.append(f"not enabled here: vetportal writes allow {practice} {name}")
    if run.operation.confirm:
        lines.append("a person has to confirm it")
    lines.append(f"it cannot be done: {run.failed[0].why}" if run.failed else "it can be done")
    return lines


_STATES = {
    "send": "would be sent",
    "maybe": "would be sent if the answers before it say so",
    "left_out": "left out",
    "blocked": "cannot be built",
}


def _line(check: Checked) -> str:
    return f"{check.outcome:<8} {check.what}" + (f": {check.why}" if check.why else "")


def _wire(request: Request) -> list[str]:
    lines = [f"   {request.method} {request.url}"]
    lines += [f"   {name}: {value}" for name, value in request.headers]
    return [*lines, f"   {request.body.text}"] if request.body else lines
