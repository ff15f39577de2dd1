"""The truth of the boards, of what is to be done for those on them, and of blocked times."""

from __future__ import annotations

from typing import Any

from tests.truth.words import Find, Row, Truths, people, plain, text, worded


def treatment_board_entry(row: Row, find: Find) -> Row:
    named = [find("providers", one)["name"] for one in row["technician_ids"]]
    return {
        **plain(row, "problem", "resuscitate", "special_care", "department", "cage"),
        **plain(row, "arrival_status", "arrived_at", "discharge_status", "stay_until"),
        **people(row, "appointment", "client", "patient", "location", "provider"),
        **people(row, "second_provider"),
        **worded(row["discharge_status"]),
        "board": "treatment_board",
        "technicians": ", ".join(named) or None,
        "visit_status": find("visit_statuses", row["visit_status_id"])["name"],
        "tasks": [
            {
                **plain(one, "treatment", "due_at", "frequency", "status", "done_by", "done_at"),
                "note": one["note"],
                "source_id": text(one["id"]),
            }
            for one in row["tasks"]
        ],
    }


def whiteboard_entry(row: Row, find: Find) -> Row:
    return {
        **plain(row, "arrived_at", problem="reason"),
        **people(row, "appointment", "client", "patient", "location", "provider"),
        "board": "whiteboard",
        "visit_status": find("visit_statuses", row["visit_status_id"])["name"],
    }


def board_tasks(tables: dict[str, Any]) -> list[Row]:
    """The tasks of everyone on the treatment board, each with the entry it stands in."""
    return [{**task, "entry": entry} for entry in tables["board"] for task in entry["tasks"]]


def board_task(row: Row, _find: Find) -> Row:
    return {
        **plain(row, "frequency", "due_at", "done_at", "done_by", title="treatment", notes="note"),
        **people(row["entry"], "appointment", "client", "patient", "location"),
        **worded(row["status"]),
        "category": "treatment",
        "treatment_board_entry_source_id": text(row["entry"]["id"]),
        "billable": row["service_code"] is not None,
    }


def calendar_block(row: Row, find: Find) -> Row:
    column = find("columns", row["column_id"])
    return {
        **plain(row, start_at="starts_at", end_at="ends_at", reason_text="title"),
        "category": "block",
        "location_source_id": text(column["location_id"]),
        "resource_source_id": text(row["column_id"]),
        "resource_name": column["name"],
        "status": "scheduled",
    }


TRUTHS: Truths = {
    "treatment_board_entry": ("board", treatment_board_entry),
    "whiteboard_entry": ("whiteboard", whiteboard_entry),
    "board_task": (board_tasks, board_task),
    "calendar_block": ("calendar_blocks", calendar_block),
}
