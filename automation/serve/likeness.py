"""How alike two records are: points for each thing that speaks for or against, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from automation.entities import Entity, plain_text

LISTED: Final = 50
"""From so many points on a pair is looked at by a person."""
MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that speaks for or against two records being the same.

    Attributes:
        feature: what was compared.
        points: for it, or against it when negative.
        why: what was found, without the values themselves.
    """

    feature: str
    points: int
    why: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two records are.

    Attributes:
        score: 0 to 100, the sum of the points within these bounds.
        points: what speaks for and against it.
    """

    score: int
    points: tuple[Point, ...]


def likeness(
    first: Entity, second: Entity, owners: tuple[Entity | None, Entity | None] = (None, None)
) -> Likeness:
    """How alike two clients, or two patients, are; the order of the two does not matter.

    Args:
        first: one.
        second: the other one.
        owners: the owner of each, where they are patients and their owners are known.
    """
    found = _clients if first.kind == "client" else _patients
    points = tuple(found(first, second))
    if owners[0] is not None and owners[1] is not None:
        points = (*points, *_owners(*owners))
    return Likeness(max(0, min(MOST, sum(each.points for each in points))), points)


def _clients(one: Any, other: Any) -> Iterator[Point]:  # noqa: ANN401 - entities
    yield from _shared("email", 45, _addresses(one), _addresses(other), "an e-mail address")
    yield from _shared("phone", 35, _numbers(one), _numbers(other), "a telephone number")
    yield from _told("last_name", one, other, 20, -10)
    yield from _told("first_name", one, other, 10, -15)
    yield from _told("company_name", one, other, 30, -10)
    yield from _shared("address", 20, _homes(one), _homes(other), "a postal address")


def _patients(one: Any, other: Any) -> Iterator[Point]:  # noqa: ANN401 - entities
    yield from _told("microchip", one, other, 70, -60)
    yield from _told("name", one, other, 20, -20)
    yield from _told("species", one, other, 5, -50)
    yield from _told("date_of_birth", one, other, 25, -20)
    yield from _told("breed", one, other, 5, 0)
    if "unknown" not in {one.sex, other.sex}:
        yield from _told("sex", one, other, 0, -15)


def _owners(one: Any, other: Any) -> Iterator[Point]:  # noqa: ANN401 - entities
    """Owners are the same by an address or a number; another owner says nothing: pets are sold."""
    reached = _addresses(one) | _numbers(one), _addresses(other) | _numbers(other)
    yield from _shared("owner", 25, *reached, "an e-mail address or number of their owners")


def _told(feature: str, one: Any, other: Any, same: int, differs: int) -> Iterator[Point]:  # noqa: ANN401 - entities
    """Points for a field that both have."""
    texts = [plain_text(str(getattr(each, feature) or "")) for each in (one, other)]
    if not all(texts):
        return
    words = feature.replace("_", " ")
    equal = texts[0] == texts[1]
    points, why = (same, f"the {words} is the same") if equal else (differs, f"the {words} differs")
    if points:
        yield Point(feature, points, why)


def _shared(
    feature: str, points: int, one: set[str], other: set[str], words: str
) -> Iterator[Point]:
    """Points for something of which both have one."""
    if one & other:
        yield Point(feature, points, f"{words} is the same")


def _addresses(client: Any) -> set[str]:  # noqa: ANN401 - an entity
    found = (each.get("address") for each in client.emails or ())
    return {text.strip().casefold() for text in found if text and text.strip()}


def _numbers(client: Any) -> set[str]:  # noqa: ANN401 - an entity
    return {text for each in client.phones or () if (text := each.get("number"))}


def _homes(client: Any) -> set[str]:  # noqa: ANN401 - an entity
    found = (
        (plain_text(a.get("line1")), plain_text(a.get("postal_code")))
        for a in client.addresses or ()
    )
    return {f"{street}|{code}" for street, code in found if street and code}
