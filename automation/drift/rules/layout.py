"""Rules about frames, tables, lists, and the page as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Final

from automation.drift.acting import Acted, Screen
from automation.drift.algebra import size_of
from automation.drift.pages import TableSignature, alike
from automation.drift.presence import settled
from automation.drift.rules.locators import missing
from automation.drift.variants import histories
from automation.drift.view import Change, View

_SLACK: Final = 0.05
_FILLED: Final = 0.95
_SOME: Final = 3


def frame_in(view: View) -> Iterator[Change]:
    """A control moved into a frame."""
    for acted in view.acted:
        framed = bool(acted.screen.now.frames) and not acted.screen.before.frames
        if _framed(acted, now=True) or (framed and not any(keys for _, keys in acted.now)):
            yield _of(acted, "page", "frame")


def frame_out(view: View) -> Iterator[Change]:
    """A control moved out of a frame."""
    for acted in view.acted:
        if _framed(acted, now=False):
            yield _of(acted, "frame", "page")


def overlay(view: View) -> Iterator[Change]:
    """Something lies over a control."""
    for acted in view.acted:
        old = acted.page.elements[acted.key].evidence.get("covered")
        now = acted.screen.now.elements.get(acted.key)
        covered = now.evidence.get("covered") if now else None
        if covered and "yes" in covered.words and not (old and "yes" in old.words):
            yield _of(acted, "free", "covered")


def table_order(view: View) -> Iterator[Change]:
    """The same columns stand in another order."""
    for screen, name, old, new in _tables(view):
        if set(old.headers) == set(new.headers) and not set(old.orders) & set(new.orders):
            yield _table(view, screen, name, "in this order", "in another order")


def table_header(view: View) -> Iterator[Change]:
    """A column has another header, is new, or is gone."""
    for screen, name, old, new in _tables(view):
        usual = screen.usual.tables.get(name, old)
        steady = {header for header, runs in usual.headers.items() if runs == usual.seen}
        lost, added = steady - set(new.headers), set(new.headers) - set(old.headers)
        if lost or added:
            before, after = ", ".join(sorted(lost)), ", ".join(sorted(added))
            yield _table(view, screen, name, before, after)


def table_format(view: View) -> Iterator[Change]:
    """The cells of a column are written in another way."""
    for screen, name, old, new in _tables(view):
        for header, now in new.cells.items():
            before = old.cells.get(header)
            if before is None or now.many or not settled(before, old.seen):
                continue
            kinds = set(now.words) - {"blank"}
            if kinds and not set(before.words) & kinds:
                told = ", ".join(sorted(before.words)), ", ".join(sorted(kinds))
                change = _table(view, screen, name, *told)
                yield replace(change, subject=f"{change.subject} {header}")


def list_empty(view: View) -> Iterator[Change]:
    """Rows are expected, and none are shown."""
    for screen, name, old, new in _tables(view):
        usual = screen.usual.tables.get(name, old)
        filled = size_of(usual.seen & ~usual.empty)
        if new.empty and filled >= _FILLED * size_of(usual.seen):
            yield _table(view, screen, name, "rows", "no rows")


def virtual(view: View) -> Iterator[Change]:
    """A table that held all its rows holds a part of them, or is drawn on a canvas.

    One that always said how many rows it has, or placed them itself, has become longer at most.
    """
    for screen in view.screens.values():
        for name, how in screen.now.drawn.items():
            if name in screen.before.tables and "part" in how and name not in screen.before.drawn:
                yield _table(view, screen, name, "all rows", "a part of the rows")
        if "canvas" in screen.now.drawn and "canvas" not in screen.before.drawn:
            for name in set(screen.before.tables) - set(screen.now.tables):
                yield _table(view, screen, name, "a table", "a drawing")


def visual(view: View) -> Iterator[Change]:
    """Most controls of a page are drawn in another way than they ever were."""
    for screen in view.screens.values():
        drawn = [
            (old.evidence["paint"], new.evidence["paint"], old.seen)
            for _, old, new in screen.pairs()
            if "paint" in old.evidence and "paint" in new.evidence
        ]
        other = [
            None
            for old, new, seen in drawn
            if settled(old, seen) and not set(old.words) & set(new.words)
        ]
        if len(drawn) >= _SOME and 2 * len(other) >= len(drawn):
            yield Change(
                subject="look", before="as it was", after="drawn otherwise", step=screen.step
            )


def structure(view: View) -> Iterator[Change]:
    """The page is built otherwise than any of the latest runs, and nothing we use is touched."""
    touched = {change.step for change in missing(view)}
    for screen in view.screens.values():
        known = list(screen.before.states.values())
        pairs = [pair for each in histories(screen.before) for pair in combinations(each, 2)]
        if not pairs or screen.step in touched:  # one run has no history
            continue
        usual = min(alike(one, other) for one, other in pairs)
        for state in screen.now.states.values():
            if max(alike(state, one) for one in known) < usual - _SLACK:
                yield Change(
                    subject="structure", before="as it was", after="rebuilt", step=screen.step
                )


def _framed(acted: Acted, *, now: bool) -> bool:
    """Whether the control says a frame now and said none before, or the other way round."""
    old = acted.screen.before.elements[acted.key].evidence
    current = acted.screen.now.elements.get(acted.key)
    if current is None:
        return False
    return ("frame" in current.evidence) is now and ("frame" in old) is not now


def _tables(view: View) -> Iterator[tuple[Screen, str, TableSignature, TableSignature]]:
    for screen in view.screens.values():
        for name, new in screen.now.tables.items():
            if (old := screen.before.tables.get(name)) is not None:
                yield screen, name, old, new


def _table(view: View, screen: Screen, name: str, before: str, after: str) -> Change:
    """One change of a table; it is used where our files name one of its headers."""
    headers = screen.before.tables[name].headers
    used = any(header in view.consumption.labels for header in headers)
    return Change(
        subject=f"table {name}",
        before=before,
        after=after,
        use="read" if used else "none",
        step=screen.step,
    )


def _of(acted: Acted, before: str, after: str) -> Change:
    return Change(
        subject=acted.subject,
        before=before,
        after=after,
        use="navigation",
        step=acted.step,
        heal=True,
    )
