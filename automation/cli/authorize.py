"""`vetportal practice authorize`: tokens of OAuth for a practice, once, with a person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Final

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from automation import transport
    from automation.model import OAuthClient
    from automation.pipeline import Tools
    from automation.session import Ask

_HERE: Final = "http://127.0.0.1:0/callback"


def authorize(
    name: Annotated[str, typer.Argument(help="Our name of the practice.")],
    client: Annotated[
        str,
        typer.Option(
            help="File with a JSON object of client_id and client_secret; - reads standard input. "
            "Left out: the client that is kept, or else asked for at the terminal."
        ),
    ] = "",
    redirect_uri: Annotated[
        str,
        typer.Option(help="Where the portal sends the browser, as registered; port 0 is any."),
    ] = _HERE,
    paste: Annotated[
        bool,
        typer.Option("--paste", help="Type in the address the browser ends at; nothing listens."),
    ] = False,
    minutes: Annotated[float, typer.Option(help="How long to wait.", min=0.01)] = 5,
    as_json: AsJson = False,
) -> None:
    """Let a person allow the access of a practice, and keep the tokens sealed."""
    from automation.errors import BadArgument

    if client == "-" and paste:
        raise BadArgument(
            "standard input holds the client already; an address cannot be pasted there too",
            remedy="Name a file with --client, or leave out --paste.",
        )

    async def work(tools: Tools) -> str:
        practice = await tools.store.practice(name)
        given = _read(client) if client else await _asked_for(tools, name)
        async with _asking(redirect_uri, paste=paste, seconds=minutes * 60) as (address, ask):
            await tools.sessions.authorize(practice, given, redirect_uri=address, ask=ask)
        return practice.portal

    portal = with_tools(work)
    emit({"practice": name, "portal": portal}, f"authorized {name} at {portal}", as_json=as_json)


@asynccontextmanager
async def _asking(
    redirect_uri: str, *, paste: bool, seconds: float
) -> AsyncIterator[tuple[str, Ask]]:
    """The address to name to the portal, and how a person is asked."""
    from automation import transport

    if paste:
        yield redirect_uri.replace(":0/", "/", 1), _pasted
        return
    async with transport.loopback(redirect_uri) as listening:

        async def listened(asked: transport.Authorization) -> str:
            _show(asked.url)
            return await listening.redirected(asked.answered_by, seconds=seconds)

        yield listening.redirect_uri, listened


def _show(url: str) -> None:
    typer.echo(
        f"Open this page, sign in as the practice and allow the access:\n\n  {url}\n", err=True
    )


async def _pasted(asked: transport.Authorization) -> str:
    _show(asked.url)
    return str(typer.prompt("The address the browser ended at", err=True)).strip()


async def _asked_for(tools: Tools, practice: str) -> OAuthClient | None:
    """None where a client is kept; it is used then."""
    from automation.model import Grant, OAuthClient, Secret

    if await tools.store.get_sealed(practice, Grant().client_id) is not None:
        return None
    own = Secret(typer.prompt("Client id", err=True))
    secret = typer.prompt("Client secret (empty without)", default="", hide_input=True, err=True)
    return OAuthClient(own, Secret(secret) if secret else None)


def _read(source: str) -> OAuthClient:
    """The client from a file or from standard input; never from the command line."""
    from automation.cli.practices.credentials import read_credentials
    from automation.errors import BadFile
    from automation.model import Grant, OAuthClient

    given, names = read_credentials(source), Grant()
    if names.client_id not in given:
        raise BadFile("standard input" if source == "-" else source, "client_id missing")
    return OAuthClient(given[names.client_id], given.get(names.client_secret))
