"""`vetportal notify`: who is told of drift, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from automation.model import Recipient
    from automation.pipeline import Tools

app = typer.Typer(help="Who is told of drift.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the recipient: rcp_...")]


@app.command()
def add(  # noqa: PLR0913, PLR0917 - one option for each thing that is known of a recipient
    address: Annotated[
        str, typer.Argument(help="Mail address; left out where --service says where.")
    ] = "",
    service: Annotated[
        bool,
        typer.Option(
            "--service",
            help="A service takes the letters; its address is asked for: it is a secret.",
        ),
    ] = False,
    practice: Annotated[
        list[str] | None, typer.Option(help="Only of this practice. Repeatable.")
    ] = None,
    organization: Annotated[str, typer.Option(help="Of whose practices.")] = "default",
    severity: Annotated[
        str, typer.Option(help="Least for a letter of its own: breaking, risky or cosmetic.")
    ] = "risky",
    digest: Annotated[
        bool, typer.Option(help="What is less than that once a day, in one letter.")
    ] = True,
    timezone: Annotated[str, typer.Option(help="Whose clocks: America/Chicago.")] = "UTC",
    quiet: Annotated[
        list[str] | None, typer.Option(help="Nothing is sent then: 20:00-07:00. Repeatable.")
    ] = None,
    wake: Annotated[
        bool, typer.Option(help="What is breaking is sent in quiet hours, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Tell somebody of drift."""
    from automation import pipeline
    from automation.model import Secret

    url = Secret(typer.prompt("Address of the service", hide_input=True)) if service else None
    wish = pipeline.RecipientWish(
        address=address,
        url=url,
        practices=practice or (),
        severity=severity,
        digest=digest,
        timezone=timezone,
        quiet_hours=quiet or (),
        wakes=wake,
    )

    async def work(tools: Tools) -> tuple[Recipient, bool]:
        made = await pipeline.add_recipient(tools, organization, wish)
        return made, bool(made.service) or tools.outlet.has_mail

    made, reached = with_tools(work)
    later = "" if reached else "\nletters wait until VETPORTAL_MAIL_SERVER is set"
    emit({"recipient": _facts(made), "reached": reached}, f"{made.id}{later}", as_json=as_json)


@app.command("list")
def show_all(
    organization: Annotated[str, typer.Option(help="Only of this one.")] = "",
    as_json: AsJson = False,
) -> None:
    """List who is told of drift."""
    from automation import pipeline

    found = with_tools(lambda tools: pipeline.list_recipients(tools, organization or None))
    text = "\n".join(map(_line, found)) or "nobody yet; add somebody with `vetportal notify add`"
    emit({"recipients": [_facts(each) for each in found]}, text, as_json=as_json)


@app.command()
def remove(number: Id, as_json: AsJson = False) -> None:
    """Tell somebody of nothing any more."""
    from automation import pipeline

    found = with_tools(lambda tools: pipeline.remove_recipient(tools, number))
    emit({"recipient": _facts(found)}, f"{found.id}: removed", as_json=as_json)


@app.command("test")
def try_out(number: Id, as_json: AsJson = False) -> None:
    """Send a letter now that shows that letters arrive."""
    from automation import pipeline

    found = with_tools(lambda tools: pipeline.try_recipient(tools, number))
    to = found.address or found.service
    emit({"recipient": _facts(found), "sent": True}, f"handed over: {to}", as_json=as_json)


def _facts(recipient: Recipient) -> dict[str, object]:
    return recipient.model_dump(mode="json")


def _line(one: Recipient) -> str:
    daily = ", the rest once a day" if one.digest else ""
    quiet = f", quiet {' '.join(one.quiet_hours)} {one.timezone}" if one.quiet_hours else ""
    to = one.address or one.service
    practices = ",".join(one.practices) or "all practices"
    return f"{one.id} {to} {one.organization} {practices}: {one.severity}{daily}{quiet}"
