"""`vetportal schedule`: jobs that are due again and again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, cast

import typer

from automation.cli.job import facts_of, with_jobs
from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from automation.model import JobStatus, Schedule
    from automation.pipeline import Tools
    from automation.worker import EngineClient

app = typer.Typer(help="Jobs that are due again and again.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the schedule.")]


@app.command()
def add(  # noqa: PLR0913, PLR0917 - one option for each thing that is known of a schedule
    practice: Annotated[str, typer.Argument(help="Name of the practice.")],
    cron: Annotated[
        str, typer.Option(help="When: '*/5 8-18 * * mon-fri'; the seconds first in six fields.")
    ] = "",
    name: Annotated[str, typer.Option(help="What it is called; made up when left out.")] = "",
    kind: Annotated[
        str, typer.Option(help="sync, replay, run_flow, canary or reconcile_writes.")
    ] = "sync",
    argument: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE; a value may be JSON. Repeatable.")
    ] = None,
    timezone: Annotated[str, typer.Option(help="Of these times; the practice's own.")] = "",
    hours: Annotated[
        list[str] | None, typer.Option(help="Only at these times of day: 07:00-20:00. Repeatable.")
    ] = None,
    jitter: Annotated[float, typer.Option(min=0, help="Seconds it is late at most.")] = 0,
    missed: Annotated[str, typer.Option(help="Of missed times: skip, once or all.")] = "once",
    default: Annotated[
        bool, typer.Option("--default", help="The cadence that practices have by default.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Let something be done again and again by a worker."""
    from automation.errors import BadArgument

    if default == bool(cron):
        raise BadArgument("give either --cron or --default", remedy="Write --cron '0 * * * *'.")

    async def work(tools: Tools) -> tuple[Schedule, ...]:
        if default:
            return await _add_defaults(tools, practice, hours or ())
        wish: dict[str, object] = {"name": name, "kind": kind, "cron": cron, "timezone": timezone}
        wish |= {"jitter": jitter, "missed": missed, "hours": hours or []}
        return (await _add_one(tools, practice, wish, argument or []),)

    _print(with_tools(work), as_json=as_json)


async def _add_defaults(
    tools: Tools, practice: str, hours: list[str] | tuple[()]
) -> tuple[Schedule, ...]:
    from automation.store import Schedules
    from automation.worker import OPENING_HOURS, default_schedules

    found = await tools.store.practice(practice)
    mapped = {mapping.entity for mapping in tools.catalog.mappings(found.portal)}
    made = default_schedules(found, mapped, tools.clock.now(), hours=tuple(hours) or OPENING_HOURS)
    await Schedules(tools.store.database).add(*made, replace=True)
    return made


async def _add_one(
    tools: Tools, practice: str, wish: dict[str, object], arguments: list[str]
) -> Schedule:
    from zoneinfo import ZoneInfo

    from pydantic import ValidationError

    from automation.cli.arguments import pairs
    from automation.cli.job import value_of
    from automation.errors import BadArgument
    from automation.model import Schedule
    from automation.store import Schedules
    from automation.worker import KINDS, Cron

    found = await tools.store.practice(practice)
    KINDS.of(str(wish["kind"]))
    wish["practice"] = practice
    wish["timezone"] = wish["timezone"] or found.timezone
    wish["name"] = wish["name"] or f"{practice}-{wish['kind']}".replace("_", "-")
    wish["arguments"] = {each: value_of(text) for each, text in pairs(arguments).items()}
    wish["next_at"] = tools.clock.now()
    try:
        schedule = Schedule.model_validate(wish)
    except ValidationError as problem:
        first = problem.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadArgument(f"the schedule's {place} is not possible: {first['msg']}") from None
    cron = Cron.parse(schedule.cron, ZoneInfo(schedule.timezone))
    schedule = schedule.model_copy(update={"next_at": cron.after(tools.clock.now())})
    await Schedules(tools.store.database).add(schedule)
    return schedule


@app.command("list")
def show_all(
    practice: Annotated[str, typer.Option(help="Only of this practice.")] = "",
    as_json: AsJson = False,
) -> None:
    """List what is due when."""
    from automation.store import Schedules

    async def work(tools: Tools) -> tuple[Schedule, ...]:
        return await Schedules(tools.store.database).all(practice=practice or None)

    _print(with_tools(work), as_json=as_json)


@app.command()
def pause(name: Name, as_json: AsJson = False) -> None:
    """Let nothing be due until it is resumed; jobs that were asked for are done."""
    _print(with_tools(lambda tools: _pause(tools, name, tools.clock.now())), as_json=as_json)


@app.command()
def resume(name: Name, as_json: AsJson = False) -> None:
    """Let it go on; what was due meanwhile is not made up for."""
    _print(with_tools(lambda tools: _pause(tools, name, None)), as_json=as_json)


async def _pause(tools: Tools, name: str, at: datetime | None) -> tuple[Schedule, ...]:
    from zoneinfo import ZoneInfo

    from automation.store import Schedules
    from automation.worker import Cron

    schedules = Schedules(tools.store.database)
    found = await schedules.find(name)
    cron = Cron.parse(found.cron, ZoneInfo(found.timezone))
    return (await schedules.pause(name, at, next_at=cron.after(tools.clock.now())),)


@app.command()
def remove(name: Name) -> None:
    """Remove a schedule; jobs that it asked for are done."""
    from automation.store import Schedules

    async def work(tools: Tools) -> Schedule:
        return await Schedules(tools.store.database).remove(name)

    typer.echo(f"{with_tools(work).name}: removed")


@app.command("run-now")
def run_now(name: Name, as_json: AsJson = False) -> None:
    """Ask for its job now, as a person; its times stay as they are."""
    import secrets

    from automation.store import Schedules
    from automation.worker import KINDS, job_of

    async def work(tools: Tools, client: EngineClient) -> JobStatus:
        found = await Schedules(tools.store.database).find(name)
        job = job_of(found, person=True)
        attempt = KINDS.attempt(job, f"now:{name}:{secrets.token_hex(6)}")
        await client.enqueue(attempt)
        return await client.status(attempt.key)

    asked = with_jobs(work)
    emit(facts_of(asked), f"{name}: asked for as {asked.attempt.key}", as_json=as_json)


def _print(found: tuple[Schedule, ...], *, as_json: bool) -> None:
    facts = [each.model_dump(mode="json") for each in found]
    text = "\n".join(_line(each) for each in found) or "no schedules"
    emit({"schedules": facts}, text, as_json=as_json)


def _line(each: Schedule) -> str:
    when = "paused" if each.paused_at else f"next {each.next_at:%Y-%m-%d %H:%M:%S} UTC"
    entities = ",".join(cast("list[str]", each.arguments.get("entities", [])))
    hours = ",".join(each.hours)
    parts = (f"{each.name:<28}", each.kind, entities, f"'{each.cron}'", each.timezone, hours, when)
    return " ".join(filter(None, parts))
