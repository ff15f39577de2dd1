"""Every answer of every screen, fetched by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from automation.model import Answer
from automation.wire import page_document, parse_html
from tests.fixtures.covetrus_pulse.driver import Person

Items = list[dict[str, Any]]

WHOLE = (
    ("list-locations", "/Practice/Practices/GetLocations", "Locations"),
    ("list-providers", "/Practice/Employees/GetProviders", "Providers"),
    ("list-visit-statuses", "/Practice/Appointments/GetVisitStatuses", "VisitStatuses"),
    ("list-columns", "/Practice/Appointments/GetColumns", "Columns"),
    ("list-treatment-board", "/Practice/TreatmentBoard/GetOverview", "Entries"),
)


def all_answers(person: Person) -> dict[str, list[Answer]]:
    """The answers of one practice, by the names that their endpoints have."""
    invoices = list(invoice_pages(person))
    scripts = list(prescription_pages(person))
    paged = {
        "list-appointments": appointment_spans(person),
        "list-clients": client_pages(person),
        "list-patients": patient_pages(person),
        "list-prescriptions": iter(scripts),
        "get-prescription": (
            script(person, row["PrescriptionId"]) for page in scripts for row in page
        ),
        "list-pharmacy-requests": request_pages(person),
        "list-pharmacy-orders": order_pages(person),
        "list-invoices": iter(invoices),
        "get-patient-plan": plans(person),
        "get-invoice": (invoice(person, row["InvoiceId"]) for page in invoices for row in page),
    }
    answers = {name: [answer(name, page) for page in pages] for name, pages in paged.items()}
    known = [row for page in answers["list-clients"] for row in page.items]
    answers["get-client"] = [client(person, row) for row in known if isinstance(row, dict)]
    for name, path, key in WHOLE:
        answers[name] = [answer(name, person.get(path).json()[key])]
    return answers


def answer(endpoint: str, items: Items) -> Answer:
    return Answer(endpoint=endpoint, url="", items=tuple(items))


def patient_pages(person: Person) -> Iterator[Items]:
    page = 1
    while rows := person.grid(page=page, pageSize=50).json()["rows"]:
        yield rows
        page += 1


def appointment_spans(person: Person) -> Iterator[Items]:
    days = ("2026-10-01", "2026-11-01", "2026-12-01", "2027-01-15")
    for start, end in pairwise(days):
        book = person.get("/Practice/Appointments/GetAppointments", start=start, end=end)
        yield book.json()["Appointments"]


def client_pages(person: Person) -> Iterator[Items]:
    offset = 0
    while rows := person.get("/Practice/Clients/Search", offset=offset, limit=50).json()["items"]:
        yield rows
        offset += len(rows)


def client(person: Person, row: dict[str, Any]) -> Answer:
    page = person.get(f"/Practice/Clients/Edit/{row['ClientId']}").text
    item = page_document(parse_html(page))
    return Answer(endpoint="get-client", url="", items=(item,), parent=row)


def prescription_pages(person: Person) -> Iterator[Items]:
    question: dict[str, Any] = {"cursor": None, "take": 100, "filter": {}}
    while True:
        data = person.query("/Practice/Prescriptions/Query", question).json()["data"]
        yield data["items"]
        question["cursor"] = data["nextCursor"]
        if not question["cursor"]:
            return


def request_pages(person: Person) -> Iterator[Items]:
    link = "/Practice/ClientRequests/List?size=100"
    while link:
        body = person.get(link).json()
        yield body["requests"]
        link = body["links"]["next"]


def order_pages(person: Person) -> Iterator[Items]:
    link = "/Practice/PharmacyOrders/Feed?size=100"
    while link:
        found = person.get(link)
        yield found.json()
        following = re.match(r"<https?://[^/]+([^>]+)>", found.headers.get("Link", ""))
        link = following[1] if following else ""


def invoice_pages(person: Person) -> Iterator[Items]:
    page = 0
    while rows := person.get("/Practice/Invoices/GetPage", pageIndex=page, rows=100).json()["list"]:
        yield rows
        page += 1


def invoice(person: Person, number: int) -> Items:
    return [person.get(f"/Practice/Invoices/GetDetail/{number}").json()]


def script(person: Person, number: int) -> Items:
    return [person.get(f"/Practice/Prescriptions/GetDetail/{number}").json()]


def plans(person: Person) -> Iterator[Items]:
    board = "/Practice/TreatmentBoard"
    for row in person.get(f"{board}/GetOverview").json()["Entries"]:
        yield [person.get(f"{board}/GetPlan/{row['EntryId']}").json()]
