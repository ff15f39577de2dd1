"""Every kind of entity there is."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import configure_mappers

from automation.entities.appointment import Appointment
from automation.entities.client import Client
from automation.entities.entity import Entity
from automation.entities.invoice import Invoice
from automation.entities.invoice_line import InvoiceLine
from automation.entities.location import Location
from automation.entities.patient import Patient
from automation.entities.payment import Payment
from automation.entities.pharmacy_order import PharmacyOrder
from automation.entities.prescription import Prescription
from automation.entities.provider import Provider
from automation.entities.treatment_board_entry import TreatmentBoardEntry

ENTITIES: Final[dict[str, type[Entity]]] = {
    entity.kind: entity
    for entity in (
        Location,
        Provider,
        Client,
        Patient,
        Appointment,
        TreatmentBoardEntry,
        Prescription,
        PharmacyOrder,
        Invoice,
        InvoiceLine,
        Payment,
    )
}
"""Every kind of entity by its name."""


def plural(kind: str) -> str:
    """The word for several entities of a kind: ``patients``, ``treatment_board_entries``."""
    if kind.endswith("y") and not kind.endswith("ey"):
        return f"{kind[:-1]}ies"
    return f"{kind}es" if kind.endswith("s") else f"{kind}s"


configure_mappers()  # entities are made without the ORM's own constructor, which would do this
