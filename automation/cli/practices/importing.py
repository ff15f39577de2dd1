"""`vetportal practice import`: many practices from one table."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from automation.pipeline import Tools


def import_(
    file: Annotated[
        str, typer.Argument(help="CSV file; - reads standard input.", metavar="FILE.csv")
    ],
    update: Annotated[
        bool,
        typer.Option("--update", help="Change practices that are there; empty cells stay as is."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add many practices from one table. Nothing is kept unless every line is good.

    Needed columns: name, portal, base_url; username and password for new practices. Possible: the
    options of `add` with underscores (quiet_hours, authorised_by, ...) and its credentials.
    """
    from automation.cli.practices.draft import keep_changed, keep_new
    from automation.cli.practices.plan import drafts_of, known
    from automation.cli.practices.table import read_rows

    shown = "standard input" if file == "-" else file
    content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    rows = tuple(read_rows(content, shown))

    async def work(tools: Tools) -> dict[str, list[str]]:
        there = await known(tools)
        done: dict[str, list[str]] = {"added": [], "changed": []}
        for draft in drafts_of(tools, rows, there, update=update, shown=shown):
            name = draft.practice.name
            if name in there.practices:
                await keep_changed(tools, draft)
                done["changed"].append(name)
            else:
                await keep_new(tools, draft)
                done["added"].append(name)
        return done

    done = with_tools(work)
    text = f"added {len(done['added'])}, changed {len(done['changed'])}"
    emit(done, text, as_json=as_json)
