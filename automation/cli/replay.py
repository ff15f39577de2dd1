"""`vetportal replay`: ask one endpoint, without a browser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.output import AsJson
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from automation.pipeline import Tools


def replay(
    practice: Annotated[str, typer.Argument(help="Name of the practice.")],
    endpoint: Annotated[str, typer.Argument(help="Name of the endpoint.")],
    inputs: Annotated[
        list[str] | None, typer.Option("--input", help="NAME=VALUE, for an input of the endpoint.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Pages at most.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Print the items of an endpoint as JSON, one a line, page after page.

    With --json the pages are one object; the address and the rung of each page come along.
    """
    from automation import pipeline
    from automation.cli.arguments import pairs

    given = pairs(inputs or [])
    pages: list[dict[str, object]] = []

    async def work(tools: Tools) -> None:
        found = await tools.store.practice(practice)
        async for answer in pipeline.replay_pages(tools, found, endpoint, given, pages=limit):
            if as_json:
                pages.append(
                    {"url": answer.url, "rung": str(answer.rung), "items": list(answer.items)}
                )
                continue
            for item in answer.items:
                typer.echo(json.dumps(item, ensure_ascii=False))
            typer.echo(f"page {answer.page}: {len(answer.items)} items by {answer.rung}", err=True)

    with_tools(work)
    if as_json:
        typer.echo(json.dumps({"endpoint": endpoint, "pages": pages}, ensure_ascii=False))
