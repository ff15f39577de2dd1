"""Somebody who changes what a practice holds, drawing by lot what is changed and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, Final

import httpx2

from tests.fixtures.covetrus_pulse.clerk import Clerk

Row = dict[str, Any]
Values = Mapping[str, object]
Deed = Callable[["Staff"], httpx2.Response | None]
"""Does it to some row and gives the portal's answer; None when there is no row to do it to."""

_DONE: Final = (200, 302)
_TRIES: Final = 6


@dataclass
class Staff(Clerk):
    """Somebody who changes things; `rng` draws what."""

    rng: Random = field(default_factory=Random)

    def does(self, deed: Deed) -> bool:
        """Do something, to one row after the other until the portal accepts it; tell whether."""
        for _ in range(_TRIES):
            answer = deed(self)
            if answer is None:
                return False
            assert answer.status_code < 500, answer.text
            if answer.status_code in _DONE:
                return True
        return False

    def form(self, path: str, values: Values) -> httpx2.Response:
        """Send a form, from a page with a fresh anti-forgery value."""
        self.open("/Practice/Home/Index")
        return self.fill(path, {name: str(each) for name, each in values.items()}, follow=False)

    def any(self, table: str, **facts: object) -> Row | None:
        """A row with these facts; a tuple gives those that are fine."""
        rows = [row for row in self.truth(table) if all(_is(row, *each) for each in facts.items())]
        return self.rng.choice(rows) if rows else None

    def some(self, table: str, **facts: object) -> Row:
        """The same where there is always one."""
        row = self.any(table, **facts)
        assert row is not None, table
        return row

    def patient(self) -> Row:
        return self.some("patients", status="Active")

    def vet(self) -> Row:
        return self.some("providers", is_active=True, role="Veterinarian")

    def words(self) -> str:
        """A text that nobody wrote before, with what is easily broken on its way."""
        return f'Müller & <Söhne> "{self.rng.randrange(10**9)}"; it\'s fine'

    def moment(self, days: tuple[int, int] = (0, 50)) -> str:
        """A local time of the opening hours, some days from now."""
        day = self.sim.now() + timedelta(days=self.rng.randint(*days))
        return f"{day:%Y-%m-%d}T{self.rng.randint(9, 16):02}:{self.rng.choice((0, 30)):02}"

    def date(self, days: tuple[int, int] = (1, 50)) -> str:
        return self.moment(days)[:10]

    def dollars(self, most: int = 5000) -> str:
        return f"{self.rng.randint(1, most // 100)}.{self.rng.choice(('00', '07', '50'))}"


def _is(row: Row, name: str, wanted: object) -> bool:
    return row[name] in wanted if isinstance(wanted, tuple) else row[name] == wanted


def _nothing(_staff: Staff, _row: Row) -> Values:
    return {}


def on(
    path: str,
    table: str,
    values: Callable[[Staff, Row], Values] = _nothing,
    *,
    by: str = "",
    form: bool = False,
    **facts: object,
) -> Deed:
    """What is done to a row with these facts; it is named `by` a value, or ends the address."""

    def deed(staff: Staff) -> httpx2.Response | None:
        row = staff.any(table, **facts)
        if row is None:
            return None
        sent = {**({by: row["id"]} if by else {}), **values(staff, row)}
        address = f"/Practice/{path}" if by else f"/Practice/{path}/{row['id']}"
        if by and not form:
            return staff.query(address, sent)
        return staff.form(address, sent) if form else staff.post(address, sent)

    return deed


def new(path: str, values: Callable[[Staff], Values], *, form: bool = False) -> Deed:
    """What is made from nothing."""

    def deed(staff: Staff) -> httpx2.Response:
        address, sent = f"/Practice/{path}", values(staff)
        return staff.form(address, sent) if form else staff.query(address, sent)

    return deed
