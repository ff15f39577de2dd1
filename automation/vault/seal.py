"""Seal single values, so that a copy of the database tells nothing.

Each practice has a data key, which seals its values; a key-encryption key wraps the data key. A
sealed value is ``format (1 byte, 2) | nonce (12 bytes) | AES-256-GCM ciphertext and tag``.
Practice, field and version of the value are bound to it as associated data: a value moved to
another row does not open, nor an old value under a newer number.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from automation.errors import Unready
from automation.model import DataKey
from automation.vault.kek import NONCE_BYTES, DoesNotOpen, KeyEncryptionKey, KeyRing

_FORMAT: Final = b"\x02"
_FIRST_FORMAT: Final = b"\x01"
_TAG_BYTES: Final = 16
_KEY_BITS: Final = 256
_VALUE: Final = "value"
_DATA_KEY: Final = "data key"


class Vault:
    """Seals and opens bytes under the data keys it was told; stores nothing and prints nothing.

    Data keys are unwrapped when they are first used and stay in memory from then on, so that the
    next value costs one AES-GCM operation.

    Args:
        ring: finds the key-encryption keys.
    """

    __slots__ = ("_ciphers", "_keys", "_ring")

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        self._keys: dict[str, DataKey] = {}
        self._ciphers: dict[str, tuple[DataKey, AESGCM]] = {}

    def seal(self, practice: str, field: str, plaintext: bytes, version: int = 1) -> bytes:
        """Return the sealed value; sealing the same text twice gives two different values.

        Args:
            practice: name of the practice whose data key is used.
            field: what it is.
            plaintext: the value.
            version: the number of the value, where a field has one value after another.

        Raises:
            Unready: the practice has no data key here, or it does not open.
        """
        nonce = os.urandom(NONCE_BYTES)
        place = _place(_VALUE, practice, field, version)
        return _FORMAT + nonce + self._cipher(practice).encrypt(nonce, plaintext, place)

    def open(self, practice: str, field: str, sealed: bytes, version: int = 1) -> bytes:
        """Return what was sealed for exactly this practice, field and version.

        Raises:
            Unready: sealed with another key or for another place, changed since, or cut off; or
                the practice has no data key here, or it does not open.
        """
        kind, start = sealed[: len(_FORMAT)], len(_FORMAT)
        nonce, ciphertext = sealed[start : start + NONCE_BYTES], sealed[start + NONCE_BYTES :]
        if kind == _FIRST_FORMAT:
            raise _closed(practice, field, "an earlier version of vetportal sealed it")
        if kind != _FORMAT or len(ciphertext) < _TAG_BYTES:
            raise _closed(practice, field, "it is not a sealed value of a known format")
        try:
            place = _place(_VALUE, practice, field, version)
            return self._cipher(practice).decrypt(nonce, ciphertext, place)
        except InvalidTag:
            problem = "the key is another one, or the value was changed or moved"
        raise _closed(practice, field, problem)

    def learn(self, keys: Iterable[DataKey]) -> None:
        """Take the data keys of practices as the database has them now."""
        for key in keys:
            if self._keys.get(key.practice) != key:
                self._keys[key.practice] = key
                self._ring.find(key.kek)  # kept from now on, though a rotation may retire it

    def new_key(self, practice: str, *, beside: Collection[str]) -> DataKey:
        """A fresh data key for a practice, wrapped by the key-encryption key in use now.

        Args:
            practice: name of the practice.
            beside: ids of the key-encryption keys that wrap the data keys there are.

        Raises:
            Unready: one of those is not known here, so that ours is not the key of this database.
        """
        for kek in beside:
            self._kek(kek, "other practices")
        return self._wrapped(practice, 1, AESGCM.generate_key(_KEY_BITS))

    def begin_rotation(self) -> str:
        """Have a key-encryption key that shall wrap every data key; return its id."""
        return self._ring.begin_rotation().id

    def rewrap(self, key: DataKey) -> DataKey:
        """The same data key, wrapped by the key-encryption key in use now.

        Raises:
            Unready: it does not open.
        """
        return self._wrapped(key.practice, key.version, self._unwrapped(key))

    def end_rotation(self) -> None:
        """Forget the key-encryption keys that wrap nothing any more."""
        self._ring.end_rotation()

    def _cipher(self, practice: str) -> AESGCM:
        key = self._keys.get(practice)
        if key is None:
            raise Unready(
                f"practice {practice!r} has no data key",
                remedy="Add the practice again: what was sealed for it cannot be opened.",
            )
        unwrapped = self._ciphers.get(practice)
        if unwrapped is None or unwrapped[0] is not key:
            unwrapped = self._ciphers[practice] = key, AESGCM(self._unwrapped(key))
        return unwrapped[1]

    def _unwrapped(self, key: DataKey) -> bytes:
        kek = self._kek(key.kek, f"practice {key.practice!r}")
        try:
            return kek.unwrap(key.wrapped, _place(_DATA_KEY, key.practice, "", key.version))
        except DoesNotOpen:
            problem = f"the data key of practice {key.practice!r} does not open"
        raise Unready(
            f"{problem}: it was changed, or moved here from another practice",
            remedy="Put back a copy of the database.",
        )

    def _wrapped(self, practice: str, version: int, plain: bytes) -> DataKey:
        kek = self._ring.current()
        wrapped = kek.wrap(plain, _place(_DATA_KEY, practice, "", version))
        return DataKey(practice=practice, version=version, kek=kek.id, wrapped=wrapped)

    def _kek(self, kek: str, whose: str) -> KeyEncryptionKey:
        if (found := self._ring.find(kek)) is None:
            raise Unready(
                f"{self._ring.place} is not the key of this database: the data key of {whose} is "
                f"wrapped by the key {kek}",
                remedy="Put back the key that belongs to this database; after a rotation that is "
                "the new one. `vetportal vault status` lists the keys by id.",
            )
        return found


def _place(purpose: str, practice: str, field: str, version: int) -> bytes:
    """Join the parts so that no two places share one text: each part carries its length."""
    parts = (purpose.encode(), practice.encode(), field.encode(), str(version).encode(), _FORMAT)
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _closed(practice: str, field: str, problem: str) -> Unready:
    return Unready(
        f"the sealed field {field!r} of practice {practice!r} does not open: {problem}",
        remedy="Put back the key and the database that belong together, or enter the value again.",
    )
