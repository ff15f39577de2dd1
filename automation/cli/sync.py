"""`vetportal sync`: make the store equal to the portal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import progress_bar, with_tools

if TYPE_CHECKING:
    from automation.model import Coverage
    from automation.pipeline import Synced, Tools, Turn, Unread


def sync(
    practice: Annotated[str, typer.Argument(help="Name of the practice.")] = "",
    every: Annotated[
        bool, typer.Option("--all", help="All practices, one run at a time; for cron.")
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Read everything, not only what changed.")
    ] = False,
    entity: Annotated[
        list[str] | None,
        typer.Option(help="Only this kind of entities, and what belongs to it. Repeatable."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read everything that is mapped, without a browser, and store what changed.

    With --all each practice is read that is neither paused nor quiet. The exit code is that of the
    most urgent failure, after the others were read. No two syncs of a practice run at once.
    """
    from automation.errors import BadArgument

    if every == bool(practice):
        raise BadArgument("give either a practice or --all", remedy="See `vetportal sync --help`.")
    if every:
        _sync_all(full=full, entities=entity or (), as_json=as_json)
        return
    from automation import pipeline

    with progress_bar(hidden=as_json) as progress:

        async def work(tools: Tools) -> Synced:
            found = await tools.store.practice(practice)
            return await pipeline.sync_in_turn(
                tools, found, full=full, entities=entity or (), progress=progress, waits=False
            )

        done = with_tools(work)
    emit(facts_of(done), text_of(done), as_json=as_json)
    if done.problem is not None:
        raise done.problem


def _sync_all(*, full: bool, entities: Sequence[str], as_json: bool) -> None:
    from automation.pipeline import most_urgent, sync_all

    found = with_tools(lambda tools: sync_all(tools, full=full, entities=entities))
    facts = {each.practice: _facts_of_turn(each) for each in found}
    text = "\n".join(_line_of_turn(each) for each in found) or "no practices yet"
    emit({"practices": facts}, text, as_json=as_json)
    if (problem := most_urgent([each.problem for each in found if each.problem])) is not None:
        raise problem


def _facts_of_turn(turn: Turn) -> dict[str, object]:
    facts = {} if turn.done is None else facts_of(turn.done)
    if turn.skipped:
        facts["skipped"] = turn.skipped
    if turn.problem is not None:
        told = {"kind": type(turn.problem).__name__, "message": turn.problem.message}
        facts["error"] = {**told, "remedy": turn.problem.remedy}
    return facts


def _line_of_turn(turn: Turn) -> str:
    if turn.skipped:
        return f"{turn.practice:<24} skipped: {turn.skipped}"
    said = "" if turn.done is None else f"{turn.done.changes} changes in {turn.done.seconds:.1f} s"
    failed = (
        "" if turn.problem is None else f"{type(turn.problem).__name__}: {turn.problem.message}"
    )
    return f"{turn.practice:<24} {'; '.join(filter(None, (said, failed)))}"


def facts_of(done: Synced) -> dict[str, object]:
    """What a sync did, for programs."""
    return {
        "run": done.run,
        "resumed": done.resumed,
        "changes": done.changes,
        "seconds": round(done.seconds, 3),
        "kinds": {kind: asdict(tally) for kind, tally in sorted(done.tallies.items())},
        "rungs": dict(sorted(done.rungs.items())),
        "endpoints": {
            each.endpoint: each.model_dump(mode="json", exclude={"endpoint", "run"})
            for each in sorted(done.coverage, key=lambda each: each.endpoint)
        },
        "kept": dict(sorted(done.kept.items())),
        "unread": {kind: asdict(each) for kind, each in sorted(done.unread.items())},
    }


def text_of(done: Synced) -> str:
    """What a sync did, for people."""
    lines = [f"goes on from {done.resumed}, which was interrupted"] if done.resumed else []
    lines.append(f"{'':<24}{'created':>9}{'changed':>9}{'removed':>9}{'unchanged':>11}")
    lines += [
        f"{kind:<24}{t.created:>9}{t.changed:>9}{t.removed:>9}{t.unchanged:>11}"
        for kind, t in sorted(done.tallies.items())
    ]
    lowered = [f"{name} by {rung}" for name, rung in sorted(done.rungs.items()) if rung != "http"]
    if lowered:
        lines.append(f"in the browser: {', '.join(lowered)}")
    covered = sorted(done.coverage, key=lambda each: each.endpoint)
    lines += [f"{each.endpoint}: {_ended(each)}" for each in covered if each.ended != "complete"]
    lines += [f"{each.endpoint}: {_way(each)}" for each in covered if each.way != "full"]
    lines += [f"nothing of {kind} removed: {why}" for kind, why in sorted(done.kept.items())]
    lines += [
        f"{kind} is incomplete: {_so_far(each)}" for kind, each in sorted(done.unread.items())
    ]
    lines.append(f"{done.changes} changes in {done.seconds:.1f} s")
    return "\n".join(lines)


def _so_far(unread: Unread) -> str:
    of = "" if unread.total is None else f" of {unread.total}"
    return f"{unread.items}{of} read so far; waits for {', '.join(unread.endpoints)}"


def _ended(coverage: Coverage) -> str:
    return f"{coverage.ended.replace('_', ' ')}: {coverage.said}"


def _way(coverage: Coverage) -> str:
    due = f"; fully by {coverage.full_due_at:%Y-%m-%d %H:%M} UTC" if coverage.full_due_at else ""
    return f"{coverage.why}{due}"
