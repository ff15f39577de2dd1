"""Logins in captures: which calls sign in, in which order, and what the password becomes."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from automation.model import Binding, Capture, Chosen, Computed, Exchange, FromSecret, Otp
from automation.wire import PLACEHOLDER, request_leaves

_CREDENTIAL: Final = "credential."
_PASSWORD: Final = "credential.password"  # noqa: S105 - a name, not a password
LABEL: Final = "practice.label"
"""What a step is called by that chooses the practice."""

_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_READING: Final = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Login:
    """What a capture of a login says of itself.

    Attributes:
        picks: the steps that choose the practice by its label.
        typed_at: path of the step that typed the password; None when the capture does not say.
        as_typed: some request carries the password as it was typed.
    """

    picks: frozenset[str]
    typed_at: str | None
    as_typed: bool


def login_of(capture: Capture) -> Login | None:
    """What there is of a login in a capture; None when nobody signed in.

    A login is told by a step that typed a credential, or by a request that carries one.
    """
    classes = {name for e in capture.exchanges for name in _carried(e)}
    used = set(capture.used.values())
    if not any(_CREDENTIAL in name for name in classes | used):
        return None
    typed_at = next((step for step, name in capture.used.items() if name == _PASSWORD), None)
    picks = frozenset(step for step, name in capture.used.items() if name == LABEL)
    return Login(picks, typed_at, _PASSWORD in classes)


def _carried(exchange: Exchange) -> Iterator[str]:
    for leaf in request_leaves(exchange.request):
        yield from (found["cls"] for found in PLACEHOLDER.finditer(leaf.text))
        if (hidden := scrambled(leaf.text)) is not None:
            yield f"scrambled {hidden}"


def scrambled(text: str) -> str | None:
    """The credential that stands in a text in base64; None when there is none."""
    for run in _BASE64.findall(text):
        bare = run.rstrip("=").replace("-", "+").replace("_", "/")
        try:
            content = base64.b64decode(bare + "=" * (-len(bare) % 4))
        except binascii.Error:
            continue
        found = PLACEHOLDER.findall(content.decode("utf-8", "replace"))
        names = [name for name, *_ in found if name.startswith(_CREDENTIAL)]
        if names:
            return str(names[-1])
    return None


def step_order(step: str | None) -> tuple[int, ...]:
    """A step path as something that sorts: "4.10" is after "4.2"."""
    return tuple(int(part) for part in (step or "").split(".") if part.isdigit())


@dataclass(frozen=True, slots=True)
class Called:
    """One call of one operation in a capture of a login.

    Attributes:
        operation: number of the operation among all.
        run: number of the capture.
        exchange: the exchange.
        bindings: where the values of the operation come from.
        gave: the calls that gave it values, as (run, sequence number).
        writes: the operation is not known to be a read.
    """

    operation: int
    run: int
    exchange: Exchange
    bindings: tuple[Binding, ...]
    gave: frozenset[tuple[int, int]]
    writes: bool

    @property
    def signs_in(self) -> bool:
        """It carries what only a login carries; what merely reads of the chosen does not."""
        if any(isinstance(binding, FromSecret | Otp | Computed) for binding in self.bindings):
            return True
        chooses = any(isinstance(binding, Chosen) for binding in self.bindings)
        return chooses and (self.exchange.request.method not in _READING or self._enters)

    @property
    def _enters(self) -> bool:
        """A page that was gone to, or an answer that sets a cookie."""
        response = self.exchange.response
        sets = response is not None and any(name == "set-cookie" for name, _ in response.headers)
        return self.exchange.resource == "document" or sets

    @property
    def order(self) -> tuple[tuple[int, ...], int]:
        """By step, then by time; steps can be compared between captures."""
        return step_order(self.exchange.step), self.exchange.seq


def turns_of(calls: Sequence[Called]) -> Mapping[int, tuple[int, Called]]:
    """The place of each operation in the login, from 1, and the call that shows it there.

    To the login belongs what carries credential, code or choice; what changes something on the
    way to the last of these, or as a step of its own after it; and what gave one of them a value.
    """
    members = {call.operation for call in calls if call.signs_in}
    for run in {call.run for call in calls}:
        own = [call for call in calls if call.run == run]
        last = max((c for c in own if c.signs_in), key=lambda c: c.exchange.seq, default=None)
        if last is not None:
            members |= {c.operation for c in own if c.writes and _on_the_way(c.exchange, last)}
    by_place = {(call.run, call.exchange.seq): call.operation for call in calls}
    grown: set[int] = set()
    while members != grown:
        grown = set(members)
        given = {place for call in calls if call.operation in grown for place in call.gave}
        members |= {by_place[place] for place in given if place in by_place}
    firsts = {m: min(_of(calls, m), key=lambda call: call.order) for m in members}
    ordered = sorted(firsts, key=lambda m: firsts[m].order)
    return {member: (turn, firsts[member]) for turn, member in enumerate(ordered, 1)}


def _of(calls: Sequence[Called], operation: int) -> list[Called]:
    return [call for call in calls if call.operation == operation]


def _on_the_way(exchange: Exchange, last: Called) -> bool:
    """Before the last call that signs in; after it a form, or another step, is part of it too."""
    if exchange.request.method in _READING or exchange.step is None:
        return False
    if exchange.seq <= last.exchange.seq or exchange.resource == "document":
        return True
    return step_order(exchange.step) > step_order(last.exchange.step)
