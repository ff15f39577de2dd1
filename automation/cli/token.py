"""`vetportal token`: what programs show to read and write through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.arguments import end
from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from datetime import datetime

    from automation import access
    from automation.access import Issued
    from automation.model import ApiToken
    from automation.pipeline import Tools

app = typer.Typer(help="Tokens of programs.", no_args_is_help=True)


@app.command()
def create(  # noqa: PLR0913, PLR0917 - one option for each thing that is known of a token
    name: Annotated[str, typer.Option(help="What it is for.")],
    scope: Annotated[list[str], typer.Option(help="What it may do: patients:read. Repeatable.")],
    organization: Annotated[
        str, typer.Option(help="Whose practices it may reach; never those of another.")
    ] = "default",
    practice: Annotated[
        list[str] | None, typer.Option(help="Only this practice. Repeatable.")
    ] = None,
    location: Annotated[
        list[str] | None, typer.Option(help="Only the location of this id. Repeatable.")
    ] = None,
    expires: Annotated[
        str, typer.Option(help="When it ends: 90d, a day, a time, or never.")
    ] = "90d",
    as_json: AsJson = False,
) -> None:
    """Make a token and print it, once: nobody can find it out again."""
    from automation import access

    async def work(tools: Tools) -> Issued:
        wish = access.Wish(
            name=name,
            organization=organization,
            scopes=scope,
            practices=practice or (),
            locations=location or (),
            expires_at=end(expires, tools.clock.now()),
        )
        return await _tokens(tools).create(wish)

    issued = with_tools(work)
    text = issued.text.reveal()
    emit({"text": text, "token": _facts(issued.token)}, text, as_json=as_json)


@app.command("list")
def show_all(as_json: AsJson = False) -> None:
    """List the tokens, by their prefix; expired and revoked ones included."""

    async def work(tools: Tools) -> tuple[tuple[ApiToken, ...], datetime]:
        return await _tokens(tools).all(), tools.clock.now()

    found, now = with_tools(work)
    lines = [
        f"{each.prefix:<12} {_state(each, now):<9} {each.organization:<16} {each.name:<24} "
        f"{' '.join(each.scopes)}"
        for each in found
    ]
    text = "\n".join(lines) or "no tokens yet; make one with `vetportal token create`"
    emit({"tokens": [_facts(each) for each in found]}, text, as_json=as_json)


@app.command()
def revoke(
    prefix: Annotated[str, typer.Argument(help="The prefix, as `token list` shows it.")],
    as_json: AsJson = False,
) -> None:
    """Withdraw a token for good."""

    async def work(tools: Tools) -> ApiToken:
        return await _tokens(tools).revoke(prefix)

    token = with_tools(work)
    emit({"token": _facts(token)}, f"revoked {token.prefix} ({token.name})", as_json=as_json)


def _tokens(tools: Tools) -> access.Tokens:
    from automation import access

    return access.Tokens(tools.store, audit=tools.audit, clock=tools.clock)


def _facts(token: ApiToken) -> dict[str, object]:
    return token.model_dump(mode="json", exclude={"digest"})


def _state(token: ApiToken, now: datetime) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if token.expires_at is not None and now >= token.expires_at else "valid"
