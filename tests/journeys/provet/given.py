"""What every operation is given, with the things at the portal that it needs for that."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final

from tests.journeys.provet.counter import (
    MINIMAL,
    UPDATE,
    Counter,
    finalized,
    full_example,
    living,
    visit,
)
from tests.journeys.provet.staff import Staff

_NUMBERS: Final = count(1)
PROCEDURE: Final = 1
Given = dict[str, dict[str, Any]]


def prepared(counter: Counter) -> Given:
    """Inputs with which each operation can be done, and what they need."""
    shelf = Shelf(counter)
    return {
        **_appointments(shelf),
        **_people(shelf),
        **_consultations(shelf),
        **_prescriptions(shelf),
        **_money(shelf),
        **_messages(shelf),
    }


class Shelf:
    """Makes things at the portal for operations to work on.

    Args:
        counter: where.
    """

    def __init__(self, counter: Counter) -> None:
        self.counter, self.patient = counter, living(counter)
        self.staff = Staff(counter.portal, counter.practice)

    def booked(self, kind: int = 1, at: Mapping[str, Any] | None = None) -> int:
        """The number of an appointment."""
        each = at or visit(self.counter)
        start = datetime.fromisoformat(each["start"])
        link = self.staff.link
        made = self.staff.post(
            "appointment/",
            start=each["start"],
            end=(start + timedelta(minutes=each["duration_minutes"])).isoformat(),
            title=each["title"],
            complaint=each["reason"],
            type=kind,
            department=link("department/1/"),
            user=link("user/1/"),
            client=link(f"client/{each['client_id']}/"),
            patients=[link(f"patient/{each['patient_ids'][0]}/")],
        )
        return int(made["id"])

    def admitted(self, *statuses: int) -> int:
        """The number of a consultation that went through these steps."""
        made = self.staff.post(f"appointment/{self.booked()}/admit/")
        for status in statuses:
            self.staff.post(f"consultation/{made['id']}/update_status/", status=status)
        return int(made["id"])

    def noted(self, text: str = "Limps on the left.") -> dict[str, Any]:
        """A clinical note, by its consultation and number."""
        consultation = self.admitted()
        path = f"consultation/{consultation}/consultationnote/"
        made = self.staff.post(path, text=text, type=0)
        return {"consultation_id": consultation, "note_id": made["id"]}

    def item(self) -> int:
        """A procedure of the catalogue."""
        rows = self.counter.portal.dump(self.counter.practice.id, "item")["item"]
        found = (row for row in rows if row["type_code"] == PROCEDURE and not row["archived"])
        return int(next(found)["id"])

    def draft(self) -> int:
        """The number of an invoice that a consultation made, and that is open still."""
        number = self.admitted()
        made = self.staff.post(
            "consultation_items/procedure/",
            consultation=self.staff.link(f"consultation/{number}/"),
            patient=self.staff.link(f"patient/{self.patient['id']}/"),
            item=self.staff.link(f"item/{self.item()}/"),
            quantity=2,
        )
        row = self.staff.get(made["invoicerow"])
        return int(row["invoice"].rstrip("/").rpartition("/")[2])

    def prescription(self, status: int = 1) -> int:
        """The number of an online prescription."""
        given = {**json.loads(MINIMAL), "status": status}
        made = self.staff.post("eprescription/prescription/", **given)
        return int(made["url"].rstrip("/").rpartition("/")[2])


def _appointments(shelf: Shelf) -> Given:
    booked = visit(shelf.counter)
    later = {name: visit(shelf.counter)[name] for name in ("start", "duration_minutes")}
    told = {"notify_client": True}
    one = {name: booked[name] for name in booked if name not in {"client_id", "patient_ids"}}
    one["patient_id"] = booked["patient_ids"][0]  # whose client the portal knows
    return {
        "create_appointment": one
        | {"deposit": {"amount": 20.0, "payment_type": "card"}, "notify_client": False},
        "cancel_appointment": {"appointment_id": shelf.booked(), "reason": "Moved away"},
        "admit_appointment": {"appointment_id": shelf.booked()},
        "reschedule_appointment": {"appointment_id": shelf.booked(), **later, **told},
        "confirm_appointment": {"appointment_id": shelf.booked()},
        "accept_booking": {"appointment_id": shelf.booked(7), **told},
        "decline_booking": {"appointment_id": shelf.booked(7), "reason": "The vet is away"},
    }


def _people(shelf: Shelf) -> Given:
    number = next(_NUMBERS)
    return {
        "create_client": {
            "first_name": "Aino",
            "last_name": f"Virtanen-{number}",
            "email": f"aino.{number}@mail.example.org",
            "phone": f"+35840{number:07d}",
            "country": "FI",
            "city": "Helsinki",
        },
        "create_patient": {
            "client_id": shelf.patient["client"],
            "name": f"Fenton {number}",
            "species": shelf.patient["species"],
            "sex": "F",
            "born_on": "2024-05-06",
        },
    }


def _consultations(shelf: Shelf) -> Given:
    patient = {"patient_id": shelf.patient["id"]}
    return {
        "add_consultation_item": {
            "consultation_id": shelf.admitted(),
            "kind": "procedure",
            "product_id": shelf.item(),
            "quantity": 1.5,
            **patient,
        },
        "create_consultation_note": {
            "consultation_id": shelf.admitted(),
            "text": "Eats and drinks.",
            **patient,
        },
        "change_consultation_note": {**shelf.noted(), "text": "Limps on the right."},
        "add_addendum": {**shelf.noted(), "text": "On the right, as it turned out."},
        "update_consultation_status": {"consultation_id": shelf.admitted(), "status": 5},
        "finalize_consultation": {"consultation_id": shelf.admitted(5, 6)},
    }


def _prescriptions(shelf: Shelf) -> Given:
    return {
        "create_eprescription": full_example() | {"remarks": "Second"},
        "update_eprescription": {"prescription_id": shelf.prescription(), **json.loads(UPDATE)},
        "approve_eprescription": {"prescription_id": shelf.prescription()},
        "decline_eprescription": {"prescription_id": shelf.prescription(3), "reason": "Too much"},
        "renew_eprescription": {
            "prescription_id": shelf.prescription(4),
            "issue_time": "2026-02-03T08:00:00Z",
            "valid_until": "2027-02-03",
            "remarks": "Third",
        },
    }


def _money(shelf: Shelf) -> Given:
    return {
        "charge_eprescription_fee": {
            "location_id": 1,
            "client_id": 1,
            "payment_type": "card",
            "reference": "VISA - 4242",
        },
        "pay_invoice": {
            "invoice_id": finalized(shelf.counter),
            "amount": 1.0,
            "payment_type": "cash",
        },
        "finalize_invoice": {"invoice_id": shelf.draft()},
    }


def _messages(shelf: Shelf) -> Given:
    letter = base64.b64encode(b"%PDF-1.4\n%%EOF\n").decode()
    return {
        "create_reminder": {
            "location_id": 1,
            "patient_id": shelf.patient["id"],
            "due_on": "2027-03-01",
            "text": "Time for a booster",
        },
        "create_note": {"title": "Call", "text": "Called back", "client_id": 1, "patient_ids": [1]},
        "send_message": {
            "client_id": shelf.patient["client"],
            "channel": "email",
            "subject": "Results",
            "text": "All is well.",
        },
        "upload_document": {
            "patient_id": shelf.patient["id"],
            "document": {"name": "letter.pdf", "content": letter},
            "title": f"Letter {next(_NUMBERS)}",
        },
    }
