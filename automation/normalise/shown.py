"""Values in error messages: their form, never their content."""

from __future__ import annotations

import re
from typing import Final

_LONGEST: Final = 40
_OTHERS: Final[dict[type, str]] = {float: "a number with decimals", list: "a list"}


class UnreadableError(ValueError):
    """A value is not what it should be.

    Args:
        value: what was found; only its form is told.
        problem: the rest of the sentence ("is no number").
    """

    def __init__(self, value: object, problem: str) -> None:
        super().__init__(f"{outline(value)} {problem}")


def outline(value: object) -> str:
    """Describe a value so that its format can be told, and nobody's data is.

    Letters become ``a`` or ``A``, digits ``9``: ``the text "Aaa 9, 9999"``.
    """
    if isinstance(value, str):
        masked = re.sub(r"\d", "9", re.sub(r"[^\W\d_]", _letter, value))
        cut = masked if len(masked) <= _LONGEST else f"{masked[:_LONGEST]}..."
        return f'the text "{cut}"'
    if isinstance(value, bool) or value is None:
        return f"the value {str(value).lower()}"
    if isinstance(value, int):
        return f"a whole number of {len(str(abs(value)))} digits"
    return _OTHERS.get(type(value), "an object")


def _letter(match: re.Match[str]) -> str:
    return "A" if match[0].isupper() else "a"
