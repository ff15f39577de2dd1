"""The same deed twice: what the browser sent for it, and what an operation would send.

The captures of the flows that write are what the browser sent. An operation is given what stands
in that request, in a fresh portal where nothing of it was written yet, and shows its own.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Final

import orjson
from pydantic import JsonValue

from automation.model import Capture, Endpoint, Operation, OperationInput, Request
from automation.verify.screen import is_call_of
from automation.wire import Place, path_segments, request_leaves
from automation.writes.dry_run import MARKER

Given = str | Mapping[str, str]
"""The key of a field, ``/4`` for a part of the address, ``?cid`` of its query; or fields of an
object."""

DEEDS: Final[dict[str, dict[str, Given]]] = {
    "accept_booking": {"appointment_id": "BookingId"},
    "add_addendum": {"note_id": "/3", "text": "AddendumText"},
    "add_charge": {
        "client_id": "/3",
        "patient_id": "PatientId",
        "product_id": "ProductId",
        "provider_id": "ProviderId",
        "quantity": "Quantity",
    },
    "approve_pharmacy_request": {"request_id": "RequestId", "provider_id": "ProviderId"},
    "approve_prescription": {"prescription_id": "PrescriptionId"},
    "attach_form": {"submission_id": "SubmissionId"},
    "cancel_appointment": {"appointment_id": "/3"},
    "confirm_appointment": {"appointment_id": "/3", "status": "ConfirmStatus"},
    "create_appointment": {
        "patient_id": "PatientId",
        "provider_id": "ProviderId",
        "resource_id": "ColumnId",
        "type_id": "TypeId",
        "start": "StartTime",
        "duration_minutes": "DurationMinutes",
        "reason": "Reason",
        "notes": "Notes",
        "deposit": {"amount": "DepositAmount", "payment_type": "DepositType"},
    },
    "create_client": {
        "first_name": "FirstName",
        "last_name": "LastName",
        "email": "Email",
        "phone": "MobilePhone",
        "street": "AddressLine",
        "city": "City",
        "state": "State",
        "zip": "ZipCode",
        "status": "ClientStatus",
        "location_id": "HomeLocationId",
    },
    "create_note": {
        "note_type_id": "NoteTypeId",
        "subjective": "Subjective",
        "objective": "Objective",
        "assessment": "Assessment",
        "plan": "Plan",
    },
    "create_patient": {
        "client_id": "/3",
        "name": "PatientName",
        "species": "Species",
        "breed": "Breed",
        "color": "Color",
        "sex": "Gender",
        "born_on": "DateOfBirth",
        "microchip": "MicrochipNumber",
        "notes": "PatientNotes",
    },
    "create_prescription": {
        "patient_id": "PatientId",
        "product": "Product",
        "strength": "Strength",
        "quantity_per_fill": "QtyPerFill",
        "refills": "Refills",
        "directions": "Directions",
        "note_to_pharmacy": "NoteToPharmacy",
        "note_to_client": "NoteToClient",
        "provider_id": "ProviderId",
    },
    "create_reminder": {
        "patient_id": "PatientId",
        "service_code": "ServiceCode",
        "due_on": "DueOn",
    },
    "decline_booking": {"appointment_id": "BookingId", "reason": "Reason"},
    "decline_pharmacy_request": {"request_id": "RequestId", "reason": "Reason"},
    "decline_prescription": {
        "prescription_id": "PrescriptionId",
        "reason": "Reason",
        "note_to_client": "NoteToClient",
    },
    "finalize_invoice": {"invoice_id": "/3"},
    "finalize_note": {"note_id": "/3"},
    "make_deposit": {
        "client_id": "/3",
        "amount": "Amount",
        "payment_type": "PaymentType",
        "reference": "CheckNumber",
        "note": "Note",
        "terminal": "Terminal",
    },
    "pay_invoice": {
        "invoice_id": "InvoiceId",
        "amount": "Amount",
        "payment_type": "PaymentType",
        "reference": "CheckNumber",
        "terminal": "Terminal",
    },
    "renew_prescription": {"prescription_id": "PrescriptionId"},
    "reschedule_appointment": {
        "appointment_id": "/3",
        "start": "StartTime",
        "resource_id": "ColumnId",
        "provider_id": "ProviderId",
    },
    "send_message": {"client_id": "ClientId", "channel": "Channel", "text": "Body"},
    "upload_document": {
        "patient_id": "/3",
        "kind": "DocumentKind",
        "title": "DocumentTitle",
        "record_id": "MedicalRecordId",
        "remarks": "Description",
        "document": "DocumentFile",
    },
}
"""By operation, what each of its inputs is called in the request that the browser sends."""

BESIDE: Final[dict[str, dict[str, str]]] = {
    "add_addendum": {"record_id": "view_id"},
    "create_note": {"record_id": "view_id"},
    "finalize_note": {"record_id": "view_id"},
}
"""Inputs that no request carries: the input of the flow that says the same."""


def request_sent(capture: Capture, endpoint: Endpoint) -> Request:
    """The one request of this endpoint that the browser sent."""
    calls = [one for one in capture.exchanges if is_call_of(endpoint, one, capture.base_url)]
    assert len(calls) == 1, (endpoint.endpoint, len(calls))
    return calls[0].request


def given_by(operation: Operation, request: Request, capture: Capture) -> dict[str, JsonValue]:
    """The inputs of an operation, as the browser's request says them."""
    said = fields_of(request)
    segments = path_segments(request.url)

    def one(field: OperationInput, key: Given) -> JsonValue:
        if not isinstance(key, str):
            return {inner: one(field.fields[inner], where) for inner, where in key.items()}
        text = segments[int(key[1:])] if key.startswith("/") else said[key]
        if field.type == "file":  # a capture keeps its name only
            return {"name": text, "content": base64.b64encode(b"%PDF-1.4").decode()}
        return orjson.loads(text) if field.type == "number" else text  # 20 and not 20.0

    name, inputs = operation.operation, operation.inputs
    given = {each: one(inputs[each], key) for each, key in DEEDS[name].items()}
    return given | {each: capture.inputs[key] for each, key in BESIDE.get(name, {}).items()}


def fields_of(request: Request) -> dict[str, str]:
    """Everything that a request says in its query and its body, tokens aside."""
    leaves = [leaf for leaf in request_leaves(request) if leaf.place is not Place.HEADER]
    return {leaf.path: leaf.text for leaf in leaves if "verificationtoken" not in leaf.path.lower()}


def without_reference(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields without the reference by which a write is found again."""
    return {key: text.removesuffix(MARKER).rstrip() for key, text in fields.items()}
