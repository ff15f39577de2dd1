"""What a caller asks of a list, read from the parameters of a request and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Final

import phonenumbers

from automation.entities import ENTITIES, email_term, phone_term, word_terms
from automation.serve.cursors import digest_of, place_of, wrong_cursor
from automation.serve.problems import Problem
from automation.serve.resources import ALWAYS, RESOURCES, Part, Resource
from automation.serve.shapes import day_of, known_fields
from automation.store import Choice, Listing, Reach, Span

MOST: Final = 200
USUAL: Final = 50
_SHORTEST: Final = 2
_LEAST_DIGITS: Final = 4
_DIGITS: Final = 9
"""Of a number at most: Python refuses to read very long ones."""
_SHOWN: Final = 40
"""Letters of what is wrong that are told."""
_BESIDE: Final = frozenset({"cursor", "freshness", "limit"})
"""What makes no other list of a list."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller asks of a list.

    Attributes:
        listing: what is read.
        digest: tells this list from others.
        expand: what is shown with each entity.
        fields: the only fields that are shown; all when empty.
        live: whether the portal is asked first.
    """

    listing: Listing
    digest: str
    expand: tuple[str, ...] = ()
    fields: frozenset[str] = frozenset()
    live: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a list.

    Attributes:
        name: its name.
        about: what it means.
        type: ``text``, ``integer`` or ``boolean``.
        example: one value.
        most: the largest number.
    """

    name: str
    about: str
    type: type = str
    example: str = ""
    most: int | None = None


def parameters(resource: Resource) -> tuple[Parameter, ...]:
    """Every parameter that a list takes; there are no others."""
    found = [Parameter("practice", "Only of this practice.")]
    if len(resource.parts) > 1:
        kinds = ", ".join(part.shown_as for part in resource.parts)
        found.append(Parameter("kind", f"Only of this kind: {kinds}."))
    found += [Parameter(name, f"Only with this {_words(name)}.") for name in resource.equal]
    for begin, span in resource.spans.items():
        about = f"by `{span}`; a day, or a time, which is the practice's where it has no offset"
        found += [
            Parameter(f"{begin}_from", f"Only from then on, {about}.", example="2026-03-02"),
            Parameter(f"{begin}_to", f"Only up to then, {about}. A day is included.",
                      example="2026-03-08"),
        ]  # fmt: skip
    if resource.searched:
        found.append(Parameter("q", "Words that its name has, or begins with."))
    if resource.contacts:
        found.append(Parameter("phone", "A telephone number, with or without its country."))
        found.append(Parameter("email", "An e-mail address."))
    orders = ", ".join(f"`{span}`, `-{span}`" for span in resource.spans.values())
    if orders:
        found.append(
            Parameter("sort", f"Order in each practice: {orders}; what has none is left out.")
        )
    return (
        *found,
        Parameter(
            "updated_since",
            "Only what we saw created, changed or removed then or later, the oldest first.",
            example="2026-03-02T08:00:00Z",
        ),
        Parameter("include_deleted", "Whether those that are gone are listed, too.", bool),
        Parameter("expand", f"What is shown with each: {', '.join(_expandable(resource))}."),
        Parameter("fields", "The only fields that are shown, separated by commas."),
        Parameter(
            "freshness",
            "`live`: what is older than half a minute is read from the portal first, which takes "
            "seconds and the scope `live:read`; `stored` when left out.",
            example="stored",
        ),
        Parameter("limit", "Size of a page.", int, most=MOST),
        Parameter("cursor", "Where the list goes on, as the page before said."),
    )


def read_asked(resource: Resource, given: Mapping[str, str], reach: Reach) -> Asked:
    """What is asked of a list.

    Args:
        resource: the list.
        given: parameters by name, as texts; only those that :func:`parameters` names.
        reach: what the caller may see.

    Raises:
        Problem: one of them is unknown or not possible.
    """
    refuse_unknown(resource, given)
    values = {name: text for name, text in given.items() if text}
    spans, order = _spans(resource, values)
    terms = _terms(values)
    since = _moment(values, "updated_since")
    listing = Listing(
        choices=tuple(_choices(resource, values, spans, order, terms)),
        reach=reach,
        practice=values.get("practice"),
        since=since,
        removed=_flag(given, "include_deleted"),
        descending=values.get("sort", "").startswith("-") and since is None,
        limit=limit_of(given),
    )
    asked = {name: text for name, text in values.items() if name not in _BESIDE}
    digest = digest_of([resource.name, asked, sorted(reach.locations)])
    if cursor := values.get("cursor"):
        place = place_of(cursor, digest)
        if (place.time is None) != (since is None and order is None):
            raise wrong_cursor("it belongs to a list with another order")
        if place.time is not None and day_of(place.time[:10]) is None:
            raise wrong_cursor()
        listing = replace(listing, after=place)
    return Asked(
        listing,
        digest,
        expansions(resource, values),
        _projection(resource, values),
        _live(values),
    )


def refuse_unknown(resource: Resource, given: Iterable[str]) -> None:
    """Let no parameter pass that has no effect.

    Raises:
        Problem: one is not known.
    """
    known = _names_of(resource.name)
    for name in given:
        if name not in known:
            raise _wrong(name, "there is no such parameter", f"Known: {', '.join(known)}.")


@cache
def _names_of(resource: str) -> tuple[str, ...]:
    return tuple(parameter.name for parameter in parameters(RESOURCES[resource]))


def expansions(resource: Resource, values: Mapping[str, str]) -> tuple[str, ...]:
    """What is to be shown with each entity.

    Raises:
        Problem: something cannot be.
    """
    wanted = _listed(values.get("expand", ""))
    known = _expandable(resource)
    for name in wanted:
        if name not in known:
            raise _wrong("expand", f"{name!r} cannot be", f"Known: {', '.join(known)}.")
    return tuple(dict.fromkeys(wanted))


def _expandable(resource: Resource) -> list[str]:
    return sorted({*resource.references, *resource.children})


def _choices(
    resource: Resource,
    values: Mapping[str, str],
    spans: Mapping[str, Span],
    order: str | None,
    terms: tuple[str, ...],
) -> Iterable[Choice]:
    equal = {name: values[name] for name in resource.equal if name in values}
    for part in _parts(resource, values.get("kind")):
        if _has(part, equal):
            own = tuple(_own(part, span, resource) for span in spans.values())
            time = None if order is None else part.time if len(resource.parts) > 1 else order
            yield Choice(part.kind, {**part.when, **equal}, own, terms, time)


def _parts(resource: Resource, wanted: str | None) -> Iterable[Part]:
    """The kinds that are listed: without a wish each table once, as a whole."""
    if wanted is None:
        return {part.kind: replace(part, when={}) for part in resource.parts}.values()
    found = [part for part in resource.parts if part.shown_as == wanted]
    if not found or len(resource.parts) == 1:
        kinds = ", ".join(part.shown_as for part in resource.parts)
        raise _wrong("kind", f"{wanted!r} is none", f"Known: {kinds}.")
    return found


def _has(part: Part, equal: Mapping[str, str]) -> bool:
    """Whether a kind has all the fields that are asked for; else nothing of it fits."""
    return {*equal} <= {*ALWAYS, *ENTITIES[part.kind].listed_by}


def _own(part: Part, span: Span, resource: Resource) -> Span:
    """A span in the words of one of several kinds."""
    if len(resource.parts) > 1 and part.time is not None:
        return Span(part.time, span.start, span.end)
    return span


def _spans(
    resource: Resource, values: Mapping[str, str]
) -> tuple[dict[str, Span], str | None]:  # fmt: skip
    """The spans that are asked for, and the time that orders the list, if one does."""
    spans = {}
    for begin, name in resource.spans.items():
        start, end = (_bound(values, f"{begin}_{side}") for side in ("from", "to"))
        if start is not None or end is not None:
            spans[name] = Span(name, start, end)
    sort = values.get("sort", "").removeprefix("-")
    if sort and sort not in resource.spans.values():
        known = ", ".join(resource.spans.values()) or "none"
        raise _wrong("sort", f"nothing is ordered by {sort!r}", f"Known: {known}.")
    return spans, sort or next(iter(spans), None)


def _terms(values: Mapping[str, str]) -> tuple[str, ...]:
    found: list[str] = []
    if text := values.get("q"):
        words = word_terms(text)
        if not words or max(len(word) for word in words) < _SHORTEST:
            raise _wrong("q", "it has no word of two letters", "Give the beginning of a word.")
        found += words
    if number := values.get("phone"):
        found.append(phone_term(_national(number)))
        if len(found[-1].removeprefix("tel:")) < _LEAST_DIGITS:
            raise _wrong("phone", "it has less than four digits", "Give the whole number.")
    if address := values.get("email"):
        found.append(email_term(address))
    return tuple(found)


def _national(number: str) -> str:
    """A number without its country and trunk prefix: what both ways of writing it end with."""
    try:
        read = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number.strip().lstrip("0")
    return phonenumbers.national_significant_number(read)


def _bound(values: Mapping[str, str], name: str) -> date | datetime | None:
    text = values.get(name)
    if text is None:
        return None
    if (read := day_of(text)) is None:
        raise _wrong(name, f"{text!r} is neither a day nor a time", "Write 2026-03-02.")
    return read


def _moment(values: Mapping[str, str], name: str) -> datetime | None:
    text = values.get(name)
    if text is None:
        return None
    read = day_of(text)
    if not isinstance(read, datetime) or read.tzinfo is None:
        raise _wrong(name, f"{text!r} is no time with its offset", "Write 2026-03-02T08:00:00Z.")
    return read


def _flag(values: Mapping[str, str], name: str) -> bool:
    text = values.get(name, "false").lower()
    if text not in {"true", "false"}:
        raise _wrong(name, f"{text!r} is neither true nor false", "Write true or false.")
    return text == "true"


def _live(values: Mapping[str, str]) -> bool:
    text = values.get("freshness", "stored")
    if text not in {"live", "stored"}:
        raise _wrong("freshness", f"{text!r} is neither live nor stored", "Write live or stored.")
    return text == "live"


def limit_of(given: Mapping[str, str]) -> int:
    """The size of a page.

    Raises:
        Problem: it is none.
    """
    text = given.get("limit", str(USUAL))
    number = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    if not number or not 1 <= int(text) <= MOST:
        raise _wrong(
            "limit",
            f"{text[:_SHOWN]!r} is no number from 1 to {MOST}",
            "Leave it out, and follow next_cursor.",
        )
    return int(text)


def _projection(resource: Resource, values: Mapping[str, str]) -> frozenset[str]:
    wanted = frozenset(_listed(values.get("fields", "")))
    known = frozenset[str]().union(*(known_fields(part.kind) for part in resource.parts))
    for name in sorted(wanted - known):
        raise _wrong("fields", f"there is no field {name!r}", f"Known: {', '.join(sorted(known))}.")
    return wanted


def _listed(text: str) -> list[str]:
    return [name for each in text.split(",") if (name := each.strip())]


def _words(field: str) -> str:
    return field.replace("_", " ")


def _wrong(name: str, why: str, remedy: str) -> Problem:
    return Problem(400, "invalid_request", f"{name}: {why}", remedy=remedy, parameter=name)
