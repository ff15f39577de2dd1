"""How much a control that is there resembles one that was recorded, between 0 and 1.

Each evidence that was recorded counts by its weight, whether the candidate has it or not; what
was not recorded does not count. The weights are those that M. Kluge and A. Stocco found for the
attributes of Similo; for what they did not measure (label, role, name, form, place) ours.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from difflib import SequenceMatcher
from typing import Final

from automation.page.look import Look

_LONG: Final = 50
_FAR: Final = -0.005

Compare = Callable[[str, str], float]


def score(recorded: Look, seen: Look, volatile: Collection[str] = ()) -> float:
    """The resemblance, by all evidence that was recorded.

    Args:
        recorded: the control that is looked for.
        seen: a control that is there.
        volatile: names of evidence that changes without meaning on this page.
    """
    told = contributions(recorded, seen, volatile)
    most = sum(weight for weight, _ in told.values())
    return sum(weight * alike for weight, alike in told.values()) / most if most else 0.0


def contributions(
    recorded: Look, seen: Look, volatile: Collection[str] = ()
) -> dict[str, tuple[float, float]]:
    """Weight and resemblance of each evidence that was recorded."""
    told: dict[str, tuple[float, float]] = {}
    for name, weight, compare in _TEXTS:
        value = getattr(recorded, name)
        if value and name not in volatile:
            told[name] = (weight, compare(value, getattr(seen, name)))
    for name, weight, measure in _SHAPES:
        alike = None if name in volatile else measure(recorded, seen)
        if alike is not None:
            told[name] = (weight, alike)
    return told


def same(one: str, other: str) -> float:
    """Whether two texts are the same."""
    return 1.0 if one == other else 0.0


def ratio(one: str, other: str) -> float:
    """How much of two texts is the same, 0 to 1; case does not count."""
    if one == other:
        return 1.0
    return SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio()


def texts(one: str, other: str) -> float:
    """How alike two texts that people read are; long ones by their words."""
    one, other = " ".join(one.split()).casefold(), " ".join(other.split()).casefold()
    if one == other:
        return 1.0
    return _words(one, other) if max(len(one), len(other)) > _LONG else ratio(one, other)


def _words(one: str, other: str) -> float:
    mine, yours = set(one.split()), set(other.split())
    return len(mine & yours) / len(mine | yours) if mine | yours else 1.0


def _near(recorded: Look, seen: Look) -> float | None:
    return _words(" ".join(recorded.near), " ".join(seen.near)) if recorded.near else None


def _location(recorded: Look, seen: Look) -> float | None:
    if recorded.box is None:
        return None
    if seen.box is None:
        return 0.0
    away = math.dist(recorded.box[:2], seen.box[:2])
    return math.exp(_FAR * away)


def _area(recorded: Look, seen: Look) -> float | None:
    if recorded.box is None:
        return None
    one, other = (box[2] * box[3] if box else 0 for box in (recorded.box, seen.box))
    return min(one, other) / max(one, other) if max(one, other) > 0 else 1.0


def _attributes(recorded: Look, seen: Look) -> float | None:
    if not recorded.attributes:
        return None
    kept = sum(seen.attributes.get(name) == value for name, value in recorded.attributes.items())
    return kept / len(recorded.attributes)


_TEXTS: Final[tuple[tuple[str, float, Compare], ...]] = (
    ("field", 2.85, ratio),
    ("name", 2.8, texts),
    ("text", 2.8, texts),
    ("type", 2.75, same),
    ("label", 2.5, texts),
    ("autocomplete", 2.5, same),
    ("role", 2.0, same),
    ("alt", 1.85, same),
    ("placeholder", 1.8, texts),
    ("test_id", 1.8, same),
    ("form", 1.0, same),
    ("place", 1.0, same),
    ("href", 0.95, same),
    ("title", 0.9, texts),
    ("tag", 0.8, same),
    ("id", 0.5, ratio),
)
_SHAPES: Final[tuple[tuple[str, float, Callable[[Look, Look], float | None]], ...]] = (
    ("attributes", 1.8, _attributes),
    ("near", 1.45, _near),
    ("location", 1.2, _location),
    ("area", 0.35, _area),
)
