"""`vetportal job`: ask for jobs, look at them, and decide about those that wait for a person."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Annotated, cast

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import TypeVar

    from pydantic import JsonValue

    from automation.model import JobState, JobStatus
    from automation.pipeline import Headway, Tools
    from automation.worker import EngineClient

    T = TypeVar("T")

app = typer.Typer(help="Jobs of the workers.", no_args_is_help=True)

Key = Annotated[str, typer.Argument(metavar="KEY", help="Key of the job.")]


def with_jobs(work: Callable[[Tools, EngineClient], Awaitable[T]]) -> T:
    """Do something with the jobs of this home."""
    from automation.settings import read_settings
    from automation.working import open_jobs

    async def inside(tools: Tools) -> T:
        async with open_jobs(read_settings()) as client:
            return await work(tools, client)

    return with_tools(inside)


@app.command()
def run(
    kind: Annotated[str, typer.Argument(help="sync, replay, run_flow, canary, reconcile_writes.")],
    practice: Annotated[str, typer.Argument(help="Name of the practice.")],
    argument: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE; a value may be JSON. Repeatable.")
    ] = None,
    key: Annotated[
        str, typer.Option(help="The same key is the same job; a new one when left out.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Ask for a job; a worker does it."""
    from automation.cli.arguments import pairs
    from automation.model import Job
    from automation.worker import KINDS

    given = {name: value_of(text) for name, text in pairs(argument or []).items()}
    job = Job(kind=kind, practice=practice, arguments=given, person=True)
    attempt = KINDS.attempt(job, key or f"{kind}:{practice}:{secrets.token_hex(6)}")

    async def work(tools: Tools, client: EngineClient) -> JobStatus:
        await tools.store.practice(practice)
        await client.enqueue(attempt)
        return await client.status(attempt.key)

    _print(with_jobs(work), as_json=as_json)


def value_of(text: str) -> JsonValue:
    """What a text of the command line is: JSON where it reads as such, else the text."""
    try:
        return cast("JsonValue", json.loads(text))
    except ValueError:
        return text


@app.command("list")
def show_all(
    state: Annotated[
        str,
        typer.Option(
            help="waiting, queued, running, done, dead, cancelled or skipped; all when left out."
        ),
    ] = "",
    practice: Annotated[str, typer.Option(help="Only of this practice.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List jobs, newest first; those that are dead wait for a person."""
    wanted = _state(state)

    async def work(_tools: Tools, client: EngineClient) -> tuple[JobStatus, ...]:
        return await client.jobs(wanted, practice=practice or None, limit=limit)

    found = with_jobs(work)
    text = "\n".join(_line(each) for each in found) or "no jobs"
    emit({"jobs": [facts_of(each) for each in found]}, text, as_json=as_json)


def _state(text: str) -> JobState | None:
    from typing import get_args

    from automation.errors import BadArgument
    from automation.model import JobState

    if text and text not in get_args(JobState):
        raise BadArgument(
            f"{text!r} is no state of a job", remedy=f"Write {', '.join(get_args(JobState))}."
        )
    return cast("JobState", text) if text else None


@app.command()
def show(key: Key, as_json: AsJson = False) -> None:
    """Show one job; of a sync that runs, how far it came, too."""

    async def work(tools: Tools, client: EngineClient) -> tuple[JobStatus, Headway | None]:
        found = await client.status(key)
        return found, await _headway(tools, found)

    found, so_far = with_jobs(work)
    _print(found, so_far, as_json=as_json)


async def _headway(tools: Tools, found: JobStatus) -> Headway | None:
    from automation.pipeline import headway

    job = found.attempt.job
    if found.state != "running" or job.kind != "sync" or job.practice is None:
        return None
    entities = job.arguments.get("entities")
    kinds = [str(each) for each in entities] if isinstance(entities, list) else ()
    return await headway(tools, await tools.store.practice(job.practice), kinds)


@app.command()
def retry(key: Key, as_json: AsJson = False) -> None:
    """Let a job that is dead, was cancelled or skipped run again."""

    async def work(_tools: Tools, client: EngineClient) -> JobStatus:
        return await client.retry(key)

    _print(with_jobs(work), as_json=as_json)


@app.command()
def cancel(key: Key, as_json: AsJson = False) -> None:
    """Do a job no more; one that writes to a portal ends first."""

    async def work(_tools: Tools, client: EngineClient) -> JobStatus:
        return await client.cancel(key)

    _print(with_jobs(work), as_json=as_json)


@app.command()
def circuits(as_json: AsJson = False) -> None:
    """List practices and portals that did not answer: their jobs wait, and one looks again."""
    from dataclasses import asdict

    from automation.store import Circuits

    found = with_tools(lambda tools: Circuits(tools.store.database).open())
    lines = [
        f"{each.name:<24} until {each.until:%Y-%m-%d %H:%M:%S} UTC: {each.why}" for each in found
    ]
    facts = [{**asdict(each), "until": each.until.isoformat()} for each in found]
    emit({"circuits": facts}, "\n".join(lines) or "every portal answers", as_json=as_json)


def _print(found: JobStatus, so_far: Headway | None = None, *, as_json: bool) -> None:
    remedy = found.end.remedy if found.end and found.state == "dead" else ""
    lines = [_line(found), remedy and f"{'':<11}{remedy}", *_lines_of(so_far)]
    emit(facts_of(found) | _facts_of(so_far), "\n".join(filter(None, lines)), as_json=as_json)


def _facts_of(so_far: Headway | None) -> dict[str, object]:
    if so_far is None:
        return {}
    keys = {"ended", "pages", "items", "total", "way", "resumed"}
    read = {each.endpoint: each.model_dump(mode="json", include=keys) for each in so_far.read}
    return {
        "progress": {
            "run": so_far.run,
            "items": so_far.items,
            "endpoints": read,
            "left": list(so_far.left),
        }
    }


def _lines_of(so_far: Headway | None) -> list[str]:
    if so_far is None:
        return []
    lines = [
        f"{'':<11}{each.endpoint}: {each.ended.replace('_', ' ')}, {each.items}"
        f"{'' if each.total is None else f' of {each.total}'} items"
        for each in so_far.read
    ]
    left = f"{'':<11}not begun: {', '.join(so_far.left)}" if so_far.left else ""
    return [*lines, left, f"{'':<11}{so_far.items} items so far, by {so_far.run}"]


def facts_of(found: JobStatus) -> dict[str, object]:
    """Where a job stands, for programs."""
    job = found.attempt.job
    return {
        "key": found.attempt.key,
        "kind": job.kind,
        "practice": job.practice,
        "arguments": job.arguments,
        "attempt": found.attempt.number,
    } | found.model_dump(mode="json", exclude={"attempt"})


def _line(found: JobStatus) -> str:
    job, end = found.attempt.job, found.end
    told = f"{end.error}: {end.why}" if end and end.error else (end.why if end else "")
    due = f"until {found.due_at:%Y-%m-%d %H:%M:%S} UTC" if found.due_at else ""
    parts = (f"{found.state:<10}", f"{job.kind:<9}", job.practice or "-", found.attempt.key)
    return " ".join(filter(None, (*parts, due, " ".join(told.split()))))
