"""A limit that nobody documents is found at a portal that has one, by its refusals alone."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

import pytest

from automation.model import AllowList, Call, Pace, Portal, Practice
from automation.transport import HttpDoor
from tests.engine import run_engine
from tests.fakes import SharedClock
from tests.simulator import running

pytestmark = pytest.mark.journey

PORTAL: Final = "covetrus_pulse"
LIMIT: Final = 5
"""Requests that the portal takes in any second."""
SETTLING: Final = 300.0


@pytest.mark.must_hold("writes")
def test_most_of_a_limit_that_nobody_documents_is_used_and_it_is_seldom_met(
    scale: Callable[[float, float], float], measured: Callable[..., None]
) -> None:
    seconds = scale(120.0, 1800.0)
    with running(PORTAL, patients=5) as portal:
        practice = Practice(name="north", portal=PORTAL, base_url=portal.url, loopback=True)
        allowed = AllowList.of(Portal(portal=PORTAL, title="Pulse", hosts=()), practice)
        clock = SharedClock(portal)
        portal.faults.add("/", "limit", times=LIMIT, seconds=1.0)

        async def reads(door: HttpDoor, until: float) -> None:
            while clock.monotonic() < until:
                reply = await door.send(Call("GET", f"{portal.url}/"))
                assert reply.status < 400
                await clock.sleep(0.01)

        async def scene() -> tuple[int, int]:
            async with HttpDoor(allowed, Pace(), clock=clock, rng=Random(7)) as door:
                for until in (SETTLING, SETTLING + seconds):
                    portal.reset_counts()
                    await reads(door, until)
            counts = portal.counts()
            return counts["exchanges"], counts.get("faults", {}).get("429", 0)

        taken, refused = run_engine(scene())
    measured("used of an undocumented limit", f"{taken / (LIMIT * seconds):.0%}")
    measured("requests that met it", f"{refused} of {taken + refused}")
    assert taken >= 0.8 * LIMIT * seconds
    assert refused < 0.01 * (taken + refused)
