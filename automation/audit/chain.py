"""The arithmetic of the audit log: MACs over entries, seals and the head.

A MAC is HMAC-SHA256 with the key of the audit log over a JSON array that begins with what it is
for. Each entry's covers the MAC of the entry before it in its chain; each seal's covers the last
entry of its batch and the head that it was put upon; the head's covers the last seal. So nobody
without the key can change, add, move or remove anything and make the rest fit.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import astuple, replace
from typing import Final

from automation.model import AuditEntry, AuditHead, AuditSeal

START: Final = ""
"""What the first entry of a chain has before it."""


def linked(key: bytes, before: str, entry: AuditEntry) -> AuditEntry:
    """The entry with its MAC.

    Args:
        key: the key of the audit log.
        before: the MAC of the entry before it in its chain, or :data:`START`.
        entry: what was done.
    """
    return replace(entry, mac=_mac(key, "entry", before, *astuple(replace(entry, mac=""))))


def sealed(key: bytes, upon: AuditHead, seal: AuditSeal) -> AuditSeal:
    """The seal with its MAC.

    Args:
        key: the key of the audit log.
        upon: the head that it moves.
        seal: what it covers.
    """
    return replace(seal, mac=_mac(key, "seal", upon.mac, *astuple(replace(seal, mac=""))))


def head_after(key: bytes, seal: AuditSeal) -> AuditHead:
    """Where the log ends when this seal is the last one."""
    mac = _mac(key, "head", seal.number, seal.chain, seal.mac)
    return AuditHead(seal.number, seal.chain, mac)


def _mac(key: bytes, *parts: object) -> str:
    text = json.dumps(parts, separators=(",", ":"), default=repr)
    return hmac.digest(key, text.encode(), "sha256").hex()
