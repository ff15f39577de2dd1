"""What a login asks of a person waits for the answer, and a trusted device is asked rarely."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from automation.errors import AnswerAwaited, CodeRefused
from automation.model import Practice, Secret
from automation.pipeline import Tools
from tests import simulator
from tests.fakes import SharedClock
from tests.journeys.world import PORTAL, Home, add_by_command, name_of
from tests.simulator import Account, Simulator, running

pytestmark = pytest.mark.journey

PATIENCE = 120


@pytest.fixture
def portal() -> Iterator[Simulator]:
    with running(patients=5) as one:
        yield one


def practice_of(portal: Simulator, account: Account) -> simulator.Practice:
    return next(one for one in portal.practices() if one.name in account.practices)


async def admitted(tools: Tools, portal: Simulator, account: Account) -> Practice:
    known = practice_of(portal, account)
    practice = Practice(
        name=name_of(known),
        portal=PORTAL,
        base_url=portal.url,
        label=known.name,
        timezone=known.zone,
        loopback=True,
    )
    await tools.store.add_practice(practice)
    for name in ("username", "password"):
        secret = Secret(getattr(account, name))
        await tools.sessions.put_secret(practice.name, f"credential.{name}", secret)
    return practice


async def opened(tools: Tools, practice: Practice) -> None:
    async with await tools.sessions.open(practice) as session:
        await session.confirm()


async def until(there: Callable[[], Awaitable[bool]]) -> None:
    end = time.monotonic() + PATIENCE
    while not await there():
        assert time.monotonic() < end
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("name", ["jamie.lin", "casey.brandt"])
def test_a_login_waits_for_the_code_that_a_person_got(
    portal: Simulator, tmp_path: Path, name: str
) -> None:
    """A text message or an e-mail: asked once, then the device is trusted for weeks."""
    account = portal.account(name)

    async def scene(tools: Tools) -> None:
        practice = await admitted(tools, portal, account)

        async def asked() -> bool:
            return (await tools.sessions.status(practice.name)).phase == "mfa_wait"

        async with asyncio.TaskGroup() as group:
            group.create_task(opened(tools, practice))
            await until(asked)
            [challenge] = await tools.sessions.challenges(practice.name)
            assert challenge.asked.startswith("We sent a code to ")
            [delivery] = portal.outbox(account)
            await tools.sessions.answer(practice.name, Secret(delivery.code or ""))
        assert (await tools.sessions.status(practice.name)).phase == "valid"
        for _ in range(3):  # over HTTP from now on, from a device the portal trusts
            portal.expire()
            await opened(tools, practice)

    Home.new(tmp_path / "home").work(scene)
    told = portal.counts()
    assert told["sign_in"]["logins"] == 4
    assert told["received"] == {"passwords": 4, "codes": 1}
    assert told["devices"] == {"remembered": 1, "recognised": 3}


def test_an_approval_on_the_phone_lets_the_login_go_on(portal: Simulator, tmp_path: Path) -> None:
    account = portal.account("riley.novak")

    async def scene(tools: Tools) -> None:
        practice = await admitted(tools, portal, account)

        async def asked() -> bool:
            return bool(await tools.sessions.challenges(practice.name))

        async with asyncio.TaskGroup() as group:
            group.create_task(opened(tools, practice))
            await until(asked)
            [challenge] = await tools.sessions.challenges()
            assert challenge.kind == "approval"
            assert "the phone ending in 90" in challenge.asked
            portal.approve(account)
        assert (await tools.sessions.status(practice.name)).phase == "valid"
        assert await tools.sessions.challenges() == ()

    Home.new(tmp_path / "home").work(scene)
    assert portal.counts()["sign_in"]["logins"] == 1


def test_a_code_that_nobody_gives_ends_the_wait_and_the_portal_is_not_bothered_again(
    portal: Simulator, tmp_path: Path
) -> None:
    account = portal.account("jamie.lin")

    async def scene(tools: Tools) -> None:
        practice = await admitted(tools, portal, account)
        for _ in range(3):
            with pytest.raises(AnswerAwaited):
                await opened(tools, practice)
        assert (await tools.sessions.status(practice.name)).phase == "needs_person"
        assert await tools.sessions.challenges() == ()

    Home.new(tmp_path / "home").work(scene, clock=SharedClock(portal))
    told = portal.counts()
    assert told["delivered"] == {"sms": 1}
    assert told["received"] == {"passwords": 1}


def test_a_wrong_code_of_a_person_is_sent_once(portal: Simulator, tmp_path: Path) -> None:
    account = portal.account("jamie.lin")

    async def scene(tools: Tools) -> None:
        practice = await admitted(tools, portal, account)

        async def asked() -> bool:
            return bool(await tools.sessions.challenges(practice.name))

        async def refused() -> None:
            with pytest.raises(CodeRefused):
                await opened(tools, practice)

        async with asyncio.TaskGroup() as group:
            group.create_task(refused())
            await until(asked)
            await tools.sessions.answer(practice.name, Secret("000000"))

    Home.new(tmp_path / "home").work(scene)
    assert portal.counts()["received"] == {"passwords": 1, "codes": 1}


def test_a_code_reaches_the_waiting_process_from_another_one(
    portal: Simulator, tmp_path: Path
) -> None:
    """As people do it: one terminal waits, in another the code is typed."""
    account = portal.account("jamie.lin")
    home = Home.new(tmp_path / "home")
    known = practice_of(portal, account)
    given = {"username": account.username, "password": account.password, "totp": ""}
    add_by_command(home, portal, known, **given)
    with ThreadPoolExecutor(1) as other:
        opening = other.submit(home.command, "session", "open", name_of(known), "--json")
        end = time.monotonic() + PATIENCE
        while not portal.outbox(account):
            assert time.monotonic() < end
            time.sleep(0.1)
        [delivery] = portal.outbox(account)
        answered = home.command(
            "session", "answer", name_of(known), "--code", "-", given=f"{delivery.code}\n"
        )
        while answered.returncode and time.monotonic() < end:  # the page came before the question
            answered = home.command(
                "session", "answer", name_of(known), "--code", "-", given=f"{delivery.code}\n"
            )
        done = opening.result()
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["phase"] == "valid"
    assert delivery.code
    assert (
        delivery.code or ""
    ) not in done.stdout + done.stderr + answered.stdout + answered.stderr
