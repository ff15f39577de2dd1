"""How raw items stand in the database: sealed, or in the open for simulators."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from automation.model import DataKey, Practice


class Sealer(Protocol):
    """Seals bytes to a place under the data key of the practice; the vault does."""

    def seal(self, practice: str, field: str, plaintext: bytes, version: int = 1) -> bytes:
        """Return the sealed bytes."""
        ...

    def open(self, practice: str, field: str, sealed: bytes, version: int = 1) -> bytes:
        """Return what was sealed for exactly this place.

        Raises:
            Unready: it does not open.
        """
        ...

    def learn(self, keys: Iterable[DataKey]) -> None:
        """Take data keys as they stand in the database; later ones replace earlier ones."""
        ...

    def new_key(self, practice: str, *, beside: Collection[str]) -> DataKey:
        """Make a data key; ``beside`` names the key-encryption keys that wrap the others.

        Raises:
            Unready: one of those is not known.
        """
        ...


class Rewrapper(Protocol):
    """Replaces what wraps the data keys; the vault does."""

    def begin_rotation(self) -> str:
        """Have a key-encryption key that shall wrap every data key; return its id."""
        ...

    def rewrap(self, key: DataKey) -> DataKey:
        """The same data key, wrapped by that one."""
        ...

    def end_rotation(self) -> None:
        """Forget every other one: nothing is wrapped by them any more."""
        ...


def seal_raw(sealer: Sealer, practice: Practice, entity: str, raw: bytes) -> bytes:
    """Seal the raw item of an entity to it; what a simulator made up needs no secrecy."""
    return raw if practice.loopback else sealer.seal(practice.name, f"raw/{entity}", raw)


def open_raw(sealer: Sealer, practice: Practice, entity: str, stored: bytes) -> bytes:
    """The raw item of an entity as it came from the portal; what is not sealed must not be.

    Raises:
        Unready: it does not open.
    """
    return stored if practice.loopback else sealer.open(practice.name, f"raw/{entity}", stored)
