"""`vetportal practice`: the practices that are read."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from automation.pipeline import Tools

app = typer.Typer(help="The practices that are read.", no_args_is_help=True)

_FIELDS = ("username", "password", "totp")


@app.command()
def add(  # noqa: PLR0913, PLR0917 - one option for each thing that is known of a practice
    name: Annotated[str, typer.Argument(help="Our name for it: a-z, 0-9 and dashes.")],
    portal: Annotated[str, typer.Option(help="Name of the portal folder.")],
    base_url: Annotated[str, typer.Option(help="Scheme and host the practice signs in at.")],
    label: Annotated[
        str, typer.Option(help="What the portal calls it, where a login has several practices.")
    ] = "",
    timezone: Annotated[str, typer.Option(help="IANA zone of its clocks.")] = "",
    currency: Annotated[str, typer.Option(help="ISO 4217 code.")] = "",
    credentials: Annotated[
        str,
        typer.Option(
            help="File with a JSON object of username, password and totp; - reads standard input. "
            "Asked for at the terminal when left out."
        ),
    ] = "",
    loopback: Annotated[
        bool, typer.Option("--loopback", help="It is a simulator on this machine.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add a practice with its login. Secrets are sealed at once and never shown."""
    from pydantic import ValidationError

    from automation.errors import BadArgument
    from automation.model import Credential, Practice, Secret
    from automation.vault import Totp

    given = _credentials(credentials)
    if given.get("totp"):
        Totp.parse(Secret(given["totp"]))  # told now, not at the first login

    async def work(tools: Tools) -> Practice:
        kind = tools.catalog.portal(portal)
        try:
            practice = Practice(
                name=name,
                portal=portal,
                base_url=base_url.rstrip("/"),
                label=label,
                timezone=timezone or kind.timezone,
                currency=currency or kind.currency,
                loopback=loopback,
            )
        except ValidationError as problem:
            raise BadArgument(str(problem.errors()[0]["ctx"]["error"])) from None
        await tools.store.add_practice(practice)
        for field, secret in Credential().model_dump().items():
            if given.get(field):
                await tools.sessions.put_secret(name, secret, Secret(given[field]))
        return practice

    practice = with_tools(work)
    emit(
        practice.model_dump(mode="json"),
        f"added {practice.name}: {practice.portal} at {practice.base_url}",
        as_json=as_json,
    )


@app.command("list")
def show_all(as_json: AsJson = False) -> None:
    """List the practices."""

    async def work(tools: Tools) -> list[dict[str, object]]:
        return [each.model_dump(mode="json") for each in await tools.store.practices()]

    found = with_tools(work)
    lines = [f"{each['name']:<24} {each['portal']:<20} {each['base_url']}" for each in found]
    text = "\n".join(lines) or "no practices yet; add one with `vetportal practice add`"
    emit({"practices": found}, text, as_json=as_json)


def _credentials(source: str) -> dict[str, str]:
    """The login from a file, from standard input, or asked for; never from the command line."""
    from automation.errors import BadFile

    if not source:
        return {
            "username": typer.prompt("User name"),
            "password": typer.prompt("Password", hide_input=True),
            "totp": typer.prompt("TOTP secret (empty without)", default="", hide_input=True),
        }
    shown = "standard input" if source == "-" else source
    content = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    try:
        given = json.loads(content.decode("utf-8"))
    except UnicodeDecodeError as problem:
        raise BadFile(shown, f"byte {problem.start} is not UTF-8") from None
    except ValueError:
        raise BadFile(shown, "not JSON") from None
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise BadFile(shown, "not a JSON object of texts")
    if unknown := sorted(set(given) - set(_FIELDS)):
        raise BadFile(shown, f"unknown keys {', '.join(unknown)}; known: {', '.join(_FIELDS)}")
    if missing := sorted({"username", "password"} - set(given)):
        raise BadFile(shown, f"{' and '.join(missing)} missing")
    return given
