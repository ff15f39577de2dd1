"""Circuit breakers: what does not answer is left alone, and one job now and then looks again.

Each practice has one, and each portal. A practice's opens after so many failures in a row; a
portal's when so many of its practices failed while it answered nobody, so that a practice that
fails for reasons of its own holds up no other one. All workers share them by these rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.model import Practice
from automation.store.database import Database
from automation.store.schema import CIRCUIT
from automation.store.turns import take_turn

FAILURES: Final = 5
"""Failures in a row after which a practice is left alone."""
PRACTICES: Final = 5
"""Practices that failed while a portal answered nobody, after which the portal is left alone."""
PROBE: Final = 120.0
"""Seconds that one job has to find out whether it works again, before another one may."""
_PAUSE: Final = {"practice": 60.0, "portal": 30.0}
_LONGEST: Final = {"practice": 1800.0, "portal": 300.0}
_ROW: Final = CIRCUIT.c


@dataclass(frozen=True, slots=True)
class Circuit:
    """What is left alone, and for how long.

    Attributes:
        portal: the portal.
        practice: the practice; None when the whole portal is left alone.
        failures: how many there were in a row.
        until: when one job looks again.
        why: what the last failure said.
    """

    portal: str
    practice: str | None
    failures: int
    until: datetime
    why: str

    @property
    def name(self) -> str:
        """The practice, or the portal, for people."""
        return self.practice or f"the portal {self.portal}"

    @property
    def said(self) -> str:
        """What is left alone until when, and why, for people."""
        return f"{self.name} is left alone until {self.until:%Y-%m-%d %H:%M:%S} UTC: {self.why}"


class Circuits:
    """The circuit breakers of all practices and portals.

    Args:
        database: where the rows stand.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enter(self, practice: Practice, now: datetime) -> Circuit | None:
        """Ask whether a job may begin; the first one after a pause may, and looks for the others.

        Args:
            practice: where.
            now: the current time.

        Returns:
            what is left alone; None when the job may begin.
        """
        keys = _ROW.key.in_((_of_practice(practice), _of_portal(practice)))
        tripped = keys & (_ROW.open_until > 0)
        async with self._database.read() as connection:
            if (await connection.execute(select(_ROW.key).where(tripped))).first() is None:
                return None
        async with self._database.write() as connection:
            await take_turn(connection, "circuits")
            at = now.timestamp()
            longest_first = select(CIRCUIT).where(tripped).order_by(_ROW.open_until.desc())
            rows = (await connection.execute(longest_first)).mappings().all()
            if rows and rows[0]["open_until"] > at:
                return _circuit(dict(rows[0]))
            probe = update(CIRCUIT).where(tripped)
            await connection.execute(probe.values(open_until=at + PROBE, probing=True))
        return None

    async def failed(self, practice: Practice, why: str, now: datetime) -> tuple[Circuit, ...]:
        """Note that the portal failed a job.

        Args:
            practice: where.
            why: what happened; never a secret.
            now: the current time.

        Returns:
            what is left alone from now on, the portal last.
        """
        at = now.timestamp()
        async with self._database.write() as connection:
            await take_turn(connection, "circuits")
            own = await _count(connection, practice, _of_practice(practice), why, at)
            with_it = (_ROW.portal == practice.portal) & _ROW.practice.is_not(None) & _ROW.counts
            many = select(func.count()).select_from(CIRCUIT).where(with_it)
            failing = (await connection.execute(many)).scalar_one()
            whole = None
            if failing >= PRACTICES:
                whole = await _count(connection, practice, _of_portal(practice), why, at)
        return tuple(filter(None, (own, whole)))

    async def passed(self, practice: Practice) -> bool:
        """Note that the portal answered a job; whether something was left alone until now.

        When the portal itself was, what its practices failed by meanwhile was its doing, and none
        of them is left alone any longer.
        """
        portal = _ROW.portal == practice.portal
        async with self._database.read() as connection:
            if (await connection.execute(select(_ROW.key).where(portal))).first() is None:
                return False
        mine = _ROW.key == _of_practice(practice)
        async with self._database.write() as connection:
            await take_turn(connection, "circuits")
            whole = delete(CIRCUIT).where(_ROW.key == _of_portal(practice))
            again = (await connection.execute(whole)).rowcount == 1
            gone: ColumnElement[bool] = (portal & _ROW.counts) if again else mine
            opened = delete(CIRCUIT).where(gone | mine).returning(_ROW.open_until)
            again |= any((await connection.execute(opened)).scalars())
            await connection.execute(update(CIRCUIT).where(portal).values(counts=False))
        return again

    async def open(self) -> tuple[Circuit, ...]:
        """Everything that is left alone, portals first; also what is looked at just now."""
        tripped = select(CIRCUIT).where(_ROW.open_until > 0).order_by(_ROW.key)
        async with self._database.read() as connection:
            return tuple(
                _circuit(dict(row)) for row in (await connection.execute(tripped)).mappings()
            )


async def _count(
    connection: AsyncConnection, practice: Practice, key: str, why: str, at: float
) -> Circuit | None:
    """Count one failure more; what it is now when that left it alone."""
    found = await connection.execute(select(CIRCUIT).where(_ROW.key == key))
    row = found.mappings().first()
    kind = key.partition(":")[0]
    if row is not None and row["open_until"] > at and not row["probing"]:
        return None  # it began before the others failed, and tells nothing new
    failures = (row["failures"] if row else 0) + 1
    beyond = failures - (FAILURES if kind == "practice" else 1)
    pause = min(_PAUSE[kind] * 2.0 ** max(beyond, 0), _LONGEST[kind])
    values: dict[str, Any] = {
        "portal": practice.portal,
        "practice": practice.name if kind == "practice" else None,
        "failures": failures,
        "open_until": at + pause if beyond >= 0 else 0.0,
        "probing": False,
        "counts": True,
        "why": why,
    }
    if row is None:
        await connection.execute(insert(CIRCUIT).values(key=key, **values))
    else:
        await connection.execute(update(CIRCUIT).where(_ROW.key == key).values(**values))
    if beyond < 0:
        return None
    return _circuit(values)


def _of_practice(practice: Practice) -> str:
    return f"practice:{practice.name}"


def _of_portal(practice: Practice) -> str:
    return f"portal:{practice.portal}"


def _circuit(row: Mapping[str, Any]) -> Circuit:
    return Circuit(
        row["portal"],
        row["practice"],
        row["failures"],
        datetime.fromtimestamp(row["open_until"], UTC),
        row["why"],
    )
