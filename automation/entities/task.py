"""Task: something to be done."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field

from automation.entities.entity import Entity
from automation.entities.moment import Moment


class Task(Entity, table=True):
    """Something to be done.

    ``status`` is ``due``, ``overdue``, ``done``, ``skipped`` or ``cancelled``.

    Attributes:
        category: ``task``, ``treatment``, ``callback`` or ``follow_up``.
        type_name: the practice's own word for this kind of task.
        title: what is to be done.
        client_id: whom it is about, or who is to be called.
        client_source_id: the portal's id of that client.
        patient_id: for which animal.
        patient_source_id: the portal's id of that patient.
        appointment_id: the appointment it belongs to.
        appointment_source_id: the portal's id of that appointment.
        consultation_id: the consultation it belongs to.
        consultation_source_id: the portal's id of that consultation.
        medical_record_id: the visit it belongs to.
        medical_record_source_id: the portal's id of that medical record.
        treatment_board_entry_id: the patient plan it stands on.
        treatment_board_entry_source_id: the portal's id of that treatment board entry.
        assignee_id: who is to do it.
        assignee_source_id: the portal's id of that provider.
        assignee_name: who is to do it, as the portal writes it: a person or a team.
        product_id: what is charged when it is done.
        product_source_id: the portal's id of that product.
        priority: ``low``, ``normal`` or ``high``.
        frequency: how often, the portal's own word.
        quantity: how much is given or done.
        billable: doing it adds a charge.
        due_at: when it is to be done.
        done_at: when it was done.
        done_by: who did it.
        outcome: what came of it.
        notes: free text.
    """

    kind: ClassVar[str] = "task"
    prefix: ClassVar[str] = "tsk"
    references: ClassVar[dict[str, str]] = {
        **Entity.references,
        "client": "client",
        "patient": "patient",
        "appointment": "appointment",
        "consultation": "consultation",
        "medical_record": "medical_record",
        "treatment_board_entry": "treatment_board_entry",
        "assignee": "provider",
        "product": "product",
    }
    listed_by: ClassVar[tuple[str, ...]] = ("patient_id", "assignee_id")
    spans: ClassVar[tuple[str, ...]] = ("due_at",)

    category: str | None = None
    type_name: str | None = None
    title: str | None = None
    client_id: str | None = None
    client_source_id: str | None = None
    patient_id: str | None = None
    patient_source_id: str | None = None
    appointment_id: str | None = None
    appointment_source_id: str | None = None
    consultation_id: str | None = None
    consultation_source_id: str | None = None
    medical_record_id: str | None = None
    medical_record_source_id: str | None = None
    treatment_board_entry_id: str | None = None
    treatment_board_entry_source_id: str | None = None
    assignee_id: str | None = None
    assignee_source_id: str | None = None
    assignee_name: str | None = None
    product_id: str | None = None
    product_source_id: str | None = None
    priority: str | None = None
    frequency: str | None = None
    quantity: float | None = None
    billable: bool | None = None
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    done_at: datetime | None = Field(default=None, sa_type=Moment)
    done_by: str | None = None
    outcome: str | None = None
    notes: str | None = None
