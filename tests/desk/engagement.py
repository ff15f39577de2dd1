"""Contacts with clients: calls, messages, reminders, entries, online forms and booking requests."""

from __future__ import annotations

from functools import partial
from typing import Final

from tests.desk.core import Journeys, open_rows, page_through
from tests.person import Person

_LONGEST: Final = """
(column) => {
  const counts = [...document.querySelector("table tbody").rows]
    .map((row) => Number(row.cells[column].textContent));
  return counts.indexOf(Math.max(...counts));
}
"""
_MESSAGES: Final = 7
"""The column of the conversations that says how many messages they have."""
_MORE_ROWS: Final = """
(count) => [...document.querySelectorAll("table tbody")]
  .some((body) => body.getBoundingClientRect().height > 0 && body.rows.length > count)
"""
_DOWN: Final = 100_000
_REST_MS: Final = 1100
"""How long one looks at what came before going on; wheels take that long to come to rest."""


async def open_pages(person: Person, screen: str) -> None:
    """Look at the pages of the first two things of a list, one after the other."""
    for row in (0, 1):
        await person.go_to(screen)
        await person.click("", what="opener", nth=row)


async def scroll_box(person: Person, *, times: int) -> None:
    """Turn the wheel over a box of ten rows until ten more are there, some times over."""
    x, y, width, height = await person.look("row", "", 0)
    await person.page.mouse.move(x + width / 2, y + height / 2)
    for more in range(times):
        await person.page.mouse.wheel(0, _DOWN)
        await person.page.wait_for_function(_MORE_ROWS, arg=10 * (more + 1))
        await person.calm()
        await person.page.wait_for_timeout(_REST_MS)


async def read_conversations(person: Person) -> None:
    """Look at the latest conversations, and twice at older ones."""
    await person.go_to("Messages")
    await scroll_box(person, times=2)


async def read_messages(person: Person) -> None:
    """Read the longest conversation back to its beginning, and then another one."""
    await person.go_to("Messages")
    await scroll_box(person, times=2)
    longest = await person.page.evaluate(_LONGEST, _MESSAGES)
    await person.click("", what="row", nth=longest)
    await person.click("Earlier messages")
    await person.click("Earlier messages")
    await person.click("", what="row", nth=0 if longest else 1)


async def read_entries(person: Person) -> None:
    """Look at the latest entries, of which two loads fill the screen, and then at older ones."""
    await person.go_to("Communications")
    await person.scroll()


JOURNEYS: Final[Journeys] = {
    "get-call-back": partial(open_pages, screen="Call-backs"),
    "get-form": partial(open_pages, screen="Form Templates"),
    "get-form-submission": partial(open_rows, screen="Online Forms"),
    "list-booking-requests": partial(page_through, screen="Online Booking"),
    "list-call-backs": partial(page_through, screen="Call-backs"),
    "list-communications": read_entries,
    "list-conversations": read_conversations,
    "list-form-submissions": partial(page_through, screen="Online Forms"),
    "list-forms": partial(Person.go_to, screen="Form Templates"),
    "list-messages": read_messages,
    "list-reminders": partial(page_through, screen="Reminders"),
}
