"""Clients, patients, bookings, bills and the catalogue of the simulator in our words.

Written from the simulator's dump and the vendor's words; shares no code with the product.
"""

from __future__ import annotations

from typing import Any, Final

from tests.journeys.provet.record_truth import Books, Row, Rows, Words

_PHONES: Final = {1: "mobile", 2: "home", 3: "work"}
_CLASSES: Final = {0: "Private", 1: "Company", 2: "EU company", 3: "Charity", 4: "UK charity"}
_SPECIES: Final = {
    22001: "canine",
    23001: "feline",
    24001: "rabbit",
    25001: "equine",
    26001: "rodent",
    27001: "avian",
}
_SEXES: Final = {
    0: ("unknown", None),
    1: ("male", False),
    2: ("female", False),
    3: ("male", True),
    4: ("female", True),
}
_VISITS: Final = {
    0: ("Admitted", "in_progress"),
    8: ("In progress", "in_progress"),
    5: ("Ready for discharge", "ready_for_discharge"),
    7: ("Invoicing", "ready_for_discharge"),
    6: ("Discharged", "completed"),
    9: ("Invoice paid", "completed"),
    10: ("Finalized", "completed"),
    11: ("Draft", "in_progress"),
}
_METHODS: Final = {0: "card", 1: "cash", 4: "check", 12: "credit"}
_PAID: Final = {1: "pending", 3: "approved", 5: "voided"}
_GOODS: Final = {1: "service", 2: "medicine", 3: "supply", 4: "food", 5: "service", 6: "bundle"}


def _id(number: object) -> str | None:
    return None if number is None else str(number)


def _text(given: object) -> str | None:
    return str(given).strip() or None if given is not None else None


def _stamps(row: Row) -> Row:
    return {"source_created_at": row["created"], "source_updated_at": row["modified"]}


def _custom(row: Row, books: Books, model: str) -> Row:
    own = {one["id"]: one["label"] for one in books.all("custom_fields") if one["model"] == model}
    return {
        own[value["field"]]: value["value"]
        for value in books.of("custom_field_values", "object_id", row["id"])
        if value["field"] in own
    }


def _here(row: Row, *, country: bool) -> list[Row]:
    found: Row = {
        "line1": _text(row["street_address"]),
        "city": _text(row["city"]),
        "postal_code": _text(row["zip_code"]),
    }
    if country:
        region, line2 = _text(row["state"]), _text(row["street_address_2"])
        found |= {"line2": line2, "region": region, "country": _text(row["country"])}
    return [found] if any(found[key] for key in ("line1", "city", "postal_code")) else []


def _client(row: Row, books: Books) -> Row:
    phones = books.of("phonenumber", "client", row["id"])
    return {
        "name": " ".join(filter(None, (row["firstname"], row["lastname"]))),
        "first_name": _text(row["firstname"]),
        "last_name": _text(row["lastname"]),
        "company_name": _text(row["organization_name"]),
        "location_source_id": _id(row["home_department"]),
        "status": "active",
        "classification": _CLASSES[row["customer_type"]],
        "do_not_email": row["no_email"],
        "emails": [{"address": row["email"].lower()}] if row["email"] else [],
        "phones": [
            {"kind": _PHONES[one["type_code"]], "number": one["phone_number"]} for one in phones
        ],
        "addresses": _here(row, country=True),
        "alert": _text(row["critical_notes"]),
        "notes": _text(row["remarks"]),
        "custom_fields": _custom(row, books, "client"),
        **_stamps(row),
    }


def _patient(row: Row, books: Books) -> Row:
    sex, altered = _SEXES[row["gender"]]
    return {
        "name": row["name"],
        "client_source_id": str(row["client"]),
        "location_source_id": _id(row["home_department"]),
        "species": _SPECIES.get(row["species"]),
        "color": _text(row["color"]),
        "sex": sex,
        "altered": altered,
        "date_of_birth": row["date_of_birth"],
        "date_of_death": row["deceased"],
        "deceased": row["deceased"] is not None,
        "status": "deceased" if row["deceased"] else "active",
        "weight": row["weight"],
        "weight_unit": None if row["weight"] is None else "kg",
        "microchip": _text(row["microchip"]),
        "alert": _text(row["critical_notes"]),
        "notes": _text(row["remarks"]),
        "custom_fields": _custom(row, books, "patient"),
        **_stamps(row),
    }


def _shown(row: Row, books: Books) -> tuple[str | None, str]:
    """The word for the visit and the status that the calendar shows, by the portal's own rules."""
    visit: tuple[str | None, str | None] = (None, None)
    if row["consultation"] is not None:
        visit = _VISITS[books.the("consultation", row["consultation"])["status"]]
    if row["active"] == 0 or (row["cancellation_reason"] is not None and not row["no_show"]):
        status = "cancelled"
    elif row["no_show"]:
        status = "no_show"
    elif visit[1]:
        status = visit[1]
    elif row["type"] == 7:  # a preliminary booking
        status = "requested"
    else:
        status = "confirmed" if row["confirmed"] else "scheduled"
    return visit[0], status


def _appointment(row: Row, books: Books) -> Row:
    word, status = _shown(row, books)
    patients = [{"patient_source_id": str(each)} for each in row["patients"]]
    return {
        "category": {7: "request", 4: "block"}.get(row["type"], "appointment"),
        "start_at": row["start"],
        "end_at": row["end"],
        "client_source_id": _id(row["client"]),
        "patient_source_id": patients[0]["patient_source_id"] if patients else None,
        "patients": patients,
        "provider_source_id": _id(row["user"]),
        "location_source_id": _id(row["department"]),
        "resource_source_id": _id(row["resources"][0]) if row["resources"] else None,
        "type_source_id": _id(row["reason"]),
        "reason_source_id": _id(row["reason"]),
        "reason_text": _text(row["complaint"]),
        "notes": _text(row["notes"]),
        "visit_status": word,
        "confirmation_status": "Confirmed" if row["confirmed"] else None,
        "status": status,
        **_stamps(row),
    }


def _invoice(row: Row, _: Books) -> Row:
    paid = "paid" if row["date_paid"] else "closed"
    number = row["invoice_number"]
    return {
        "number": None if number is None else f"{row['invoice_prefix']}{number}",
        "client_source_id": _id(row["client"]),
        "consultation_source_id": _id(row["consultation"]),
        "location_source_id": _id(row["department"]),
        "issued_on": row["invoice_date"],
        "due_on": row["invoice_due_date"],
        "subtotal_minor": row["total"],
        "tax_minor": row["total_vat"],
        "total_minor": row["total_with_vat"],
        "balance_minor": row["due_sum"],
        "status": "open" if row["status"] == 0 else paid,
        **_stamps(row),
    }


def _line(row: Row, _: Books) -> Row:
    return {
        "invoice_source_id": str(row["invoice"]),
        "patient_source_id": _id(row["patient"]),
        "service_on": row["used"][:10] if row["used"] else None,
        "description": _text(row["name"]),
        "quantity": row["quantity"],
        "unit_price_minor": row["price"],
        "amount_minor": row["sum"],
        "tax_minor": row["sum_vat"],
        "total_minor": row["sum_total"],
        **_stamps(row),
    }


def _payment(row: Row, books: Books) -> Row:
    return {
        "invoice_source_id": str(row["invoice"]),
        "location_source_id": _id(row["department"]),
        "paid_at": books.midnight(row["payment_date"]),
        "amount_minor": row["paid"],
        "method": _METHODS.get(row["payment_type"], "other"),
        "status": _PAID[row["status"]],
        "reference": _text(row["info"]),
        **_stamps(row),
    }


def _product(row: Row, books: Books) -> Row:
    percent = books.the("vatgroup", row["vat_group"])["percentage"]
    group = row["invoice_group"]
    return {
        "category": _GOODS[row["type_code"]],
        "group_name": None if group is None else books.the("invoicegroup", group)["name"],
        "code": row["code"],
        "name": row["name"],
        "barcode": _text(row["barcode"]),
        "tax_percent": percent,
        "taxable": percent > 0,
        "price_minor": row["price"],
        "cost_minor": row["wholesale_price"],
        "status": "active",
    }


def _location(row: Row, _: Books) -> Row:
    return {
        "name": row["name"],
        "status": "active",
        "emails": [{"address": row["email"]}],
        "addresses": _here(row, country=False),
    }


def _provider(row: Row, books: Books) -> Row:
    own: dict[str, Any] = next(iter(books.of("userdetails", "user", row["id"])), {})
    return {
        "name": f"{row['first_name']} {row['last_name']}".strip(),
        "first_name": _text(row["first_name"]),
        "last_name": _text(row["last_name"]),
        "initials": _text(own.get("initials")),
        "role": _text(own.get("title")),
        "license_number": _text(own.get("veterinarian_id")),
        "location_source_id": _id(own.get("home_department")),
        "status": "active" if row["is_active"] else "inactive",
        "emails": [{"address": row["email"]}] if row["email"] else [],
    }


def _reason(row: Row, books: Books) -> Row:
    return {
        "name": row["name"],
        "group_name": books.the("reason_group", row["group"])["name"],
        "type_source_id": str(row["id"]),
        "duration_minutes": row["duration"],
        "bookable_online": row["available_online"],
    }


def _type(row: Row, _: Books) -> Row:
    facts = {"name": "name", "duration_minutes": "duration", "color": "color"}
    return {ours: row[theirs] for ours, theirs in facts.items()}


def _shows(table: str) -> Rows:
    """What is not archived."""
    return lambda books: books.of(table, "archived", value=False)


def _every(table: str) -> Rows:
    return lambda books: books.all(table)


TRUTHS: Final[dict[str, tuple[Rows, Words]]] = {
    "client": (_shows("client"), _client),
    "patient": (_shows("patient"), _patient),
    "appointment": (_every("appointment"), _appointment),
    "invoice": (_every("invoice"), _invoice),
    "invoice_line": (_every("invoicerow"), _line),
    "payment": (_every("invoicepayment"), _payment),
    "product": (_shows("item"), _product),
    "location": (_shows("department"), _location),
    "provider": (_every("user"), _provider),
    "reason": (_shows("reason"), _reason),
    "appointment_type": (_shows("reason"), _type),
}
"""Rows and words by mapping; ids of rows are those of the portal."""
