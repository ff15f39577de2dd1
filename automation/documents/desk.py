"""Hands out documents: found in the store, fetched from the portal, noted in the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from automation.documents.draft import draft_beside
from automation.documents.fetch import LARGEST, Fetched, fetch
from automation.entities import Document
from automation.errors import BadArgument, VetportalError
from automation.model import Practice
from automation.ports import Audit
from automation.session import Sessions
from automation.store import Scope, Store


@dataclass(frozen=True, slots=True)
class Desk:
    """Where one asks for the bytes of documents.

    Attributes:
        store: knows the documents.
        sessions: opens the session of a practice.
        audit: remembers who got what.
    """

    store: Store
    sessions: Sessions
    audit: Audit

    async def hand_out(
        self, practice: Practice, document: str, path: Path, *, limit: int = LARGEST
    ) -> Fetched:
        """Fetch the bytes of a document from the portal into a file.

        The file appears when all of it is there, is confirmed, and stands in the audit log.

        Args:
            practice: whose document it is.
            document: our id of it.
            path: the file; one that is there is replaced.
            limit: bytes at most.

        Raises:
            BadArgument: the practice has no such document, or the file has no folder.
            Refused: the practice is paused, or there are more bytes than the limit.
            VetportalError: the portal does not give it; nothing is written.
        """
        practice.refuse_paused()
        known = await self._known(practice, document)
        told = {"document": document}
        try:
            with draft_beside(path) as draft:
                async with await self.sessions.open(practice) as session:
                    fetched = await fetch(session, known, draft, limit=limit)
                self._note(practice, told | {"bytes": str(fetched.size)})
                await self.audit.flush()  # nobody gets bytes that the log does not know of
        except VetportalError:
            self._note(practice, told, outcome="failed")
            raise
        return fetched

    async def _known(self, practice: Practice, document: str) -> Document:
        scope = Scope(practice=practice.name, equal={"id": document})
        for row in await self.store.rows("document", scope, limit=1):
            if isinstance(row, Document):
                return row
        raise BadArgument(
            f"{practice.name} has no document {document!r}",
            remedy=f"See `vetportal show documents --practice {practice.name}`.",
        )

    def _note(self, practice: Practice, told: dict[str, str], *, outcome: str = "done") -> None:
        self.audit.note("document.fetched", practice=practice.name, outcome=outcome, detail=told)
