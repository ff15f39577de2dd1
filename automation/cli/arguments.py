"""What several commands read from the command line."""

from __future__ import annotations

from collections.abc import Sequence

from automation.errors import BadArgument


def pairs(texts: Sequence[str]) -> dict[str, str]:
    """``NAME=VALUE`` texts as a mapping.

    Raises:
        BadArgument: a text has no ``=`` or no name.
    """
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise BadArgument(f"{text!r} is not NAME=VALUE", remedy="Write --input search=bella.")
        found[name] = value
    return found
