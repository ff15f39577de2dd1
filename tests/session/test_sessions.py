"""Sessions against a portal in a real browser: how often it is logged in to, and when."""

from __future__ import annotations

import asyncio

import pytest

from automation import store
from automation.errors import PortalDown
from automation.model import Call, Practice, Rung, Secret
from automation.session import Sessions
from tests.session.office import LOGIN_FLOW, NAMES, Office, practice_of

GRID = "/Practice/Clients/Search"


def one_of(office: Office) -> Practice:
    """A practice, admitted with a right credential."""
    account = office.simulator.accounts()[0]
    practice = practice_of(office.simulator, account.practices[0])
    office.admit(practice, account)
    return practice


def two_of(office: Office) -> tuple[Practice, Practice]:
    """Two practices that share one login."""
    account = next(each for each in office.simulator.accounts() if len(each.practices) > 1)
    north, south = (
        practice_of(office.simulator, label, name=name)
        for label, name in zip(account.practices, ("north", "south"), strict=False)
    )
    office.admit(north, account)
    office.admit(south, account)
    return north, south


def signed_in(office: Office) -> dict[str, int]:
    found: dict[str, int] = office.simulator.counts().get("sign_in", {})
    return found


def grid(practice: Practice) -> Call:
    return Call("GET", f"{practice.base_url}{GRID}", {"X-Requested-With": "XMLHttpRequest"})


def test_the_first_session_begins_with_one_login_and_the_next_process_keeps_it(
    office: Office,
) -> None:
    practice = one_of(office)

    async def work(sessions: Sessions, _: store.Store) -> tuple[int, bytes]:
        async with await sessions.open(practice) as session:
            reply = await session.send(grid(practice))
            return session.generation, reply.content[:1]

    assert office.run(work) == (1, b"{")
    assert office.run(work) == (1, b"{")
    assert signed_in(office) == {"passwords_accepted": 1, "codes_accepted": 1, "logins": 1}


def test_many_who_ask_at_once_share_one_login(office: Office) -> None:
    practice = one_of(office)

    async def work(sessions: Sessions, _: store.Store) -> set[int]:
        opened = await asyncio.gather(*(sessions.open(practice) for _ in range(4)))
        first = {session.generation for session in opened}
        office.simulator.expire()
        await asyncio.gather(*(session.renew(seen=1) for session in opened))
        second = {session.generation for session in opened}
        for session in opened:
            assert (await session.send(grid(practice))).content[:1] == b"{"
            await session.close()
        return first | second

    assert office.run(work) == {1, 2}
    assert signed_in(office)["logins"] == 2


def test_two_practices_of_one_login_have_sessions_of_their_own_and_no_code_is_sent_twice(
    office: Office,
) -> None:
    practices = two_of(office)

    async def work(sessions: Sessions, _: store.Store) -> list[bytes]:
        opened = await asyncio.gather(*(sessions.open(each) for each in practices))
        rows = [(await each.send(grid(each.practice))).content for each in opened]
        for session in opened:
            await session.close()
        return rows

    north, south = office.run(work)
    assert north != south
    assert signed_in(office) == {"passwords_accepted": 2, "codes_accepted": 2, "logins": 2}


def test_an_open_session_goes_on_when_another_practice_joins_its_login_that_the_portal_tells_apart(
    office: Office,
) -> None:
    account = next(each for each in office.simulator.accounts() if len(each.practices) > 1)
    north, south = (
        practice_of(office.simulator, label, name=name)
        for label, name in zip(account.practices, ("north", "south"), strict=False)
    )
    office.admit(north, account)

    async def work(sessions: Sessions, rows: store.Store) -> bytes:
        async with await sessions.open(north) as session:
            await session.confirm()
            await rows.add_practice(south)
            await sessions.put_secret("south", NAMES.username, Secret(account.username))
            await session.confirm()
            return (await session.send(grid(north))).content[:1]

    assert office.run(work) == b"{"
    assert signed_in(office)["logins"] == 1


def test_the_page_of_a_signed_in_browser_sends_calls_with_the_kept_session(
    office: Office,
) -> None:
    practice = one_of(office)

    async def work(sessions: Sessions, _: store.Store) -> tuple[bytes, bytes]:
        async with await sessions.open(practice) as session:
            over_http = await session.send(grid(practice))
            in_page = await session.send(grid(practice), rung=Rung.PAGE)
            return over_http.content, in_page.content

    over_http, in_page = office.run(work)
    assert over_http == in_page
    assert signed_in(office)["logins"] == 1


def test_a_tab_whose_session_ended_logs_in_by_itself(office: Office) -> None:
    practice = one_of(office)

    async def work(sessions: Sessions, _: store.Store) -> list[str]:
        seen = []
        for _attempt in range(2):
            async with sessions.signed_in_tab(practice) as tab:
                seen.append(tab.url.removeprefix(practice.base_url))
        office.simulator.expire()
        async with sessions.signed_in_tab(practice) as tab:
            seen.append(tab.url.removeprefix(practice.base_url))
        return seen

    assert office.run(work) == ["/Practice/Home/Index"] * 3
    assert signed_in(office)["logins"] == 2


def test_the_login_flow_is_visited_as_a_stranger_and_any_other_flow_signed_in(
    office: Office,
) -> None:
    practice = one_of(office)
    other = LOGIN_FLOW.model_copy(update={"flow": "list-x"})

    async def work(sessions: Sessions, _: store.Store) -> tuple[str, str, str]:
        async with sessions.visit(practice, LOGIN_FLOW, inputs={}) as visit:
            stranger = visit.tab.url
        async with sessions.visit(practice, other, inputs={"search": "Rex"}) as visit:
            password = await visit.values.resolve("credential.password")
            assert isinstance(password, Secret)
            told = visit.redactor.redact_text(f"it is {password.reveal()}")
            assert await visit.values.resolve("input.search") == "Rex"
            return stranger, visit.tab.url, told

    stranger, inside, told = office.run(work)
    assert stranger == "about:blank"
    assert inside.endswith("/Practice/Home/Index")
    assert told.startswith("it is «sec:credential.password:")


def test_a_session_renewed_elsewhere_is_not_overwritten_by_an_older_one(office: Office) -> None:
    practice = one_of(office)

    async def work(sessions: Sessions, _: store.Store) -> int:
        older = await sessions.open(practice)
        newer = await sessions.open(practice)
        await newer.renew(seen=1)
        await newer.close()
        await older.close()
        async with await sessions.open(practice) as kept:
            return kept.generation

    assert office.run(work) == 2
    assert signed_in(office)["logins"] == 2


@pytest.mark.parametrize("kind", ["503", "drop-before"])
def test_a_portal_that_is_down_is_no_reason_to_hold_the_practice(office: Office, kind: str) -> None:
    practice = one_of(office)
    office.simulator.faults.add("/Practice/Account/LogOn", kind, times=50)

    async def work(sessions: Sessions, _: store.Store) -> int:
        async with await sessions.open(practice) as session:
            return session.generation

    with pytest.raises(PortalDown):
        office.run(work)
    office.simulator.faults.clear()
    assert office.run(work) == 1


def test_a_flow_is_recorded_signed_in_and_the_login_as_a_stranger(office: Office) -> None:
    practice = one_of(office)

    async def work(sessions: Sessions, _: store.Store) -> list[tuple[str, list[str]]]:
        found = []
        for flow in ("list-x", "login"):
            async with sessions.desk(practice, flow) as desk:
                place = desk.tab.url.removeprefix(practice.base_url)
                found.append((place, sorted(desk.secrets)))
        return found

    secrets = ["credential.password", "credential.totp", "credential.username"]
    assert office.run(work) == [("/Practice/Home/Index", secrets), ("about:blank", secrets)]
