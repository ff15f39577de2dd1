"""How far each endpoint was read: kept with the rows that were read, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import JsonValue
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.model import Coverage
from automation.store.schema import COVERAGE, insert_into


@dataclass(frozen=True, slots=True)
class Covered:
    """A coverage with what a later run needs to go on.

    Attributes:
        coverage: what was read.
        digest: of the files that say how it is read.
        place: where its list goes on; None when it is over or has not begun.
    """

    coverage: Coverage
    digest: str
    place: JsonValue = None


async def put_coverages(
    connection: AsyncConnection,
    practice: str,
    covered: Iterable[Covered],
    *,
    places: bool = True,
) -> None:
    """Keep coverages in the place of those of before; without ``places``, those that are stay."""
    rows = [
        {
            "practice": practice,
            "endpoint": one.coverage.endpoint,
            "run": one.coverage.run,
            "digest": one.digest,
            "facts": one.coverage.model_dump(mode="json"),
            "place": one.place,
        }
        for one in covered
    ]
    if not rows:
        return
    insert = insert_into(connection, COVERAGE)
    names = ("run", "digest", "facts", "place") if places else ("run", "digest", "facts")
    kept = {name: insert.excluded[name] for name in names}
    statement = insert.on_conflict_do_update(index_elements=["practice", "endpoint"], set_=kept)
    await connection.execute(statement, rows)


async def list_coverages(connection: AsyncConnection, practice: str) -> dict[str, Covered]:
    """Every coverage of a practice, by endpoint in the order of their names."""
    rows = await connection.execute(
        select(COVERAGE).where(COVERAGE.c.practice == practice).order_by(COVERAGE.c.endpoint)
    )
    return {
        row.endpoint: Covered(
            Coverage.model_validate({**row.facts, "run": row.run}), row.digest, row.place
        )
        for row in rows
    }


async def hand_on_coverages(connection: AsyncConnection, run: str, heir: str) -> int:
    """Let a run own what an earlier one has read; say how many endpoints."""
    statement = update(COVERAGE).where(COVERAGE.c.run == run).values(run=heir)
    return (await connection.execute(statement)).rowcount
