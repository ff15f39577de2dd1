"""The screens that every practice works with all day."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from tests.person import Person

Journeys = dict[str, Callable[[Person], Awaitable[None]]]
"""What a person does, by the name of the flow."""


async def page_through(person: Person, screen: str) -> None:
    """Open a list and go to its third page."""
    await person.go_to(screen)
    await person.click("Next")
    await person.click("Next")


async def search(person: Person, screen: str, text: str) -> None:
    """Look for something in a list, then for nothing in particular again."""
    await person.go_to(screen)
    await person.type("Search", text)
    await person.press("Enter")
    await person.type("Search", "")
    await person.press("Enter")


async def open_rows(person: Person, screen: str) -> None:
    """Look at the first two things of a list, one after the other."""
    await person.go_to(screen)
    for row in (0, 1):
        await person.click("", what="row", nth=row)
        await person.click("Close")


async def turn_weeks(person: Person) -> None:
    """Look at this week and the two after it."""
    await person.go_to("Appointments")
    await person.click("Forward")
    await person.click("Forward")


JOURNEYS: Final[Journeys] = {
    "get-invoice": partial(open_rows, screen="Invoices"),
    "list-appointments": turn_weeks,
    "list-clients": partial(page_through, screen="Clients"),
    "list-invoices": partial(page_through, screen="Invoices"),
    "list-patients": partial(page_through, screen="Patients"),
    "list-pharmacy-orders": partial(page_through, screen="Pharmacy Orders"),
    "list-pharmacy-requests": partial(page_through, screen="Client Requests"),
    "list-prescriptions": partial(page_through, screen="Prescriptions"),
    "list-treatment-board": partial(Person.go_to, screen="Treatment Board"),
    "search-clients": partial(search, screen="Clients", text="mar"),
    "search-patients": partial(search, screen="Patients", text="bel"),
}
