"""TreatmentBoardEntry: a patient on a board of the hospital."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field

from automation.entities.entity import Entity, Json
from automation.entities.moment import Moment
from automation.entities.parts import BoardTask


class TreatmentBoardEntry(Entity, table=True):
    """A patient on a board of the hospital; ``status`` is that of its discharge.

    Attributes:
        board: ``whiteboard`` or ``treatment_board``.
        appointment_id: the visit it belongs to.
        appointment_source_id: the portal's id of the visit.
        client_id: the owner.
        client_source_id: the portal's id of the owner.
        patient_id: the animal.
        patient_source_id: the portal's id of the animal.
        provider_id: the vet in charge.
        provider_source_id: the portal's id of the vet in charge.
        second_provider_id: the second vet.
        second_provider_source_id: the portal's id of the second vet.
        technicians: who else works on it.
        problem: problem or diagnosis.
        resuscitate: what to do in an emergency, the practice's own word.
        special_care: free text.
        department: where it is treated.
        cage: where it stays.
        visit_status: where the patient is, the practice's own word.
        arrival_status: ``Arrived``, ``Admitted``: the portal's own word.
        arrived_at: when it came.
        discharge_status: ``Undecided``, ``Stay``, ``Going``: the portal's own word.
        stay_until: planned end of a stay.
        tasks: what is to be done.
    """

    kind: ClassVar[str] = "treatment_board_entry"
    prefix: ClassVar[str] = "tbe"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "appointment": "appointment",
        "client": "client",
        "patient": "patient",
        "provider": "provider",
        "second_provider": "provider",
    }
    listed_by: ClassVar[tuple[str, ...]] = (
        "client_id",
        "patient_id",
        "provider_id",
        "appointment_id",
    )
    spans: ClassVar[tuple[str, ...]] = ("arrived_at",)

    board: str | None = None
    appointment_id: str | None = None
    appointment_source_id: str | None = None
    client_id: str | None = None
    client_source_id: str | None = None
    patient_id: str | None = None
    patient_source_id: str | None = None
    provider_id: str | None = None
    provider_source_id: str | None = None
    second_provider_id: str | None = None
    second_provider_source_id: str | None = None
    technicians: str | None = None
    problem: str | None = None
    resuscitate: str | None = None
    special_care: str | None = None
    department: str | None = None
    cage: str | None = None
    visit_status: str | None = None
    arrival_status: str | None = None
    arrived_at: datetime | None = Field(default=None, sa_type=Moment)
    discharge_status: str | None = None
    stay_until: datetime | None = Field(default=None, sa_type=Moment)
    tasks: list[BoardTask] = Field(default=[], sa_type=Json)
