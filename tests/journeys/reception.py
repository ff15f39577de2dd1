"""The reception of a practice of Pulse: what is written there, and inputs for every operation."""

from __future__ import annotations

import base64
from collections import Counter as Tally
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final
from zoneinfo import ZoneInfo

from automation import pipeline
from automation.model import Write
from automation.pipeline import Tools
from automation.writes import Seams, Times, unwatched
from tests import simulator
from tests.journeys.world import Home, name_of
from tests.simulator import Simulator

TIMES: Final = Times(send=2.0, answer=10.0, lease=4.0)
Row = dict[str, Any]
_NUMBERS: Final = count(1)


@dataclass
class Reception:
    """A signed-in practice of a running portal, and what is done there.

    Attributes:
        portal: the simulator.
        home: where the practice lives.
        practice: as the simulator tells of it.
        tools: the product's own, while a scene is played.
    """

    portal: Simulator
    home: Home
    practice: simulator.Practice
    tools: Tools = field(init=False)

    @property
    def name(self) -> str:
        return name_of(self.practice)

    def play(self, scene: Callable[[], Awaitable[None]]) -> None:
        """Play a scene with tools of its own."""

        async def whole(tools: Tools) -> None:
            self.tools = tools
            await scene()

        self.home.work(whole)

    async def accept(self, operation: str, given: Mapping[str, Any], key: str = "") -> Write:
        practice = await self.tools.store.practice(self.name)
        key = key or f"key-{next(_NUMBERS)}"
        return await pipeline.accept_write(
            self.tools, practice, operation, given, key=key, confirmed=True
        )

    async def perform(self, write: Write, seam: Seams = unwatched) -> Write:
        return await pipeline.perform_write(self.tools, write.id, times=TIMES, seam=seam)

    async def do(self, operation: str, given: Mapping[str, Any]) -> Write:
        return await self.perform(await self.accept(operation, given))

    def written(self) -> Tally[str]:
        """What the portal counted, by its own names."""
        return Tally(self.portal.counts().get("writes", {}))

    def refused(self) -> Tally[str]:
        return Tally(self.portal.counts().get("writes_refused", {}))

    # ---------------------------------------------------------------- the truth

    def rows(self, table: str, **facts: object) -> list[Row]:
        """The rows of a table whose facts are these."""
        found: list[Row] = self.portal.dump(self.practice.id, table)[table]
        return [row for row in found if all(row[name] == fact for name, fact in facts.items())]

    def row(self, table: str, number: object) -> Row:
        (found,) = self.rows(table, id=number)
        return found

    def change(self, table: str, number: int, **facts: object) -> None:
        self.portal.change(self.practice.id, table, number, **facts)

    # ---------------------------------------------------------------- what is needed

    def a_time(self, days: int = 0) -> str:
        """A time of a working day far ahead, each of them another day, when nobody has a visit."""
        day = self.portal.clock.now().astimezone(ZoneInfo(self.practice.zone)).date()
        day += timedelta(days=200 + (days or next(_NUMBERS)))
        return datetime(day.year, day.month, day.day, 10, 0).isoformat()  # noqa: DTZ001 - the practice's

    def living(self) -> Row:
        return self.rows("patients", status="Active")[0]

    def visit(self) -> Row:
        """A visit that can be booked."""
        vet = self.rows("providers", is_active=True)[0]
        return {
            "patient_id": self.living()["id"],
            "provider_id": vet["id"],
            "resource_id": self.rows("columns")[0]["id"],
            "type_id": self.rows("types")[0]["id"],
            "start": self.a_time(),
            "duration_minutes": 30,
            "reason": "Booster",
        }

    def coming(self, at: str = "", **facts: object) -> int:
        """The number of a visit that somebody else booked, far ahead if no time is told."""
        start = datetime.fromisoformat(at or self.a_time())
        start = start.replace(tzinfo=ZoneInfo(self.practice.zone))
        usual = {
            "starts_at": start.isoformat(),
            "ends_at": (start + timedelta(minutes=30)).isoformat(),
            "duration_minutes": 30,
            "confirm_status": None,
            "visit_status_id": self.rows("visit_statuses")[0]["id"],
        }
        return self.another("appointments", **{**usual, **facts})

    def another(self, table: str, **facts: object) -> int:
        """A row of a table once more, with these facts."""
        like = self.rows(table)[0]["id"]
        return self.portal.add(self.practice.id, table, like, **facts)

    def open_invoice(self) -> int:
        return self.another(
            "invoices",
            status="Open",
            subtotal_cents=5000,
            discount_cents=0,
            tax_cents=0,
            total_cents=5000,
            paid_cents=0,
            balance_cents=5000,
        )

    def script(self, status: str) -> int:
        """A prescription that the login may decide."""
        delegates = self.rows("delegates")
        return self.another("prescriptions", status=status, provider_id=delegates[0]["provider_id"])


# -------------------------------------------------------------------- every operation


@dataclass(frozen=True)
class Deed:
    """One write.

    Attributes:
        given: its inputs.
        counted: what the portal counts for it, by its own name.
        there: whether the truth has what was written.
    """

    given: Row
    counted: str
    there: Callable[[Write], bool]


def accept_booking(desk: Reception) -> Deed:
    number = desk.another("bookings", status="Requested", slot_at=f"{desk.a_time()}-06:00")
    return Deed(
        {"appointment_id": number},
        "booking_accept",
        lambda _: desk.row("bookings", number)["status"] == "Accepted",
    )


def decline_booking(desk: Reception) -> Deed:
    number = desk.another("bookings", status="Requested")
    return Deed(
        {"appointment_id": number, "reason": "No vet is in that day"},
        "booking_decline",
        lambda _: desk.row("bookings", number)["decline_reason"] == "No vet is in that day",
    )


def add_addendum(desk: Reception) -> Deed:
    note = desk.rows("notes", status="Final")[0]
    given = {"record_id": note["record_id"], "note_id": note["id"], "text": "The owner called"}

    def there(_: Write) -> bool:
        return "The owner called" in desk.row("notes", note["id"])["addenda"][-1]["text"]

    return Deed(given, "note_addendum", there)


def create_note(desk: Reception) -> Deed:
    record = next(row for row in desk.rows("records") if row["appointment_id"])
    kind = desk.rows("note_types", has_sections=True)[0]["id"]
    texts = {"subjective": "Limps", "objective": "Pain", "assessment": "Sprain", "plan": "Rest"}

    def there(write: Write) -> bool:
        found = desk.row("notes", int(str(write.result["id"])))
        return all(found[name] == text for name, text in texts.items())

    return Deed({"record_id": record["id"], "note_type_id": kind, **texts}, "note_create", there)


def request(desk: Reception, **changed: object) -> int:
    return desk.another("requests", state="Pending", decline_reason=None, **changed)


def approve_pharmacy_request(desk: Reception) -> Deed:
    number = request(desk, prescription_id=None, product="Metronidazole")
    vet = desk.rows("delegates")[0]["provider_id"]
    return Deed(
        {"request_id": number, "provider_id": vet},
        "request_approve",
        lambda _: desk.row("requests", number)["state"] == "Approved",
    )


def decline_pharmacy_request(desk: Reception) -> Deed:
    number = request(desk)
    return Deed(
        {"request_id": number, "reason": "Not seen for two years"},
        "request_decline",
        lambda _: desk.row("requests", number)["decline_reason"] == "Not seen for two years",
    )


def approve_prescription(desk: Reception) -> Deed:
    number = desk.script("PendingApproval")
    return Deed(
        {"prescription_id": number},
        "script_authorize",
        lambda _: desk.row("prescriptions", number)["status"] == "Authorized",
    )


def decline_prescription(desk: Reception) -> Deed:
    number = desk.script("PendingApproval")
    return Deed(
        {"prescription_id": number, "reason": "Blood work is due"},
        "script_decline",
        lambda _: desk.row("prescriptions", number)["status"] == "Declined",
    )


def renew_prescription(desk: Reception) -> Deed:
    number = desk.script("Exhausted")
    return Deed(
        {"prescription_id": number},
        "script_renew",
        lambda _: len(desk.rows("prescriptions", renewed_from_id=number)) == 1,
    )


def create_prescription(desk: Reception) -> Deed:
    vet = desk.rows("delegates")[0]["provider_id"]
    given = {
        "patient_id": desk.living()["id"],
        "product": "Metronidazole",
        "quantity_per_fill": 30,
        "refills": 2,
        "directions": "One tablet twice a day",
        "provider_id": vet,
    }

    def there(write: Write) -> bool:
        row = desk.row("prescriptions", write.result["id"])
        return (row["status"], row["refills_authorized"]) == ("Draft", 2)

    return Deed(given, "script_create", there)


def attach_form(desk: Reception) -> Deed:
    number = desk.another("submissions", status="Completed", attached_at=None, attached_by=None)
    return Deed(
        {"submission_id": number},
        "submission_attach",
        lambda _: desk.row("submissions", number)["attached_at"] is not None,
    )


def create_appointment(desk: Reception) -> Deed:
    given = desk.visit() | {"deposit": {"amount": 20.0, "payment_type": "cash"}}

    def there(write: Write) -> bool:
        paid = desk.rows("deposits", appointment_id=write.result["id"], amount_cents=2000)
        booked = desk.row("appointments", write.result["id"])
        return len(paid) == 1 and booked["starts_at"].startswith(given["start"])

    return Deed(given, "appointment_create", there)


def cancel_appointment(desk: Reception) -> Deed:
    return _status(desk, "Cancelled", "appointment_cancel")


def confirm_appointment(desk: Reception) -> Deed:
    return _status(desk, "Confirmed", "confirm_status_set")


def _status(desk: Reception, status: str, counted: str) -> Deed:
    number = desk.coming()
    return Deed(
        {"appointment_id": number},
        counted,
        lambda _: desk.row("appointments", number)["confirm_status"] == status,
    )


def reschedule_appointment(desk: Reception) -> Deed:
    number, start = desk.coming(), desk.a_time()
    return Deed(
        {"appointment_id": number, "start": start},
        "appointment_move",
        lambda _: desk.row("appointments", number)["starts_at"].startswith(start),
    )


def create_client(desk: Reception) -> Deed:
    name = f"Zimmer{next(_NUMBERS)}"
    given = {
        "first_name": "Ada",
        "last_name": name,
        "email": f"{name.lower()}@mail.example.org",
        "phone": "(312) 555-0199",
        "street": "1 Elm St",
        "zip": "60601",
        "status": desk.rows("client_statuses")[0]["name"],
        "location_id": desk.rows("locations")[0]["id"],
    }
    return Deed(given, "client_create", lambda _: len(desk.rows("clients", last_name=name)) == 1)


def create_patient(desk: Reception) -> Deed:
    name = f"Pippin {next(_NUMBERS)}"
    given = {
        "client_id": desk.living()["client_id"],
        "name": name,
        "species": "RABBIT",
        "sex": "S",
        "born_on": "2024-05-06",
    }
    return Deed(given, "patient_create", lambda _: len(desk.rows("patients", name=name)) == 1)


def create_reminder(desk: Reception) -> Deed:
    given = {
        "patient_id": desk.living()["id"],
        "service_code": desk.rows("reminders")[0]["code"],
        "due_on": f"{datetime.fromisoformat(desk.a_time()):%Y-%m-%d}",
    }
    wanted = {"patient_id": given["patient_id"], "due_on": given["due_on"]}
    return Deed(given, "reminder_create", lambda _: len(desk.rows("reminders", **wanted)) == 1)


def finalize_invoice(desk: Reception) -> Deed:
    number = desk.open_invoice()
    return Deed(
        {"invoice_id": number},
        "close_invoice",
        lambda _: desk.row("invoices", number)["status"] != "Open",
    )


def pay_invoice(desk: Reception) -> Deed:
    number = desk.open_invoice()
    return Deed(
        {"invoice_id": number, "amount": 12.5, "payment_type": "cash"},
        "take_payment",
        lambda _: (
            [row["amount_cents"] for row in desk.rows("payments", invoice_id=number)] == [1250]
        ),
    )


def make_deposit(desk: Reception) -> Deed:
    client = desk.living()["client_id"]
    cents = 8000 + next(_NUMBERS)

    def there(write: Write) -> bool:
        found = desk.rows("deposits", client_id=client, amount_cents=cents)
        return [row["id"] for row in found] == [write.result["deposit_id"]]

    given = {"client_id": client, "amount": cents / 100, "payment_type": "cash"}
    return Deed(given, "make_deposit", there)


def send_message(desk: Reception) -> Deed:
    text = f"The results are in ({next(_NUMBERS)})."
    given = {"client_id": desk.living()["client_id"], "channel": "email", "text": text}
    return Deed(given, "message_send", lambda _: len(desk.rows("messages", body=text)) == 1)


def finalize_note(desk: Reception) -> Deed:
    note = desk.rows("notes", status="Draft")[0]
    return Deed(
        {"record_id": note["record_id"], "note_id": note["id"]},
        "note_finalize",
        lambda _: desk.row("notes", note["id"])["status"] == "Final",
    )


def add_charge(desk: Reception) -> Deed:
    patient, item = desk.living(), desk.rows("products", is_active=True)[0]
    given = {
        "client_id": patient["client_id"],
        "patient_id": patient["id"],
        "product_id": item["id"],
        "provider_id": desk.rows("providers", is_active=True)[0]["id"],
        "quantity": 1.5,
    }

    def there(write: Write) -> bool:
        line = desk.row("lines", int(str(write.result["id"])))
        return (line["code"], line["quantity"]) == (item["code"], 1.5)

    return Deed(given, "add_charge", there)


def upload_document(desk: Reception) -> Deed:
    content = f"%PDF-1.4 {next(_NUMBERS)} \r\n--canary-upload\x00".encode() + bytes(range(256))
    given = {
        "patient_id": desk.living()["id"],
        "document": {"name": "ear (left).pdf", "content": base64.b64encode(content).decode()},
        "title": "The left ear",
        "kind": "Scan",
        "remarks": "Came by mail",
    }

    def there(write: Write) -> bool:
        row = desk.row("documents", int(str(write.result["id"])))
        named = (row["file_name"], row["content_type"]) == ("ear (left).pdf", "application/pdf")
        return named and row["size"] == len(content)

    return Deed(given, "document_upload", there)


DEEDS: Final[Mapping[str, Callable[[Reception], Deed]]] = {
    make.__name__: make
    for make in (
        accept_booking,
        add_addendum,
        add_charge,
        approve_pharmacy_request,
        approve_prescription,
        attach_form,
        cancel_appointment,
        confirm_appointment,
        create_appointment,
        create_client,
        create_note,
        create_patient,
        create_prescription,
        create_reminder,
        decline_booking,
        decline_pharmacy_request,
        decline_prescription,
        finalize_invoice,
        finalize_note,
        make_deposit,
        pay_invoice,
        renew_prescription,
        reschedule_appointment,
        send_message,
        upload_document,
    )
}
"""Inputs with which each operation can be done, by its name."""
