"""The session that replay gets: its cookies, slots, secrets, and both ways to ask."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from random import Random
from typing import TypeVar, cast

import httpx2
import pytest
from pydantic import JsonValue

from automation import browser, transport
from automation.errors import AnswerNotUnderstood, PracticeMixedUp
from automation.model import (
    AllowList,
    Call,
    Cookie,
    Pace,
    Portal,
    Practice,
    Probe,
    Reply,
    Rung,
    Secret,
    SessionState,
    Source,
)
from automation.session import PortalSession
from automation.session.portal_session import Ways
from tests.engine import run_engine
from tests.fakes import START, VirtualClock

Result = TypeVar("Result")

BASE = "https://app.acme.example"
PORTAL = Portal(portal="acme", title="Acme", hosts=())
PRACTICE = Practice(label="North Clinic", name="north", portal="acme", base_url=BASE)


def state(generation: int, sid: str) -> SessionState:
    return SessionState(
        cookies=(Cookie(name="sid", value=sid, domain="app.acme.example"),),
        storage={BASE: {"jwt": f"jwt-{sid}"}, "https://other.example": {"jwt": "other"}},
        slots={"token": f"token-{sid}"},
        agent=f"browser-{sid}",
        opened_at=START,
        generation=generation,
    )


class FakeTab:
    """Answers every fetch of the page, and has cookies of its own."""

    async def evaluate(self, script: str, argument: JsonValue = None) -> JsonValue:
        assert "fetch(" in script
        url = cast("dict[str, str]", argument)["url"]
        return {"status": 200, "url": url, "redirected": False, "headers": [], "content": ""}

    async def cookies(self) -> tuple[Cookie, ...]:
        return (Cookie(name="sid", value="of the tab", domain="app.acme.example"),)

    async def storage(self) -> dict[str, dict[str, str]]:
        return {BASE: {"jwt": "renewed in the tab"}}

    async def tab_storage(self) -> dict[str, dict[str, str]]:
        return {}


class Desk:
    """What a session finds around it, and what it did there."""

    def __init__(self) -> None:
        self.asked: list[httpx2.Request] = []
        self.kept: list[SessionState] = []
        self.renewals: list[int] = []
        self.rested: list[float | None] = []
        self.dropped: list[int] = []
        self.identity: Probe | None = None
        self.page = ""
        self.tabs = 0
        self.open_tabs = 0
        self.in_tab = state(3, "old")

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        headers = {"set-cookie": f"sid=s{len(self.asked)}; Path=/"}
        return httpx2.Response(200, headers=headers, text=self.page)

    async def renew(self, seen: int) -> SessionState:
        self.renewals.append(seen)
        await asyncio.sleep(0)
        self.in_tab = state(seen + 1, "new")
        return self.in_tab

    async def keep(self, kept: SessionState, rested: float | None) -> None:
        self.kept.append(kept)
        self.rested.append(rested)

    async def siblings(self) -> tuple[Practice, ...]:
        return ()

    async def drop(self, dropped: SessionState) -> None:
        self.dropped.append(dropped.generation)

    @asynccontextmanager
    async def tab(self) -> AsyncIterator[tuple[browser.Tab, SessionState]]:
        self.tabs += 1
        self.open_tabs += 1
        yield cast("browser.Tab", FakeTab()), self.in_tab
        self.open_tabs -= 1

    def run(self, work: Callable[[PortalSession], Coroutine[None, None, Result]]) -> Result:
        async def do() -> Result:
            door = transport.HttpDoor(
                AllowList.of(PORTAL, PRACTICE),
                Pace(),
                clock=VirtualClock(),
                rng=Random(1),
                transport=httpx2.MockTransport(self.answer),
            )
            ways = Ways(
                secret=Secret,
                renew=self.renew,
                keep=self.keep,
                drop=self.drop,
                probe=lambda probe, _: Call("GET", f"{BASE}{probe.path}"),
                siblings=self.siblings,
                tab=self.tab,
            )
            session = PortalSession(
                PRACTICE,
                PORTAL,
                state(3, "old"),
                identity=self.identity,
                door=door,
                ways=ways,
                clock=VirtualClock(),
            )
            async with session:
                return await work(session)

        return run_engine(do())


CALL = Call("GET", f"{BASE}/x")


def test_calls_carry_the_cookies_and_the_browsers_name_of_the_login() -> None:
    desk = Desk()

    async def work(session: PortalSession) -> None:
        await session.send(CALL)
        await session.send(CALL)

    desk.run(work)
    assert [request.headers["cookie"] for request in desk.asked] == ["sid=old", "sid=s1"]
    assert desk.asked[0].headers["user-agent"] == "browser-old"


def test_a_body_that_is_taken_as_it_comes_is_asked_for_in_the_session_and_uses_it() -> None:
    desk = Desk()
    desk.page = "whole"

    async def take(_head: Reply, chunks: AsyncIterator[bytes]) -> bytes:
        return b"taken " + b"".join([chunk async for chunk in chunks])

    async def work(session: PortalSession) -> bytes:
        return (await session.fetch(CALL, take)).content

    assert desk.run(work) == b"taken whole"
    assert [request.headers["cookie"] for request in desk.asked] == ["sid=old"]
    (kept,) = desk.kept
    assert [cookie.value for cookie in kept.cookies] == ["s1"]
    assert kept.used_at is not None


def test_on_closing_the_session_is_kept_as_the_answers_left_it() -> None:
    desk = Desk()

    async def work(session: PortalSession) -> None:
        await session.send(CALL)
        session.slots["token"] = "later"

    desk.run(work)
    (kept,) = desk.kept
    assert [cookie.value for cookie in kept.cookies] == ["s1"]
    assert kept.slots == {"token": "later"}
    assert kept.generation == 3


def test_what_the_login_left_in_cookies_and_storage_can_be_asked_for() -> None:
    async def work(session: PortalSession) -> list[str | None]:
        places = [Source(cookie="sid"), Source(storage="jwt"), Source(storage="x"), Source(css="a")]
        return [session.held(place) for place in places]

    assert Desk().run(work) == ["old", "jwt-old", None, None]


def test_secrets_are_asked_for_one_by_one() -> None:
    async def work(session: PortalSession) -> Secret:
        return session.secret("api.key")

    assert Desk().run(work) == Secret("api.key")


def test_a_renewed_session_has_the_cookies_and_slots_of_the_new_login() -> None:
    desk = Desk()

    async def work(session: PortalSession) -> tuple[int, dict[str, str]]:
        await session.renew(seen=3)
        await session.send(CALL)
        return session.generation, dict(session.slots)

    assert desk.run(work) == (4, {"token": "token-new"})
    assert desk.asked[0].headers["cookie"] == "sid=new"
    assert desk.asked[0].headers["user-agent"] == "browser-new"


def test_what_was_renewed_already_is_not_renewed_again() -> None:
    desk = Desk()

    async def work(session: PortalSession) -> int:
        await session.renew(seen=3)
        await session.renew(seen=3)
        return session.generation

    assert desk.run(work) == 4
    assert desk.renewals == [3]


def test_the_page_of_the_browser_is_opened_once_and_closed_in_the_end() -> None:
    desk = Desk()

    async def work(session: PortalSession) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(session.send(CALL, rung=Rung.PAGE))

    desk.run(work)
    assert (desk.tabs, desk.open_tabs, desk.asked) == (1, 0, [])
    (kept,) = desk.kept
    assert [cookie.value for cookie in kept.cookies] == ["of the tab"]
    assert kept.stored(BASE) == {"jwt": "renewed in the tab"}


def test_a_new_login_needs_a_new_page() -> None:
    desk = Desk()

    async def work(session: PortalSession) -> int:
        await session.send(CALL, rung=Rung.PAGE)
        await session.renew(seen=3)
        await session.send(CALL, rung=Rung.PAGE)
        return desk.open_tabs

    assert desk.run(work) == 1
    assert desk.tabs == 2


def test_a_page_that_had_to_log_in_takes_the_plain_calls_along() -> None:
    desk = Desk()
    desk.in_tab = state(4, "of-the-login")

    async def work(session: PortalSession) -> tuple[int, dict[str, str]]:
        session.slots["token"] = "stale"
        await session.send(CALL, rung=Rung.PAGE)
        found = session.generation, dict(session.slots)
        await session.send(CALL)
        await session.renew(seen=3)
        return found

    assert desk.run(work) == (4, {"token": "token-of-the-login"})
    assert desk.asked[0].headers["cookie"] == "sid=of-the-login"
    assert desk.renewals == [], "somebody did already"
    assert [each.generation for each in desk.kept] == [4]


def test_a_page_in_the_same_session_leaves_its_slots_alone() -> None:
    desk = Desk()

    async def work(session: PortalSession) -> str:
        session.slots["token"] = "later"
        await session.send(CALL, rung=Rung.PAGE)
        return session.slots["token"]

    assert desk.run(work) == "later"


NAMED = Probe(path="/home", names=Source(css="header.practice"))


def test_a_session_that_still_shows_its_practice_is_confirmed() -> None:
    desk = Desk()
    desk.identity, desk.page = NAMED, "<header class=practice> North  CLINIC </header>"
    desk.run(lambda session: session.confirm())
    assert [str(request.url) for request in desk.asked] == [f"{BASE}/home"]
    assert desk.dropped == []


def test_a_session_that_shows_another_practice_is_dropped_and_the_run_stops() -> None:
    desk = Desk()
    desk.identity, desk.page = NAMED, "<header class=practice>South clinic</header>"
    with pytest.raises(PracticeMixedUp, match="another practice"):
        desk.run(lambda session: session.confirm())
    assert desk.dropped == [3]


def test_a_page_that_names_no_practice_any_more_confirms_nothing() -> None:
    desk = Desk()
    desk.identity, desk.page = NAMED, "<p>All new!</p>"
    with pytest.raises(AnswerNotUnderstood, match="no longer says which practice"):
        desk.run(lambda session: session.confirm())


def test_a_session_that_has_ended_is_renewed_by_whoever_confirms_it() -> None:
    desk = Desk()
    desk.identity, desk.page = NAMED, "<form><input type=password></form>"
    desk.run(lambda session: session.confirm())
    assert desk.renewals == [3]


def test_without_a_page_that_names_the_practice_nothing_is_asked() -> None:
    desk = Desk()
    desk.run(lambda session: session.confirm())
    assert desk.asked == []


def test_how_long_a_session_had_rested_is_told_when_it_is_kept() -> None:
    desk = Desk()

    async def work(session: PortalSession) -> None:
        await session.send(CALL)
        await session.send(CALL)

    desk.run(work)
    assert desk.rested == [0.0]
    assert desk.kept[0].used_at == START


def test_a_session_that_was_not_used_tells_nothing_of_how_long_it_rested() -> None:
    desk = Desk()

    async def work(_session: PortalSession) -> None:
        return

    desk.run(work)
    assert desk.rested == [None]
