"""Two portals of different kinds beside each other: what was the same work is on one line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from automation.model import Practice
    from automation.pipeline import Synced
    from automation.verify import Proof

_WIDEST = 34


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one practice.

    Attributes:
        practice: which one.
        proofs: what was read both ways.
        first: the first sync.
        second: the second one, of a portal that did not change.
        entities: how many there are, by kind.
        login: how it is logged in, in words.
        origins: how many endpoints of each origin answered in the first sync.
    """

    practice: Practice
    proofs: tuple[Proof, ...]
    first: Synced
    second: Synced
    entities: dict[str, int]
    login: str = ""
    origins: tuple[tuple[str, int], ...] = ()

    @property
    def equal(self) -> bool:
        """Whether the replay gave what the browser showed, everywhere."""
        return all(proof.equal for proof in self.proofs)


def compared(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The lines of a table with one column for each practice."""
    rows = [_column(each) for each in outcomes]
    names = list(dict.fromkeys(name for row in rows for name in row))
    first = max(map(len, names))
    cells = {name: [row.get(name, "-") for row in rows] for name in names}
    widths = [
        max(len(part) for name in names for part in _wrapped(cells[name][at]))
        for at in range(len(rows))
    ]
    for name in names:
        parts = [_wrapped(cell) for cell in cells[name]]
        for line in range(max(map(len, parts))):
            head = name if line == 0 else ""
            told = [(part[line] if line < len(part) else "") for part in parts]
            shown = (text.ljust(width) for text, width in zip(told, widths, strict=True))
            yield f"{head.ljust(first)}  {'  '.join(shown)}".rstrip()


def _column(outcome: Outcome) -> dict[str, str]:
    from automation.entities import plural

    browser = sum(proof.browser_seconds for proof in outcome.proofs)
    replay = sum(proof.replay_seconds for proof in outcome.proofs)
    items = sum(proof.browser_items for proof in outcome.proofs)
    facts = {
        "practice": outcome.practice.name,
        "portal": outcome.practice.portal,
        "login": outcome.login,
        "asked in the sync": ", ".join(f"{n} {origin}" for origin, n in outcome.origins),
        "read by the browser": f"{items} items in {browser:.1f} s",
        "read by replay": f"in {replay:.2f} s, {'equal' if outcome.equal else 'DIFFERENT'}",
        "sync": f"{outcome.first.changes} changes in {outcome.first.seconds:.1f} s",
        "sync again": f"{outcome.second.changes} changes in {outcome.second.seconds:.1f} s",
    }
    counts = {plural(kind): str(n) for kind, n in sorted(outcome.entities.items()) if n}
    return {**facts, **counts}


def _wrapped(text: str) -> list[str]:
    """A text in lines that are not too long for a column."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= _WIDEST:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
