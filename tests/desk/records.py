"""The medical record: charts, visits, results, documents, and the record of a client."""

from __future__ import annotations

from functools import partial
from typing import Final

from tests.desk.core import Journeys, page_through
from tests.person import Person


async def open_links(person: Person, screen: str) -> None:
    """Look at the pages of the first two things of a list, one after the other."""
    for row in (0, 1):
        await person.go_to(screen)
        await person.click("", what="opener", nth=row)


async def scroll_down(person: Person, screen: str) -> None:
    """Look at the beginning of a list that grows, and twice at more of it."""
    await person.go_to(screen)
    await person.scroll()
    await person.scroll()


JOURNEYS: Final[Journeys] = {
    "get-client": partial(open_links, screen="Clients"),
    "get-lab-result": partial(open_links, screen="Diagnostic Results"),
    "get-medical-record": partial(open_links, screen="Medical Records"),
    "get-patient": partial(open_links, screen="Patients"),
    "list-documents": partial(scroll_down, screen="Documents"),
    "list-lab-results": partial(page_through, screen="Diagnostic Results"),
    "list-medical-records": partial(page_through, screen="Medical Records"),
}
