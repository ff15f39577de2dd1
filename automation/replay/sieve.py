"""Which rows of a long list were seen before, in little memory: sometimes it says so wrongly."""

from __future__ import annotations

from array import array
from base64 import b64decode, b64encode
from hashlib import blake2b
from typing import Final

_BITS: Final = 24
_ROUNDS: Final = 6
_HALF: Final = 32
_LATEST: Final = 8_192
"""Marks that are told: 64 KiB go with the place where a list is left."""


def mark_of(text: bytes) -> int:
    """A number of 64 bits that stands for a row; the same in every process."""
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")


class Sieve:
    """A Bloom filter of 2 MiB: it forgets nothing, and of a million rows takes few for known.

    Of a list with 150,000 rows it takes one in fifty million wrongly for seen, of one with a
    million rows one in a thousand: who asks it has to look again, not to believe.

    Args:
        told: what :meth:`told` gave.

    Attributes:
        latest: the marks that it knows since last, some thousands.
    """

    def __init__(self, told: str = "") -> None:
        self._bits = bytearray(1 << (_BITS - 3))
        self.latest = array("Q")
        for mark in array("Q", b64decode(told)):
            self.seen(mark)

    def told(self) -> str:
        """The latest marks as text, for one that goes on later."""
        return b64encode(self.latest[-_LATEST:].tobytes()).decode()

    def seen(self, mark: int) -> bool:
        """Whether a mark was probably given before; it is from now on."""
        low, step = mark & ((1 << _HALF) - 1), (mark >> _HALF) | 1
        known = True
        for turn in range(_ROUNDS):
            place = (low + turn * step) & ((1 << _BITS) - 1)
            at, bit = place >> 3, 1 << (place & 7)
            if not self._bits[at] & bit:
                known = False
                self._bits[at] |= bit
        if not known:
            self.latest.append(mark)
            if len(self.latest) > 2 * _LATEST:
                del self.latest[:_LATEST]
        return known
