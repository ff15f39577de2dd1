"""`vetportal webhook`: where events are sent, and what became of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.arguments import moment
from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from automation.model import Delivery, Event, Secret, WebhookEndpoint
    from automation.pipeline import Tools
    from automation.transport import Taken

app = typer.Typer(help="Where events are sent.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the endpoint: whe_...")]


@app.command()
def add(  # noqa: PLR0913, PLR0917 - one option for each thing that is known of an endpoint
    url: Annotated[str, typer.Argument(help="Where events go; https.")],
    event: Annotated[
        list[str] | None, typer.Option(help="Only this one, or a family: invoice.*. Repeatable.")
    ] = None,
    practice: Annotated[
        list[str] | None, typer.Option(help="Only of this practice. Repeatable.")
    ] = None,
    location: Annotated[
        list[str] | None, typer.Option(help="Only of the location of this id. Repeatable.")
    ] = None,
    organization: Annotated[str, typer.Option(help="Whose events.")] = "default",
    description: Annotated[str, typer.Option(help="For people.")] = "",
    full: Annotated[
        bool, typer.Option("--full", help="Tell all that is stored, not only the id.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Send events to an address; prints the secret that signs them, once."""
    from automation import pipeline

    wish = pipeline.WebhookWish(
        url=url,
        description=description,
        practices=practice or (),
        locations=location or (),
        types=event or (),
        full=full,
    )

    async def work(tools: Tools) -> tuple[WebhookEndpoint, Secret]:
        return await pipeline.add_webhook(tools, organization, wish)

    _print_secret(*with_tools(work), as_json=as_json)


@app.command("list")
def show_all(
    organization: Annotated[str, typer.Option(help="Only of this one.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the endpoints."""
    from automation import pipeline

    found = with_tools(lambda tools: pipeline.list_webhooks(tools, organization or None))
    lines = [
        f"{each.id} {each.state:<8} {each.organization:<16} {each.url} "
        f"{','.join(each.types) or 'all events'}{f' ({each.why})' if each.why else ''}"
        for each in found
    ]
    text = "\n".join(lines) or "no endpoints yet; make one with `vetportal webhook add`"
    emit({"webhooks": [_facts(each) for each in found]}, text, as_json=as_json)


@app.command()
def rotate(
    number: Id,
    overlap: Annotated[
        float, typer.Option(min=0, help="Hours for which the old secret signs, too.")
    ] = 24,
    as_json: AsJson = False,
) -> None:
    """Let a new secret sign; prints it, once."""
    from automation import pipeline

    async def work(tools: Tools) -> tuple[WebhookEndpoint, Secret]:
        return await pipeline.rotate_webhook(tools, number, overlap=timedelta(hours=overlap))

    _print_secret(*with_tools(work), as_json=as_json)


@app.command()
def readdress(
    number: Id,
    url: Annotated[str, typer.Argument(help="Where events go from now on; https.")],
    as_json: AsJson = False,
) -> None:
    """Send to another address; the secret, and what waits, stay."""
    from automation import pipeline

    found = with_tools(lambda tools: pipeline.readdress_webhook(tools, number, url))
    emit({"webhook": _facts(found)}, f"{found.id}: {found.url}", as_json=as_json)


@app.command("test")
def try_out(number: Id, as_json: AsJson = False) -> None:
    """Send one made-up event now, and say what came back; exit code 75 when it was not taken."""
    from dataclasses import asdict

    from automation import pipeline

    async def work(tools: Tools) -> Taken:
        return await pipeline.try_webhook(tools, number)

    taken = with_tools(work)
    emit(asdict(taken), taken.why or f"taken ({taken.status})", as_json=as_json)
    if not taken.is_taken:
        from automation.errors import Transient

        raise typer.Exit(Transient.exit_code)


@app.command()
def deliveries(
    number: Annotated[str, typer.Argument(metavar="[ID]", help="Of this endpoint only.")] = "",
    state: Annotated[str, typer.Option(help="waiting, delivered or dead; all by default.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List what was sent, or is on its way; the latest first."""
    from automation import pipeline

    async def work(tools: Tools) -> tuple[tuple[Delivery, Event], ...]:
        return await pipeline.list_deliveries(
            tools, endpoint=number or None, state=state or None, limit=limit
        )

    found = with_tools(work)
    facts = [
        {**one.model_dump(mode="json"), "type": event.type, "status": one.status}
        for one, event in found
    ]
    text = "\n".join(_line(one, event) for one, event in found) or "no deliveries"
    emit({"deliveries": facts}, text, as_json=as_json)


@app.command()
def redeliver(
    number: Annotated[str, typer.Argument(metavar="ID", help="Of a delivery or an endpoint.")],
    since: Annotated[
        str, typer.Option(help="All events of the endpoint since this day or time.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Send one delivery anew, or all events of an endpoint since a time."""
    from automation import pipeline

    async def work(tools: Tools) -> int:
        if since:
            return await pipeline.redeliver_since(tools, number, moment(since))
        await pipeline.redeliver(tools, number)
        return 1

    count = with_tools(work)
    emit({"count": count}, f"to be sent anew: {count}", as_json=as_json)


@app.command()
def enable(number: Id, as_json: AsJson = False) -> None:
    """Send to an endpoint again; what waited for it goes on."""
    _switch(number, on=True, as_json=as_json)


@app.command()
def disable(number: Id, as_json: AsJson = False) -> None:
    """Send nothing more to an endpoint."""
    _switch(number, on=False, as_json=as_json)


@app.command()
def remove(number: Id, as_json: AsJson = False) -> None:
    """Remove an endpoint with all that is on its way to it."""
    from automation import pipeline

    found = with_tools(lambda tools: pipeline.remove_webhook(tools, number))
    emit({"webhook": _facts(found)}, f"{found.id}: removed", as_json=as_json)


def _switch(number: str, *, on: bool, as_json: bool) -> None:
    from automation import pipeline

    why = "" if on else "a person disabled it"
    found = with_tools(lambda tools: pipeline.switch_webhook(tools, number, on=on, why=why))
    emit({"webhook": _facts(found)}, f"{found.id}: {found.state}", as_json=as_json)


def _print_secret(endpoint: WebhookEndpoint, secret: Secret, *, as_json: bool) -> None:
    facts = {"webhook": _facts(endpoint), "secret": secret.reveal()}
    emit(facts, f"{endpoint.id}\n{secret.reveal()}", as_json=as_json)


def _facts(endpoint: WebhookEndpoint) -> dict[str, object]:
    return endpoint.model_dump(mode="json")


def _line(one: Delivery, event: Event) -> str:
    answer = one.status or (one.log[-1].why if one.log else "not tried yet")
    until = f" next {one.next_at:%Y-%m-%d %H:%M:%S} UTC" if one.state == "waiting" else ""
    return f"{one.id} {one.state:<9} {event.type:<28} tries {one.tries} {answer}{until}"
