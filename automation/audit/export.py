"""Entries of the audit log as lines for other programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Final, Literal

from automation.model import AuditEntry

Format = Literal["ndjson", "csv"]
_COLUMNS: Final = tuple(AuditEntry.__dataclass_fields__)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


async def exported(entries: AsyncIterator[AuditEntry], form: Format) -> AsyncIterator[str]:
    """Lines without line ends, one entry each; CSV begins with the names of the columns.

    Args:
        entries: what to write.
        form: ``ndjson`` has the detail as an object, ``csv`` as JSON text.
    """
    if form == "csv":
        yield ",".join(_COLUMNS)
    async for entry in entries:
        yield _csv(entry) if form == "csv" else _json(entry)


def _json(entry: AuditEntry) -> str:
    told = asdict(entry)
    return json.dumps(told | {"detail": _object(entry.detail)}, ensure_ascii=False)


def _object(text: str) -> object:
    """The detail; an entry that somebody altered is shown as it stands."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _csv(entry: AuditEntry) -> str:
    cells = [str(cell) for cell in asdict(entry).values()]
    line = io.StringIO()
    # a spreadsheet would compute what begins like a formula
    quoted = [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells]
    csv.writer(line, lineterminator="").writerow(quoted)
    return line.getvalue()
