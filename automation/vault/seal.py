"""Seal single fields, so that a copy of the database tells nothing.

A sealed value is ``version (1 byte) | nonce (12 bytes) | AES-256-GCM ciphertext and tag``.
Practice, field and version are bound to it as associated data: a value moved to another row does
not open.
"""

from __future__ import annotations

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from automation.errors import Unready
from automation.model import Secret

_VERSION: Final = b"\x01"
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16


class Vault:
    """Seals and opens bytes under one key; stores nothing and prints nothing.

    Args:
        key: 64 hexadecimal digits, as `load_or_create_key` returns them.
    """

    __slots__ = ("_cipher",)

    def __init__(self, key: Secret) -> None:
        self._cipher = AESGCM(bytes.fromhex(key.reveal()))

    def seal(self, practice: str, field: str, plaintext: bytes) -> bytes:
        """Return the sealed value; sealing the same text twice gives two different values."""
        nonce = os.urandom(_NONCE_BYTES)
        place = _associated(practice, field)
        return _VERSION + nonce + self._cipher.encrypt(nonce, plaintext, place)

    def open(self, practice: str, field: str, sealed: bytes) -> bytes:
        """Return what was sealed for exactly this practice and field.

        Raises:
            Unready: sealed with another key or for another place, changed since, or cut off.
        """
        start = len(_VERSION)
        nonce, ciphertext = sealed[start : start + _NONCE_BYTES], sealed[start + _NONCE_BYTES :]
        if sealed[:start] != _VERSION or len(ciphertext) < _TAG_BYTES:
            raise _closed(practice, field, "it is not a sealed value of a known version")
        try:
            return self._cipher.decrypt(nonce, ciphertext, _associated(practice, field))
        except InvalidTag:
            problem = "the key is another one, or the value was changed or moved"
        raise _closed(practice, field, problem)


def _associated(practice: str, field: str) -> bytes:
    """Join the parts so that no two places share one text: each part carries its length."""
    parts = (practice.encode(), field.encode(), _VERSION)
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _closed(practice: str, field: str, problem: str) -> Unready:
    return Unready(
        f"the sealed field {field!r} of practice {practice!r} does not open: {problem}",
        remedy="Put back the key file that belongs to this database, or enter the value again.",
    )
