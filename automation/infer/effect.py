"""What a call does to the portal: read, write, auth or unknown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from automation.infer.observe import Operation
from automation.infer.records import Records
from automation.model import (
    Binding,
    Computed,
    Derived,
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
    if _calls_it_reading(operation, bindings):
        return "it is called so, is asked for what a list gave, and no flow that writes made it"
    return _reads_list(operation, records, pagination, bindings) if records else None


def _reads_list(
    operation: Operation,
    records: Records,
    pagination: Pagination | None,
    bindings: tuple[Binding, ...],
) -> str | None:
    if pagination is not None and pagination.proof == "observed":
        return "a list that was paged through"
    entered = any(isinstance(binding, Input | Random) for binding in bindings)
    if not entered and _same_twice(operation, records):
        return "a list that gave the same answer twice"
    return None


_FETCHING: Final = frozenset({"get", "fetch", "find"})
_READING: Final = _FETCHING | {"list", "search", "query"}
_MORE: Final = frozenset({"and", "or", "lock", "mark", "next", "set"})
"""With these words a procedure that gets something does more than that."""


def _calls_it_reading(operation: Operation, bindings: tuple[Binding, ...]) -> bool:
    """A procedure (``pets_get``) that says it reads, of what a list gave; answered with data.

    Whoever recorded it meant to read. A word in an address alone is not believed: what is posted
    there says more.
    """
    said = operation.key.discriminator
    name = words(said[1]) if said else ()
    reads = bool(_READING.intersection(name[:1]) or _FETCHING.intersection(name[-1:]))
    given = any(isinstance(binding, Derived) for binding in bindings)
    typed = any(isinstance(binding, Input | Random) for binding in bindings)
    only = operation.flows == operation.reading and not (_CHANGING | _MORE).intersection(name)
    return reads and given and not typed and only and all(s.document for s in operation.sightings)


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
