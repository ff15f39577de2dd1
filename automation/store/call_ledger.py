"""The ledger of calls: what all processes together use up of the budgets that portals state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.model import Charge
from automation.store.database import Database
from automation.store.schema import SPENT_CALL
from automation.store.turns import take_turn

_AHEAD: Final = 5.0
"""Seconds by which clocks of two machines may differ; what began later than that never did."""


class CallLedger:
    """Remembers what is used up, for other processes and for the next one.

    Implements :class:`automation.ports.Ledger`. What is over is forgotten with the next call.

    Args:
        database: where the rows stand.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(
        self, user: str, charge: Charge, now: float, *, told: Mapping[int, tuple[float, int]]
    ) -> tuple[int, float]:
        """Use up a part of a budget, if it is there, in one transaction; see the port.

        Raises:
            Unready: the database fails for a reason a person can mend.
        """
        row = SPENT_CALL.c
        async with self._database.write() as connection:
            await take_turn(connection, "calls")
            await _update(connection, told)
            over = (row.until <= now) | (row.since > now + _AHEAD)
            await connection.execute(delete(SPENT_CALL).where(over))
            ours = (row.caller == user) & (row.budget == charge.name)
            used = await connection.execute(select(row.until, row.weight).where(ours))
            held = [(until, weight) for until, weight in used]
            if wait := charge.budget.wait(held, charge.weight, now):
                return 0, wait
            taken = insert(SPENT_CALL).values(
                caller=user,
                budget=charge.name,
                weight=charge.weight,
                since=now,
                until=now + charge.budget.seconds,
            )
            number = (await connection.execute(taken.returning(row.id))).scalar_one()
        return number, 0.0

    async def tell(self, told: Mapping[int, tuple[float, int]]) -> None:
        """Write down what calls turned out to use up; see the port.

        Raises:
            Unready: the database fails for a reason a person can mend.
        """
        async with self._database.write() as connection:
            await take_turn(connection, "calls")
            await _update(connection, told)


async def _update(connection: AsyncConnection, told: Mapping[int, tuple[float, int]]) -> None:
    for number, (until, weight) in told.items():
        statement = update(SPENT_CALL).where(SPENT_CALL.c.id == number)
        await connection.execute(statement.values(until=until, weight=weight))
