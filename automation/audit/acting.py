"""Who acts, and for which request: known to every entry that is noted meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class Acting:
    """What entries take from where they are noted.

    Attributes:
        actor: who acts; that of the process when empty.
        organization: for which organization; that of the practice when empty.
        request: the id of the request or run.
    """

    actor: str = ""
    organization: str = ""
    request: str = ""


_NOBODY: Final = Acting()
_NOW: Final[ContextVar[Acting]] = ContextVar("acting", default=_NOBODY)


def who_acts() -> Acting:
    """Who acts where this is asked."""
    return _NOW.get()


@contextmanager
def acting(*, actor: str = "", organization: str = "", request: str = "") -> Iterator[None]:
    """Note entries of the block, and of the tasks it starts, in this name.

    Args:
        actor: ``token:<prefix>``, ``worker``, ...; that of around when left out.
        organization: whose data it is about, where no practice says so; likewise.
        request: the id of the request or run; likewise.
    """
    given = {"actor": actor, "organization": organization, "request": request}
    before = _NOW.get()
    token = _NOW.set(replace(before, **{name: text for name, text in given.items() if text}))
    try:
        yield
    finally:
        _NOW.reset(token)
