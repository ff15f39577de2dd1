"""MCP over standard input and output: for one program on this machine, with one token."""

from __future__ import annotations

from mcp.server.stdio import stdio_server

from automation.model import Secret
from automation.serve.callers import Caller
from automation.serve.mcp.server import Context, build_server
from automation.serve.mcp.within import Within
from automation.serve.rates import Rates
from automation.serve.service import Service


async def run_stdio(service: Service, token: Secret, within: Within) -> None:
    """Serve until the input ends.

    Args:
        service: what it works with.
        token: what the program may do; looked at with each call, so that a revoked one ends.
        within: what is exposed of what the token reaches.

    Raises:
        Problem: the token is not valid, or reaches nothing of it.
    """
    rates = Rates(service.tools.clock, service.rate)

    async def asks(_: Context | None) -> Caller:
        caller = await service.recognised(token)
        rates.take(caller.token.prefix)
        return await within.narrowed(service, caller)

    await asks(None)  # what cannot work is told before the program begins to talk
    server = build_server(service, asks)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())
