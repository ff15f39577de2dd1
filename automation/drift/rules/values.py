"""Rules about how the values of answers are written, and what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from automation.drift.presence import SPEAKING, is_closed, median_of, settled, spread_of
from automation.drift.rules.lists import tells_paging
from automation.drift.rules.structure import step_of
from automation.drift.tokens import magnitude
from automation.drift.view import Change, Place, View, last_name
from automation.model import Severity
from automation.wire import id_like, names_things, words

_FEW: Final = 10
_SEVERAL: Final = 5
_CODED: Final = frozenset({"base64", "json", "markup", "escaped"})
_PERSONAL: Final = frozenset({"email", "phone"})
_UNITS: Final = {
    "10": magnitude(10),
    "60": magnitude(60),
    "100": magnitude(100),
    "1000": magnitude(1000),
}
_COUNTED: Final = frozenset(
    {"count", "counts", "elapsed", "entries", "hits", "latency", "ms", "records", "took"}
)
_NEAR: Final = 2.0
_NARROW: Final = 12.0


def enum_new(view: View) -> Iterator[Change]:
    """A closed list of words has one more."""
    for place in _texts(view):
        if names_things(last_name(place.path)) or not is_closed(place.before):
            continue
        added = set(place.now.words.words) - set(place.before.words.words)
        if added and not place.now.words.many:
            known = place.use.table if place.use else frozenset()
            worse = Severity.BREAKING if known and added - known else None
            yield _change(place, "closed list", f"{len(added)} more", severity=worse)


def format_changed(view: View) -> Iterator[Change]:
    """Values are written in another way."""
    for place in _texts(view):
        if id_like(last_name(place.path)) or set(place.now.texts.words) <= _CODED:
            continue
        if rewritten(place):
            yield _rewritten(place)


def unit(view: View) -> Iterator[Change]:
    """Numbers are larger or smaller by a factor that units differ by.

    How many there are of a thing, and how long the portal took, have no unit: they grow.
    """
    for place in _places(view):
        old, new = median_of(place.before.scale), median_of(place.now.scale)
        if old is None or new is None or place.before.values < _FEW:
            continue
        if id_like(last_name(place.path)) or spread_of(place.before.scale) > _NARROW:
            continue
        if _counts(place.path) or _by_chance(place):
            continue
        away = abs(new - old)
        near = [name for name, steps in _UNITS.items() if abs(away - steps) <= _NEAR]
        if near and away > 3 * spread_of(place.before.scale):
            after = f"times {near[0]}" if new > old else f"divided by {near[0]}"
            yield _change(place, "as it was", after)


def identity(view: View) -> Iterator[Change]:
    """An identity is written in another way, or is one no more."""
    for place in _places(view):
        if not id_like(last_name(place.path)) or place.before.values < 2:  # noqa: PLR2004
            continue
        old, new = (set(each.types) - {"null"} for each in (place.before, place.now))
        if old and new and not old & new:
            yield _change(place, _list(old), _list(new))
        elif rewritten(place, few=2):
            yield _rewritten(place)
        elif place.now.repeated and not place.before.repeated and _rows(place):
            yield _change(place, "once each", "several times")


def encoded(view: View) -> Iterator[Change]:
    """Values are wrapped in another notation."""
    for place in _texts(view):
        old, new = set(place.before.texts.words), set(place.now.texts.words) - {"blank"}
        if new and new <= _CODED and not old & new and place.before.values >= _FEW:
            yield _rewritten(place)


def personal(view: View) -> Iterator[Change]:
    """Personal data stands where none stood before."""
    known = {
        (call.key, kind)
        for call in view.calls
        for one in call.before.fields.values()
        for kind in _PERSONAL & set(one.texts.words)
    }
    for call in view.calls:
        for path, now in call.now.fields.items():
            for kind in sorted(_PERSONAL & set(now.texts.words)):
                if (call.key, kind) not in known:
                    yield Change(subject=f"{call.key} {path}", after=kind, step=step_of(call))


def rewritten(place: Place, few: int = _FEW) -> bool:
    """Whether none of the ways in which values were written is met any more."""
    old, new = place.before.texts, place.now.texts
    if new.many or not settled(old, place.before.seen) or place.before.values < few:
        return False
    written = set(new.words) - {"blank"}
    return bool(written) and not set(old.words) & written


def _rewritten(place: Place) -> Change:
    old, new = place.before.texts.words, place.now.texts.words
    return _change(place, _list(set(old)), _list(set(new)))


def _counts(path: str) -> bool:
    """Whether a place says how many things there are, or how long it took to find them."""
    said = words(last_name(path))
    return tells_paging(path) or bool(_COUNTED.intersection(said))


def _by_chance(place: Place) -> bool:
    """Whether it is but a few numbers that are others, of a place that is not known well yet."""
    before, now = place.before.scale, place.now.scale
    rows, distinct, _ = place.now.sample
    if distinct >= _SEVERAL or not rows:  # too many to be counted
        return False
    met = max(now) >= min(before) and min(now) <= max(before)
    return met or sum(before.values()) < SPEAKING


def _rows(place: Place) -> bool:
    """Whether the place is one of rows, which is where an identity tells them apart."""
    return place.before.values >= _FEW and place.path.count("[]") == 1


def _places(view: View) -> Iterator[Place]:
    return (place for call in view.calls if call.answered for place in call.places())


def _texts(view: View) -> Iterator[Place]:
    return (place for place in _places(view) if place.before.texts.words and place.now.texts.words)


def _list(names: set[str]) -> str:
    return ", ".join(sorted(names))


def _change(place: Place, before: str, after: str, *, severity: Severity | None = None) -> Change:
    return Change(
        subject=place.subject,
        before=before,
        after=after,
        use=place.kind,
        step=step_of(place.call),
        severity=severity,
    )
