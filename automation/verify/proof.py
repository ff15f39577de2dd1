"""Proof that replay equals the browser: the same items, read both ways."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, islice
from random import Random
from typing import Final
from urllib.parse import urlencode, urlsplit

from pydantic import JsonValue

from automation import browser, replay
from automation.errors import AnswerNotUnderstood, NotKnown, Unusable
from automation.model import Answer, Derived, Endpoint, Flow, Paged, Reply
from automation.ports import Clock, Session, Values
from automation.verify.screen import screen_answers, screen_replies
from automation.wire import canonical, json_bytes, moments, parse_path, pick, query_pairs

_WINDOWS: Final = 4
"""Windows of a calendar that are compared: clicking through years proves nothing more."""
_SHOWN: Final = 3

Span = dict[str, replay.InputValue]


@dataclass(frozen=True, slots=True)
class Proof:
    """What a comparison found.

    Attributes:
        endpoint: name of the endpoint.
        browser_items: items the screen showed; calls, where each is made for one thing.
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
            AnswerNotUnderstood: the flow made no such call, or the screen got something else.
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
        asked = {**span, **thing_of(shown, endpoint)}
        replayed = [answer async for answer in self._replay(endpoint, asked)]
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
        if not replies:
            raise AnswerNotUnderstood(f"{endpoint.endpoint}: the flow made no such call")
        shown = Documents()
        for reply in replies:
            shown.add(reply.url, _shown(endpoint, reply))
        replayed = await self._replayed_at(endpoint, shown)
        seconds = (between - started, self.clock.monotonic() - between)
        return _proof(endpoint, shown.by_call, replayed.by_call, seconds)

    async def _replayed_at(self, endpoint: Endpoint, shown: Documents) -> Documents:
        """What the replay gives for these calls; it ends as soon as there is one for each."""
        found = Documents()
        async with aclosing(self._replay(endpoint)) as answers:
            async for answer in answers:
                said = _said(endpoint, answer.document, answer.items)
                found.add(answer.url, said, among=shown)
                if len(found.by_call) == len(shown.by_call):
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

    def _replay(self, endpoint: Endpoint, inputs: Span | None = None) -> AsyncGenerator[Answer]:
        return replay.replay_endpoint(
            endpoint,
            self.session,
            inputs=inputs,
            parents=lambda name: self._replay(known(self.endpoints, name)),
            clock=self.clock,
            rng=self.rng,
        )


def known(endpoints: Mapping[str, Endpoint], name: str) -> Endpoint:
    """The endpoint of a name that a file of the portal gives.

    Raises:
        NotKnown: there is none.
    """
    if name not in endpoints:
        raise NotKnown("endpoint", name, tuple(endpoints))
    return endpoints[name]


class Documents:
    """Whole documents by the call that gave them.

    A document that comes again at its address is the same call once more; another one there is a
    call of its own, because what differs may stand in the body of the request.
    """

    def __init__(self) -> None:
        self.by_call: dict[str, bytes] = {}

    def add(self, url: str, document: JsonValue, *, among: Documents | None = None) -> None:
        """Keep a document, unless it belongs to no call of the others."""
        content = json_bytes(document)
        url = _in_order(url)
        for number in count(1):
            call = url if number == 1 else f"{url} ({number})"
            if among is not None and call not in among.by_call:
                return
            if self.by_call.setdefault(call, content) == content:
                return


def _in_order(url: str) -> str:
    """The address with its query sorted: in which order a script writes it says nothing."""
    query = urlencode(sorted(query_pairs(url)))
    return urlsplit(url)._replace(query=query).geturl()


def _shown(endpoint: Endpoint, reply: Reply) -> JsonValue:
    """What a reply says that the screen got, read as the replay reads it."""
    try:
        page = replay.understand(replay.read_reply(reply), endpoint.response)
    except AnswerNotUnderstood as problem:
        raise AnswerNotUnderstood(
            f"{endpoint.endpoint}: the screen got {problem.message}"
        ) from problem
    return _said(endpoint, page.document, page.items)


def _said(endpoint: Endpoint, document: JsonValue, items: Sequence[JsonValue]) -> JsonValue:
    """What is compared of a call: of a page only what is read, for around it stands what passes."""
    return list(items) if endpoint.response.kind == "html" else document


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


def thing_of(answers: Sequence[Answer], endpoint: Endpoint) -> dict[str, str]:
    """What the screen asked for of all that a list gives: one location, say; read off its calls."""
    given: dict[str, str] = {}
    for key, binding in endpoint.request.query.items():
        if isinstance(binding, Derived):
            asked = {text for one in answers for name, text in query_pairs(one.url) if name == key}
            if len(asked) == 1:
                given[key] = asked.pop()
    return given


def _items(answers: Sequence[Answer]) -> list[JsonValue]:
    return [item for answer in answers for item in answer.items]


def compared(
    endpoint: Endpoint,
    shown: Sequence[JsonValue],
    replayed: Sequence[JsonValue],
    seconds: tuple[float, float],
) -> Proof:
    """Compare items by key; their order does not count, nor does an item that came twice."""
    return _proof(endpoint, _by_key(endpoint, shown), _by_key(endpoint, replayed), seconds)


def _proof(
    endpoint: Endpoint,
    one: dict[str, bytes],
    other: dict[str, bytes],
    seconds: tuple[float, float],
) -> Proof:
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
        found[text] = json_bytes(item)
    return found


def _verdict(key: str, one: dict[str, bytes], other: dict[str, bytes]) -> str:
    if key not in other:
        return "only on the screen"
    return "only in the replay" if key not in one else "differs"
