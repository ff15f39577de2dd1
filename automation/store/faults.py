"""Faults of the database in words that say what to do."""

from __future__ import annotations

from typing import Final

from sqlalchemy.exc import DBAPIError

from automation.errors import Unready

_REASONS: Final = {
    "SQLITE_FULL": ("the disk is full", "Free some space, then run again; what was read is kept."),
    "SQLITE_IOERR": (
        "the disk refuses to read or write",
        "Check the disk and its free space, then run again; what was read is kept.",
    ),
    "SQLITE_READONLY": ("it may not be written", "Correct the permissions of file and folder."),
    "SQLITE_CANTOPEN": ("it cannot be opened", "Correct the permissions of file and folder."),
    "SQLITE_PERM": ("it cannot be opened", "Correct the permissions of file and folder."),
    "SQLITE_NOTADB": ("it is no database", "Move that file away, or name another one."),
    "SQLITE_CORRUPT": (
        "it is damaged",
        "Put a copy back, or move the file away and sync again.",
    ),
    "SQLITE_BUSY": ("another program keeps it locked", "Stop the other program, then run again."),
    "SQLITE_LOCKED": ("another program keeps it locked", "Stop the other program, then run again."),
}


def explained(error: Exception, place: str) -> Unready | None:
    """What a fault of the database means, or None when it is a mistake of ours.

    Args:
        error: what SQLAlchemy or the driver raised.
        place: the database, as the user knows it.
    """
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = str(getattr(cause, "sqlite_errorname", ""))
    for name, (problem, remedy) in _REASONS.items():
        if code.startswith(name):
            return Unready(f"the database {place} fails: {problem}", remedy=remedy)
    return None
