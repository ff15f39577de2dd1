"""Reading an endpoint off its screen: a person's clicks, the responses read passively.

This is the slowest rung and the one that is right by definition: what the browser shows.
"""

from __future__ import annotations

import asyncio
import base64
from collections import deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, suppress
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

from pydantic import JsonValue

from automation import browser, replay, wire
from automation.errors import AnswerNotUnderstood, NotPermitted, Unusable
from automation.model import (
    Answer,
    Binding,
    Constant,
    Endpoint,
    Exchange,
    Flow,
    Paged,
    Reply,
    Step,
)
from automation.ports import Clock, Values

_ARRIVAL: Final = 5.0
"""Seconds for a response to be complete once the page is at rest."""
_PORTS: Final = {"http": 80, "https": 443}


async def screen_answers(  # noqa: PLR0913 - one name for each thing that is handed over
    endpoint: Endpoint,
    flow: Flow,
    tab: browser.Tab,
    values: Values,
    *,
    base_url: str,
    clock: Clock,
    inputs: Mapping[str, replay.InputValue] | None = None,
) -> AsyncGenerator[Answer]:
    """Yield the answers of a list as its screen asks for them, page after page.

    The flow is played until the screen has asked for the first page; then the step that asked for
    the next page when it was recorded is repeated until the list says that it ended.

    Raises:
        Unusable: the endpoint does not say which step of the flow goes on.
        AnswerNotUnderstood: the screen did not ask, or what came back has another shape.
        StepNotPossible: the screen has changed.
    """
    opening, onward = _split(flow, endpoint)
    hearing = _Hearing(endpoint, base_url)
    async with browser.watch_network(tab, now=clock.monotonic, deliver=hearing.hear):

        async def next_reply(page: int) -> Reply | None:
            if not hearing.told:  # a step may have brought several pages at once
                steps = opening if page == 1 else onward
                played = flow.model_copy(update={"steps": steps})
                await browser.play_flow(played, tab, values, base_url=base_url)
                await hearing.listen()
            if hearing.told:
                return hearing.told.popleft()
            if page == 1:
                raise AnswerNotUnderstood(f"{endpoint.endpoint}: the screen did not ask for it")
            return None

        async with aclosing(replay.watched_answers(endpoint, next_reply, inputs=inputs)) as answers:
            async for answer in answers:
                yield answer


async def screen_replies(
    endpoint: Endpoint, flow: Flow, tab: browser.Tab, values: Values, *, base_url: str, clock: Clock
) -> tuple[Reply, ...]:
    """All replies of an endpoint while its flow plays once, in order of request start."""
    hearing = _Hearing(endpoint, base_url)
    async with browser.watch_network(tab, now=clock.monotonic, deliver=hearing.hear):
        await browser.play_flow(flow, tab, values, base_url=base_url)
    return hearing.replies()


def _split(flow: Flow, endpoint: Endpoint) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """The steps before the one that goes on, and that one; a single call has no such step."""
    if endpoint.pagination is None:
        return flow.steps, ()
    trigger = endpoint.pagination.trigger
    if trigger is None or not trigger.isdigit() or int(trigger) > len(flow.steps):
        raise Unusable(
            f"{endpoint.endpoint} does not say which step of flow {flow.flow} asks for more",
            remedy=f"Capture {flow.flow} again with at least two pages, then infer.",
        )
    at = int(trigger) - 1
    return flow.steps[:at], flow.steps[at : at + 1]


def kept_items(
    endpoint: Endpoint, exchanges: Sequence[Exchange], base_url: str
) -> tuple[JsonValue, ...]:
    """The items that a capture shows of an endpoint; what is not understood shows none.

    Args:
        endpoint: whose calls are meant.
        exchanges: of the capture.
        base_url: of the practice.
    """
    found: list[JsonValue] = []
    shape = endpoint.response.model_copy(update={"key": None})  # another capture has another key
    for exchange in exchanges:
        if exchange.response is not None and is_call_of(endpoint, exchange, base_url):
            with suppress(AnswerNotUnderstood, NotPermitted):
                reading = replay.read_reply(_reply(exchange))
                page = replay.understand(reading, shape)
                found += page.items if endpoint.response.items else (page.document,)
    return tuple(found)


class _Hearing:
    """Picks the exchanges of one endpoint out of everything a page says.

    Attributes:
        told: replies of further pages of the list, in order.
    """

    def __init__(self, endpoint: Endpoint, base_url: str) -> None:
        self._endpoint = endpoint
        self._base_url = base_url
        self._heard: list[Exchange] = []
        self._arrived = asyncio.Event()
        self.told: deque[Reply] = deque()

    def hear(self, exchange: Exchange) -> None:
        if exchange.response is not None and is_call_of(self._endpoint, exchange, self._base_url):
            self._heard.append(exchange)
            self._arrived.set()

    async def listen(self) -> None:
        """Take what was heard since the last time as the next pages."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_ARRIVAL):
                await self._arrived.wait()
        self.told.extend(map(_reply, pages_of(self._endpoint, self._sorted())))
        self._heard.clear()
        self._arrived.clear()

    def replies(self) -> tuple[Reply, ...]:
        return tuple(map(_reply, self._sorted()))

    def _sorted(self) -> list[Exchange]:
        return sorted(self._heard, key=lambda each: each.seq)


def pages_of(endpoint: Endpoint, exchanges: Sequence[Exchange]) -> list[Exchange]:
    """Those calls of a list that gave its pages: one that is asked for anew begins there again."""
    found: dict[tuple[str | None, ...], Exchange] = {}
    for exchange in exchanges:
        asked = _page_asked(endpoint, exchange)
        if asked in found:
            found = dict(islice(found.items(), list(found).index(asked)))
        found[asked] = exchange
    return list(found.values())


def _page_asked(endpoint: Endpoint, exchange: Exchange) -> tuple[str | None, ...]:
    """What a call says of the page it wants."""
    texts = {(leaf.place, leaf.path): leaf.text for leaf in wire.request_leaves(exchange.request)}
    return tuple(
        texts.get((place, path))
        for place, bindings in _bindings(endpoint).items()
        for path, binding in bindings.items()
        if isinstance(binding, Paged)
    )


def is_call_of(endpoint: Endpoint, exchange: Exchange, base_url: str) -> bool:
    """Tell whether an exchange is a call of this endpoint: method, address and constants agree."""
    request = endpoint.request
    template = request.url if "://" in request.url else base_url + request.url
    if exchange.request.method != request.method:
        return False
    if _origin(exchange.request.url) != _origin(template):
        return False
    wanted, given = wire.path_segments(template), wire.path_segments(exchange.request.url)
    same = len(wanted) == len(given) and all(
        one == other or one.startswith("{") for one, other in zip(wanted, given, strict=True)
    )
    return same and _constants_agree(endpoint, exchange)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port (RFC 6454); a browser leaves out the port that the scheme implies."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _constants_agree(endpoint: Endpoint, exchange: Exchange) -> bool:
    """Operations that share an address differ in a constant; an absent leaf says nothing."""
    leaves = {(leaf.place, leaf.path): leaf for leaf in wire.request_leaves(exchange.request)}
    return all(
        leaves[place, path].text == wire.canonical(binding.constant)
        for place, bindings in _bindings(endpoint).items()
        for path, binding in bindings.items()
        if isinstance(binding, Constant) and (place, path) in leaves
    )


def _bindings(endpoint: Endpoint) -> dict[wire.Place, Mapping[str, Binding]]:
    request = endpoint.request
    return {
        wire.Place.QUERY: request.query,
        wire.Place.FORM: request.form,
        wire.Place.JSON: request.json_body,
    }


def _reply(exchange: Exchange) -> Reply:
    response = exchange.response
    if response is None:  # hear() keeps answered exchanges only
        return Reply(0, exchange.request.url, (), b"")
    body = response.body
    content = b""
    if body is not None:
        content = base64.b64decode(body.text) if body.base64 else body.text.encode()
    return Reply(response.status, exchange.request.url, response.headers, content)
