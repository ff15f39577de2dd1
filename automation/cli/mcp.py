"""`vetportal mcp`: the records of practices as tools, for a program on this machine."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer


def mcp(
    portal: Annotated[str, typer.Option(help="Only practices of this portal.")] = "",
    practice: Annotated[str, typer.Option(help="Only this practice.")] = "",
) -> None:
    """Speak MCP over standard input and output, with the token in VETPORTAL_API_TOKEN.

    Programs elsewhere reach the same tools at /mcp of `vetportal serve`.
    """
    from automation import wiring
    from automation.errors import BadArgument
    from automation.serve import Problem, Within, run_stdio
    from automation.settings import read_settings
    from automation.working import open_service

    settings = read_settings()
    token = settings.api_token
    if token is None:
        raise BadArgument(
            "no token says what may be seen",
            remedy="Set VETPORTAL_API_TOKEN to one of `vetportal token create`.",
        )

    async def run() -> None:
        async with open_service(settings, actor="mcp") as service:
            try:
                await run_stdio(service, token, Within(portal, practice))
            except Problem as problem:
                remedy = "Set VETPORTAL_API_TOKEN to one that reaches it."
                raise BadArgument(problem.detail, remedy=remedy) from None

    with wiring.log_file(settings) as kept:
        wiring.configure_logging(settings, sys.stderr, kept=kept)
        asyncio.run(run())
