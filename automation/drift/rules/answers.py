"""Rules about status, headers and transport of answers: ``net.res``, ``net.ops``, ``net.sec``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from automation.drift.algebra import Counts
from automation.drift.presence import median_of, spread_of
from automation.drift.tokens import factor, magnitude
from automation.drift.view import Call, Change, View
from automation.model import Severity
from automation.wire import words

_USED: Final = frozenset({"location", "etag", "link", "x-total-count"})
_AGEING: Final = frozenset({"deprecation", "sunset", "warning"})
_SIGN_IN: Final = frozenset({"login", "signin", "logon", "authorize", "auth", "sso"})
_TIMED: Final = 20
_LONG: Final = magnitude(2500)
"""Milliseconds from which on an answer takes half of the time that a step waits."""
_GROWN: Final = 4
_SLOWED: Final = 2
_TOO_MANY: Final = 429
_ROUTED: Final = {401: "who asks", 403: "who asks", 404: "address", 410: "address", 405: "method"}


def status_class(view: View) -> Iterator[Change]:
    """What was answered well is refused now; failures of the server are trouble and no drift."""
    for call in view.calls:
        old, new = _classes(call.before.statuses), _classes(call.now.statuses)
        if "2" in old and "2" not in new and not new & {"3"} and _TOO_MANY not in call.now.statuses:
            after = ", ".join(_named(status) for status in sorted(call.now.statuses))
            yield _change(call, "status", "2xx", after, environment="5" in new)


def status_code(view: View) -> Iterator[Change]:
    """It is answered well by another code."""
    for call in view.calls:
        old, new = ({s for s in each.statuses if s < 300} for each in (call.before, call.now))  # noqa: PLR2004
        if old and new and not old & new:
            yield _change(call, "status", _codes(old), _codes(new))


def redirect(view: View) -> Iterator[Change]:
    """It is sent on to where it never was."""
    for call in view.calls:
        for place in sorted(set(call.now.redirects) - set(call.before.redirects)):
            away = place.startswith("identity") or bool(_SIGN_IN.intersection(words(place)))
            before = ", ".join(sorted(call.before.redirects))
            worse = Severity.BREAKING if away else None
            yield _change(call, "redirect", before, place, severity=worse)


def content_type(view: View) -> Iterator[Change]:
    """The answer is of another kind."""
    for call in view.calls:
        old, new = set(call.before.types), set(call.now.types)
        if old and new and not old & new and new != {"empty"} and call.answered:
            page = any("html" in kind for kind in new) and any("json" in kind for kind in old)
            worse = Severity.BREAKING if page else None
            yield _change(call, "type", _list(old), _list(new), severity=worse)


def empty(view: View) -> Iterator[Change]:
    """The answer holds nothing."""
    for call in view.calls:
        if set(call.now.types) == {"empty"} and "empty" not in call.before.types and call.answered:
            yield _change(call, "body", _list(set(call.before.types)), "empty")


def encoding(view: View) -> Iterator[Change]:
    """The answer is written in another charset, or with another beginning."""
    for call in view.calls:
        old, new = set(call.before.charsets), set(call.now.charsets)
        if old and new and not old & new and call.answered and "empty" not in call.now.types:
            yield _change(call, "charset", _list(old), _list(new))


def header_required(view: View) -> Iterator[Change]:
    """A header or cookie that answers always had is missing, or a cookie is set otherwise."""
    for call in view.calls:
        if not call.answered:
            continue
        for name in sorted(_USED & set(call.before.headers) - set(call.now.headers)):
            if call.before.headers[name] == call.before.seen:
                yield _change(call, f"header {name}", "always", "missing")
        yield from _cookies(call)


def deprecation(view: View) -> Iterator[Change]:
    """The portal announces an end."""
    for call in view.calls:
        for name in sorted(_AGEING & set(call.now.headers) - set(call.before.headers)):
            yield _change(call, f"header {name}", "", "announced")


def latency(view: View) -> Iterator[Change]:
    """Answers take longer than they did, beyond what varies."""
    for call in view.calls:
        shift = _shift(call, lambda one: one.latency)
        if shift is None or sum(call.before.latency.values()) < _TIMED:
            continue
        spread = max(1.0, 3 * spread_of(call.before.latency))
        if shift > spread and factor(shift) > _SLOWED:
            slow = (median_of(call.now.latency) or 0.0) >= _LONG
            yield _change(
                call, "time", "as usual", "slower", severity=Severity.RISKY if slow else None
            )


def rate_limit(view: View) -> Iterator[Change]:
    """A limit is announced, is lower than it was, or was reached."""
    for call in view.calls:
        added = set(call.now.headers) - set(call.before.headers)
        for name in sorted(added):
            if "ratelimit" in name.replace("-", "") or name == "retry-after":
                yield _change(call, f"header {name}", "", "announced")
        for name, steps in call.now.limits.items():
            old, new = median_of(call.before.limits.get(name, {})), median_of(steps)
            if old is not None and new is not None and new < old - 1:
                yield _change(call, f"header {name}", "as it was", "lower")
        if _TOO_MANY in call.now.statuses and _TOO_MANY not in call.before.statuses:
            yield _change(call, "status", "", "429")


def size(view: View) -> Iterator[Change]:
    """Answers of the same shape are many times as large, or as small, and none ever was.

    The last page of a list is small, whole pages are large: another share of them is no news, nor
    is a list of many more things, or of many fewer.
    """
    for call in view.calls:
        shift = _shift(call, lambda one: one.size)
        if shift is None or not call.answered or not _same_shape(call):
            continue
        alike = factor(spread_of(call.before.size)) < 2  # noqa: PLR2004 - half, or twice
        usual = _GROWN * _listed(call, up=shift > 0)
        shifted = alike and factor(abs(shift)) > usual and _beyond(call, up=shift > 0)
        if shifted or _outgrown(call):
            yield _change(call, "size", "as usual", "larger" if shift > 0 else "smaller")


def policy(view: View) -> Iterator[Change]:
    """What the browser may load or be framed by is another list."""
    yield from _policies(view, lambda name: name != "strict-transport-security")


def strict_transport(view: View) -> Iterator[Change]:
    """Strict transport was switched on, off, or extended."""
    yield from _policies(view, lambda name: name == "strict-transport-security")


def _policies(view: View, meant: Callable[[str], bool]) -> Iterator[Change]:
    for call in view.calls:
        old, new = (
            {label.partition(" ")[0]: label for label in each.policies}
            for each in (call.before, call.now)
        )
        for name in sorted(filter(meant, {*old, *new})):
            labels = [label for label in call.before.policies if label.startswith(f"{name} ")]
            same = new.get(name) in labels if labels else name not in new
            if not same and _settled(call, labels):
                yield _change(call, f"header {name}", old.get(name, ""), new.get(name, ""))


def secured(view: View) -> Iterator[Change]:
    """A connection is secured by another version, or its certificate is of another authority."""
    for call in view.calls:
        for name in ("version", "issuer"):
            old, new = (
                {label for label in each.secured if label.startswith(f"{name} ")}
                for each in (call.before, call.now)
            )
            if len(old) == 1 and new and not old & new:
                told = _list(old), _list(new)
                yield replace(_change(call, "", *told), subject=f"{call.now.host} connection")


def _settled(call: Call, labels: list[str]) -> bool:
    """One policy in all runs, or none in any."""
    return not labels or (len(labels) == 1 and call.before.policies[labels[0]] == call.before.seen)


def _cookies(call: Call) -> Iterator[Change]:
    old, new = (
        {label.partition(";")[0]: label for label in each.cookies}
        for each in (call.before, call.now)
    )
    for name in sorted(old):
        runs = call.before.cookies[old[name]]
        if name not in new and runs == call.before.seen and runs & (runs - 1):
            yield _change(call, f"cookie {name}", "set", "not set")
        elif name in new and new[name] not in call.before.cookies:
            yield _change(call, f"cookie {name}", old[name], new[name], severity=Severity.RISKY)


def _shift(call: Call, scale: Callable[..., Counts]) -> float | None:
    """How far the median moved, in steps."""
    old, new = median_of(scale(call.before)), median_of(scale(call.now))
    return None if old is None or new is None else new - old


def _same_shape(call: Call) -> bool:
    """All places that always stood, and none that never did."""
    old, new = call.before.fields, call.now.fields
    always = {path for path, one in old.items() if one.seen == call.before.seen}
    return always <= set(new) <= set(old)


def _beyond(call: Call, *, up: bool) -> bool:
    """Whether the largest answer of the run is beyond all that came before."""
    largest = max(call.now.size)
    return largest > max(call.before.size) if up else largest < min(call.before.size)


def _outgrown(call: Call) -> bool:
    """Pages of a list differ in size; far beyond the largest of many is what none of them was."""
    old, new = call.before.size, call.now.size
    usual = _GROWN * _listed(call, up=True)
    return sum(old.values()) >= _TIMED and factor(max(new) - max(old)) > usual


def _listed(call: Call, *, up: bool) -> float:
    """How many times as long as any before its longest list is, or as short; 1 at the least."""
    lengths = (
        (max(1, place.now.longest), max(1, place.before.longest))
        for place in call.places()
        if "array" in place.now.types
    )
    return max([1.0, *(new / old if up else old / new for new, old in lengths)])


def _classes(statuses: dict[int, int]) -> set[str]:
    return {str(status)[0] for status in statuses}


def _named(status: int) -> str:
    return f"{status} ({_ROUTED[status]})" if status in _ROUTED else str(status)


def _codes(statuses: set[int]) -> str:
    return ", ".join(map(str, sorted(statuses)))


def _list(names: set[str]) -> str:
    return ", ".join(sorted(names))


def _change(
    call: Call,
    place: str,
    before: str,
    after: str,
    *,
    severity: Severity | None = None,
    environment: bool = False,
) -> Change:
    return Change(
        subject=f"{call.key} {place}",
        before=before,
        after=after,
        use=call.kind,
        step=min((s for s in call.before.steps if s != "-"), default=""),
        severity=severity,
        environment=environment,
    )
