"""Data key: what the values of one practice are sealed with."""

from __future__ import annotations

from automation.model.noun import Noun


class DataKey(Noun):
    """The key of one practice, wrapped by a key-encryption key.

    Attributes:
        practice: name of the practice whose values it seals; the audit log has one, too.
        version: number of the key, from 1.
        kek: id of the key-encryption key that wraps it.
        wrapped: the key itself, which nobody can use without that key-encryption key.
    """

    practice: str
    version: int = 1
    kek: str
    wrapped: bytes
