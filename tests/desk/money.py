"""Money beside the invoices: deposits, refunds, what the processor pays out."""

from __future__ import annotations

from functools import partial
from typing import Final

from tests.desk.core import Journeys, open_rows, page_through
from tests.person import Person


async def click_on(person: Person, screen: str, button: str) -> None:
    """Open a list and ask twice for what comes after."""
    await person.go_to(screen)
    await person.click(button)
    await person.click(button)


async def leave_by_rows(person: Person, screen: str) -> None:
    """Click on the first two rows of a list, each of which leads to a page of its own."""
    for row in (0, 1):
        await person.go_to(screen)
        await person.click("", what="row", nth=row)


JOURNEYS: Final[Journeys] = {
    "get-deposit": partial(open_rows, screen="Deposits"),
    "get-settlement": partial(leave_by_rows, screen="Settlements"),
    "list-deposits": partial(click_on, screen="Deposits", button="Load more"),
    "list-refunds": partial(click_on, screen="Refunds", button="Older"),
    "list-settlements": partial(page_through, screen="Settlements"),
}
