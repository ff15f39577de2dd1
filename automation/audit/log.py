"""The audit log of this process: takes entries from everywhere and writes them in batches.

Noting costs nothing but memory. A task of its own writes what waits a few seconds later, or as
soon as there are many; whoever must not go on before an entry is on disk awaits
:meth:`AuditLog.flush`. A process that is killed loses what it noted since the last batch, and
nothing else: a batch is one transaction.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

import structlog
from structlog.contextvars import get_contextvars

from automation import store
from automation.audit.acting import who_acts
from automation.audit.anchor import Anchor
from automation.audit.chain import START, head_after, linked, sealed
from automation.entities import instant_text
from automation.errors import AuditBroken, Bug, VetportalError
from automation.model import AuditEntry, AuditHead, AuditSeal
from automation.ports import Clock

MANY: Final = 200
"""Entries that are written at once, without waiting for more; also the most in one batch."""
SECONDS: Final = 5.0
"""How long an entry waits for others at most; real time, because only a crash loses entries."""
_KEY_BYTES: Final = 32
_LONGEST: Final = 200

_log: Final = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Noted:
    at: datetime
    actor: str
    request: str
    action: str
    practice: str
    organization: str
    outcome: str
    detail: str


class AuditLog:
    """One chain of the audit log; implements :class:`automation.ports.Audit`.

    Args:
        trail: where entries are kept.
        anchor: says outside the database how far they were.
        clock: stamps entries.
        actor: who acts where nobody else is named: ``cli:<user>``, ``worker``.
        seconds: how long an entry waits for others at most.

    Attributes:
        trail: as given.
        anchor: as given.
    """

    def __init__(
        self,
        trail: store.AuditTrail,
        anchor: Anchor,
        *,
        clock: Clock,
        actor: str,
        seconds: float = SECONDS,
    ) -> None:
        self.trail, self.anchor, self._clock = trail, anchor, clock
        self._actor, self._seconds = actor, seconds
        self._waiting: list[_Noted] = []
        self._written = 0
        self._some, self._many = asyncio.Event(), asyncio.Event()
        self._turn = asyncio.Lock()
        self._closed = False
        self._key: bytes | None = None
        self._owners: dict[str, str] = {}
        self._begin_chain()

    @property
    def actor(self) -> str:
        """In whose name an entry would be noted now."""
        return who_acts().actor or self._actor

    def note(
        self,
        action: str,
        *,
        practice: str | None = None,
        organization: str | None = None,
        outcome: str = "done",
        detail: Mapping[str, str] | None = None,
    ) -> None:
        """Take one entry; it is written a few seconds later at most.

        Who acts is known from :func:`acting`; without a request there it belongs to the run that
        stands in the log lines.

        Args:
            action: ``noun.verb`` (``login.finished``, ``credential.used``, ``token.created``).
            practice: the practice it happened in, if in one.
            organization: the organization, where no practice tells it.
            outcome: ``done``, or what went wrong in one word (``refused``).
            detail: more, in short texts; never a secret, never personal data of clients.
        """
        if self._closed:
            raise Bug(f"{action} was noted after the audit log was closed")
        told = {key: _short(text) for key, text in (detail or {}).items()}
        self._waiting.append(
            _Noted(
                self._clock.now(),
                self.actor,
                who_acts().request or str(get_contextvars().get("run", "")),
                _short(action),
                _short(practice or ""),
                _short(organization or who_acts().organization),
                _short(outcome),
                json.dumps(told, sort_keys=True, ensure_ascii=False),
            )
        )
        self._some.set()
        if len(self._waiting) >= MANY:
            self._many.set()

    async def flush(self) -> None:
        """Return when everything noted so far is on disk.

        Who is cancelled meanwhile still waits for the batch that is being written, so that no
        batch is cut in two.

        Raises:
            Unready: the database cannot be written; the entries wait for the next try.
        """
        due = self._written + len(self._waiting)
        async with self._turn:
            while self._written < due:
                await _to_its_end(self._write(self._waiting[:MANY]))

    @asynccontextmanager
    async def open(self) -> AsyncIterator[AuditLog]:
        """Write now and then as long as the block lasts, and the rest at its end.

        Raises:
            Unready: the last entries cannot be written.
        """
        writing = asyncio.create_task(  # noqa: TID251 - awaited below; a group would wrap what the block raises
            self._write_now_and_then()
        )
        try:
            yield self
        finally:
            writing.cancel()
            with suppress(asyncio.CancelledError):
                await writing
            self._closed = True
            await self.flush()

    async def _write_now_and_then(self) -> None:
        while True:
            await self._some.wait()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._seconds):
                    await self._many.wait()
            try:
                await self.flush()
            except VetportalError as problem:
                _log.error("audit_not_written", why=problem.message, waiting=len(self._waiting))
                await asyncio.sleep(self._seconds)

    async def _write(self, batch: list[_Noted]) -> None:
        """Write the first entries that wait; they wait on when that fails."""
        if self._key is None:
            fresh = secrets.token_bytes(_KEY_BYTES)
            self._key = await self.trail.key_or_new(fresh, at=self._clock.now())
        if strange := {each.practice for each in batch} - self._owners.keys() - {""}:
            self._owners |= await self.trail.owners(strange)
        entries = self._linked(self._key, batch)
        try:
            heads = await self.trail.append(entries, partial(_next_seal, self._key, entries))
        except BaseException:
            self._begin_chain()  # what of a commit without an answer is not known: no gap, no clash
            raise
        self._number, self._before = entries[-1].number, entries[-1].mac
        del self._waiting[: len(batch)]
        self._written += len(batch)
        if not self._waiting:
            self._some.clear()
            self._many.clear()
        await self._move_anchor(self._key, *heads)

    def _begin_chain(self) -> None:
        self._chain = f"{self._clock.now():%Y%m%dT%H%M%S}-{secrets.token_hex(8)}"
        self._number, self._before = 0, START

    def _linked(self, key: bytes, batch: list[_Noted]) -> list[AuditEntry]:
        entries: list[AuditEntry] = []
        before = self._before
        for number, noted in enumerate(batch, self._number + 1):
            entry = AuditEntry(
                chain=self._chain,
                number=number,
                at=instant_text(noted.at),
                actor=noted.actor,
                action=noted.action,
                practice=noted.practice,
                organization=noted.organization or self._owners.get(noted.practice, ""),
                outcome=noted.outcome,
                request=noted.request,
                detail=noted.detail,
            )
            entries.append(linked(key, before, entry))
            before = entries[-1].mac
        return entries

    async def _move_anchor(self, key: bytes, upon: AuditHead, head: AuditHead) -> None:
        """Say outside the database how far it is now, unless it says something else there.

        Entries are on disk already: a mark that cannot be moved stops nothing. One that
        contradicts the database stays as it is, for `vetportal audit verify` to find.
        """
        try:
            if await self._fits_anchor(key, upon, head):
                await asyncio.to_thread(self.anchor.write, head)
        except AuditBroken as problem:
            _log.error("audit_log_broken", why=problem.message)
        except OSError as problem:
            _log.warning("audit_anchor_not_moved", why=str(problem))

    async def _fits_anchor(self, key: bytes, upon: AuditHead, head: AuditHead) -> bool:
        """Whether the log is further than the anchor says; what the anchor saw must still be there.

        Raises:
            AuditBroken: it is not, or the anchor is damaged.
        """
        before = await asyncio.to_thread(self.anchor.read)
        if before is None or before == upon:
            return True
        if before.seals >= head.seals:
            return False  # another process was quicker, or this is an older database
        seal = await self.trail.seal(before.seals)
        if seal is None or head_after(key, seal) != before:
            raise AuditBroken("an older or another log stands in the place of the one before")
        return True


def _next_seal(
    key: bytes, entries: list[AuditEntry], head: AuditHead, last: AuditSeal | None
) -> tuple[AuditSeal, AuditHead]:
    """Seal a batch upon the head as it stands; if that was tampered with, the seal shows it."""
    if head != (AuditHead() if last is None else head_after(key, last)):
        _log.error("audit_log_broken", why="its head does not belong to its last seal")
    number = max(head.seals, last.number if last else 0) + 1
    seal = AuditSeal(
        number=number,
        chain=entries[0].chain,
        first=entries[0].number,
        last=entries[-1].number,
        entry_mac=entries[-1].mac,
        follows=head.chain,
    )
    seal = sealed(key, head, seal)
    return seal, head_after(key, seal)


async def _to_its_end(work: Coroutine[None, None, None]) -> None:
    """Do all of it, also when cancelled meanwhile; the cancellation comes after."""
    task = asyncio.create_task(work)  # noqa: TID251 - awaited below, whatever happens
    stopped: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as stop:
            stopped = stop
    problem = task.exception()
    if stopped is not None:
        raise stopped
    if problem is not None:
        raise problem


def _short(text: str) -> str:
    """Text for one line that every database takes."""
    return "".join(each if each.isprintable() else " " for each in str(text))[:_LONGEST]
