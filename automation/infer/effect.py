"""What a call does to the portal: read, write, auth or unknown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from automation.infer.observe import Operation
from automation.infer.records import Records
from automation.model import (
    Binding,
    Computed,
    FromSecret,
    Input,
    Otp,
    Pagination,
    Random,
    Unknown,
)
from automation.wire import canonical, parse_path, pick, words

Effect = Literal["read", "write", "auth", "unknown"]

_CHANGING: Final = frozenset(
    {"logout", "logoff", "signout", "delete", "remove", "toggle", "cancel", "create", "update",
     "save", "add", "set", "send", "approve", "decline", "void", "pay", "submit"}
)  # fmt: skip


def effect_of(
    operation: Operation,
    records: Records | None,
    pagination: Pagination | None,
    bindings: Iterable[Binding],
) -> tuple[Effect, str]:
    """The effect and the evidence for it.

    GET and HEAD read unless a word of the path says otherwise. Everything else writes unless it
    is a GraphQL query, or a list that was paged through, or one that gave the same answer twice
    without being caused by anything a person had entered, or anything made up for the call.
    """
    method = operation.key.method
    changing = sorted(_CHANGING & set(words(operation.key.path)))
    says = f"the path says {', '.join(changing)}"
    found = tuple(bindings)
    if any(isinstance(binding, FromSecret | Otp) for binding in found):
        return "auth", "carries a credential or a one-time code"
    if method in {"GET", "HEAD"}:
        return ("unknown", f"{method}, but {says}") if changing else ("read", method)
    if changing:
        return "write", f"{method} and {says}"
    reason = _reads(operation, records, pagination, found)
    return ("read", f"{method}, but {reason}") if reason else ("write", method)


def _reads(
    operation: Operation,
    records: Records | None,
    pagination: Pagination | None,
    bindings: tuple[Binding, ...],
) -> str | None:
    """Why a call that could write does not; None when nothing says so."""
    if _is_query(operation):
        return "a GraphQL query"
    if any(isinstance(binding, Unknown | Computed) for binding in bindings):
        return None  # what is not understood may be what is written
    if records is not None and pagination is not None and pagination.proof == "observed":
        return "a list that was paged through"
    entered = any(isinstance(binding, Input | Random) for binding in bindings)
    if records is not None and not entered and _same_twice(operation, records):
        return "a list that gave the same answer twice"
    return None


def _is_query(operation: Operation) -> bool:
    texts = {text for sighting in operation.sightings for text in sighting.graphql}
    return bool(texts) and all(text.lstrip().startswith(("query", "{")) for text in texts)


def _same_twice(operation: Operation, records: Records) -> bool:
    """The first call of each recording came with a page and held the same items."""
    if records.key is None:
        return False
    key = parse_path(records.key)
    firsts = [sightings[0] for sightings in operation.by_run().values()]
    sets = [
        frozenset(canonical(next(pick(item, key), None)) for item in records.of(s.document))
        for s in firsts
    ]
    return len(sets) > 1 and len(set(sets)) == 1 and bool(sets[0])
