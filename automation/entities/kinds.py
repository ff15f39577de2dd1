"""Every kind of entity there is."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import configure_mappers

from automation.entities.appointment import Appointment
from automation.entities.appointment_type import AppointmentType
from automation.entities.care_plan import CarePlan
from automation.entities.care_plan_charge import CarePlanCharge
from automation.entities.client import Client
from automation.entities.communication import Communication
from automation.entities.consultation import Consultation
from automation.entities.deposit import Deposit
from automation.entities.document import Document
from automation.entities.entity import Entity
from automation.entities.estimate import Estimate
from automation.entities.form_submission import FormSubmission
from automation.entities.home_delivery import HomeDelivery
from automation.entities.imaging_referral import ImagingReferral
from automation.entities.inventory_item import InventoryItem
from automation.entities.invoice import Invoice
from automation.entities.invoice_line import InvoiceLine
from automation.entities.lab_result import LabResult
from automation.entities.location import Location
from automation.entities.medical_record import MedicalRecord
from automation.entities.patient import Patient
from automation.entities.payment import Payment
from automation.entities.pharmacy_order import PharmacyOrder
from automation.entities.prescription import Prescription
from automation.entities.price import Price
from automation.entities.price_list import PriceList
from automation.entities.product import Product
from automation.entities.provider import Provider
from automation.entities.purchase_order import PurchaseOrder
from automation.entities.reason import Reason
from automation.entities.refill import Refill
from automation.entities.reminder import Reminder
from automation.entities.resource import Resource
from automation.entities.settlement import Settlement
from automation.entities.soap_note import SoapNote
from automation.entities.stock_batch import StockBatch
from automation.entities.supplier import Supplier
from automation.entities.task import Task
from automation.entities.treatment_board_entry import TreatmentBoardEntry

ENTITIES: Final[dict[str, type[Entity]]] = {
    entity.kind: entity
    for entity in (
        Location,
        Provider,
        Supplier,
        Resource,
        AppointmentType,
        Reason,
        Client,
        Patient,
        Appointment,
        TreatmentBoardEntry,
        Consultation,
        MedicalRecord,
        SoapNote,
        LabResult,
        ImagingReferral,
        Document,
        Task,
        Prescription,
        Refill,
        PharmacyOrder,
        HomeDelivery,
        Communication,
        Reminder,
        FormSubmission,
        Product,
        PriceList,
        Price,
        InventoryItem,
        StockBatch,
        PurchaseOrder,
        Estimate,
        Invoice,
        InvoiceLine,
        Payment,
        Deposit,
        Settlement,
        CarePlan,
        CarePlanCharge,
    )
}
"""Every kind of entity by its name."""


def plural(kind: str) -> str:
    """The word for several entities of a kind: ``patients``, ``treatment_board_entries``."""
    if kind.endswith("y") and not kind.endswith("ey"):
        return f"{kind[:-1]}ies"
    return f"{kind}es" if kind.endswith(("s", "ch")) else f"{kind}s"


configure_mappers()  # entities are made without the ORM's own constructor, which would do this
