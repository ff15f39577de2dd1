"""The settings of the practice: each page of them looked at once."""

from __future__ import annotations

from functools import partial
from typing import Final

from tests.desk.core import Journeys
from tests.person import Person


async def look_at(person: Person, page: str) -> None:
    """Open the settings, and one page of them."""
    await person.go_to("Settings")
    await person.click(page)


JOURNEYS: Final[Journeys] = {
    "get-calendar-settings": partial(look_at, page="Calendar Settings"),
    "get-general-settings": partial(look_at, page="General"),
    "get-integration-settings": partial(look_at, page="Integration Settings"),
    "get-practice-lists": partial(look_at, page="Practice Lists"),
    "get-rights": partial(Person.go_to, screen="Settings"),
    "list-custom-fields": partial(look_at, page="Custom Fields"),
    "list-employees": partial(look_at, page="Employees"),
    "list-message-templates": partial(look_at, page="Message Templates"),
    "list-plan-templates": partial(Person.go_to, screen="Plan Templates"),
    "list-prices": partial(look_at, page="Price List"),
}
