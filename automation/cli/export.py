"""`vetportal export`: a copy of what is stored, for analysis."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from automation.cli.output import AsJson, emit
from automation.cli.run import with_tools

if TYPE_CHECKING:
    from automation.pipeline import Tools
    from automation.serve import Exported


def export(
    place: Annotated[Path, typer.Argument(help="A folder for Parquet, a file for DuckDB.")],
    form: Annotated[
        Literal["parquet", "duckdb"], typer.Option("--format", help="What is written.")
    ] = "parquet",
    organization: Annotated[str, typer.Option(help="Whose practices.")] = "default",
    practice: Annotated[
        list[str] | None, typer.Option(help="Only this practice; may be given several times.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Copy what is stored into Parquet files or a DuckDB database; later only what changed."""
    from automation import serve
    from automation.store import Reach

    async def work(tools: Tools) -> Exported:
        for name in practice or ():
            await tools.store.practice(name)  # an unknown one is refused, not empty
        reach = Reach(organization, frozenset(practice or ()))
        done = await serve.export_to(place, form, tools.store, reach)
        detail = {"format": form, "rows": str(sum(done.rows.values()))}
        if practice:
            detail["practices"] = " ".join(practice)
        tools.audit.note("records.exported", organization=organization, detail=detail)
        return done

    done = with_tools(work)
    rows = sum(done.rows.values())
    kind = "everything" if done.whole else "what changed"
    facts = {"rows": done.rows, "whole": done.whole, "sequence": done.sequence}
    emit(facts, f"{place}: {kind}, {rows} rows", as_json=as_json)
