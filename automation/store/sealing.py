"""How raw items stand in the database: sealed, or in the open for simulators."""

from __future__ import annotations

from typing import Final, Protocol

from automation.model import Practice

_OPEN: Final = b"{"  # a raw item is a JSON object, and no sealed value begins like one


class Sealer(Protocol):
    """Seals bytes to a place; the vault does."""

    def seal(self, practice: str, field: str, plaintext: bytes) -> bytes:
        """Return the sealed bytes, which do not begin like a JSON object."""
        ...

    def open(self, practice: str, field: str, sealed: bytes) -> bytes:
        """Return what was sealed for exactly this place."""
        ...


def seal_raw(sealer: Sealer, practice: Practice, entity: str, raw: bytes) -> bytes:
    """Seal the raw item of an entity to it; what a simulator made up needs no secrecy."""
    return raw if practice.loopback else sealer.seal(practice.name, f"raw/{entity}", raw)


def open_raw(sealer: Sealer, practice: str, entity: str, stored: bytes) -> bytes:
    """The raw item of an entity as it came from the portal."""
    return stored if stored.startswith(_OPEN) else sealer.open(practice, f"raw/{entity}", stored)
