"""Proof that replay equals the browser: the same items, read both ways."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import Final

import orjson
from pydantic import JsonValue

from automation import browser, replay
from automation.errors import Unusable
from automation.model import Answer, Endpoint, Flow, Paged
from automation.ports import Clock, Session, Values
from automation.verify.screen import screen_answers, screen_replies
from automation.wire import canonical, moments, parse_path, pick, query_pairs

_WINDOWS: Final = 4
"""Windows of a calendar that are compared: clicking through years proves nothing more."""
_SHOWN: Final = 3

Span = dict[str, replay.InputValue]


@dataclass(frozen=True, slots=True)
class Proof:
    """What a comparison found.

    Attributes:
        endpoint: name of the endpoint.
        browser_items: items the screen showed.
        replay_items: items the replay gave for the same span.
        differing: what stands in one of them only or differs, at most three; empty when equal.
        browser_seconds: time the screen took.
        replay_seconds: time the replay took.
    """

    endpoint: str
    browser_items: int
    replay_items: int
    differing: tuple[str, ...]
    browser_seconds: float
    replay_seconds: float

    @property
    def equal(self) -> bool:
        """Both gave the same."""
        return not self.differing and self.browser_items == self.replay_items


@dataclass(frozen=True, slots=True)
class Proving:
    """What a proof works with.

    Attributes:
        session: replays.
        tab: a signed-in tab of the same practice.
        values: answers the templates of the flow.
        endpoints: gives the endpoint of a name, for those that others take values from.
        clock: measures both sides.
        rng: fresh values.
    """

    session: Session
    tab: browser.Tab
    values: Values
    endpoints: dict[str, Endpoint]
    clock: Clock
    rng: Random

    async def prove(self, endpoint: Endpoint, flow: Flow) -> Proof:
        """Read an endpoint off its screen and by replay, and compare.

        Raises:
            VetportalError: one of the two ways failed.
        """
        if endpoint.response.items is None or endpoint.request.path:
            return await self._prove_calls(endpoint, flow)
        return await self._prove_list(endpoint, flow)

    async def _prove_list(self, endpoint: Endpoint, flow: Flow) -> Proof:
        paging = endpoint.pagination
        windows = paging is not None and paging.kind == "window"
        span = _some_windows(self.clock.now().date(), paging.step) if windows and paging else {}
        started = self.clock.monotonic()
        shown = [answer async for answer in self._screen(endpoint, flow, span)]
        between = self.clock.monotonic()
        if windows:
            span = span_of(shown, endpoint)
        replayed = [answer async for answer in self._replay(endpoint, span)]
        seconds = (between - started, self.clock.monotonic() - between)
        return compared(endpoint, _items(shown), _items(replayed), seconds)

    async def _prove_calls(self, endpoint: Endpoint, flow: Flow) -> Proof:
        """Calls that are made for one thing each: those that the flow makes are compared."""
        started = self.clock.monotonic()
        replies = await screen_replies(
            endpoint,
            flow,
            self.tab,
            self.values,
            base_url=self.session.practice.base_url,
            clock=self.clock,
        )
        between = self.clock.monotonic()
        wanted = {reply.url: reply for reply in replies}
        replayed = await self._replayed_at(endpoint, set(wanted))
        seconds = (between - started, self.clock.monotonic() - between)
        shown = [orjson.loads(wanted[url].content) for url in sorted(wanted)]
        return compared(endpoint, shown, [replayed[url] for url in sorted(replayed)], seconds)

    async def _replayed_at(self, endpoint: Endpoint, urls: set[str]) -> dict[str, JsonValue]:
        """The documents at these addresses; the replay ends as soon as all of them came."""
        found: dict[str, JsonValue] = {}
        async with aclosing(self._replay(endpoint)) as answers:
            async for answer in answers:
                if answer.url in urls:
                    found[answer.url] = answer.document
                if len(found) == len(urls):
                    break
        return found

    def _screen(self, endpoint: Endpoint, flow: Flow, span: Span) -> AsyncGenerator[Answer]:
        return screen_answers(
            endpoint,
            flow,
            self.tab,
            self.values,
            base_url=self.session.practice.base_url,
            clock=self.clock,
            inputs=span,
        )

    def _replay(self, endpoint: Endpoint, span: Span | None = None) -> AsyncGenerator[Answer]:
        return replay.replay_endpoint(
            endpoint,
            self.session,
            inputs=span,
            parents=lambda name: self._replay(self.endpoints[name]),
            clock=self.clock,
            rng=self.rng,
        )


def _some_windows(day: date, step: int) -> Span:
    """Any days will do: the screen decides which window it shows first."""
    return {"since": day, "until": day + timedelta(days=step * (_WINDOWS - 1))}


def span_of(answers: Sequence[Answer], endpoint: Endpoint) -> Span:
    """The days that the screen asked for, read off its own calls."""
    days = [
        moment.date()
        for answer in (answers[0], answers[-1])
        for key, text in query_pairs(answer.url)
        if isinstance(binding := endpoint.request.query.get(key), Paged) and binding.page == "from"
        for moment in islice(moments(text).values(), 1)
    ]
    if len(days) < 2:  # noqa: PLR2004 - a first and a last
        raise Unusable(f"{endpoint.endpoint} does not say its days in the address")
    return {"since": days[0], "until": days[-1]}


def _items(answers: Sequence[Answer]) -> list[JsonValue]:
    return [item for answer in answers for item in answer.items]


def compared(
    endpoint: Endpoint,
    shown: Sequence[JsonValue],
    replayed: Sequence[JsonValue],
    seconds: tuple[float, float],
) -> Proof:
    """Compare items by key; their order does not count, nor does an item that came twice."""
    one, other = _by_key(endpoint, shown), _by_key(endpoint, replayed)
    differing = [
        f"{key}: {_verdict(key, one, other)}"
        for key in sorted({*one, *other})
        if one.get(key) != other.get(key)
    ]
    return Proof(
        endpoint=endpoint.endpoint,
        browser_items=len(one),
        replay_items=len(other),
        differing=tuple(differing[:_SHOWN]),
        browser_seconds=seconds[0],
        replay_seconds=seconds[1],
    )


def _by_key(endpoint: Endpoint, items: Sequence[JsonValue]) -> dict[str, bytes]:
    """Items by key, as canonical JSON; an item that two windows share counts once."""
    key = endpoint.response.key
    found = {}
    for position, item in enumerate(items):
        text = canonical(next(pick(item, parse_path(key)), None)) if key else str(position)
        found[text] = orjson.dumps(item, option=orjson.OPT_SORT_KEYS)
    return found


def _verdict(key: str, one: dict[str, bytes], other: dict[str, bytes]) -> str:
    if key not in other:
        return "only on the screen"
    return "only in the replay" if key not in one else "differs"
