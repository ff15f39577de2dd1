"""Scopes: what a token may do, one word each. There are no wildcards."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from automation.entities import ENTITIES, plural
from automation.errors import NotKnown

SCOPES: Final = frozenset(
    {f"{plural(kind)}:{verb}" for kind in ENTITIES for verb in ("read", "write")}
    | {
        "audit:read",
        "challenges:answer",
        "live:read",
        "practices:admin",
        "practices:read",
        "reconciliation:decide",
        "runs:read",
        "runs:start",
        "sessions:open",
        "tokens:admin",
        "webhooks:read",
        "webhooks:write",
    }
)
"""``<kinds>:read`` and ``<kinds>:write`` for every kind of entity, and what is not about one."""


def known_scopes(scopes: Iterable[str]) -> tuple[str, ...]:
    """The scopes in order, each once.

    Raises:
        NotKnown: one of them does not exist.
    """
    wanted = sorted(set(scopes))
    for scope in wanted:
        if scope not in SCOPES:
            raise NotKnown("scope", scope, tuple(SCOPES))
    return tuple(wanted)
