"""Whether an address is the one that a flow expects."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

_WILD: Final = re.compile(r"(\*\*|\*)")


def address_matches(pattern: str, url: str) -> bool:
    """Compare path and query of an address with a glob.

    ``**`` stands for anything, ``*`` for anything within one part of the path and for anything
    in the query, everything else for itself. A pattern without a query leaves the query open.
    """
    parts = urlsplit(url)
    path = parts.path or "/"
    whole = f"{path}?{parts.query}" if parts.query and "?" in pattern else path
    return _expression(pattern).fullmatch(whole) is not None


@lru_cache(maxsize=256)
def _expression(pattern: str) -> re.Pattern[str]:
    path, asks, query = pattern.partition("?")
    return re.compile(_read(path, "[^/?]*") + re.escape(asks) + _read(query, ".*"), re.DOTALL)


def _read(pattern: str, star: str) -> str:
    meaning = {"**": ".*", "*": star}
    return "".join(meaning.get(part, re.escape(part)) for part in _WILD.split(pattern))
