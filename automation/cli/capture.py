"""`vetportal capture`: run a flow and keep what was said behind it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from automation.model import Capture
    from automation.pipeline import Tools


def capture(
    practice: Annotated[str, typer.Argument(help="Name of the practice.")],
    flow: Annotated[str, typer.Argument(help="Name of the flow.")],
    inputs: Annotated[
        list[str] | None, typer.Option("--input", help="NAME=VALUE, for an input of the flow.")
    ] = None,
    har: Annotated[
        Path | None, typer.Option(help="Also write it as HAR 1.2 to this file, redacted.")
    ] = None,
    writes: Annotated[
        bool,
        typer.Option("--writes", help="The flow changes the portal, and may: as if done by hand."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run a flow in the browser and keep its exchanges, redacted."""
    from automation import pipeline
    from automation.capture import to_har
    from automation.cli.arguments import pairs

    given = pairs(inputs or [])

    async def work(tools: Tools) -> Capture:
        found = await tools.store.practice(practice)
        return await pipeline.capture_flow(tools, found, flow, inputs=given, writes=writes)

    made = with_tools(work)
    if har:
        har.write_text(json.dumps(to_har(made), ensure_ascii=False), encoding="utf-8")
    dropped = sum(each.count for each in made.dropped)
    facts = {
        "id": made.id,
        "flow": made.flow,
        "exchanges": len(made.exchanges),
        "snapshots": len(made.snapshots),
        "left_out": [each.model_dump() for each in made.dropped],
    }
    text = (
        f"captured {made.flow} as {made.id}: {len(made.exchanges)} exchanges, "
        f"{len(made.snapshots)} snapshots, {dropped} requests left out"
    )
    emit(facts, text, as_json=as_json)
