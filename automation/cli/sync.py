"""`vetportal sync`: make the store equal to the portal."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import progress_bar, with_tools

if TYPE_CHECKING:
    from automation.pipeline import Synced, Tools


def sync(
    practice: Annotated[str, typer.Argument(help="Name of the practice.")],
    as_json: AsJson = False,
) -> None:
    """Read everything that is mapped, without a browser, and store what changed."""
    from automation import pipeline

    with progress_bar(hidden=as_json) as progress:

        async def work(tools: Tools) -> Synced:
            found = await tools.store.practice(practice)
            return await pipeline.sync(tools, found, progress=progress)

        done = with_tools(work)
    emit(facts_of(done), text_of(done), as_json=as_json)


def facts_of(done: Synced) -> dict[str, object]:
    """What a sync did, for programs."""
    return {
        "run": done.run,
        "changes": done.changes,
        "seconds": round(done.seconds, 3),
        "kinds": {kind: asdict(tally) for kind, tally in sorted(done.tallies.items())},
        "rungs": dict(sorted(done.rungs.items())),
    }


def text_of(done: Synced) -> str:
    """What a sync did, for people."""
    lines = [f"{'':<24}{'created':>9}{'changed':>9}{'removed':>9}{'unchanged':>11}"]
    lines += [
        f"{kind:<24}{t.created:>9}{t.changed:>9}{t.removed:>9}{t.unchanged:>11}"
        for kind, t in sorted(done.tallies.items())
    ]
    lowered = [f"{name} by {rung}" for name, rung in sorted(done.rungs.items()) if rung != "http"]
    if lowered:
        lines.append(f"in the browser: {', '.join(lowered)}")
    lines.append(f"{done.changes} changes in {done.seconds:.1f} s")
    return "\n".join(lines)
