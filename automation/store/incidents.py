"""Incidents as rows: one finding in one practice, with its history."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.model import Incident, IncidentEvent, IncidentState
from automation.store.database import Database
from automation.store.schema import INCIDENT, INCIDENT_EVENT, insert_into

_ROW: Final = INCIDENT.c
_EVENT: Final = INCIDENT_EVENT.c
_KEY: Final = ("practice", "fingerprint", "onlooker")


class Incidents:
    """Looks at incidents, and keeps what was decided about them.

    Args:
        database: where the rows stand.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(
        self,
        *,
        practice: str | None = None,
        portal: str | None = None,
        fingerprint: str | None = None,
        names: Collection[str] = (),
        states: Sequence[IncidentState] = (),
    ) -> tuple[Incident, ...]:
        """The incidents that all of this fits, those seen last first.

        Args:
            practice: only of this practice.
            portal: only of this portal.
            fingerprint: only of findings whose fingerprint begins so.
            names: only of these baselines; of any when empty.
            states: only in one of these states; any when empty.
        """
        statement = select(_ROW.content).order_by(_ROW.latest_at.desc(), _ROW.fingerprint)
        for column, value in ((_ROW.practice, practice), (_ROW.portal, portal)):
            if value is not None:
                statement = statement.where(column == value)
        if fingerprint is not None:
            begins = _ROW.fingerprint.startswith(fingerprint, autoescape=True)
            statement = statement.where(begins)
        if names:
            statement = statement.where(_ROW.name.in_(names))
        if states:
            statement = statement.where(_ROW.state.in_(states))
        async with self._database.read() as connection:
            found = (await connection.execute(statement)).scalars().all()
        return tuple(map(Incident.model_validate, found))

    async def history(
        self, fingerprint: str = "", *, practice: str | None = None, limit: int = 200
    ) -> tuple[IncidentEvent, ...]:
        """What happened to incidents, newest first.

        Args:
            fingerprint: only of findings whose fingerprint begins so.
            practice: only in this practice.
            limit: how many at most.
        """
        begins = _EVENT.fingerprint.startswith(fingerprint, autoescape=True)
        statement = select(INCIDENT_EVENT).where(begins).order_by(_EVENT.id.desc()).limit(limit)
        if practice is not None:
            statement = statement.where(_EVENT.practice == practice)
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        wanted = IncidentEvent.model_fields
        return tuple(
            IncidentEvent.model_validate({name: row[name] for name in wanted}) for row in rows
        )


async def write_incidents(connection: AsyncConnection, incidents: Sequence[Incident]) -> None:
    """Put incidents in the place of those of the same practice, finding and onlooker."""
    for incident in incidents:
        finding = incident.finding
        values = {
            "portal": finding.portal,
            "name": incident.name,
            "rule": finding.rule,
            "severity": str(finding.severity),
            "state": incident.state,
            "latest_at": incident.latest_at,
            "content": incident.model_dump(mode="json", exclude_defaults=True),
        }
        key = (finding.practice, finding.fingerprint, incident.onlooker)
        statement = insert_into(connection, INCIDENT)
        statement = statement.values(**dict(zip(_KEY, key, strict=True)), **values)
        await connection.execute(
            statement.on_conflict_do_update(index_elements=list(_KEY), set_=values)
        )


async def write_events(connection: AsyncConnection, events: Sequence[IncidentEvent]) -> None:
    """Add to the history."""
    if events:
        await connection.execute(insert(INCIDENT_EVENT), [each.model_dump() for each in events])
