"""Whatever may be changed in a practice, by the name under which the portal counts it.

Each is sent as the screen with its button sends it. What the portal refuses is no mistake.
"""

from __future__ import annotations

from typing import Final

import httpx2

from tests.journeys.staff import Deed, Row, Staff, Values, new, on

_PDF: Final = b"%PDF-1.4\n%%EOF\n"


# ---------------------------------------------------------------- calendar and boards


def _visit(staff: Staff) -> Values:
    return staff.visit(
        staff.moment(),
        PatientId=str(staff.patient()["id"]),
        ProviderId=str(staff.vet()["id"]),
        ColumnId=str(staff.some("columns")["id"]),
        TypeId=str(staff.some("types", name=_short(staff))["id"]),
        Reason=staff.words(),
        **({"DepositAmount": "20.00", "DepositType": "cash"} if staff.rng.random() < 0.3 else {}),
    )


def _short(staff: Staff) -> tuple[str, ...]:
    return tuple(one["name"] for one in staff.truth("types") if one["duration_minutes"] <= 30)


def _same_visit(staff: Staff, row: Row) -> Values:
    kept = {"ProviderId": str(row["provider_id"]), "TypeId": str(row["type_id"])}
    return {**kept, "DurationMinutes": "20", "Reason": staff.words(), "Notes": staff.words()}


def _walk_in(staff: Staff) -> Values:
    shown = staff.some("visit_statuses", adds_to_whiteboard=True)
    return {
        "PatientId": str(staff.patient()["id"]),
        "ProviderId": str(staff.vet()["id"]),
        "LocationId": str(staff.some("locations")["id"]),
        "VisitStatusId": str(shown["id"]),
        "Reason": staff.words(),
    }


def _plan(staff: Staff, row: Row) -> Values:
    return {
        "VetInChargeId": str(row["provider_id"]),
        "SecondVetId": "",
        "TechnicianIds": [],
        "Problem": staff.words(),
        "SpecialCare": staff.words(),
        "Resuscitate": row["resuscitate"],
        "Department": row["department"],
        "Cage": "C 7",
        "ArrivalStatus": row["arrival_status"],
        "DischargeStatus": staff.rng.choice(("Undecided", "Going")),
        "StayUntil": "",
    }


def _task(staff: Staff) -> Row:
    tasks = [task for entry in staff.truth("board") for task in entry["tasks"]]
    open_ = [task for task in tasks if task["status"] in {"due", "overdue"}]
    return staff.rng.choice(open_ or tasks)


def _on_task(path: str) -> Deed:
    def deed(staff: Staff) -> httpx2.Response:
        return staff.post(f"/Practice/{path}/{_task(staff)['id']}", {"Note": staff.words()})

    return deed


_BOARDS: Final[dict[str, Deed]] = {
    "appointment_create": lambda s: s.post("/Practice/Appointments/Create", _visit(s)),
    "appointment_save": on("Appointments/Save", "appointments", _same_visit),
    "appointment_move": on(
        "Appointments/Move",
        "appointments",
        lambda s, row: {
            "StartTime": s.moment(),
            "ColumnId": str(row["column_id"]),
            "ProviderId": str(row["provider_id"]),
        },
    ),
    "appointment_cancel": on("Appointments/Cancel", "appointments"),
    "visit_status_set": on(
        "Appointments/SetVisitStatus",
        "appointments",
        lambda s, _: {"VisitStatusId": str(s.some("visit_statuses")["id"])},
    ),
    "confirm_status_set": on(
        "Appointments/SetConfirmStatus",
        "appointments",
        lambda s, _: {"ConfirmStatus": s.rng.choice(("", "Left a message", "Confirmed"))},
    ),
    "appointment_delete": on("Appointments/Delete", "appointments"),
    "block_create": new(
        "Appointments/CreateBlock",
        lambda s: {
            "ColumnId": str(s.some("columns")["id"]),
            "StartTime": s.moment(),
            "DurationMinutes": "30",
            "Title": s.words(),
        },
    ),
    "block_delete": on("Appointments/DeleteBlock", "calendar_blocks"),
    "check_in": new("Whiteboard/CheckIn", _walk_in),
    "whiteboard_status": on(
        "Whiteboard/SetStatus",
        "whiteboard",
        lambda s, _: {
            "VisitStatusId": str(s.some("visit_statuses", removes_from_boards=False)["id"])
        },
    ),
    "plan_save": on("TreatmentBoard/SavePlan", "board", _plan),
    "task_add": on(
        "TreatmentBoard/AddTask",
        "board",
        lambda s, _: {"Treatment": "TPR", "Frequency": "q4h", "ScheduledAt": s.moment((1, 2))},
    ),
    "task_done": _on_task("TreatmentBoard/CompleteTask"),
    "task_skip": _on_task("TreatmentBoard/SkipTask"),
    "check_out": on("TreatmentBoard/CheckOut", "board"),
}


# ---------------------------------------------------------------- the medical record


def _note(staff: Staff) -> httpx2.Response | None:
    visit = staff.any("appointments", id=_seen(staff))
    if visit is None:
        return None
    path = f"/Practice/Notes/Create/{visit['id']}?noteOwnerType=MedicalRecord"
    return staff.form(f"{path}&cid={visit['client_id']}", _texts(staff, staff.some("note_types")))


def _seen(staff: Staff) -> tuple[int, ...]:
    """The appointments that have a medical record."""
    return tuple(one["appointment_id"] for one in staff.truth("records") if one["appointment_id"])


def _texts(staff: Staff, kind: Row) -> Values:
    texts = ("NoteText", "Subjective", "Objective", "Assessment", "Plan")
    return {"NoteTypeId": kind["id"], **{name: staff.words() for name in texts}}


def _other_texts(staff: Staff, row: Row) -> Values:
    return _texts(staff, staff.some("note_types", name=row["type_name"]))


def _upload(staff: Staff) -> httpx2.Response:
    staff.open("/Practice/Home/Index")
    kind = staff.rng.choice(("Lab Report", "Image", "Form", "Scan", "Media"))
    return staff.client.post(
        f"/Practice/Documents/Upload/{staff.patient()['id']}",
        data={
            "__RequestVerificationToken": staff.token,
            "DocumentKind": kind,
            "DocumentTitle": staff.words(),
            "Description": staff.words(),
        },
        files={"DocumentFile": ("Größe & Gewicht.pdf", _PDF, "application/pdf")},
    )


_RECORDS: Final[dict[str, Deed]] = {
    "note_create": _note,
    "note_save": on("Notes/Save", "notes", _other_texts, form=True, status="Draft"),
    "note_finalize": on("Notes/Finalize", "notes", form=True, status="Draft"),
    "note_addendum": on(
        "Notes/AddAddendum",
        "notes",
        lambda s, _: {"AddendumText": s.words()},
        form=True,
        status="Final",
    ),
    "document_upload": _upload,
}


# ---------------------------------------------------------------- contacts with clients


def _call_back(staff: Staff) -> Values:
    animal = staff.patient()
    return {
        "ClientId": animal["client_id"],
        "PatientId": animal["id"],
        "EmployeeId": staff.vet()["id"],
        "DueAt": staff.moment(),
        "Reason": staff.words(),
    }


def _reminder(staff: Staff) -> Values:
    code = staff.some("reminders")["code"]
    return {"PatientId": staff.patient()["id"], "ServiceCode": code, "DueOn": staff.date()}


def _entry(staff: Staff) -> Values:
    animal = staff.patient()
    return {
        "ClientId": animal["client_id"],
        "PatientId": animal["id"],
        "Kind": staff.rng.choice(("Phone call", "Letter", "In person")),
        "Subject": staff.words(),
        "Body": staff.words(),
    }


def _message(staff: Staff) -> Values:
    to, how = staff.patient()["client_id"], staff.rng.choice(("sms", "email", "app"))
    return {"ClientId": to, "Channel": how, "Body": staff.words()}


def _reason(staff: Staff, _row: Row) -> Values:
    return {"Reason": staff.words()}


_CONTACTS: Final[dict[str, Deed]] = {
    "callback_create": new("CallBacks/Create", _call_back, form=True),
    "callback_complete": on(
        "CallBacks/Complete",
        "callbacks",
        lambda s, _: {"Note": s.words()},
        by="CallBackId",
        form=True,
        status="Open",
    ),
    "callback_reschedule": on(
        "CallBacks/Reschedule",
        "callbacks",
        lambda s, _: {"DueAt": s.moment()},
        by="CallBackId",
        form=True,
        status="Open",
    ),
    "message_send": new("Messages/Send", _message),
    "thread_read": on("Messages/MarkRead", "threads", by="ThreadId", unread_count=(1, 2, 3)),
    "reminder_create": new("Reminders/Create", _reminder),
    "reminder_send": on(
        "Reminders/Send", "reminders", lambda *_: {"Channel": "sms"}, by="ReminderId", status="Due"
    ),
    "reminder_satisfy": on("Reminders/Satisfy", "reminders", by="ReminderId", status="Due"),
    "reminder_suppress": on(
        "Reminders/Suppress", "reminders", _reason, by="ReminderId", status="Due"
    ),
    "communication_create": new("Communications/Create", _entry),
    "submission_send": new(
        "OnlineForms/Send",
        lambda s: {"FormId": s.some("form_templates")["id"], "PatientId": s.patient()["id"]},
    ),
    "submission_attach": on(
        "OnlineForms/Attach", "submissions", by="SubmissionId", status="Completed"
    ),
    "submission_expire": on(
        "OnlineForms/Withdraw", "submissions", by="SubmissionId", status=("Sent", "Opened")
    ),
    "booking_accept": on("OnlineBooking/Accept", "bookings", by="BookingId", status="Requested"),
    "booking_decline": on(
        "OnlineBooking/Decline", "bookings", _reason, by="BookingId", status="Requested"
    ),
}

_PLANS: Final[dict[str, Deed]] = {
    "plan_offer": new(
        "CarePlans/SendEnrollmentLink",
        lambda s: {
            "PlanTemplateId": s.some("plan_templates")["id"],
            "PlanPatientId": s.patient()["id"],
        },
    ),
    "plan_enroll": on("CarePlans/Enroll", "care_plans", by="PlanId", status="Pending"),
    "plan_suspend": on("CarePlans/Suspend", "care_plans", by="PlanId", status="Active"),
    "plan_resume": on("CarePlans/Resume", "care_plans", by="PlanId", status="Suspended"),
    "plan_cancel": on(
        "CarePlans/Cancel",
        "care_plans",
        lambda s, _: {"CancelReason": s.some("plan_reasons")["name"]},
        by="PlanId",
        status=("Active", "Suspended"),
    ),
    "plan_retry": on("CarePlanCharges/Retry", "plan_charges", by="ChargeId", status="failed"),
}


# ---------------------------------------------------------------- money and stock


def _payment(staff: Staff) -> httpx2.Response | None:
    due = [one for one in staff.truth("invoices") if one["balance_cents"] > 0]
    if not due:
        return None
    bill = staff.rng.choice(due)
    kind = staff.rng.choice(("cash", "check", "CareCredit", "account credit"))
    cents = staff.rng.choice((bill["balance_cents"], max(bill["balance_cents"] // 3, 1)))
    values = {"InvoiceId": bill["id"], "PaymentType": kind, "Amount": f"{cents / 100:.2f}"}
    return staff.form(
        f"/Practice/Payments/Process/{bill['client_id']}", {**values, "CheckNumber": "0815"}
    )


def _charge(staff: Staff) -> httpx2.Response:
    animal = staff.patient()
    values = {
        "PatientId": animal["id"],
        "ProductId": staff.some("products")["id"],
        "ProviderId": staff.vet()["id"],
        "Quantity": staff.rng.choice(("1", "2.5")),
    }
    return staff.form(f"/Practice/Invoices/AddCharge/{animal['client_id']}", values)


def _deposit(staff: Staff, _row: Row) -> Values:
    return {"PaymentType": "cash", "Amount": staff.dollars(), "Note": staff.words()}


def _new_date(staff: Staff, _row: Row) -> Values:
    return {"NewDate": staff.date((-9, -1))}


def _apply(staff: Staff) -> httpx2.Response | None:
    due = {one["client_id"]: one for one in staff.truth("invoices") if one["balance_cents"] > 0}
    held = [one for one in staff.truth("deposits") if one["remaining_cents"] > 0]
    fits = [one for one in held if one["client_id"] in due]
    if not fits:
        return None
    credit = staff.rng.choice(fits)
    return staff.query(
        f"/Practice/Deposits/Apply/{credit['id']}", {"InvoiceId": due[credit["client_id"]]["id"]}
    )


_MONEY: Final[dict[str, Deed]] = {
    "make_deposit": on("Deposits/Make", "clients", _deposit, form=True),
    "add_charge": _charge,
    "take_payment": _payment,
    "apply_deposit": _apply,
    "void_deposit": on("Deposits/Void", "deposits", status="Approved"),
    "refund_deposit": on("Deposits/CashOut", "deposits", _reason, status="Approved"),
    "void_payment": on("Payments/Void", "payments", status="Approved"),
    "refund_payment": on("Payments/CashOut", "payments", _reason, status="Approved"),
    "edit_payment_date": on("Payments/EditDate", "payments", _new_date, status="Approved"),
    "close_invoice": on("Invoices/Close", "invoices", status="Open"),
    "edit_invoice_date": on("Invoices/EditDate", "invoices", _new_date),
    "return_item": on("Invoices/ReturnItem", "lines"),
}


def _order(staff: Staff) -> Values:
    item = staff.some("inventory_items")
    return {
        "VendorId": item["supplier_id"],
        "LocationId": item["location_id"],
        "Comments": staff.words(),
    }


def _order_line(staff: Staff, row: Row) -> Values:
    facts = {name: row[name] for name in ("supplier_id", "location_id")}
    item = staff.any("inventory_items", **facts) or staff.some("inventory_items")
    code = staff.some("products", id=item["product_id"])["code"]
    return {"ItemCode": code, "Quantity": "3", "Cost": "2.40", "Comments": staff.words()}


def _receipt(staff: Staff, row: Row) -> Values:
    line = staff.any("purchase_order_lines", order_id=row["id"]) or {"id": 0}
    return {"LineId": line["id"], "Quantity": "1", "LotNumber": "L-7", "ExpirationDate": ""}


_STOCK: Final[dict[str, Deed]] = {
    "adjust_stock": on(
        "Inventory/Adjust",
        "inventory_items",
        lambda s, _: {
            "OnHand": s.rng.randint(0, 90),
            "Reason": "Count correction",
            "Note": s.words(),
        },
        form=True,
    ),
    "create_order": new("PurchaseOrders/Create", _order),
    "add_order_line": on(
        "PurchaseOrders/AddLine", "purchase_orders", _order_line, by="OrderId", status="Not sent"
    ),
    "send_order": on("PurchaseOrders/Send", "purchase_orders", by="OrderId", status="Not sent"),
    "receive_line": on(
        "PurchaseOrders/Receive",
        "purchase_orders",
        _receipt,
        by="OrderId",
        status=("Ordered", "Partial"),
    ),
    "receive_rest": on(
        "PurchaseOrders/ReceiveRest", "purchase_orders", by="OrderId", status="Partial"
    ),
}


# ---------------------------------------------------------------- scripts and settings


def _script(staff: Staff) -> Values:
    return {
        "PatientId": staff.patient()["id"],
        "Product": "Apoquel",
        "QtyPerFill": "30",
        "Refills": "2",
        "Directions": staff.words(),
        "NoteToPharmacy": staff.words(),
        "ProviderId": staff.vet()["id"],
    }


def _less(staff: Staff, _row: Row) -> Values:
    return {"QtyPerFill": "5", "Refills": "1", "Directions": staff.words()}


def _in_the_name(staff: Staff, _row: Row) -> Values:
    return {"ProviderId": staff.vet()["id"], "QtyPerFill": "5", "Refills": "1"}


def _on_script(what: str, status: str, *, reason: bool = False) -> Deed:
    path, values = f"Prescriptions/{what}", _reason if reason else _less
    return on(path, "prescriptions", values, by="PrescriptionId", status=status)


def _on_request(what: str, state: str, *, reason: bool = False) -> Deed:
    path, values = f"ClientRequests/{what}", _reason if reason else _in_the_name
    return on(path, "requests", values, by="RequestId", state=state)


_SCRIPTS: Final[dict[str, Deed]] = {
    "script_create": new("Prescriptions/Create", _script),
    "script_submit": _on_script("Submit", "Draft"),
    "script_authorize": _on_script("Authorize", "PendingApproval"),
    "script_change": _on_script("AuthorizeWithChanges", "PendingApproval"),
    "script_decline": _on_script("Decline", "PendingApproval", reason=True),
    "script_undecline": _on_script("CancelDecline", "Declined"),
    "script_fill": _on_script("Fill", "Authorized"),
    "script_renew": _on_script("Renew", "Exhausted"),
    "script_cancel": _on_script("Cancel", "Authorized"),
    "request_note": on(
        "ClientRequests/AddNote",
        "requests",
        lambda s, _: {"WorkflowStatus": "Called client", "InternalNote": s.words()},
        by="RequestId",
        state="Pending",
    ),
    "request_approve": _on_request("Approve", "Pending"),
    "request_approve_changed": _on_request("ApproveWithChanges", "Pending"),
    "request_decline": _on_request("Decline", "Pending", reason=True),
    "request_undecline": _on_request("CancelDecline", "Declined"),
}

_FLAGS: Final = {
    "adds_to_whiteboard": "AddsToWhiteboard",
    "adds_to_treatment_board": "AddsToTreatmentBoard",
    "removes_from_boards": "RemovesFromBoards",
}

# A patient who did not come, or is ready to go, is known by the name of the status only.
_TOLD_BY_FLAGS: Final = ("booked", "arrived", "in_room", "treatment", "hospitalized", "gone")

_SETTINGS: Final[dict[str, Deed]] = {
    "visit_status_save": on(
        "Settings/SaveVisitStatus",
        "visit_statuses",
        lambda s, row: {
            "VisitStatusName": f"{row['name'][:20]} {s.rng.randrange(10**4)}",
            **{key: "true" for fact, key in _FLAGS.items() if row[fact]},
        },
        by="VisitStatusId",
        form=True,
        stage=_TOLD_BY_FLAGS,
    ),
    "custom_field_add": new(
        "Settings/AddCustomField",
        lambda s: {
            "RecordKind": s.rng.choice(("Client", "Patient")),
            "FieldName": f"Mood {s.rng.randrange(10**4)}",
            "FieldKind": "Text",
        },
        form=True,
    ),
    "required_field_add": new(
        "Settings/AddRequiredField",
        lambda s: {"FieldName": f"Field {s.rng.randrange(10**4)}"},
        form=True,
    ),
}

DEEDS: Final[dict[str, Deed]] = {
    **_BOARDS,
    **_RECORDS,
    **_CONTACTS,
    **_PLANS,
    **_MONEY,
    **_STOCK,
    **_SCRIPTS,
    **_SETTINGS,
}
