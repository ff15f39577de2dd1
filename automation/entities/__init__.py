"""SQLModel tables of the normalised entities, with provenance."""

from automation.entities.appointment import Appointment
from automation.entities.appointment_type import AppointmentType
from automation.entities.care_plan import CarePlan
from automation.entities.care_plan_charge import CarePlanCharge
from automation.entities.client import Client
from automation.entities.communication import Communication
from automation.entities.consultation import Consultation
from automation.entities.contact import Address, Email, Phone
from automation.entities.deposit import Deposit
from automation.entities.document import Document
from automation.entities.entity import Entity, Json
from automation.entities.estimate import Estimate
from automation.entities.fit import field_kinds, part_kinds, refuse_unfit
from automation.entities.form_submission import FormSubmission
from automation.entities.home_delivery import HomeDelivery
from automation.entities.identity import entity_id
from automation.entities.imaging_referral import ImagingReferral
from automation.entities.inventory_item import InventoryItem
from automation.entities.invoice import Invoice
from automation.entities.invoice_line import InvoiceLine
from automation.entities.kinds import ENTITIES, plural
from automation.entities.lab_result import LabResult
from automation.entities.location import Location
from automation.entities.meanings import meaning_of, meanings_of, told_fields
from automation.entities.medical_record import MedicalRecord
from automation.entities.moment import Moment, instant_text, moment_text, read_moment
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
from automation.entities.terms import (
    ALIKE,
    alike_terms,
    email_term,
    phone_term,
    plain_text,
    terms_of,
    word_terms,
)
from automation.entities.treatment_board_entry import TreatmentBoardEntry

__all__ = [
    "ALIKE",
    "ENTITIES",
    "Address",
    "Appointment",
    "AppointmentType",
    "CarePlan",
    "CarePlanCharge",
    "Client",
    "Communication",
    "Consultation",
    "Deposit",
    "Document",
    "Email",
    "Entity",
    "Estimate",
    "FormSubmission",
    "HomeDelivery",
    "ImagingReferral",
    "InventoryItem",
    "Invoice",
    "InvoiceLine",
    "Json",
    "LabResult",
    "Location",
    "MedicalRecord",
    "Moment",
    "Patient",
    "Payment",
    "PharmacyOrder",
    "Phone",
    "Prescription",
    "Price",
    "PriceList",
    "Product",
    "Provider",
    "PurchaseOrder",
    "Reason",
    "Refill",
    "Reminder",
    "Resource",
    "Settlement",
    "SoapNote",
    "StockBatch",
    "Supplier",
    "Task",
    "TreatmentBoardEntry",
    "alike_terms",
    "email_term",
    "entity_id",
    "field_kinds",
    "instant_text",
    "meaning_of",
    "meanings_of",
    "moment_text",
    "part_kinds",
    "phone_term",
    "plain_text",
    "plural",
    "read_moment",
    "refuse_unfit",
    "terms_of",
    "told_fields",
    "word_terms",
]
