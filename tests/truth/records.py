"""The truth of the medical record: visits, notes, results, documents."""

from __future__ import annotations

from tests.truth.words import Find, Row, Truths, people, plain, text, worded

CATEGORIES = {
    "SOAP": "soap",
    "SOAP Note": "soap",
    "Exam": "exam",
    "Phone": "phone",
    "Phone Call": "phone",
    "Discharge": "discharge",
}
MEASURED = {
    "temperature": ("temperature", "°F"),
    "heart_rate": ("heart rate", "/min"),
    "respiratory_rate": ("respiratory rate", "/min"),
    "pain_score": ("pain score", None),
}


def written(words: str | None) -> str | None:
    """A text as a page shows it: no empty lines, one blank for many."""
    lines = [" ".join(line.split()) for line in (words or "").split("\n")]
    return "\n".join(filter(None, lines)) or None


def number(words: str) -> float | None:
    try:
        return float(words)
    except ValueError:
        return None


def medical_record(row: Row, _find: Find) -> Row:
    return {
        **plain(row, "started_at", "ended_at", "weight", "weight_unit", type_name="visit_type"),
        **plain(row, source_updated_at="modified_at"),
        **people(row, "client", "patient", "appointment", "provider", "location"),
        **worded(row["status"]),
        "reason_text": written(row["reason"]),
        "discharge_instructions": written(row["discharge_instructions"]),
        "diagnoses": [{"name": name} for name in row["diagnoses"]],
        "treatments": [
            {key: one[key] for key in ("code", "name", "quantity", "unit", "instructions")}
            for one in row["treatments"]
        ],
        "vitals": [
            {"name": name, "value": str(row[fact]), "number": float(row[fact]), "unit": unit}
            | {"measured_at": row["started_at"]}
            for fact, (name, unit) in MEASURED.items()
            if row[fact] is not None
        ],
    }


def soap_note(row: Row, find: Find) -> Row:
    visit = find("records", row["record_id"])
    parts = ("subjective", "objective", "assessment", "plan", "body")
    return {
        **plain(row, "type_name", "written_at", "locked_at", author_name="author"),
        **plain(row, source_updated_at="modified_at"),
        **people(row, "patient", "author"),
        **people(visit, "client", "appointment", "provider", "location"),
        **worded(row["status"]),
        **{part: written(row[part]) for part in parts},
        "medical_record_source_id": text(row["record_id"]),
        "category": CATEGORIES.get(row["type_name"], "other"),
        "origin": row["origin"].lower(),
        "addenda": [
            {"source_id": text(one["id"]), "text": written(one["text"])}
            | {"author_name": one["author"], "written_at": one["written_at"]}
            for one in row["addenda"]
        ],
    }


def lab_result(row: Row, _find: Find) -> Row:
    return {
        **plain(row, "panel", "lab", "specimen", "ordered_at", "resulted_at"),
        **plain(row, number="accession_number"),
        **people(row, "client", "patient", "provider"),
        **worded(row["status"], Corrected="amended"),
        "medical_record_source_id": text(row["record_id"]),
        "category": "laboratory",
        "notes": written(row["comment"]),
        "abnormal": any(one["flag"] not in {"Normal", None} for one in row["analytes"]),
        "analytes": [
            {key: one[key] for key in ("code", "name", "value", "unit")}
            | {"number": number(one["value"]), "range": one["reference_range"]}
            | {"flag": one["flag"] and one["flag"].lower()}
            for one in row["analytes"]
        ],
    }


def document(row: Row, _find: Find) -> Row:
    kinds = {"Lab Report": "lab_pdf", "Scan": "other"}
    return {
        **plain(row, "title", "file_name", "content_type", "taken_at", "description"),
        **plain(row, size_bytes="size", author_name="uploaded_by"),
        **people(row, "client", "patient"),
        "medical_record_source_id": text(row["record_id"]),
        "lab_result_source_id": text(row["lab_id"]),
        "category": kinds.get(row["kind"], row["kind"].lower()),
        "content_path": f"/Practice/Documents/Download/{row['id']}",
    }


TRUTHS: Truths = {
    "medical_record": ("records", medical_record),
    "soap_note": ("notes", soap_note),
    "lab_result": ("labs", lab_result),
    "document": ("documents", document),
}
