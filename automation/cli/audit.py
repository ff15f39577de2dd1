"""`vetportal audit`: who did what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from automation.audit import Verdict
    from automation.pipeline import Tools

app = typer.Typer(help="Who did what: the audit log.", no_args_is_help=True)


@app.command()
def verify(as_json: AsJson = False) -> None:
    """See that nothing of the audit log was altered, added, moved or removed."""
    from automation import audit

    async def work(tools: Tools) -> Verdict:
        return await audit.verify_log(tools.audit.trail, tools.audit.anchor)

    verdict = with_tools(work)
    facts = {"chains": verdict.chains, "entries": verdict.entries, "seals": verdict.seals}
    text = f"the audit log is whole: {verdict.entries} entries in {verdict.chains} chains"
    emit(facts, text, as_json=as_json)


@app.command()
def export(
    since: Annotated[
        str, typer.Option(help="Only entries from this day or time on, 2026-11-20 or with a time.")
    ] = "",
    practice: Annotated[str, typer.Option(help="Only entries of this practice.")] = "",
    form: Annotated[
        Literal["ndjson", "csv"], typer.Option("--format", help="One line for each entry.")
    ] = "ndjson",
) -> None:
    """Print entries in the order of time."""
    from automation import audit

    earliest = _instant(since)

    async def work(tools: Tools) -> None:
        entries = tools.audit.trail.entries(since=earliest, practice=practice or None)
        async for line in audit.exported(entries, form):
            typer.echo(line)

    with_tools(work)


def _instant(text: str) -> str:
    """A time as entries have it; a day begins at midnight, and what has no zone is in UTC."""
    from automation.cli.arguments import moment
    from automation.entities import instant_text

    return instant_text(moment(text)) if text else ""
