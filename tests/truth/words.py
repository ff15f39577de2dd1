"""What the rows of the simulator's dump are in our words: the pieces that several kinds share."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]
Find = Callable[[str, object], Row]


def digits(phone: str | None) -> list[Row]:
    return [{"number": f"+1{re.sub('[^0-9]', '', phone)}"}] if phone else []


def addresses(row: Row, **more: str) -> list[Row]:
    parts = {"line1": row["address_line"], "city": row["city"], "region": row["state"]}
    parts |= {"postal_code": row["zip"]}
    return [more | parts] if any(parts.values()) else []


def active(row: Row) -> Row:
    status = "active" if row["is_active"] else "inactive"
    return {"status": status, "raw_status": str(row["is_active"]).lower()}


def worded(word: str | None, **normalised: str) -> Row:
    """A status in our words: the given one, or the portal's in snake case."""
    word = word or ""
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word).replace(" ", "_").lower()
    return {"status": normalised.get(word, snake), "raw_status": word or None}


def people(row: Row, *names: str) -> Row:
    return {f"{name}_source_id": text(row[f"{name}_id"]) for name in names}


def text(value: object) -> str | None:
    return None if value is None else str(value)


def plain(row: Row, *names: str, **renamed: str) -> Row:
    return {name: row[name] for name in names} | {ours: row[fact] for ours, fact in renamed.items()}


def method(kind: str) -> str:
    """How money moved."""
    return {"stored card": "stored_card", "account credit": "credit"}.get(kind, kind.lower())


Rows = str | Callable[[dict[str, Any]], list[Row]]
"""The table of the dump, or what picks rows with ids out of it."""
Words = Callable[[Row, Find], Row]
Truths = dict[str, tuple[Rows, Words]]
"""By mapping: the rows it must make entities of, and what each of them is in our words."""


def batched(table: str, fact: str) -> Rows:
    """The rows of a table, each with the batch in which it is paid out."""

    def rows(tables: dict[str, Any]) -> list[Row]:
        lines = tables["settlement_lines"]
        batch = {line[fact]: line["settlement_id"] for line in lines if line[fact] is not None}
        return [row | {"settlement_id": batch.get(row["id"])} for row in tables[table]]

    return rows
