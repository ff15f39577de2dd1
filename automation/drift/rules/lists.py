"""Rules about lists, how they go on and in which order, and about answers that are errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from automation.drift.algebra import since, size_of
from automation.drift.fields import ROUND, parent_of
from automation.drift.rules.structure import step_of
from automation.drift.tokens import magnitude
from automation.drift.view import Call, Change, Place, View, last_name
from automation.model import Severity
from automation.wire import words

_FILLED: Final = 0.95
_FEW: Final = 2
_SURE: Final = 3
_PAGING: Final = frozenset(
    {
        *("cursor", "hasmore", "hasnext", "limit", "next", "nextcursor", "nextpage", "offset"),
        *("page", "pageindex", "pagenumber", "pages", "pagesize", "perpage", "skip", "take"),
        *("total", "totalcount", "totalpages", "totalrecords", "totalresults"),
    }
)
_FAILED: Final = frozenset({"error", "errors", "fault", "exception"})


def array_empty(view: View) -> Iterator[Change]:
    """A list that was hardly ever empty is."""
    for place in _places(view):
        runs = size_of(place.before.seen)
        filled = size_of(place.before.filled)
        listed = "array" in place.before.types and "array" in place.now.types
        if listed and not place.now.filled and runs >= _FEW and filled >= _FILLED * runs:
            yield _change(place, "not empty", "empty")


def array_length(view: View) -> Iterator[Change]:
    """A list that was longer ends at a round number: three times in a row, or of a larger total."""
    for place in _places(view):
        now = place.now.longest
        if now not in ROUND or place.before.longest <= now:
            continue
        whole = place.call.whole.fields[place.path]
        runs = whole.capped.get(now, 0)
        usual = size_of(place.before.capped.get(now, 0)) > _FEW
        if not usual and (_in_a_row(runs, whole.seen) >= _SURE or _total(place) > magnitude(now)):
            yield _change(place, "longer", f"ends at {now}")


def paging(view: View) -> Iterator[Change]:
    """What tells how a list goes on came, went, or is of another type."""
    for call in view.calls:
        if not call.comparable:
            continue
        old = {path for path in call.before.fields if tells_paging(path)}
        new = {path for path in call.now.fields if tells_paging(path)}
        steady = {path for path in old if call.before.fields[path].seen == call.before.seen}
        retyped = {path for path in old & new if _retyped(call, path)}
        for path in sorted((steady - new) | (new - old) | retyped):
            used = call.use is not None and call.use.pages
            yield Change(
                subject=f"{call.key} {path}",
                before=_stands(path in old),
                after="of another type" if path in retyped else _stands(path in new),
                use="read" if used else "none",
                step=step_of(call),
                severity=Severity.BREAKING if used else None,
            )


def error_in_success(view: View) -> Iterator[Change]:
    """It is answered as a success, and says that it failed."""
    for call in view.calls:
        if not call.answered or not call.now.fields:
            continue
        added = set(call.now.fields) - set(call.before.fields)
        said = sorted(path for path in added if _fails(path) and "." not in path)
        lost = set(call.before.fields) - set(call.now.fields)
        needed = [path for path in (call.use.fields if call.use else lost) if path in lost]
        if said and needed:
            yield Change(
                subject=f"{call.key} {said[0]}",
                before="no error",
                after="error",
                use=call.kind,
                step=step_of(call),
            )


def row_order(view: View) -> Iterator[Change]:
    """Rows that always rose or fell by a column do not."""
    for place in _places(view):
        before = place.before
        runs = before.rising | before.falling | before.mixed
        one_way = runs in {before.rising, before.falling} and size_of(runs) >= _FEW
        turned = (before.rising and place.now.falling) or (before.falling and place.now.rising)
        if one_way and (place.now.mixed or turned):
            positional = place.use is not None and place.use.positional
            yield _change(
                place, "sorted", "not sorted so", severity=Severity.RISKY if positional else None
            )


def _places(view: View) -> Iterator[Place]:
    return (place for call in view.calls if call.answered for place in call.places())


def _in_a_row(runs: int, possible: int) -> int:
    """How many of the latest possible runs were such, without a break."""
    others = possible & ~runs
    return size_of(since(runs, others.bit_length()))


def _total(place: Place) -> int:
    """The magnitude of the largest total beside a list; 0 without one."""
    around = parent_of(place.path)
    steps = [
        max(one.scale)
        for path, one in place.call.now.fields.items()
        if parent_of(path) == around and "total" in words(last_name(path)) and one.scale
    ]
    return max(steps, default=0)


def tells_paging(path: str) -> bool:
    """Whether a place outside of all lists says how one goes on, or how long it is."""
    return "[]" not in path and "".join(words(last_name(path))) in _PAGING


def _retyped(call: Call, path: str) -> bool:
    """Whether it is of another type; null is how a list says that nothing follows."""
    old, new = (set(one.fields[path].types) - {"null"} for one in (call.before, call.now))
    return bool(old and new) and not old & new


def _fails(path: str) -> bool:
    return bool(_FAILED.intersection(words(last_name(path))))


def _stands(there: bool) -> str:  # noqa: FBT001 - a word for a flag
    return "there" if there else "absent"


def _change(place: Place, before: str, after: str, *, severity: Severity | None = None) -> Change:
    return Change(
        subject=place.subject,
        before=before,
        after=after,
        use=place.kind,
        step=step_of(place.call),
        severity=severity,
    )
