"""What changes in the portal is told to a program within two polls, signed, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from automation import pipeline
from automation.model import Practice, Secret
from automation.pipeline import Tools, WebhookWish
from tests.fakes import SharedClock
from tests.journeys.provet.clinic import PORTAL, add_practice
from tests.journeys.world import NO_BROWSER, Home
from tests.notify.receiver import Receiver, let_verifier_tell_time, receiving
from tests.simulator import Simulator, running

pytestmark = pytest.mark.journey

PERIOD = 60.0
KINDS = ("client",)
SECRET_PERSON = "Ottoline-Back-Door"


@pytest.mark.must_hold("serve")
def test_a_change_of_the_portal_is_told_within_two_polls_and_only_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, measured: Callable[..., None]
) -> None:
    settings = {**NO_BROWSER, "VETPORTAL_WEBHOOK_NETWORKS": "127.0.0.0/8"}
    home = Home.new(tmp_path / "home", settings=settings)
    with running(PORTAL, patients=6) as portal:
        clock = SharedClock(portal)
        let_verifier_tell_time(monkeypatch, clock)
        place = portal.practices()[0]

        async def scene(tools: Tools) -> None:
            practice = await add_practice(tools, portal, place)
            async with receiving(Receiver()) as receiver:
                made, secret = await pipeline.add_webhook(
                    tools, "default", WebhookWish(receiver.url, practices=[practice.name])
                )
                receiver.keys = [Secret(secret.reveal())]
                await poll(tools, practice, made.id)
                assert receiver.taken == []  # the first reading is told to nobody
                rows = portal.dump(place.id, "client")["client"]
                living = [row["id"] for row in rows if not row["archived"]]
                ways: tuple[tuple[dict[str, Any], str], ...] = (
                    ({"lastname": SECRET_PERSON}, "client.changed"),
                    ({"archived": True}, "client.removed"),
                )
                waits = [
                    await told(tools, practice, made.id, Change(portal, clock, place.id, row, way))
                    for row, (way, _) in zip(living, ways, strict=False)
                ]
                found = [each["type"] for each in receiver.taken]
                measured("longest wait, in polls", max(waits))
                measured("events", len(found))
                assert found == [type_ for _, type_ in ways]
                assert max(waits) <= 2
                assert SECRET_PERSON not in str(receiver.taken)

        home.work(scene, clock=clock)


class Change:
    """A change that somebody makes in the portal, half a minute after a poll."""

    def __init__(
        self, portal: Simulator, clock: SharedClock, place: int, row: int, facts: dict[str, Any]
    ) -> None:
        self._portal, self.clock = portal, clock
        self._where, self._facts = (place, row), facts

    def make(self) -> datetime:
        self.clock.pass_time(PERIOD / 2)
        place, row = self._where
        self._portal.change(place, "client", row, **self._facts)
        return self.clock.now()


async def told(tools: Tools, practice: Practice, endpoint: str, change: Change) -> float:
    """Make a change and poll until it is told; after how many periods that was."""
    made, polls = change.make(), 0
    change.clock.pass_time(PERIOD / 2)
    while not await poll(tools, practice, endpoint):
        polls += 1
        assert polls < 5
        change.clock.pass_time(PERIOD)
    return (change.clock.now() - made).total_seconds() / PERIOD


async def poll(tools: Tools, practice: Practice, endpoint: str) -> int:
    """What a worker does each minute; how many events were taken."""
    await pipeline.sync(tools, practice, entities=KINDS)
    await pipeline.relay(tools)
    done = await pipeline.send_webhooks(tools, endpoint)
    assert isinstance(done, dict)
    return int(str(done["delivered"]))
