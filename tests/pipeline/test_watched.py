"""What an ordinary replay exchanges is looked at, and nothing more is asked for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

import orjson
import pytest
from structlog.testing import capture_logs

from automation.drift import Consumption, NetworkWatch, Observation
from automation.model import (
    Call,
    Endpoint,
    Exchange,
    Portal,
    Practice,
    Reply,
    RequestTemplate,
    Rung,
)
from automation.pipeline import ReplayWatch
from automation.pipeline.watched import exchanges_of
from automation.ports import Session
from tests.engine import run_engine
from tests.fakes import VirtualClock

T = TypeVar("T")
PRACTICE = Practice(name="one", portal="acme", base_url="https://acme.example", timezone="UTC")
PORTAL = Portal(portal="acme", title="Acme", hosts=())
PETS = Endpoint(
    endpoint="list-pets", effect="read", request=RequestTemplate(method="GET", url="/pets")
)


def answer(document: object, *, status: int = 200, url: str = "https://acme.example/pets") -> Reply:
    headers = (("content-type", "application/json"),)
    return Reply(status, url, headers, orjson.dumps(document))


@dataclass
class Answering:
    """A session that answers from a list."""

    replies: list[Reply]
    sent: list[Call] = field(default_factory=list)
    slots: MutableMapping[str, str] = field(default_factory=dict)
    generation: int = 0

    async def of(self, _endpoint: Endpoint) -> Answering:
        return self

    async def send(self, call: Call, *, rung: Rung = Rung.HTTP) -> Reply:
        del rung
        self.sent.append(call)
        await asyncio.sleep(0)
        return self.replies.pop(0)

    async def renew(self, *, seen: int) -> None:
        self.generation = seen + 1


def watching(
    replies: list[Reply], scene: Callable[[Session], Awaitable[object]]
) -> tuple[Observation, Answering]:
    inner = Answering(replies)
    watch = ReplayWatch(PRACTICE, PORTAL, Consumption(), VirtualClock())

    async def whole() -> None:
        await scene(await watch.on(cast("Session", inner)).of(PETS))

    run_engine(whole())
    return watch.observations().get("list-pets", Observation()), inner


def get(page: int = 1) -> Call:
    return Call("GET", f"https://acme.example/pets?page={page}")


def test_each_answer_is_seen_and_asked_for_once() -> None:
    async def scene(session: Session) -> None:
        for page in (1, 2):
            await session.send(get(page))

    seen, inner = watching([answer({"rows": [{"id": 1}]}), answer({"rows": []})], scene)
    assert len(inner.sent) == 2
    assert seen.direct
    operation = seen.network.operations["GET own /pets"]
    assert operation.calls == {2: 1}
    assert "rows[].id" in operation.fields


def test_what_is_asked_again_after_an_error_counts_once() -> None:
    async def scene(session: Session) -> None:
        await session.send(get())
        await session.send(get())

    seen, _ = watching([answer({}, status=404), answer({"rows": []})], scene)
    assert seen.network.operations["GET own /pets"].statuses == {200: 1}
    still, _ = watching([answer({}, status=404), answer({}, status=404)], scene)
    assert still.network.operations["GET own /pets"].statuses == {404: 1}


def test_an_error_that_fresh_slots_mend_does_not_count() -> None:
    async def scene(session: Session) -> None:
        await session.send(get())
        await session.send(Call("GET", "https://acme.example/Index"))
        await session.send(get())

    replies = [answer({}, status=403), answer({}), answer({"rows": []})]
    seen, _ = watching(replies, scene)
    assert seen.network.operations["GET own /pets"].statuses == {200: 1}


def test_an_error_that_another_rung_does_not_have_is_seen() -> None:
    async def scene(session: Session) -> None:
        await session.send(get())
        await session.send(get(), rung=Rung.PAGE)

    seen, _ = watching([answer({}, status=404), answer({"rows": []})], scene)
    assert seen.network.operations["GET own /pets"].statuses == {404: 1, 200: 1}


def test_what_was_said_to_a_session_that_had_ended_does_not_count() -> None:
    async def scene(session: Session) -> None:
        await session.send(get())
        await session.renew(seen=0)
        await session.send(get())

    seen, _ = watching([answer({"please": "sign in"}), answer({"rows": []})], scene)
    assert set(seen.network.operations["GET own /pets"].fields) == {"@", "rows"}


def test_calls_side_by_side_are_told_apart() -> None:
    async def scene(session: Session) -> None:
        await asyncio.gather(*(session.send(get(page)) for page in range(3)))

    seen, _ = watching([answer({"rows": []})] * 3, scene)
    assert seen.network.operations["GET own /pets"].calls == {3: 1}


def test_of_very_many_calls_the_first_ones_are_looked_into() -> None:
    async def scene(session: Session) -> None:
        for page in range(100):
            await session.send(get(page))

    seen, inner = watching([answer({"rows": []})] * 100, scene)
    assert len(inner.sent) == 100
    (calls,) = seen.network.operations["GET own /pets"].calls
    assert calls < 100


def test_a_redirect_is_seen_as_a_browser_sees_it() -> None:
    reply = Reply(
        200, "https://acme.example/new", (), b"x", redirects=("https://acme.example/old",)
    )
    found = exchanges_of(Call("POST", "https://acme.example/old", content=b"a=1"), reply, 0.0, 1.0)
    told = [(one.request.method, one.response.status if one.response else 0) for one in found]
    assert told == [("POST", 302), ("GET", 200)]
    assert found[0].response is not None
    assert found[0].response.headers == (("location", "https://acme.example/new"),)


def test_an_answer_that_cannot_be_looked_at_is_answered_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_watch: NetworkWatch, _exchange: Exchange) -> None:
        raise KeyError("a portal that nobody has seen")

    async def scene(session: Session) -> None:
        for page in (1, 2):
            assert (await session.send(get(page))).status == 200

    monkeypatch.setattr(NetworkWatch, "add", broken)
    with capture_logs() as logs:
        _, inner = watching([answer([]), answer([])], scene)
    assert len(inner.sent) == 2
    assert {log["event"] for log in logs} == {"answer_not_looked_at"}
    assert "nobody" not in repr(logs)
