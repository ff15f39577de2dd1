"""The audit log as it is kept: entries in chains, seals over batches of them, the head of all."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what; every field is a text exactly as it is kept, because the MAC covers it.

    Attributes:
        chain: the process that noted it.
        number: its place in the chain, from 1 without gaps.
        at: when, in UTC (``2026-11-20T15:30:00.000000Z``).
        actor: ``cli:<user of this machine>``, ``worker`` or ``token:<prefix>``.
        action: ``noun.verb``.
        practice: the practice it happened in; empty when in none.
        organization: the organization it happened in; empty when unknown.
        outcome: ``done``, or what went wrong in one word.
        request: the id of the request or run it belongs to; empty when to none.
        detail: a JSON object of short texts.
        mac: 64 hexadecimal digits over this entry and the MAC of the one before.
    """

    chain: str
    number: int
    at: str
    actor: str
    action: str
    practice: str
    organization: str
    outcome: str
    request: str
    detail: str
    mac: str = ""


@dataclass(frozen=True, slots=True)
class AuditSeal:
    """One batch of entries of one chain; the seals of all chains are themselves one chain.

    Attributes:
        number: its place among all seals, from 1 without gaps.
        chain: whose entries.
        first: number of the first entry in the batch.
        last: number of the last one.
        entry_mac: the MAC of the last one.
        follows: the chain of the seal before, so that a missing one has a name.
        mac: over all of this and the head that it was put upon.
    """

    number: int
    chain: str
    first: int
    last: int
    entry_mac: str
    follows: str
    mac: str = ""


@dataclass(frozen=True, slots=True)
class AuditHead:
    """Where the log ends.

    Attributes:
        seals: how many seals there are.
        chain: the chain of the last one; empty before the first.
        mac: over both and the last seal; empty before the first.
    """

    seals: int = 0
    chain: str = ""
    mac: str = ""
