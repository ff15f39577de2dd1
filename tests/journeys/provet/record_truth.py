"""Visits, referrals, estimates, prices, stock and prescriptions of the simulator in our words.

Written from the simulator's dump and the vendor's words; shares no code with the product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from fractions import Fraction
from math import floor
from typing import Any, Final
from zoneinfo import ZoneInfo

Row = dict[str, Any]
ANALYSIS: Final = 5
"""``type_code`` of a laboratory analysis."""
OTHERWISE: Final = "other"


class Books:
    """The tables of one organisation, whose clocks are those of `zone`."""

    def __init__(self, tables: dict[str, Any], zone: str) -> None:
        self._tables = tables
        self._zone = ZoneInfo(zone)

    def midnight(self, day: str | None) -> str | None:
        """When a day begins there."""
        if day is None:
            return None
        return datetime.combine(date.fromisoformat(day), time(), self._zone).isoformat()

    def all(self, table: str) -> list[Row]:
        """Every row."""
        found: list[Row] = self._tables[table]
        return found

    def of(self, table: str, fact: str, value: object) -> list[Row]:
        """The rows whose fact is this."""
        return [row for row in self.all(table) if row[fact] == value]

    def the(self, table: str, number: int) -> Row:
        """One row."""
        (row,) = self.of(table, "id", number)
        return row


Rows = Callable[[Books], Iterable[Row]]
Words = Callable[[Row, Books], Row]


def _id(number: object) -> str | None:
    return None if number is None else str(number)


def _first(numbers: list[int]) -> str | None:
    return _id(numbers[0]) if numbers else None


def _all(numbers: list[int]) -> list[Row]:
    return [{"patient_source_id": str(each)} for each in numbers]


def _given(text: str | None) -> str | None:
    return text or None


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None


def _stamps(row: Row) -> Row:
    return {"source_created_at": row["created"], "source_updated_at": row["modified"]}


def _table(name: str) -> Rows:
    return lambda books: books.all(name)


STEPS: Final = {
    0: ("Admitted", "admitted"),
    8: ("In progress", "in_progress"),
    5: ("Ready for discharge", "ready_for_discharge"),
    7: ("Invoicing", "invoicing"),
    6: ("Discharged", "discharged"),
    9: ("Invoice paid", "paid"),
    10: ("Finalized", "finalized"),
    11: ("Draft", "draft"),
}
TYPES: Final = {
    0: ("Inpatient", "inpatient"),
    1: ("Outpatient", "outpatient"),
    2: ("Home call", "home_call"),
    3: ("Farm visit", "farm_visit"),
    4: ("Boarding", "boarding"),
    5: ("Pet service", "service"),
}
LABORATORY: Final = {
    0: ("Requested", "ordered"),
    1: ("Sample sent", "in_progress"),
    2: ("Results received", "final"),
    3: ("Reviewed", "final"),
}
IMAGING: Final = {
    0: ("Requested", "requested"),
    1: ("Scheduled", "scheduled"),
    2: ("Performed", "performed"),
    3: ("Reported", "reported"),
}
ESTIMATES: Final = {
    0: ("Draft", "draft"),
    1: ("Finalized", "finalized"),
    2: ("Accepted", "accepted"),
    3: ("Declined", "declined"),
}
ORDERS: Final = {
    0: ("Open", "draft"),
    1: ("Ordered", "ordered"),
    2: ("Products delivered", "closed"),
    3: ("Added to stock", "closed"),
}
REMINDERS: Final = {
    0: ("Created", "due"),
    1: ("Queued", "due"),
    2: ("Being sent", "due"),
    3: ("Sent", "sent"),
    4: ("Failed", "failed"),
}
PRESCRIPTIONS: Final = {
    1: ("Draft", "draft"),
    2: ("Sending", "pending_approval"),
    3: ("Sent", "pending_approval"),
    4: ("Accepted", "authorized"),
    5: ("Rejected", "declined"),
    6: ("Cancelled", "cancelled"),
    7: ("Error", "failed"),
    8: ("Accepted with warning", "authorized"),
}
PLANS: Final = {0: ("Active", "active"), 1: ("Completed", "completed"), 2: ("Closed", "closed")}
HEALTH_PLANS: Final = {
    0: ("Pending", "pending"),
    1: ("Active", "active"),
    2: ("Cancelled", "cancelled"),
    3: ("Ended", "completed"),
}
DELIVERIES: Final = ("ordered", "packed", "sent", "delivered", "cancelled")
METHODS: Final = {0: "card", 1: "cash", 4: "check", 12: "credit"}


def _step(words: dict[int, tuple[str, str]], code: int) -> Row:
    shown, ours = words[code]
    return {"raw_status": shown, "status": ours}


def _visit(row: Row, **names: str) -> Row:
    """Whom something belongs to that was entered in a consultation."""
    wanted = {"client": "client", "appointment": "appointment", "provider": "provider"} | names
    facts = {
        "client": "client",
        "appointment": "appointment",
        "provider": "supervising_veterinarian",
        "location": "department",
    }
    return {f"{ours}_source_id": _id(row[facts[name]]) for ours, name in wanted.items()}


def consultation(row: Row, books: Books) -> Row:
    """A visit with all that was entered."""
    mine = {
        name: books.of(name, "consultation", row["id"])
        for name in (
            "consultationitem",
            "consultationdiagnosis",
            "consultationdischargeinstruction",
            "consultationpatientstatus",
        )
    }
    told = "\n".join(one["text"] for one in mine["consultationdischargeinstruction"])
    shown, category = TYPES[row["type"]]
    return {
        **_visit(row, location="location"),
        **_step(STEPS, row["status"]),
        **_stamps(row),
        "patient_source_id": _first(row["patients"]),
        "patients": _all(row["patients"]),
        "invoice_source_id": _id(row["invoice"]),
        "category": category,
        "type_name": shown,
        "reason_text": _given(row["complaint"]),
        "ward": row["ward"],
        "admitted_at": row["admitted_time"],
        "started_at": row["started"],
        "finished_at": row["finished"],
        "ended_at": row["ended"],
        "discharge_instructions": _given(told),
        "vitals": [
            {
                "source_id": str(one["id"]),
                "patient_source_id": _id(one["patient"]),
                "name": one["name"],
                "value": _given(one["value"]),
                "number": _number(one["value"]),
                "measured_at": one["created"],
            }
            for one in mine["consultationpatientstatus"]
        ],
        "diagnoses": [
            {
                "source_id": str(one["id"]),
                "patient_source_id": _id(one["patient"]),
                "code": _given(one["code"]),
                "name": one["name"],
                "diagnosed_at": one["created"],
            }
            for one in mine["consultationdiagnosis"]
        ],
        "treatments": [
            {
                "source_id": str(one["id"]),
                "patient_source_id": _id(one["patient"]),
                "code": one["code"],
                "name": one["name"],
                "quantity": one["quantity"],
                "unit": _given(one["unit"]),
                "instructions": _given(one["instructions"]),
                "performed_by": _given(one["supervising_veterinarian_name"]),
                "performed_at": one["used"],
            }
            for one in mine["consultationitem"]
        ],
    }


def _written(row: Row, books: Books) -> Row:
    visit = books.the("consultation", row["consultation"])
    return {
        **_visit(visit, location="location"),
        **_stamps(row),
        "consultation_source_id": str(visit["id"]),
        "patient_source_id": _id(row["patient"]),
        "author_source_id": _id(row["created_user"]),
        "body": row["text"],
        "written_at": row["created"],
        "status": "final" if STEPS[visit["status"]][1] == "finalized" else "draft",
    }


def note(row: Row, books: Books) -> Row:
    """What was written about a visit."""
    kind = "Normal" if row["type"] == 0 else None
    return {**_written(row, books), "category": OTHERWISE, "type_name": kind}


def instruction(row: Row, books: Books) -> Row:
    """What the owner was told."""
    return {**_written(row, books), "category": "discharge"}


def analysis(row: Row, books: Books) -> Row:
    """One analysis, with the referral by which it was sent away."""
    visit = books.the("consultation", row["consultation"])
    sent = row["referral"] and books.the("consultation_laboratory_referral", row["referral"])
    value = {
        "source_id": str(row["id"]),
        "code": row["code"],
        "name": row["name"],
        "value": _given(row["value"]),
        "number": _number(row["value"]),
        "unit": _given(row["result_unit"]),
        "low": row["reference_min"],
        "high": row["reference_max"],
        "note": _given(row["result_text"]),
    }
    return {
        **_visit(visit, location="location"),
        **_step(LABORATORY, row["status"]),
        **_stamps(row),
        "provider_source_id": _id(row["supervising_veterinarian"]),
        "consultation_source_id": str(visit["id"]),
        "patient_source_id": _id(row["patient"]),
        "category": "laboratory",
        "number": _id(row["referral"]),
        "panel": row["name"],
        "code": row["code"],
        "lab": sent["laboratory"] if sent else None,
        "notes": _given(sent["remarks"]) if sent else None,
        "ordered_at": (sent or row)["created"],
        "analytes": [value],
    }


def laboratory_order(row: Row, books: Books) -> Row:
    """A referral to which no analysis belongs."""
    visit = books.the("consultation", row["consultation"])
    return {
        **_visit(visit, location="location"),
        **_step(LABORATORY, row["status"]),
        **_stamps(row),
        "consultation_source_id": str(visit["id"]),
        "patient_source_id": _id(row["patient"]),
        "category": "laboratory",
        "number": str(row["id"]),
        "lab": row["laboratory"],
        "notes": _given(row["remarks"]),
        "ordered_at": row["created"],
    }


def _lone(table: str, parts: str, fact: str) -> Rows:
    def rows(books: Books) -> list[Row]:
        return [row for row in books.all(table) if not books.of(parts, fact, row["id"])]

    return rows


def examination(row: Row, books: Books) -> Row:
    """An entry of the worklist, with its referral."""
    order = books.the("diagnosticimaging_referral", row["referral"])
    regions = [books.the("targetarea", each)["name"] for each in row["target_areas"]]
    return {
        **_step(IMAGING, row["status"]),
        **_stamps(row),
        "client_source_id": _id(row["client"]),
        "patient_source_id": _id(row["patient"]),
        "consultation_source_id": _id(order["consultation"]),
        "appointment_source_id": _id(order["appointment"]),
        "provider_source_id": _id(row["supervising_veterinarian"]),
        "requester_source_id": _id(row["requesting_user"]),
        "number": _given(row["accession_number"]),
        "order_number": str(order["id"]),
        "modality": books.the("modality", row["modality"])["name"],
        "region": _given(", ".join(regions)),
        "reason_text": _given(order["remarks"]),
        "internal_notes": _given(order["internal_notes"]),
        "report": _given(row["report"]),
        "study_url": _given(row["study_url"]),
        "requested_at": row["created"],
    }


def imaging_order(row: Row, _books: Books) -> Row:
    """A referral that is not on the worklist yet."""
    return {
        **_stamps(row),
        "status": "requested",
        "patient_source_id": _id(row["patient"]),
        "consultation_source_id": _id(row["consultation"]),
        "appointment_source_id": _id(row["appointment"]),
        "order_number": str(row["id"]),
        "reason_text": _given(row["remarks"]),
        "internal_notes": _given(row["internal_notes"]),
        "requested_at": row["created"],
    }


def estimate(row: Row, books: Books) -> Row:
    """An estimate with its lines."""
    return {
        **_step(ESTIMATES, row["status"]),
        **_stamps(row),
        "client_source_id": _id(row["client"]),
        "patient_source_id": _first(row["patients"]),
        "patients": _all(row["patients"]),
        "consultation_source_id": _id(row["consultation"]),
        "appointment_source_id": _id(row["appointment"]),
        "provider_source_id": _id(row["user"]),
        "location_source_id": _id(row["department"]),
        "title": row["title"],
        "finalized": row["finalized"],
        "issued_on": row["created"][:10],
        "subtotal_minor": row["total"],
        "tax_minor": row["total_vat"],
        "total_minor": row["total_with_vat"],
        "notes": _given(row["notes"]),
        "lines": [
            {
                "source_id": str(one["id"]),
                "product_source_id": _id(one["item"]),
                "code": one["code"],
                "name": one["name"],
                "quantity": one["quantity"],
                "quantity_max": one["quantity_max"],
                "unit_price_minor": one["price"],
                "unit_price_max_minor": one["price_max"],
                "amount_minor": one["sum"],
                "tax_minor": one["sum_vat"],
                "total_minor": one["sum_total"],
                "declined": one["declined"],
            }
            for one in books.of("estimateitem", "estimate", row["id"])
        ],
    }


def _named(row: Row, _books: Books) -> Row:
    return {"name": row["name"], "status": "active"}


def price(row: Row, books: Books) -> Row:
    """What an item costs by the list on which it stands."""
    tax = Fraction(str(books.the("vatgroup", row["vat_group"])["percentage"]))
    return {
        **_stamps(row),
        "price_list_source_id": _id(row["item_list"]),
        "product_source_id": str(row["id"]),
        "code": row["code"],
        "name": row["name"],
        "category": "standard",
        "price_minor": row["price"],
        "price_with_tax_minor": floor(row["price"] * (100 + tax) / 100 + Fraction(1, 2)),
        "minimum_minor": row["minimum_price"],
        "status": "active",
    }


def alternative_price(row: Row, books: Books) -> Row:
    """What an item costs by another list."""
    item = books.the("item", row["item"])
    return {
        "price_list_source_id": _id(row["item_list"]),
        "product_source_id": str(item["id"]),
        "code": item["code"],
        "name": item["name"],
        "category": "alternative",
        "price_minor": row["price"],
        "status": "active",
    }


def _place(row: Row, books: Books) -> Row:
    place = books.the("stock_location", row["location"])
    return {"location_source_id": _id(place["department"]), "shelf": place["name"]}


def inventory_item(row: Row, books: Books) -> Row:
    """How much of an item there is."""
    item = books.the("item", row["item"])
    here = books.of("stock_batch", "item", item["id"])
    alerts = books.of("stock_locationalertlevel", "item", item["id"])
    alert = [one["alert_level"] for one in alerts if one["location"] == row["location"]]
    return {
        **_place(row, books),
        "product_source_id": str(item["id"]),
        "code": item["code"],
        "name": item["name"],
        "on_hand": sum(one["quantity"] for one in here if one["location"] == row["location"]),
        "reorder_level": alert[0] if alert else None,
        "cost_minor": item["wholesale_price"],
        "price_minor": item["price"],
        "status": "active",
    }


def batch(row: Row, books: Books) -> Row:
    """What was delivered together."""
    return {
        **_place(row, books),
        **_stamps(row),
        "product_source_id": _id(row["item"]),
        "number": row["batch_number"],
        "quantity": row["quantity"],
        "expires_on": row["expiry_date"],
        "status": "active",
    }


def order(row: Row, books: Books) -> Row:
    """What was ordered of a wholesaler."""
    lines = books.of("orderitem", "order", row["id"])
    sums = [floor(one["price"] * Fraction(str(one["quantity"])) + Fraction(1, 2)) for one in lines]
    return {
        **_step(ORDERS, row["status"]),
        **_stamps(row),
        "number": str(row["id"]),
        "reference": _given(row["wholesaler_reference_number"]),
        "supplier_source_id": _id(row["wholesaler"]),
        "location_source_id": _id(row["department"]),
        "ordered_at": row["ordered"],
        "received_at": row["delivered"],
        "total_minor": sum(sums),
        "lines": [
            {
                "source_id": str(one["id"]),
                "product_source_id": _id(one["item"]),
                "quantity_ordered": one["quantity"],
                "unit_cost_minor": one["price"],
            }
            for one in lines
        ],
    }


def reminder(row: Row, books: Books) -> Row:
    """What a patient is due for."""
    template = row["reminder_template"]
    title = books.the("remindertemplate", template)["title"] if template else row["email_subject"]
    return {
        **_step(REMINDERS, row["status"]),
        **_stamps(row),
        "category": "service",
        "type_name": _given(title),
        "client_source_id": _id(row["client"]),
        "patient_source_id": _id(row["patient"]),
        "location_source_id": _id(row["department"]),
        "due_on": row["expiry_date"],
        "planned_at": books.midnight(row["planned_sending_date"]),
        "channel": {1: "email", 2: "sms", 3: "letter"}[row["send_method"]],
        "body": row["email_text"] or row["sms_text"] or _given(row["post_text"]),
    }


def communication(row: Row, _books: Books) -> Row:
    """What was written down about a talk."""
    return {
        **_stamps(row),
        "channel": "other",
        "client_source_id": _id(row["client"]),
        "patient_source_id": _first(row["patients"]),
        "author_source_id": _id(row["created_user"]),
        "subject": row["title"],
        "body": _given(row["note"]),
        "sent_at": row["created"],
    }


def email(row: Row, _books: Books) -> Row:
    """What was sent."""
    return {
        "channel": "email",
        "direction": "outbound",
        "client_source_id": _id(row["client"]),
        "recipient": row["recipient"],
        "subject": row["subject"],
        "sent_at": row["created"],
        "status": row["status"],
        "source_created_at": row["created"],
    }


def task(row: Row, books: Books) -> Row:
    """What is to be done."""
    return {
        **_stamps(row),
        "category": "task",
        "title": row["title"],
        "notes": _given(row["description"]),
        "client_source_id": _id(row["client"]),
        "patient_source_id": _id(row["patient"]),
        "location_source_id": _id(row["department"]),
        "assignee_source_id": _id(row["assigned_to"]),
        "due_at": books.midnight(row["due_date"]),
        "done_at": row["done_at"],
        "status": "done" if row["done"] else "due",
    }


def delivery(row: Row, books: Books) -> Row:
    """What is sent home."""
    items = books.of("home_delivery_item", "order", row["id"])
    return {
        **_stamps(row),
        "client_source_id": _id(row["client"]),
        "patient_source_id": _id(items[0]["patient"]),
        "invoice_source_id": _id(row["invoice"]),
        "location_source_id": _id(row["department"]),
        "number": str(row["id"]),
        "addresses": [
            {
                "line1": _given(row["delivery_street_address"]),
                "postal_code": _given(row["delivery_zip_code"]),
                "city": _given(row["delivery_city"]),
            }
        ],
        "ordered_at": row["created"],
        "status": DELIVERIES[min(one["status"] for one in items)],
        "lines": [
            {
                "source_id": str(one["id"]),
                "product_source_id": _id(one["item"]),
                "invoice_line_source_id": _id(one["invoicerow"]),
                "patient_source_id": _id(one["patient"]),
                "name": one["name"],
                "quantity": one["quantity"],
                "status": DELIVERIES[one["status"]],
                "tracking_number": _given(one["tracking_number"]),
            }
            for one in items
        ],
    }


def prescription(row: Row, books: Books) -> Row:
    """One thing that is prescribed."""
    whole = books.the("eprescription", row["prescription"])
    return {
        **_step(PRESCRIPTIONS, whole["status"]),
        **_stamps(row),
        "number": whole["uuid"],
        "client_source_id": _id(whole["client"]),
        "patient_source_id": _first(row["patients"]),
        "patients": _all(row["patients"]),
        "consultation_source_id": _id(whole["consultation"]),
        "provider_source_id": _id(whole["prescriber"]),
        "location_source_id": _id(whole["department"]),
        "product": row["name"],
        "strength": _given(row["strength"]),
        "quantity_per_fill": row["quantity_packages"],
        "unit": "package",
        "fills_authorized": row["repeat_number"],
        "directions": _given(row["instructions"]),
        "note_to_pharmacy": _given(whole["remarks"]),
        "written_at": whole["issue_time"],
        "expires_on": row["valid_until"],
        "last_filled_at": row["latest_dispensing"],
    }


def settlement(row: Row, books: Books) -> Row:
    """What the processor paid out."""
    paid = books.of("postransaction", "settlement", row["id"])
    return {
        **_stamps(row),
        "batch": row["reference"],
        "processor": "Provet Pay",
        "location_source_id": _id(row["department"]),
        "settled_at": books.midnight(row["settled_on"]),
        "currency": row["currency"],
        "expected_minor": row["gross"],
        "actual_minor": row["net"],
        "fee_minor": row["fees"],
        "payment_count": len(paid),
        "payments": [
            {
                "source_id": str(one["id"]),
                "expected_minor": round(Fraction(one["amount"]) * 100),
                "status": one["status"],
            }
            for one in paid
        ],
        "status": "settled",
    }


def deposit(row: Row, _books: Books) -> Row:
    """What a client paid ahead."""
    return {
        **_stamps(row),
        "category": "deposit",
        "client_source_id": _id(row["client"]),
        "location_source_id": _id(row["department"]),
        "taken_at": row["created"],
        "method": METHODS.get(row["payment_type"], OTHERWISE),
        "amount_minor": row["paid"],
        "remaining_minor": row["sum_left"],
        "notes": _given(row["info"]),
        "status": "voided" if row["cancelled"] else "approved",
    }


def resource(row: Row, _books: Books) -> Row:
    """A room."""
    return {
        "category": "room",
        "name": row["name"],
        "location_source_id": _id(row["department"]),
        "status": "active" if row["is_active"] else "inactive",
    }


def treatment_plan(row: Row, books: Books) -> Row:
    """What is to be done for a patient, one after the other."""
    visit = books.the("consultation", row["consultation"])
    planned = [
        one
        for kind in ("medicine", "procedure", "supply", "food")
        for one in books.of(f"treatmentplan{kind}", "treatment_plan", row["id"])
    ]
    return {
        **_visit(visit, location="location"),
        **_step(PLANS, row["status"]),
        **_stamps(row),
        "patient_source_id": _id(row["patient"]),
        "board": "treatment_board",
        "problem": row["name"],
        "cage": visit["ward"],
        "arrived_at": visit["admitted_time"],
        "tasks": [
            {
                "source_id": str(one["id"]),
                "treatment": one["name"],
                "due_at": one["planned_time"],
                "status": "done" if one["done"] else "due",
                "done_at": one["done_at"],
                "done_by": _id(one["done_by"]),
                "note": _given(one["instructions"]),
            }
            for one in planned
        ],
    }


def care_plan(row: Row, books: Books) -> Row:
    """What a patient is subscribed to."""
    offer = books.the("healthplan", row["health_plan"])
    return {
        **_step(HEALTH_PLANS, row["status"]),
        **_stamps(row),
        "name": offer["name"],
        "code": str(offer["id"]),
        "client_source_id": _id(row["client"]),
        "patient_source_id": _id(row["patient"]),
        "enrolled_at": row["created"],
        "starts_on": row["start_date"],
        "ends_on": row["end_date"],
        "billing": "monthly",
        "price_minor": offer["monthly_price"],
        "notes": _given(offer["description"]),
    }


def document(row: Row, _books: Books) -> Row:
    """A file."""
    return {
        "category": "image" if row["content_type"].startswith("image/") else OTHERWISE,
        "title": row["description"] or row["name"],
        "file_name": row["name"],
        "content_type": row["content_type"],
        "size_bytes": row["size"],
        "content_path": f"api/0.1/upload/{row['id']}/file/",
        "taken_at": row["created"],
        "client_source_id": _id(row["client"]),
        "patient_source_id": _id(row["patient"]),
        "consultation_source_id": _id(row["consultation"]),
        "appointment_source_id": _id(row["appointment"]),
        "description": _given(row["description"]),
        "source_created_at": row["created"],
    }


TRUTHS: Final[dict[str, tuple[Rows, Words]]] = {
    "consultation": (_table("consultation"), consultation),
    "soap_note": (_table("consultationnote"), note),
    "discharge_instruction": (_table("consultationdischargeinstruction"), instruction),
    "lab_result": (
        lambda books: books.of("consultationitem", "type_code", ANALYSIS),
        analysis,
    ),
    "laboratory_order": (
        _lone("consultation_laboratory_referral", "consultationitem", "referral"),
        laboratory_order,
    ),
    "imaging_referral": (_table("diagnosticimaging_worklist"), examination),
    "imaging_order": (
        _lone("diagnosticimaging_referral", "diagnosticimaging_worklist", "referral"),
        imaging_order,
    ),
    "estimate": (_table("estimate"), estimate),
    "price_list": (_table("itemlist"), _named),
    "price": (lambda books: books.of("item", "archived", value=False), price),
    "alternative_price": (_table("alternativepricing"), alternative_price),
    "inventory_item": (_table("stocklevel"), inventory_item),
    "stock_batch": (_table("stock_batch"), batch),
    "supplier": (_table("wholesaler"), _named),
    "purchase_order": (_table("order"), order),
    "reminder": (_table("reminder"), reminder),
    "communication": (_table("note"), communication),
    "email": (_table("logs_email"), email),
    "task": (_table("task"), task),
    "home_delivery": (_table("home_delivery_order"), delivery),
    "prescription": (_table("eprescription_item"), prescription),
    "settlement": (_table("nhp_settlement"), settlement),
    "deposit": (_table("unallocatedpayment"), deposit),
    "resource": (_table("resource"), resource),
    "treatment_board_entry": (_table("treatmentplan"), treatment_plan),
    "care_plan": (_table("patienthealthplan"), care_plan),
    "document": (_table("upload"), document),
}
"""By mapping: the rows it must make entities of, and what each of them is in our words."""
