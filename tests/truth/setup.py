"""The truth of the settings that are entities of their own."""

from __future__ import annotations

from tests.truth.words import Find, Row, Truths, people, plain, text


def resource(row: Row, _find: Find) -> Row:
    return {
        **plain(row, "name"),
        **people(row, "location", "provider"),
        "category": "column",
        "status": "active",
    }


def appointment_type(row: Row, _find: Find) -> Row:
    return {
        **plain(row, "name", "duration_minutes", "color"),
        "sends_reminders": row["include_in_nightly_tasks"],
        "status": "active",
    }


def reason(row: Row, _find: Find) -> Row:
    return {
        **plain(row, "name"),
        "type_source_id": text(row["type_id"]),
        "status": "active" if row["is_active"] else "inactive",
        "raw_status": "Yes" if row["is_active"] else "No",
    }


TRUTHS: Truths = {
    "resource": ("columns", resource),
    "appointment_type": ("types", appointment_type),
    "reason": ("reasons", reason),
}
