"""How far each endpoint was read: kept with the rows that were read, in the same transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pydantic import JsonValue
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.model import Coverage
from automation.store.errands import Seal
from automation.store.schema import COVERAGE, insert_into

Unseal = Callable[[str, bytes], bytes]


@dataclass(frozen=True, slots=True)
class Covered:
    """A coverage with what a later run needs to go on.

    Attributes:
        coverage: what was read.
        digest: of the files that say how it is read.
        place: where its list goes on; None when it is over or has not begun. Links and cursors
            of a portal may open its session: it is sealed where it is kept.
    """

    coverage: Coverage
    digest: str
    place: JsonValue = None


async def put_coverages(
    connection: AsyncConnection,
    practice: str,
    covered: Iterable[Covered],
    *,
    seal: Seal,
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
            "place": _sealed(one, seal),
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


def place_of(endpoint: str) -> str:
    """What the place in a list is sealed to."""
    return f"place/{endpoint}"


def _sealed(covered: Covered, seal: Seal) -> bytes | None:
    if covered.place is None:
        return None
    return seal(place_of(covered.coverage.endpoint), json.dumps(covered.place).encode())


async def list_coverages(
    connection: AsyncConnection, practice: str, *, unseal: Unseal
) -> dict[str, Covered]:
    """Every coverage of a practice, by endpoint in the order of their names.

    Raises:
        Unready: a place does not open.
    """
    rows = await connection.execute(
        select(COVERAGE).where(COVERAGE.c.practice == practice).order_by(COVERAGE.c.endpoint)
    )
    return {
        row.endpoint: Covered(
            Coverage.model_validate({**row.facts, "run": row.run}),
            row.digest,
            None if row.place is None else json.loads(unseal(place_of(row.endpoint), row.place)),
        )
        for row in rows
    }


async def hand_on_coverages(connection: AsyncConnection, run: str, heir: str) -> int:
    """Let a run own what an earlier one has read; say how many endpoints."""
    statement = update(COVERAGE).where(COVERAGE.c.run == run).values(run=heir)
    return (await connection.execute(statement)).rowcount
