"""`vetportal rule`: what a practice has done by itself when something happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from typing import Literal

    from automation.model import Rule, RuleAction
    from automation.pipeline import Tools

app = typer.Typer(
    help="What a practice has done by itself when something happens.", no_args_is_help=True
)

Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the rule: rul_...")]


@app.command()
def add(  # noqa: PLR0913, PLR0917 - one option for each thing that is known of a rule
    practice: Annotated[str, typer.Argument(help="Name of the practice.")],
    event: Annotated[str, typer.Argument(help="Which event: reminder.due.")],
    operation: Annotated[str, typer.Argument(help="What is done: send_message.")],
    give: Annotated[
        list[str] | None,
        typer.Option("--input", help="NAME=VALUE; {client.name} is filled in. Repeatable."),
    ] = None,
    reminder: Annotated[
        bool, typer.Option("--reminder", help="It reminds: who wants no reminders gets none.")
    ] = False,
    no_email: Annotated[
        bool, typer.Option("--no-email", help="It is sent another way than by e-mail.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Keep a rule; it is off until you enable it."""
    from pydantic import JsonValue

    from automation import pipeline
    from automation.cli.arguments import pairs

    purpose: Literal["message", "reminder"] = "reminder" if reminder else "message"
    inputs = dict[str, JsonValue](pairs(give or []))
    wish = pipeline.RuleWish(event, operation, inputs, purpose, not no_email)

    async def work(tools: Tools) -> Rule:
        return await pipeline.add_rule(tools, practice, wish)

    _print((with_tools(work),), as_json=as_json)


@app.command("list")
def show_all(
    practice: Annotated[str, typer.Option(help="Only of this practice.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the rules."""
    from automation import pipeline

    found = with_tools(lambda tools: pipeline.list_rules(tools, practice or None))
    _print(found, as_json=as_json)


@app.command()
def enable(number: Id, as_json: AsJson = False) -> None:
    """Switch a rule on: from now on it acts without asking anybody."""
    _switch(number, on=True, as_json=as_json)


@app.command()
def disable(number: Id, as_json: AsJson = False) -> None:
    """Switch a rule off; what it has not done yet is left."""
    _switch(number, on=False, as_json=as_json)


@app.command()
def remove(number: Id, as_json: AsJson = False) -> None:
    """Remove a rule; what it asked for stands."""
    from automation import pipeline

    found = with_tools(lambda tools: pipeline.remove_rule(tools, number))
    emit({"rule": found.model_dump(mode="json")}, f"{found.id}: removed", as_json=as_json)


@app.command()
def actions(
    number: Id,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List what a rule made of events, the latest first."""
    from automation import pipeline

    async def work(tools: Tools) -> tuple[RuleAction, ...]:
        return await pipeline.list_actions(tools, number, limit=limit)

    found = with_tools(work)
    lines = [
        " ".join(filter(None, (f"{each.at:%Y-%m-%d %H:%M:%S}", each.state, each.why, each.write)))
        for each in found
    ]
    facts = [each.model_dump(mode="json") for each in found]
    emit({"actions": facts}, "\n".join(lines) or "nothing yet", as_json=as_json)


def _switch(number: str, *, on: bool, as_json: bool) -> None:
    from automation import pipeline

    found = with_tools(lambda tools: pipeline.switch_rule(tools, number, on=on))
    _print((found,), as_json=as_json)


def _print(rules: tuple[Rule, ...], *, as_json: bool) -> None:
    facts = [cast("dict[str, object]", each.model_dump(mode="json")) for each in rules]
    lines = [
        f"{each.id} {'on ' if each.enabled else 'off'} {each.practice} {each.event} -> "
        f"{each.operation} ({each.purpose})"
        for each in rules
    ]
    emit({"rules": facts}, "\n".join(lines) or "no rules", as_json=as_json)
