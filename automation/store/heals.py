"""Repairs as rows: what was proposed, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from automation.errors import NotKnown
from automation.model import Heal, HealState
from automation.store.database import Database
from automation.store.practices import find_practice
from automation.store.schema import HEAL, insert_into
from automation.store.turns import take_practice

_ROW: Final = HEAL.c


class Heals:
    """Keeps repairs of files below ``flows/``.

    Args:
        database: where the rows stand.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def propose(self, heal: Heal) -> Heal:
        """Keep a repair; one that was kept before is left as it is, rejected ones above all.

        Returns:
            What is kept.

        Raises:
            NotKnown: there is no such practice.
        """
        async with self._database.write() as connection:
            await take_practice(connection, heal.practice)
            await find_practice(connection, heal.practice)
            known = select(_ROW.content).where(_ROW.id == heal.id)
            found = (await connection.execute(known)).scalar_one_or_none()
            if found is not None:
                return Heal.model_validate(found)
            await connection.execute(
                insert_into(connection, HEAL).values(id=heal.id, **_values(heal))
            )
        return heal

    async def put(self, heal: Heal) -> None:
        """Keep what became of a repair."""
        async with self._database.write() as connection:
            await take_practice(connection, heal.practice)
            values = _values(heal)
            statement = insert_into(connection, HEAL).values(id=heal.id, **values)
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["id"], set_=values)
            )

    async def find(
        self,
        *,
        practice: str | None = None,
        portal: str | None = None,
        fingerprint: str | None = None,
        states: Sequence[HealState] = (),
    ) -> tuple[Heal, ...]:
        """The repairs that all of this fits, newest first.

        Args:
            practice: only of this practice.
            portal: only of this portal.
            fingerprint: only for this finding.
            states: only in one of these states; any when empty.
        """
        statement = select(_ROW.content).order_by(_ROW.at.desc(), _ROW.id)
        wanted = (
            (_ROW.practice, practice),
            (_ROW.portal, portal),
            (_ROW.fingerprint, fingerprint),
        )
        for column, value in wanted:
            if value is not None:
                statement = statement.where(column == value)
        if states:
            statement = statement.where(_ROW.state.in_(states))
        async with self._database.read() as connection:
            found = (await connection.execute(statement)).scalars().all()
        return tuple(map(Heal.model_validate, found))

    async def get(self, begins: str) -> Heal:
        """The one repair whose id begins so.

        Raises:
            NotKnown: there is none, or there are several.
        """
        statement = select(_ROW.content).where(_ROW.id.startswith(begins, autoescape=True))
        async with self._database.read() as connection:
            found = (await connection.execute(statement)).scalars().all()
            known = (await connection.execute(select(_ROW.id))).scalars().all()
        if len(found) != 1:
            raise NotKnown("repair", begins, tuple(known))
        return Heal.model_validate(found[0])


def _values(heal: Heal) -> dict[str, object]:
    return {
        "practice": heal.practice,
        "portal": heal.portal,
        "fingerprint": heal.fingerprint,
        "state": heal.state,
        "at": heal.at,
        "content": heal.model_dump(mode="json", exclude_defaults=True),
    }
