"""How the parts of a capture stand on disk: sealed to their place, or in the open.

Captures hold personal data, so they are sealed with the practice's key; what a simulator made up
needs no secrecy and is easier to look at in the open.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Protocol


class Sealer(Protocol):
    """Seals bytes to a place; the vault does."""

    def seal(self, practice: str, field: str, plaintext: bytes) -> bytes:
        """Return the sealed bytes."""
        ...

    def open(self, practice: str, field: str, sealed: bytes) -> bytes:
        """Return what was sealed for exactly this place.

        Raises:
            Unready: it was sealed with another key or for another place, or was changed since.
        """
        ...


@dataclass(frozen=True, slots=True)
class Envelope:
    """Seals and opens the parts of one capture.

    Attributes:
        practice: name of the practice.
        sealer: None leaves everything in the open.
    """

    practice: str
    sealer: Sealer | None

    def wrap(self, place: str, content: bytes) -> bytes:
        """What is written for a part; a place is used once per capture."""
        if self.sealer is None:
            return content
        return self.sealer.seal(self.practice, f"capture/{place}", content)

    def unwrap(self, place: str, stored: bytes) -> bytes:
        """The part that was written for this place.

        Raises:
            Unready: it does not open.
        """
        if self.sealer is None:
            return stored
        return self.sealer.open(self.practice, f"capture/{place}", stored)

    def wrap_line(self, place: str, content: bytes) -> bytes:
        """The same for a line of a file: without line breaks, base64 when it is sealed."""
        wrapped = self.wrap(place, content)
        return wrapped if self.sealer is None else base64.b64encode(wrapped)

    def unwrap_line(self, place: str, line: bytes) -> bytes:
        """The line that was written for this place.

        Raises:
            Unready: it does not open.
            ValueError: it is no base64.
        """
        if self.sealer is None:
            return line
        try:
            stored = base64.b64decode(line, validate=True)
        except binascii.Error:
            raise ValueError("it is cut off or was changed") from None
        return self.unwrap(place, stored)
