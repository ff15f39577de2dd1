"""What we work out where the portal says nothing: the latest visit of each patient.

The portal's own word wins. A patient for whom it has none gets the latest visit that is kept here:
the start of a medical record that was not cancelled, or of an appointment that the patient came
to. Working it out again gives the same, so that a second sync changes nothing.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Column,
    Select,
    Subquery,
    Table,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from automation.entities import Json, Moment
from automation.store.schema import CHANGE, entity_table
from automation.store.turns import take_turn
from automation.store.writing import Stamp

_CAME: Final = ("in_progress", "ready_for_discharge", "completed")
_NO_VISIT: Final = ("planned", "cancelled")


async def derive_last_visits(connection: AsyncConnection, practice: str, *, stamp: Stamp) -> int:
    """Bring the last visits of a practice up to date where the portal says none; say how many.

    Two statements, whatever the number of patients; one when nothing is to be done.

    Args:
        connection: in a transaction that writes.
        practice: name of the practice.
        stamp: the run, and when.
    """
    patient, latest = entity_table("patient"), _latest_visits(practice)
    stale = (
        select(patient.c.id, latest.c.at)
        .join_from(patient, latest, patient.c.id == latest.c.patient_id, isouter=True)
        .where(
            patient.c.practice == practice,
            patient.c.removed_at.is_(None),
            or_(patient.c.last_visit_at.is_(None), patient.c.last_visit_derived),
            patient.c.last_visit_at.is_distinct_from(latest.c.at),
        )
        .subquery("stale")
    )
    if not await _announce(connection, practice, stale, stamp):
        return 0
    derived = update(patient).where(patient.c.id == stale.c.id)
    done = await connection.execute(
        derived.values(
            last_visit_at=stale.c.at,
            last_visit_derived=stale.c.at.is_not(None),
            changed_at=stamp.at,
            run=stamp.run,
        )
    )
    return done.rowcount


def _latest_visits(practice: str) -> Subquery:
    """The start of the latest visit of each patient of a practice that has one."""
    appointment, record = entity_table("appointment"), entity_table("medical_record")
    came = _visits(appointment, appointment.c.start_at, practice).where(
        appointment.c.status.in_(_CAME)
    )
    seen = _visits(record, record.c.started_at, practice).where(
        or_(record.c.status.is_(None), record.c.status.not_in(_NO_VISIT))
    )
    visits = union_all(came, seen).subquery("visits")
    at = func.max(visits.c.at, type_=Moment).label("at")
    return select(visits.c.patient_id, at).group_by(visits.c.patient_id).subquery("latest")


def _visits(table: Table, start: Column[object], practice: str) -> Select[tuple[str, object]]:
    return select(table.c.patient_id, start.label("at")).where(
        table.c.practice == practice,
        table.c.removed_at.is_(None),
        table.c.patient_id.is_not(None),
        start.is_not(None),
    )


async def _announce(
    connection: AsyncConnection, practice: str, stale: Subquery, stamp: Stamp
) -> int:
    changed = select(
        literal(practice),
        literal("patient"),
        stale.c.id,
        literal("changed"),
        literal(["last_visit_at"], Json),
        literal(stamp.at, Moment),
        literal(stamp.run),
    )
    await take_turn(connection, "changes")
    names = ["practice", "kind", "id", "action", "fields", "at", "run"]
    told = insert(CHANGE).from_select(names, changed.order_by(stale.c.id))
    return (await connection.execute(told)).rowcount
