"""`vetportal infer`: endpoints from captures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from automation.infer import Inference
    from automation.pipeline import Tools


def infer(
    portal: Annotated[str, typer.Argument(help="Name of the portal folder.")],
    as_json: AsJson = False,
) -> None:
    """Infer endpoints from the two latest captures of each flow, and write their files."""
    from automation import pipeline

    async def work(tools: Tools) -> Inference:
        return pipeline.infer_endpoints(tools, portal)

    found = with_tools(work)
    lines = [
        f"{each.endpoint:<28} {each.effect:<8} {each.request.method:<6} {each.request.url}"
        for each in found.endpoints
    ]
    lines += [f"left out: {each.operation} ({each.rule})" for each in found.left]
    facts = {
        "endpoints": [each.endpoint for each in found.endpoints],
        "left_out": [{"operation": each.operation, "rule": each.rule} for each in found.left],
    }
    emit(facts, "\n".join(lines), as_json=as_json)
