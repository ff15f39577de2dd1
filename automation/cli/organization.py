"""`vetportal organization`: who owns practices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from automation.model import Organization
    from automation.pipeline import Tools

app = typer.Typer(
    help="Who owns practices; nothing crosses from one to another.", no_args_is_help=True
)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Our name for it: a-z, 0-9 and dashes.")],
    title: Annotated[str, typer.Option(help="Its name for people.")] = "",
    as_json: AsJson = False,
) -> None:
    """Add an organization."""
    from pydantic import ValidationError

    from automation.errors import BadArgument
    from automation.model import Organization
    from automation.store import Organizations

    try:
        made = Organization(name=name, title=title)
    except ValidationError as problem:
        raise BadArgument(str(problem.errors()[0]["ctx"]["error"])) from None

    async def work(tools: Tools) -> None:
        await Organizations(tools.store.database).add(made)
        tools.audit.note("organization.added", organization=name)

    with_tools(work)
    emit(made.model_dump(), f"added {name}", as_json=as_json)


@app.command("list")
def show_all(as_json: AsJson = False) -> None:
    """List the organizations, each with the number of its practices."""

    async def work(tools: Tools) -> list[tuple[Organization, int]]:
        from automation.store import Organizations

        found = await Organizations(tools.store.database).all()
        return [(each, len(await tools.store.practices(each.name))) for each in found]

    found = with_tools(work)
    lines = [f"{each.name:<24} {number:>6} practices  {each.title}" for each, number in found]
    facts = [{**each.model_dump(), "practices": number} for each, number in found]
    emit({"organizations": facts}, "\n".join(lines), as_json=as_json)
