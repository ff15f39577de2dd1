"""How much an element that is there resembles one that was recorded.

Each kind of evidence is compared on its own and counts as much as it usually survives a new
release; evidence that was not recorded does not count. The weights are ours, not measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from automation.model import Fingerprint

ENOUGH: Final = 0.6
"""The least similarity that may stand for the recorded element."""
MARGIN: Final = 0.15
"""How far the runner-up has to be behind."""

_BOX_REACH: Final = 400.0
"""Pixels after which a place says nothing any more."""


@dataclass(frozen=True, slots=True)
class Resemblance:
    """The element that resembles the recorded one most.

    Attributes:
        index: its position among those that were compared.
        score: its similarity, 0 to 1.
        margin: how far the runner-up is behind.
    """

    index: int
    score: float
    margin: float

    @property
    def convincing(self) -> bool:
        """Whether it may stand for the recorded element."""
        return self.score >= ENOUGH and self.margin >= MARGIN


def similarity(recorded: Fingerprint, seen: Fingerprint) -> float:
    """Return 1.0 for what looks the same in every recorded respect, 0.0 for nothing in common."""
    evidence = (
        (1.0, _same(recorded.tag, seen.tag)),
        (3.0, _attributes(recorded.attributes, seen.attributes)),
        (3.0, _texts(recorded.text, seen.text)),
        (2.0, _neighbours(recorded.neighbours, seen.neighbours)),
        (1.0, _boxes(recorded.box, seen.box)),
    )
    counted = [(weight, score) for weight, score in evidence if score is not None]
    return sum(weight * score for weight, score in counted) / sum(weight for weight, _ in counted)


def most_similar(recorded: Fingerprint, seen: Sequence[Fingerprint]) -> Resemblance | None:
    """The best of those that are there; None when there are none. The first one wins a draw."""
    scores = [similarity(recorded, each) for each in seen]
    if not scores:
        return None
    best = max(range(len(scores)), key=lambda index: scores[index])
    others = scores[:best] + scores[best + 1 :]
    return Resemblance(best, scores[best], scores[best] - max(others, default=0.0))


def _same(recorded: str, seen: str) -> float:
    return 1.0 if recorded == seen else 0.0


def _attributes(recorded: dict[str, str], seen: dict[str, str]) -> float | None:
    if not recorded:
        return None
    alike = sum(ratio(value, seen[name]) for name, value in recorded.items() if name in seen)
    return alike / len(recorded)


def _texts(recorded: str, seen: str) -> float | None:
    return ratio(recorded, seen) if recorded else None


def _neighbours(recorded: tuple[str, ...], seen: tuple[str, ...]) -> float | None:
    if not recorded:
        return None
    return sum(text in seen for text in recorded) / len(recorded)


def _boxes(
    recorded: tuple[int, int, int, int] | None, seen: tuple[int, int, int, int] | None
) -> float | None:
    if recorded is None or seen is None:
        return None
    moved = abs(recorded[0] - seen[0]) + abs(recorded[1] - seen[1])
    resized = abs(recorded[2] - seen[2]) + abs(recorded[3] - seen[3])
    return max(0.0, 1.0 - (moved + resized) / _BOX_REACH)


def ratio(one: str, other: str) -> float:
    """How much of two texts is the same, 0 to 1; case does not count."""
    if one == other:
        return 1.0
    return SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio()
