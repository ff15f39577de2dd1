"""The truth of the simulated practice portal in our words, from its own dump.

Shares no code with the product. Each area of the portal has a module with its `TRUTHS`; a new one
joins `_AREAS`.
"""

from __future__ import annotations

from typing import Any, Final

from tests.truth import boards, care_plans, core, engagement, money, records, scripts, setup, stock
from tests.truth.words import Find, Row, Truths

_AREAS: Final = (core, records, engagement, care_plans, boards, setup, money, stock, scripts)

TRUTHS: Final[Truths] = {name: truth for area in _AREAS for name, truth in area.TRUTHS.items()}
"""Every mapping of the portal."""


class Dump:
    """The dump of one practice, looked through by table and id."""

    def __init__(self, tables: dict[str, Any]) -> None:
        self.tables = tables
        self._index = {
            table: {row["id"]: row for row in rows}
            for table, rows in tables.items()
            if isinstance(rows, list)
        }

    def find(self, table: str, row: object) -> Row:
        """The row with an id."""
        found: Row = self._index[table][row]
        return found

    def rows(self, mapping: str) -> list[Row]:
        """The rows that a mapping must make entities of."""
        rows, _ = TRUTHS[mapping]
        found: list[Row] = self.tables[rows] if isinstance(rows, str) else rows(self.tables)
        return found

    def wanted(self, mapping: str) -> dict[str, Row]:
        """What a mapping must make, in our words, by the portal's own id."""
        _, words = TRUTHS[mapping]
        return {str(row["id"]): words(row, self.find) for row in self.rows(mapping)}


def differences(wanted: dict[str, Row], made: dict[str, Row]) -> list[str]:
    """Where they differ: id, field, ours, theirs. Only the fields that are wanted count."""
    found = [f"{one} is missing" for one in wanted.keys() - made.keys()]
    found += [f"{one} is too much" for one in made.keys() - wanted.keys()]
    for one in sorted(wanted.keys() & made.keys()):
        found += [
            f"{one} {name}: {made[one].get(name)!r} instead of {value!r}"
            for name, value in wanted[one].items()
            if made[one].get(name) != value
        ]
    return found


__all__ = ["TRUTHS", "Dump", "Find", "Row", "differences"]
