"""Captures every flow twice on a fresh simulator and infers its endpoints, as committed.

Run ``python -m tests.infer_endpoints [PORTAL] [FLOW ...]`` to write those of ``flows/`` anew, of
all flows or of some and the login; the tests use the same functions to see that the committed ones
are still what inference gives.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

from automation import wiring
from automation.infer import Inference
from automation.model import Practice, Secret
from automation.pipeline import (
    CAPTURES_PER_FLOW,
    Tools,
    capture_flow,
    capture_flows,
    infer_endpoints,
)
from automation.settings import Settings
from fixtures.common.totp import STEP_SECONDS
from tests.engine import run_engine
from tests.record_flows import FLOWS, STAGES, Stage, account_with_secret, chosen
from tests.simulator import Simulator


async def infer_anew(
    tools: Tools, simulator: Simulator, portal: str = "", names: Collection[str] = ()
) -> Inference:
    """Capture flows of a portal two times and infer; writes into the portal's folder.

    Args:
        tools: what to work with.
        simulator: the portal.
        portal: its folder, if it has another name than the simulator.
        names: flows to capture beside the login; all when empty.
    """
    portal = portal or simulator.portal
    practice = await practice_added(tools, simulator, portal)
    async with await tools.sessions.open(practice):
        simulator.clock.advance(STEP_SECONDS)  # a code works once
    for _ in range(CAPTURES_PER_FLOW):
        await capture_flow(tools, practice, "login")
        simulator.clock.advance(STEP_SECONDS)
    known = set(tools.catalog.flow_names(portal)) - {"login"}
    wanted = sorted(known & set(names) if names else known)
    await capture_flows(tools, practice, wanted, writes=True)
    return infer_endpoints(tools, portal)


async def practice_added(tools: Tools, simulator: Simulator, portal: str) -> Practice:
    """The first practice of a simulator, with a login that has a choice of practices."""
    place, account = simulator.practices()[0], account_with_secret(simulator)
    practice = Practice(
        name="captured",
        portal=portal,
        base_url=STAGES[simulator.portal].base_url(simulator, place.name),
        label=place.name,
        timezone=place.zone,
        loopback=True,
    )
    await tools.store.add_practice(practice)
    secrets = {"username": account.username, "password": account.password}
    for name, text in {**secrets, "totp": account.totp_secret or ""}.items():
        await tools.sessions.put_secret(practice.name, f"credential.{name}", Secret(text))
    return practice


async def _write(home: Path, stage: Stage, names: Collection[str]) -> Inference:
    with stage.running() as simulator:
        async with wiring.tools(Settings(home=home, flows=FLOWS)) as tools:
            return await infer_anew(tools, simulator, names=names)


if __name__ == "__main__":
    wanted, flows = chosen(sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        found = run_engine(_write(Path(folder), wanted, flows))
    for endpoint in found.endpoints:
        sys.stdout.write(f"{FLOWS.name}/{wanted.portal}/endpoints/{endpoint.endpoint}.yaml\n")
