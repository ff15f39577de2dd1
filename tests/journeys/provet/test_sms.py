"""A login with a text message waits for a person once, and then needs nobody for a month."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from typing_extensions import override

from automation import pipeline
from automation.model import Practice, Secret
from automation.pipeline import Tools
from tests.fakes import SharedClock
from tests.journeys.month import HOUR, Month
from tests.journeys.provet.clinic import PORTAL, base_url
from tests.journeys.test_a_month import pass_time
from tests.journeys.test_challenges import until
from tests.journeys.world import Home, name_of
from tests.simulator import Simulator, running

pytestmark = pytest.mark.journey

START = datetime(2026, 3, 2, 6, 0, 5, tzinfo=UTC)


REST = (14, 25, 29)
"""Days of the month that are looked at where not all of it is."""


class PatientClock(SharedClock):
    """Time that passes no faster than a person can answer, as long as one is waited for."""

    patient = True

    @override
    async def sleep(self, seconds: float) -> None:
        if self.patient:
            await asyncio.sleep(0.1)
        await super().sleep(seconds)


async def admitted(tools: Tools, portal: Simulator) -> Practice:
    """The first practice, with the login of somebody who gets text messages."""
    place, account = portal.practices()[0], portal.account("aino.lehto")
    assert account.mfa == "sms"
    practice = Practice(
        name=name_of(place),
        portal=PORTAL,
        base_url=base_url(portal, place),
        label=place.name,
        timezone=place.zone,
        loopback=True,
    )
    await tools.store.add_practice(practice)
    for name in ("username", "password"):
        secret = Secret(getattr(account, name))
        await tools.sessions.put_secret(practice.name, f"credential.{name}", secret)
    return practice


async def read(tools: Tools, practice: Practice) -> int:
    """What a run does: a page of the invoices as the screen lists them."""
    pages = pipeline.replay_pages(tools, practice, "list-bills", {}, pages=1)
    async with aclosing(pages) as answers:
        return sum([len(answer.items) async for answer in answers])


async def first_login(tools: Tools, portal: Simulator, practice: Practice) -> None:
    """The login that waits until a person says what the message was."""
    async with asyncio.TaskGroup() as group:
        run = group.create_task(read(tools, practice))

        async def asked() -> bool:
            return bool(await tools.sessions.challenges(practice.name))

        await until(asked)
        [challenge] = await tools.sessions.challenges()
        assert challenge.asked.startswith("We have sent a six-digit code to the phone number")
        assert (await tools.sessions.status(practice.name)).phase == "mfa_wait"
        [message] = portal.outbox(portal.account("aino.lehto"))
        await tools.sessions.answer(practice.name, Secret(message.code or ""))
    assert run.result() > 0
    assert (await tools.sessions.status(practice.name)).phase == "valid"


@pytest.mark.must_hold("provet")
def test_a_text_message_is_asked_for_once_and_a_month_of_hourly_runs_needs_nobody(
    tmp_path: Path, scale: Callable[[int, int], int], measured: Callable[..., None]
) -> None:
    hours = scale(4, 720)
    moments = [
        each for each in Month.plan(START, 30, seed=11).moments() if each[0] < START + hours * HOUR
    ]
    with running(PORTAL, patients=12, now=START) as portal:
        clock = PatientClock(portal)
        items: list[int] = []

        async def scene(tools: Tools) -> None:
            practice = await admitted(tools, portal)
            await first_login(tools, portal, practice)
            clock.patient = False
            for moment, is_run in moments:
                await pass_time(tools, practice, clock, moment)
                if is_run:
                    items.append(await read(tools, practice))
                else:
                    portal.expire()
            for day in REST:  # between them nobody keeps the session alive
                if (wait := START + timedelta(days=day, hours=23) - clock.now()) > HOUR:
                    await clock.sleep(wait.total_seconds())
                    items.append(await read(tools, practice))

        with capture_logs() as logs:
            Home.new(tmp_path / "home").work(scene, clock=clock)
        told = portal.counts()
    asked = [log for log in logs if log["event"] == "challenge_asked"]
    logins = Counter(log["by"] for log in logs if log["event"] == "login_started")
    measured("runs, and logins", f"{len(items)}, {logins.total()}")
    measured("codes asked of a person", len(asked))
    assert len(asked) == 1
    assert told["received"] == {"passwords": logins.total(), "codes": 1}
    assert told["devices"] == {"remembered": 1, "recognised": logins.total() - 1}
    assert all(items)
    assert not [log for log in logs if log["event"] == "login_refused"]
