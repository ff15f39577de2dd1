"""Facts of a practice under plain names, read from what screens show or from the simulator's dump.

Facts are JSON values with two conventions: days and times are ISO 8601 texts, times with the offset
of the practice; money is whole cents. What is empty is None.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from tests.oracle.screens import Row, Screens
from tests.simulator import Practice

Fact = dict[str, Any]
Facts = dict[str, list[Fact]]
"""Rows by table, facts by plain name; the names are those of the dump."""

_DATA: Final = tomllib.loads(Path(__file__).with_name("columns.toml").read_text(encoding="utf-8"))
_COLUMNS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    table: {
        fact: (said, "text") if isinstance(said, str) else (said[0], said[1])
        for fact, said in columns.items()
    }
    for table, columns in _DATA.items()
}
_WITH_CUSTOM_FIELDS: Final = ("clients", "patients")
# The overview of the treatment board says no more of a task; the rest stands in the patient's plan.
_OF_TASKS: Final = ("id", "treatment", "due_at", "status", "done_by", "note")

# What each visit status of the two practices means; only the practice itself can know that.
_STAGES: Final = {
    "Scheduled": "booked",
    "Booked": "booked",
    "Checked In": "arrived",
    "Arrived": "arrived",
    "In Room": "in_room",
    "Exam Room A": "in_room",
    "Exam Room B": "in_room",
    "In Treatment": "treatment",
    "Treatment Area": "treatment",
    "Hospitalized": "hospitalized",
    "Overnight": "hospitalized",
    "Ready to Go": "ready",
    "Ready for Pickup": "ready",
    "Checked Out": "gone",
    "Departed": "gone",
    "No Show": "no_show",
    "Missed": "no_show",
}


def facts_on_screen(screens: Screens, practice: Practice) -> Facts:
    """Read what the screens of a practice show.

    Raises:
        ValueError: a cell does not look as cells of its column do.
    """
    facts = {
        table: [_read_row(table, row, ZoneInfo(practice.zone)) for row in rows]
        for table, rows in screens.items()
    }
    columns = {row["id"]: row["name"] for row in facts.get("columns", ())}
    for row in facts.get("appointments", ()):
        row["stage"] = _STAGES[row["visit_status"]]
        row["column_name"] = columns[row["column_id"]]
    for row in facts.get("visit_statuses", ()):
        row["stage"] = _STAGES[row["name"]]
    return facts


def facts_in_dump(dump: dict[str, Any], days: tuple[date, date]) -> Facts:
    """Read the simulator's dump of a practice, as far as screens show it.

    Args:
        dump: every table of it.
        days: first and last day of the appointments that are meant.
    """
    first, last = (day.isoformat() for day in days)
    names = _Names(dump)
    facts = {
        table: [_plain_row(columns, names.added(table, row)) for row in dump[table]]
        for table, columns in _COLUMNS.items()
    }
    booked = facts["appointments"]
    facts["appointments"] = [row for row in booked if first <= row["starts_at"][:10] <= last]
    for row in facts["board"]:
        row["tasks"] = [{name: task[name] for name in _OF_TASKS} for task in row["tasks"]]
    return facts


def _plain_row(columns: dict[str, Any], row: Fact) -> Fact:
    """What is shown of a row; spaces around a text and an empty text are not seen."""
    extra = [name for name in ("custom_fields", "stage", "column_name") if name in row]
    return {name: _seen(row[name]) for name in [*columns, *extra]}


def _seen(value: object) -> object:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, dict):
        return {name: _seen(inner) for name, inner in value.items()}
    return [_seen(inner) for inner in value] if isinstance(value, list) else value


class _Names:
    """The names that screens show beside the ids, which the dump keeps with their owners."""

    def __init__(self, dump: dict[str, Any]) -> None:
        self._clients = {
            row["id"]: f"{row['last_name']}, {row['first_name']}" for row in dump["clients"]
        }
        self._patients = {row["id"]: row["name"] for row in dump["patients"]}
        self._columns = {row["id"]: row["name"] for row in dump["columns"]}
        self._types = {row["id"]: row["name"] for row in dump["types"]}
        self._statuses = {row["id"]: row for row in dump["visit_statuses"]}

    def added(self, table: str, row: Fact) -> Fact:
        found = {
            "client_name": self._clients.get(row.get("client_id", 0)),
            "patient_name": self._patients.get(row.get("patient_id", 0)),
            "type_name": self._types.get(row.get("type_id", 0)),
        }
        if status := self._statuses.get(row.get("visit_status_id", 0)):
            found["visit_status"] = status["name"]
            if table == "appointments":
                found["stage"] = status["stage"]
                found["column_name"] = self._columns[row["column_id"]]
        return {**row, **found}


def _read_row(table: str, row: Row, zone: ZoneInfo) -> Fact:
    columns = _COLUMNS[table]
    facts = {
        fact: _read(kind, row[heading].strip(), zone) for fact, (heading, kind) in columns.items()
    }
    if table in _WITH_CUSTOM_FIELDS:
        known = {heading for heading, _ in columns.values()} | {"Species name"}
        facts["custom_fields"] = {
            heading: text.strip() or None for heading, text in row.items() if heading not in known
        }
    return facts


def _read(kind: str, shown: str, zone: ZoneInfo) -> object:
    if kind in {"phones", "tasks"}:
        return _READERS[kind](shown, zone)
    return _READERS[kind](shown, zone) if shown else None


def _text(shown: str, _zone: ZoneInfo) -> str:
    return shown


def _number(shown: str, _zone: ZoneInfo) -> float:
    return float(shown) if "." in shown else int(shown)


def _flag(shown: str, _zone: ZoneInfo) -> bool:
    return {"Yes": True, "No": False}[shown]


def _money(shown: str, _zone: ZoneInfo) -> int:
    found = re.fullmatch(r"(-?)\$(\d{1,3}(?:,\d{3})*)\.(\d\d)", shown)
    if found is None:
        raise ValueError(f"{shown!r} is no amount")
    return int(found[1] + found[2].replace(",", "") + found[3])


def _day(shown: str, _zone: ZoneInfo) -> str:
    return datetime.strptime(shown, "%m/%d/%Y").date().isoformat()  # noqa: DTZ007 - a day


def _time(shown: str, zone: ZoneInfo) -> str:
    local = datetime.strptime(shown, "%m/%d/%Y %I:%M %p")  # noqa: DTZ007 - the zone follows
    return local.replace(tzinfo=zone).isoformat()


def _phones(shown: str, _zone: ZoneInfo) -> list[Fact]:
    """`Mobile (312) 555-0991 *; Home (312) 555-1234`; the star marks the primary one."""
    parts = [part.removesuffix(" *") for part in shown.split("; ") if part]
    stars = [part.endswith(" *") for part in shown.split("; ") if part]
    return [
        {"kind": kind, "number": number, "is_primary": star}
        for (kind, _, number), star in zip(
            (part.partition(" ") for part in parts), stars, strict=True
        )
    ]


def _tasks(shown: str, zone: ZoneInfo) -> list[Fact]:
    """`107735 | 11/20/2026 10:40 AM | TPR | done | Dr. Harris`; what is skipped has a note."""
    tasks = []
    for line in filter(None, shown.split("\n")):
        number, due, treatment, status, *more = line.split(" | ")
        remark = more[0] if more else None
        tasks.append(
            {
                "id": int(number),
                "treatment": treatment,
                "due_at": _time(due, zone),
                "status": status,
                "done_by": remark if status == "done" else None,
                "note": remark if status != "done" else None,
            }
        )
    return tasks


_READERS: Final[dict[str, Callable[[str, ZoneInfo], object]]] = {
    "text": _text,
    "number": _number,
    "flag": _flag,
    "money": _money,
    "day": _day,
    "time": _time,
    "phones": _phones,
    "tasks": _tasks,
}
