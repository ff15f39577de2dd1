"""SQLModel tables of the normalised entities, with provenance."""

from automation.entities.appointment import Appointment
from automation.entities.client import Client
from automation.entities.contact import Address, Email, Phone, Task
from automation.entities.entity import Entity, Json
from automation.entities.fit import field_kinds, part_kinds, refuse_unfit
from automation.entities.identity import entity_id
from automation.entities.invoice import Invoice
from automation.entities.invoice_line import InvoiceLine
from automation.entities.kinds import ENTITIES, plural
from automation.entities.location import Location
from automation.entities.moment import Moment, instant_text, moment_text, read_moment
from automation.entities.patient import Patient
from automation.entities.payment import Payment
from automation.entities.pharmacy_order import PharmacyOrder
from automation.entities.prescription import Prescription
from automation.entities.provider import Provider
from automation.entities.treatment_board_entry import TreatmentBoardEntry

__all__ = [
    "ENTITIES",
    "Address",
    "Appointment",
    "Client",
    "Email",
    "Entity",
    "Invoice",
    "InvoiceLine",
    "Json",
    "Location",
    "Moment",
    "Patient",
    "Payment",
    "PharmacyOrder",
    "Phone",
    "Prescription",
    "Provider",
    "Task",
    "TreatmentBoardEntry",
    "entity_id",
    "field_kinds",
    "instant_text",
    "moment_text",
    "part_kinds",
    "plural",
    "read_moment",
    "refuse_unfit",
]
