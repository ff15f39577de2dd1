"""The truth of contacts with clients: calls, messages, reminders, forms, booking requests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.truth.words import Find, Row, Truths, people, plain, text, worded


def to_the_minute(moment: str | None) -> str | None:
    """A time as a screen without seconds shows it."""
    return moment and datetime.fromisoformat(moment).replace(second=0).isoformat()


def with_zone(table: str) -> Callable[[Row], list[Row]]:
    """The rows of a table, each with the zone of the practice's clocks."""
    return lambda tables: [{**row, "zone": tables["practice"]["zone"]} for row in tables[table]]


def first_moment(day: str | None, zone: str) -> str | None:
    """The midnight with which a day begins."""
    return day and datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone)).isoformat()


def call_back(row: Row, find: Find) -> Row:
    return {
        **plain(row, title="reason", notes="note", done_by="completed_by"),
        **people(row, "client", "patient"),
        **worded(row["status"], Open="due", Completed="done"),
        "category": "callback",
        "assignee_source_id": text(row["assigned_to_id"]),
        "assignee_name": find("providers", row["assigned_to_id"])["name"],
        "due_at": to_the_minute(row["due_at"]),
        "done_at": to_the_minute(row["completed_at"]),
        "source_created_at": to_the_minute(row["created_at"]),
    }


def message(row: Row, find: Find) -> Row:
    came = row["direction"] == "inbound"
    return {
        **plain(row, "direction", "channel", "body", "sent_at", "delivered_at", "failure"),
        **plain(row, author_name="author", source_created_at="created_at", raw_status="status"),
        **people(row, "client"),
        "thread": text(row["thread_id"]),
        "patient_source_id": text(find("threads", row["thread_id"])["patient_id"]),
        "status": "received" if came else row["status"],
        "media": [
            {
                "source_id": text(one["id"]),
                "document_source_id": text(one["id"]),
                "title": one["file_name"],
                "content_type": one["media_type"],
                "size_bytes": one["byte_size"],
            }
            for one in row["media"]
        ],
    }


def messages(tables: Row) -> list[Row]:
    """Each message with the pictures that came with it."""
    return [
        {**row, "media": [one for one in tables["media"] if one["message_id"] == row["id"]]}
        for row in tables["messages"]
    ]


def message_media(row: Row, find: Find) -> Row:
    said = find("messages", row["message_id"])
    return {
        **plain(row, "file_name", content_type="media_type", size_bytes="byte_size"),
        "category": "media",
        "content_path": f"/Practice/Messages/Media/{row['id']}",
        "communication_source_id": text(row["message_id"]),
        "client_source_id": text(said["client_id"]),
        "source_created_at": said["created_at"],
    }


def communication_entry(row: Row, _find: Find) -> Row:
    channels = {"Phone call": "phone", "E-mail": "email", "Letter": "letter", "Postcard": "letter"}
    return {
        **plain(row, "subject", "body", author_name="entered_by", sent_at="entered_at"),
        **people(row, "client", "patient"),
        "channel": channels.get(row["kind"], "other"),
        "direction": None,
        "status": None,
    }


def reminder(row: Row, _find: Find) -> Row:
    return {
        **plain(row, "code", "due_on", "sent_at", "satisfied_on", type_name="service"),
        **plain(row, channel="sent_by", suppressed_why="suppressed_because"),
        **people(row, "client", "patient"),
        **worded(row["status"]),
        "category": "service",
        "source_created_at": first_moment(row["created_on"], row["zone"]),
    }


def form_submission(row: Row, find: Find) -> Row:
    return {
        **plain(row, "sent_at", "opened_at", "completed_at", "attached_at"),
        **people(row, "client", "patient", "appointment"),
        **worded(row["status"]),
        "form": find("form_templates", row["form_id"])["name"],
        "form_code": text(row["form_id"]),
        "expires_at": first_moment(row["expires_on"], row["zone"]),
        "answers": row["answers"],
    }


def booking_request(row: Row, _find: Find) -> Row:
    asked = {"FirstName": "first_name", "LastName": "last_name", "Email": "email", "Phone": "phone"}
    return {
        **plain(row, start_at="slot_at", duration_minutes="slot_minutes", reason_text="reason"),
        **plain(row, source_created_at="requested_at", source_updated_at="decided_at"),
        **people(row, "client", "patient", "location", "type"),
        **worded(row["status"], Accepted="scheduled"),
        "category": "request",
        "custom_fields": {
            "Requester": {theirs: row[ours] for theirs, ours in asked.items()},
            "Pet": {"Name": row["pet_name"], "Species": row["pet_species"]},
            "Match": row["match"],
            "AppointmentId": row["appointment_id"],
            "BlockId": row["block_id"],
            "DeclineReason": row["decline_reason"],
        },
    }


TRUTHS: Truths = {
    "call_back": ("callbacks", call_back),
    "message": (messages, message),
    "message_media": ("media", message_media),
    "communication_entry": ("communications", communication_entry),
    "reminder": (with_zone("reminders"), reminder),
    "form_submission": (with_zone("submissions"), form_submission),
    "booking_request": ("bookings", booking_request),
}
