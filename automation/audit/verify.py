"""Verification: the whole log is read again and everything that must hold is computed anew.

What it finds: an entry that was altered, added, removed or moved; the last entries of a chain, a
whole chain, or the end of the log cut off; a seal or the head altered or removed; and, where this
machine wrote to the log, an older copy of the database in its place. Whoever has the key of the
installation could write a log of their own; that is not found.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from automation import store
from automation.audit.anchor import Anchor
from automation.audit.chain import START, head_after, linked, sealed
from automation.errors import AuditBroken
from automation.model import AuditEntry, AuditHead, AuditSeal


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a log holds that is as it was written.

    Attributes:
        chains: processes that noted anything.
        entries: what they noted.
        seals: batches.
    """

    chains: int
    entries: int
    seals: int


async def verify_log(trail: store.AuditTrail, anchor: Anchor) -> Verdict:
    """See that the log is what was written to it.

    Others may write to it meanwhile. Memory holds one batch, and one line per chain.

    Raises:
        AuditBroken: it is not; the message names chain and entry of the first place.
        Unready: the key of this installation is not that of the log.
    """
    saw = anchor.read()
    key = await trail.key()
    async with trail.view() as view:
        reading = _Reading(view, key or b"", saw)
        async for seal in view.seals():
            await reading.batch(seal)
        await reading.end()
    entries = sum(last for last, _ in reading.chains.values())
    return Verdict(len(reading.chains), entries, reading.head.seals)


@dataclass(slots=True)
class _Reading:
    """One reading of the log from its beginning.

    Attributes:
        view: what is read.
        key: the key of the MACs; empty where there is none, so that nothing fits.
        saw: how far the log was when this machine last wrote to it.
        head: where the log ends as far as it was read.
        chains: number and MAC of the last entry, by chain.
    """

    view: store.AuditView
    key: bytes
    saw: AuditHead | None
    head: AuditHead = field(default_factory=AuditHead)
    chains: dict[str, tuple[int, str]] = field(default_factory=dict)

    async def batch(self, seal: AuditSeal) -> None:
        """Read one batch."""
        if seal.number != self.head.seals + 1:
            gone = seal.follows
            raise self._cut(gone, f"seal {self.head.seals + 1} is missing, and what it covered")
        number, before = self.chains.get(seal.chain, (0, START))
        if sealed(self.key, self.head, seal) != seal:
            raise _broken(seal.chain, number + 1, f"seal {seal.number} is not what was written")
        for entry in await self.view.entries(seal.chain, seal.first, seal.last):
            number += 1
            before = self._entry(entry, number, before)
        if number != seal.last or before != seal.entry_mac:
            raise _broken(seal.chain, number + 1, "it is missing")
        self.chains[seal.chain] = number, before
        self.head = head_after(self.key, seal)
        if self.saw is not None and self.saw.seals == seal.number and self.saw != self.head:
            raise self._older()

    def _entry(self, entry: AuditEntry, number: int, before: str) -> str:
        if entry.number != number:
            raise _broken(entry.chain, number, "it is missing")
        if linked(self.key, before, entry) != entry:
            raise _broken(entry.chain, number, "it is not what was written")
        return entry.mac

    async def end(self) -> None:
        """See that nothing is left over and nothing was cut off."""
        for chain, first, last, count in await self.view.chains():
            number, _ = self.chains.get(chain, (0, START))
            if (first, last, count) != (1, number, number):
                place = first if first < 1 else number + 1
                raise _broken(chain, place, "no seal covers it")
        head = await self.view.head()
        if head is None:
            raise AuditBroken("the audit log is broken: its head is missing")
        if head.seals > self.head.seals:
            raise self._cut(head.chain, f"the log ends after seal {self.head.seals}")
        if head != self.head:
            raise AuditBroken("the audit log is broken: its head is not what was written")
        if self.saw is not None and self.saw.seals > self.head.seals:
            raise self._older()

    def _cut(self, chain: str, problem: str) -> AuditBroken:
        return _broken(chain, self.chains.get(chain, (0, START))[0] + 1, problem)

    def _older(self) -> AuditBroken:
        saw = self.saw or AuditHead()
        return AuditBroken(
            f"the audit log is broken: this machine saw {saw.seals} seals, the last one of chain "
            f"{saw.chain}; an older or another log stands in the place of that one",
            remedy="If you put a copy of the database back, remove audit.anchor beside the key; "
            "else find out who could write the database.",
        )


def _broken(chain: str, number: int, problem: str) -> AuditBroken:
    return AuditBroken(f"the audit log is broken at chain {chain}, entry {number}: {problem}")
