"""Rules about which operations are called: ``net.op.*``."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations
from typing import Final

from automation.drift.network import OperationSignature
from automation.drift.view import Change, View
from automation.model import Severity

_ORDERED: Final = 3
_QUIET: Final = frozenset({"third", "content"})


def gone(view: View) -> Iterator[Change]:
    """An operation is no longer called in its step."""
    moved = {shift.old.key for shift in view.shifts}
    for operation in view.absent:
        if operation.key not in moved and view.missing(operation):
            yield _of(view, operation, before="called", after="not called")


def replaced(view: View) -> Iterator[Change]:
    """Another operation gives in the same step what one gave."""
    yield from _shifts(view, "net.op.replaced", heal=True)


def method(view: View) -> Iterator[Change]:
    """The same address is asked by another method."""
    yield from _shifts(view, "net.op.method")


def host(view: View) -> Iterator[Change]:
    """The same call goes to another host."""
    for shift in view.shifts:
        if shift.rule == "net.op.host":
            yield _moved_host(view, shift.old, shift.old.host, shift.new.host)
    for call in view.calls:
        old, new = set(call.before.hosts), set(call.now.hosts)
        if not old & new:
            yield _moved_host(view, call.before, _list(old), _list(new))


def version(view: View) -> Iterator[Change]:
    """The version in the address is another one."""
    yield from _shifts(view, "net.op.version")


def new(view: View) -> Iterator[Change]:
    """An operation is called that never was; not told of hosts that count and advertise."""
    moved = {shift.new.key for shift in view.shifts}
    for operation in view.fresh:
        if operation.key in moved or operation.host in _QUIET or view.learning:
            continue
        loud = operation.method != "GET" and "-" not in operation.steps
        yield Change(
            subject=operation.key,
            after="called",
            step=_step(operation),
            unused=Severity.RISKY if loud else None,
        )


def order(view: View) -> Iterator[Change]:
    """Of two operations that we use, the one that always came first comes second."""
    orders = [{key: n for n, key in enumerate(run)} for run in view.before.orders.values()]
    latest = {key: n for n, key in enumerate(view.now.operations)}
    used = [key for key, one in view.now.operations.items() if view.use_of(one) is not None]
    for one, other in combinations(used, 2):
        told = [run[one] < run[other] for run in orders if one in run and other in run]
        first = latest[one] < latest[other]
        if len(told) >= _ORDERED and first not in told:
            early, late = (one, other) if first else (other, one)
            yield Change(
                subject=f"{late} then {early}", before="in this order", after="reversed", use="read"
            )


def count(view: View) -> Iterator[Change]:
    """An operation is called more often in one run than it ever was, beyond chance."""
    for call in view.calls:
        if sum(call.before.calls.values()) < _ORDERED:
            continue
        most, calls = max(call.before.calls), max(call.now.calls)
        if calls > most + 3 * math.sqrt(most) + 1:
            yield _of(view, call.before, before=f"up to {most}", after=f"{_about(calls)} calls")


def graphql(view: View) -> Iterator[Change]:
    """What is asked of one GraphQL address has another name, hash or selection."""
    yield from _shifts(view, "net.op.graphql")
    for call in view.calls:
        for place, now in call.now.leaves.items():
            before = call.before.leaves.get(place)
            telling = place.endswith(("sha256Hash", "json query")) and "graphql" in call.key.lower()
            if before is None or not telling or before.words.many:
                continue
            if not set(before.words.words) & set(now.words.words):
                yield _of(view, call.before, before="known text", after="another text")


def _shifts(view: View, rule: str, *, heal: bool = False) -> Iterator[Change]:
    for shift in view.shifts:
        if shift.rule == rule:
            yield _of(view, shift.old, before=shift.old.key, after=shift.new.key, heal=heal)


def _moved_host(view: View, old: OperationSignature, before: str, after: str) -> Change:
    use = view.use_of(old)
    return Change(
        subject=old.key,
        before=before,
        after=after,
        use="none" if use is None else "read",
        step=_step(old),
        severity=Severity.BREAKING if use is not None and use.direct else None,
    )


def _of(
    view: View, operation: OperationSignature, *, before: str, after: str, heal: bool = False
) -> Change:
    use = view.use_of(operation)
    return Change(
        subject=operation.key,
        before=before,
        after=after,
        use="none" if use is None else "written" if use.writes else "read",
        step=_step(operation),
        heal=heal,
    )


def _step(operation: OperationSignature) -> str:
    step = min(operation.steps, default="-")
    return "" if step == "-" else step


def _list(names: set[str]) -> str:
    return ", ".join(sorted(names))


def _about(calls: int) -> str:
    """A number as a power of two, so that each run of a storm is the same finding."""
    return f"{1 << (calls.bit_length() - 1)} or more"
