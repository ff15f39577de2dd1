"""Walks the screens in a real browser and reads the tables as they are rendered."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect, sync_playwright

from tests.oracle.login import own_account, sign_in
from tests.simulator import Practice, Simulator

Row = dict[str, str]
"""One row of a table: what each cell shows, by the heading above it."""

Screens = dict[str, list[Row]]
"""The rows of all pages, by table; see `TABLES`."""

TABLES: Final = (
    "locations", "providers", "columns", "types", "visit_statuses", "appointments", "board",
    "clients", "patients", "prescriptions", "requests", "orders", "invoices", "lines", "payments",
)  # fmt: skip

_WEEK: Final = timedelta(days=7)
_PATIENCE_MS: Final = 20_000

# Headings and rows of tables. A cell with several parts (the tasks of a patient) is one line per
# part; a row that spans the table says that there is nothing.
_READ: Final = """tables => {
  const show = (cell) => cell.childElementCount
    ? [...cell.children].map((part) => part.textContent).join("\\n") : cell.textContent;
  const cells = (row) => [...row.cells].map(show);
  return tables.map((table) => [
    cells(table.tHead.rows[0]),
    [...table.tBodies[0].rows].filter((row) => row.cells[0].colSpan === 1).map(cells),
  ]);
}"""


def read_screens(
    portal: Simulator,
    practice: Practice,
    *,
    days: tuple[date, date],
    launch: Mapping[str, Any],
    only: Collection[str] = TABLES,
) -> Screens:
    """Sign in with a login of its own and read every screen of a practice, page after page.

    It works in a thread of its own, so that it can be called beside any other use of the browser.

    Args:
        portal: where.
        practice: which one.
        days: first and last day of the appointment book.
        launch: how Playwright starts the browser.
        only: the tables that are wanted; appointments come with the columns they stand in.

    Returns:
        The rows by table, headings in the words of the portal that is not renamed.

    Raises:
        AssertionError: a screen does not do what its controls promise.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_read_all, portal, practice, days, launch, only).result()


def _read_all(
    portal: Simulator,
    practice: Practice,
    days: tuple[date, date],
    launch: Mapping[str, Any],
    only: Collection[str],
) -> Screens:
    with sync_playwright() as playwright, playwright.chromium.launch(**launch) as browser:
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        page.set_default_timeout(_PATIENCE_MS)
        expect.set_options(timeout=_PATIENCE_MS)
        sign_in(page, portal, own_account(portal, practice), practice)
        today = portal.clock.now().astimezone(ZoneInfo(practice.zone)).date()
        wanted = {*only, "columns"} if "appointments" in only else set(only)
        reader = _Reader(page, portal.url, _Words.of(portal), wanted)
        reader.read_scheduler(today, *days)
        reader.read_board()
        for table, screen in _GRIDS.items():
            if table in only:
                reader.read_grid(table, *screen)
        if reader.wanted & {"invoices", "lines", "payments"}:
            reader.read_invoices()
        return reader.found


@dataclass(frozen=True)
class _Words:
    """The portal's present words for those of the portal that is not renamed, and back."""

    paths: Mapping[str, str]
    labels: Mapping[str, str]
    originals: Mapping[str, str]

    @classmethod
    def of(cls, portal: Simulator) -> _Words:
        names = portal.names()
        labels = names.get("labels", {})
        return cls(names.get("paths", {}), labels, {new: old for old, new in labels.items()})

    def label(self, word: str) -> str:
        return self.labels.get(word, word)


_GRIDS: Final = {
    "clients": ("/Practice/Clients/Index", "Clients"),
    "patients": ("/Practice/Patients/Index", "Patients"),
    "prescriptions": ("/Practice/Prescriptions/Index", "Prescriptions"),
    "requests": ("/Practice/ClientRequests/Index", "Client Requests"),
    "orders": ("/Practice/PharmacyOrders/Index", "Pharmacy Orders"),
}
_RESOURCES: Final = {
    "locations": "Locations",
    "providers": "Providers",
    "columns": "Calendar columns",
    "types": "Appointment types",
    "visit_statuses": "Visit statuses",
}


class _Reader:
    """One signed-in page and what it has shown so far."""

    def __init__(self, page: Page, url: str, words: _Words, wanted: set[str]) -> None:
        self._page = page
        self._url = url
        self._words = words
        self.wanted = wanted
        self.found: Screens = {}

    def read_grid(self, table: str, path: str, title: str) -> None:
        for grid in self._pages(path, title):
            self._keep(table, grid)

    def read_invoices(self) -> None:
        """Each invoice of each page, opened to show its lines and payments."""
        for grid in self._pages("/Practice/Invoices/Index", "Invoices"):
            self._keep("invoices", grid)
            rows = self._rows(grid) if self.wanted & {"lines", "payments"} else []
            for place, row in enumerate(rows):
                grid.locator("tbody tr").nth(place).locator("td").first.click()
                self._read_opened(row)
            if rows:
                self._button("Close").click()

    def _read_opened(self, row: Row) -> None:
        drawer = self._page.get_by_role("dialog")
        title = self._words.label("Invoice {number}").format(number=row["Number"])
        expect(drawer.get_by_role("heading", name=title, exact=True)).to_be_visible()
        expect(drawer).to_have_attribute("aria-busy", "false")
        summary, lines, payments = self._read(drawer.get_by_role("table"))
        assert summary == [row], f"the invoice {row} opens as {summary}"
        self._add("lines", lines)
        self._add("payments", payments)

    def read_board(self) -> None:
        if "board" in self.wanted:
            self._open("/Practice/TreatmentBoard/Index")
            self._keep("board", self._settled(self._table("Patient Overview Sheet")))

    def read_scheduler(self, today: date, first: date, last: date) -> None:
        """The practice's lists, then the appointment book week by week."""
        if not self.wanted & {"appointments", *_RESOURCES}:
            return
        self._open("/Practice/Appointments/Calendar")
        self._button("Resources").click()
        for table, title in _RESOURCES.items():
            self._keep(table, self._settled(self._table(title)))
        if "appointments" not in self.wanted:
            return
        week = _sunday(today)
        while week > first:
            week = self._turn("Back", week - _WEEK)
        self._keep_week(first, last)
        while week + _WEEK <= last:
            week = self._turn("Forward", week + _WEEK)
            self._keep_week(first, last)

    def _keep_week(self, first: date, last: date) -> None:
        rows = self._rows(self._settled(self._table("Appointment list")))
        kept = [row for row in rows if first <= _day_of(row["Start"]) <= last]
        self._add("appointments", kept)

    def _turn(self, button: str, week: date) -> date:
        self._button(button).click()
        title = f"{_short(week)} – {_short(week + timedelta(days=6))}"  # noqa: RUF001 - the portal's dash
        expect(self._page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        return week

    def _pages(self, path: str, title: str) -> Iterator[Locator]:
        """The table of a grid, once for each of its pages; a count on the screen has to hold."""
        self._open(path)
        grid, forward = self._table(title), self._button("Next")
        position = self._page.get_by_role("status")
        seen = 0
        while True:
            self._settled(grid)
            expect(position).not_to_be_empty()
            shown = position.inner_text()
            yield grid
            seen += len(self._rows(grid))
            if forward.is_disabled():
                break
            forward.click()
            expect(position).not_to_have_text(shown)
        told = re.findall(r"\d+", shown)
        assert len(told) < 3 or int(told[2]) == seen, f"{title}: {seen} rows seen, {shown!r} told"

    def _open(self, path: str) -> None:
        self._page.goto(self._url + self._words.paths.get(path, path))

    def _table(self, title: str) -> Locator:
        return self._page.get_by_role("table", name=self._words.label(title), exact=True)

    def _button(self, label: str) -> Locator:
        return self._page.get_by_role("button", name=self._words.label(label), exact=True)

    def _settled(self, table: Locator) -> Locator:
        expect(table).to_have_attribute("aria-busy", "false")
        return table

    def _keep(self, table: str, shown: Locator) -> None:
        self._add(table, self._rows(shown))

    def _add(self, table: str, rows: list[Row]) -> None:
        if table in self.wanted:
            self.found.setdefault(table, []).extend(rows)

    def _rows(self, table: Locator) -> list[Row]:
        (rows,) = self._read(table)
        return rows

    def _read(self, tables: Locator) -> list[list[Row]]:
        return [self._named(head, rows) for head, rows in tables.evaluate_all(_READ)]

    def _named(self, head: list[str], rows: list[list[str]]) -> list[Row]:
        headings = [self._words.originals.get(heading, heading) for heading in head]
        assert len(set(headings)) == len(headings), f"two columns of one name: {headings}"
        return [dict(zip(headings, row, strict=True)) for row in rows]


def _sunday(day: date) -> date:
    return day - timedelta(days=day.isoweekday() % 7)


def _short(day: date) -> str:
    return f"{day:%a} {day.month}/{day.day}"


def _day_of(shown: str) -> date:
    month, day, year = map(int, shown.split(maxsplit=1)[0].split("/"))
    return date(year, month, day)
