"""A text that never prints."""

from __future__ import annotations

import hmac
from typing import Final

from typing_extensions import override

_MASK: Final = "***"


class Secret:
    """Holds a secret text; every way of printing it shows ``***``.

    The plain text leaves only through :meth:`reveal`, so a reader finds each such place by its
    name. Two secrets compare in constant time.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Keep the text out of ``__dict__`` and so out of generic dumps."""
        self._text = text

    def reveal(self) -> str:
        """The plain text; keep it as briefly as possible."""
        return self._text

    def __bool__(self) -> bool:
        """Tell whether there is any text."""
        return bool(self._text)

    @override
    def __repr__(self) -> str:
        return _MASK

    @override
    def __str__(self) -> str:
        return _MASK

    @override
    def __format__(self, spec: str) -> str:
        return _MASK

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    @override
    def __hash__(self) -> int:
        return hash(self._text)

    @override
    def __reduce__(self) -> str:
        """Refuse pickling: a pickle would hold the plain text."""
        msg = "a Secret is not written anywhere"
        raise TypeError(msg)
