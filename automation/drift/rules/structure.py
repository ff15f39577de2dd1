"""Rules about the places of answers, whether they are there and what stands in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from automation.drift.fields import FieldSignature, parent_of
from automation.drift.presence import SPEAKING, Presence, presence
from automation.drift.view import Call, Change, Place, View, last_name, resembles
from automation.model import Severity
from automation.wire import id_like, words

_FEW: Final = 10
_SAME_VALUES: Final = 0.5
_SURE: Final = 3
_NEWS: Final = 0.05
_CONTAINERS: Final = frozenset({"object", "array"})


def gone(view: View) -> Iterator[Change]:
    """A place is absent though what is around it is there."""
    for call in _answered(view):
        paired = {pair.old for pair in _pairs(call)}
        for path, before in _absent(call):
            inside = {old for old in paired if old == path or parent_within(old, path)}
            if not inside and _missing(call, path):
                yield _change(call, path, _types(before), "absent")


def optional(view: View) -> Iterator[Change]:
    """A place that every object had is missing in some."""
    for place in _places(view):
        sure = place.before.values >= SPEAKING or (place.use and place.before.values >= _FEW)
        if not place.before.partial and place.now.partial and sure:
            yield _changed(place, "in all", "in some")


def new(view: View) -> Iterator[Change]:
    """A place is there that never was; silent while such places come and go."""
    for call in _answered(view):
        paired = {pair.new for pair in _pairs(call)}
        if view.learning or _unseen(call) > _NEWS:
            continue
        names = {last_name(path) for path in (call.use.fields if call.use else ())}
        for path, now in call.now.fields.items():
            around = any(path == each or parent_within(each, path) for each in paired)
            if path in call.before.fields or around or not _stood(call, path):
                continue
            loud = resembles(last_name(path), names)
            yield _change(call, path, "", _types(now), unused=Severity.RISKY if loud else None)


def renamed(view: View) -> Iterator[Change]:
    """The values of a place stand beside it under another name."""
    for call in _answered(view):
        for pair in _pairs(call):
            if parent_of(pair.old) == parent_of(pair.new):
                yield _change(call, pair.old, last_name(pair.old), pair.new, heal=True)


def moved(view: View) -> Iterator[Change]:
    """Places stand under another parent; those with one parent are one finding."""
    for call in _answered(view):
        groups: dict[tuple[str, str], list[_Pair]] = defaultdict(list)
        for pair in _pairs(call):
            if parent_of(pair.old) != parent_of(pair.new):
                groups[_common(pair.old, pair.new)].append(pair)
        for (old, new_), pairs in groups.items():
            used = [pair.old for pair in pairs if call.field_use(pair.old)]
            change = _change(call, used[0] if used else pairs[0].old, old, new_, heal=True)
            yield Change(
                subject=f"{call.key} {old}",
                before=old,
                after=new_,
                use=change.use,
                step=change.step,
                heal=True,
            )


def retyped(view: View) -> Iterator[Change]:
    """Something of another type stands there; what coerces is at risk only."""
    for place in _places(view):
        old, new_ = (set(each.types) - {"null"} for each in (place.before, place.now))
        if id_like(last_name(place.path)) or not old or not new_ or new_ <= old:
            continue
        if place.before.values < (_FEW if place.use else SPEAKING):
            continue
        mild = place.use is not None and place.use.coerces and not (old | new_) & _CONTAINERS
        both = bool(old & new_)
        yield _changed(
            place, _list(old), _list(new_), severity=Severity.RISKY if mild or both else None
        )


def nullable(view: View) -> Iterator[Change]:
    """It is null for the first time after many values."""
    for place in _places(view):
        if "null" in place.before.types or "null" not in place.now.types:
            continue
        if place.before.values >= (_FEW if _required(place) else SPEAKING):
            worse = Severity.BREAKING if _required(place) else None
            yield _changed(place, "never null", "null", severity=worse)


def first_value(view: View) -> Iterator[Change]:
    """What was always null has a value."""
    for place in _places(view):
        if set(place.before.types) == {"null"} and place.now.values and not view.learning:
            yield _changed(place, "always null", _types(place.now))


@dataclass(frozen=True, slots=True)
class _Pair:
    """A place that is absent, and the one that has its values now."""

    old: str
    new: str


def _pairs(call: Call) -> tuple[_Pair, ...]:
    """Absent places and those that took theirs, the surest first, each at most once."""
    return tuple(_matched(call))


def _matched(call: Call) -> Iterator[_Pair]:
    absent = [
        (path, one)
        for path, one in call.before.fields.items()
        if path not in call.now.fields and not _is_container(one) and _around_lost(call, path)
    ]
    fresh = [
        (path, one)
        for path, one in call.now.fields.items()
        if path not in call.before.fields and not _is_container(one)
    ]
    ranked = sorted(
        (
            (-score, old, new_)
            for old, before in absent
            for new_, now in fresh
            if (score := _kinship(old, before, new_, now)) >= _SAME_VALUES
        ),
    )
    taken: set[str] = set()
    for _, old, new_ in ranked:
        if old not in taken and new_ not in taken and _steady(call, old):
            taken |= {old, new_}
            yield _Pair(old, new_)


def _kinship(old: str, before: FieldSignature, new_: str, now: FieldSignature) -> float:
    """How likely two places hold the same: by values, by name under another parent, by kind."""
    if set(before.types) - {"null"} != set(now.types) - {"null"}:
        return 0.0
    one, other = set(before.sketch), set(now.sketch)
    common = len(one & other) if _telling(before, one & other) else 0
    shared = common / max(1, min(len(one), len(other)))
    kind = bool(set(before.texts.words) & set(now.texts.words)) or not before.texts.words
    if parent_of(old) != parent_of(new_):
        return (0.9 + shared / 10) if last_name(old) == last_name(new_) and kind else 0.0
    alike = set(words(last_name(old))) & set(words(last_name(new_)))
    return max(shared if kind else 0.0, 0.6 if alike and kind else 0.0)


def _telling(one: FieldSignature, values: set[int]) -> bool:
    """Whether it is no chance that two places have values in common: truths and a zero are."""
    return "string" in one.types or ("boolean" not in one.types and len(values) >= _SURE)


def _common(old: str, new_: str) -> tuple[str, str]:
    """What is left of two places without the end that they share: the envelope that changed."""
    while last_name(old) == last_name(new_) and old != "@" != new_:
        old, new_ = parent_of(old), parent_of(new_)
        while old.endswith("[]") and new_.endswith("[]"):
            old, new_ = parent_of(old), parent_of(new_)
    return old, new_


def _answered(view: View) -> Iterator[Call]:
    return (call for call in view.calls if call.comparable)


def _places(view: View) -> Iterator[Place]:
    return (place for call in _answered(view) for place in call.places())


def _absent(call: Call) -> Iterator[tuple[str, FieldSignature]]:
    """Places that are not there now though what is around them is; the outermost of each branch."""
    for path, before in call.before.fields.items():
        if path in call.now.fields:
            continue
        around = call.now.fields.get(parent_of(path))
        if around is not None and around.filled and not path.endswith("]"):
            yield path, before


def _around_lost(call: Call, path: str) -> bool:
    """Something on the way to a place is absent though what is around that is there."""
    lost = {outer for outer, _ in _absent(call)}
    while path != "@":
        if path in lost:
            return True
        path = parent_of(path)
    return False


def _found(call: Call, path: str) -> Presence:
    whole = call.whole.fields
    around = whole.get(parent_of(path))
    return presence(whole[path].seen, around.filled if around else call.whole.seen)


def _missing(call: Call, path: str) -> bool:
    """Beyond chance and not known yet; at once where it is used and was always there."""
    found = _found(call, path)
    around = call.before.fields.get(parent_of(path))
    seen = call.before.fields[path].seen
    if presence(seen, around.filled if around else call.before.seen).gone:
        return False
    at_once = call.field_use(path) is not None and found.steady
    return found.gone or (at_once and found.missed > 0)


def _steady(call: Call, path: str) -> bool:
    return _found(call, path).steady


def _stood(call: Call, path: str) -> bool:
    """What is around a place was there before, so that the place could have been."""
    around = call.before.fields.get(parent_of(path))
    return around is not None and bool(around.filled)


def _unseen(call: Call) -> float:
    """The mass of places not seen yet (Good and Turing): those of one run only, of all."""
    seen = [one.seen for one in call.before.fields.values()]
    return sum(runs & (runs - 1) == 0 for runs in seen) / max(1, len(seen))


def _is_container(one: FieldSignature) -> bool:
    return bool(_CONTAINERS & set(one.types))


def _required(place: Place) -> bool:
    return place.use is not None and (place.use.required or place.use.use == "identity")


def _types(one: FieldSignature) -> str:
    return _list(set(one.types))


def _list(names: set[str]) -> str:
    return ", ".join(sorted(names))


def _change(
    call: Call,
    path: str,
    before: str,
    after: str,
    *,
    unused: Severity | None = None,
    heal: bool = False,
) -> Change:
    use = call.field_use(path)
    return Change(
        subject=f"{call.key} {path}",
        before=before,
        after=after,
        use=use.use if use else "none",
        step=step_of(call),
        unused=unused,
        heal=heal,
    )


def _changed(place: Place, before: str, after: str, *, severity: Severity | None = None) -> Change:
    return Change(
        subject=place.subject,
        before=before,
        after=after,
        use=place.kind,
        step=step_of(place.call),
        severity=severity,
    )


def parent_within(path: str, outer: str) -> bool:
    """Whether a place stands inside another."""
    return path.startswith((f"{outer}.", f"{outer}["))


def step_of(call: Call) -> str:
    """The first step that calls it."""
    return min((step for step in call.before.steps if step != "-"), default="")
