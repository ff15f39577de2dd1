"""Key-encryption keys: what wraps the data keys, and where it is found.

A data key never leaves the vault in the open. What stands in the database was wrapped by a
key-encryption key, which stands somewhere else: in the key file, in the environment, or, behind
the same two Protocols, in a key management service.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from automation.model import Secret

NONCE_BYTES: Final = 12
_ID_BYTES: Final = 8
_PURPOSE: Final = b"vetportal key-encryption key"


class DoesNotOpen(Exception):  # noqa: N818 - a finding of this package that its callers explain
    """The key is another one, or what it should open was changed or belongs elsewhere."""


class KeyEncryptionKey(Protocol):
    """Wraps data keys; may lie far away."""

    @property
    def id(self) -> str:
        """Its name, which says nothing of the key."""
        ...

    def wrap(self, plain: bytes, place: bytes) -> bytes:
        """Encrypt a data key and bind it to its place."""
        ...

    def unwrap(self, wrapped: bytes, place: bytes) -> bytes:
        """The data key that was wrapped for exactly this place.

        Raises:
            DoesNotOpen: it was not wrapped by this key for this place, or was changed since.
        """
        ...


class KeyRing(Protocol):
    """Finds key-encryption keys, and changes which one is in use.

    Every method may raise :class:`Unready` when the keys cannot be reached.
    """

    @property
    def place(self) -> str:
        """Where the keys are, as the user knows it."""
        ...

    def current(self) -> KeyEncryptionKey:
        """The one that wraps new data keys, as of now: another process may have changed it."""
        ...

    def find(self, kek: str) -> KeyEncryptionKey | None:
        """The one of this id, or None. What was found once stays, also after a rotation."""
        ...

    def begin_rotation(self) -> KeyEncryptionKey:
        """The one that shall wrap everything; a rotation that was interrupted goes on."""
        ...

    def end_rotation(self) -> None:
        """Forget every key but the current one: nothing is wrapped by another any more."""
        ...


class LocalKek:
    """A key-encryption key in the memory of this process.

    Args:
        key: 64 hexadecimal digits, 256 bits.
    """

    __slots__ = ("_cipher", "_id")

    def __init__(self, key: Secret) -> None:
        plain = bytes.fromhex(key.reveal())
        self._cipher = AESGCM(plain)
        self._id = hmac.digest(plain, _PURPOSE, hashlib.sha256)[:_ID_BYTES].hex()

    @property
    def id(self) -> str:
        """The first 64 bits of a keyed hash: the same key has the same name everywhere."""
        return self._id

    def wrap(self, plain: bytes, place: bytes) -> bytes:
        """``nonce (12 bytes) | AES-256-GCM ciphertext and tag``, the place as associated data."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, place)

    def unwrap(self, wrapped: bytes, place: bytes) -> bytes:
        """The data key that was wrapped for exactly this place.

        Raises:
            DoesNotOpen: it was not wrapped by this key for this place, or was changed since.
        """
        try:
            return self._cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], place)
        except (InvalidTag, ValueError):  # too short for a nonce, or for a tag
            raise DoesNotOpen from None
