"""What came to stand in the way is put aside by a step that somebody accepted, and by no other.

A page of news covers the front of the portal; a person sees the step that is proposed, accepts it,
and takes it back. Terms and a bill are answered by nobody.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from automation import pipeline
from automation.catalog import Catalog
from automation.errors import PortalChanged
from automation.model import Heal, Incident, When
from automation.notify.letter import drift_letter, enclosed
from automation.pipeline import Tools
from automation.pipeline.mailing import alarm_of
from automation.pipeline.picturing import pictured
from tests import canary
from tests.journeys.test_no_secret_leaks import secrets_of as leaking
from tests.journeys.world import FLOWS, PORTAL, Home, moved_in, name_of
from tests.notify.letters import ENVELOPE
from tests.simulator import Simulator, running

pytestmark = pytest.mark.journey

FLOW = "list-suppliers"
NEWS, TERMS, BILL = "dom.flow.whatsnew#front", "dom.flow.terms#front", "dom.flow.interstitial#pay"


def played(home: Home, portal: Simulator, *mutations: str) -> bool:
    """Play the flow in the browser while the portal is changed so; whether it came to its end."""
    practice = name_of(portal.practices()[0])

    async def scene(tools: Tools) -> bool:
        try:
            await pipeline.capture_flow(tools, await tools.store.practice(practice), FLOW)
        except PortalChanged:
            return False
        return True

    portal.door.ask("mutations", {"on": list(mutations)})
    try:
        return home.work(scene)
    finally:
        portal.door.ask("mutations", {"on": []})


def known(home: Home) -> tuple[Heal, ...]:
    async def scene(tools: Tools) -> tuple[Heal, ...]:
        return await tools.heals.find(portal=PORTAL)

    return home.work(scene)


@pytest.mark.must_hold("drift")
def test_a_step_is_proposed_shown_accepted_and_taken_back(
    tmp_path: Path, measured: Callable[..., None], scale: Callable[[int, int], int]
) -> None:
    often = scale(1, 2)
    with running(PORTAL, patients=12) as portal:
        home = Home.new(tmp_path / "home", flows=shutil.copytree(FLOWS, tmp_path / "flows"))
        moved_in(home, portal)
        recorded = Catalog(home.flows).flow(PORTAL, FLOW)
        assert played(home, portal)
        for only_a_person in (TERMS, BILL)[:often]:
            assert not played(home, portal, only_a_person)
            assert known(home) == ()
        assert not played(home, portal, NEWS)
        [heal] = known(home)
        assert (heal.kind, heal.state, heal.action) == ("step", "proposed", "propose")
        assert Catalog(home.flows).flow(PORTAL, FLOW) == recorded
        shown = home.command("drift", "show", heal.id)
        assert "Got it" in shown.stdout, shown.stderr
        accepted = home.command("drift", "accept", heal.id[:6])
        assert accepted.returncode == 0
        assert isinstance(Catalog(home.flows).flow(PORTAL, FLOW).steps[1], When)
        runs = [played(home, portal, *each) for each in ((NEWS,), ())[:often]]
        measured("played over it", sum(runs))
        assert all(runs)
        taken_back = home.command("drift", "reject", heal.id)
        assert "reverted" in taken_back.stdout
        assert Catalog(home.flows).flow(PORTAL, FLOW) == recorded
        assert often == 1 or not played(home, portal, NEWS)
        assert [each.state for each in known(home)] == ["reverted"]
        told = [each.stdout.encode() for each in (shown, accepted, taken_back)]
        assert canary.scan([tmp_path, *told, *written(home)], secrets_of(home, portal)) == []


def written(home: Home) -> list[bytes]:
    """What people are told of all that was found: the history, the report, and each letter."""
    printed = [
        home.command("drift", *words).stdout.encode()
        for words in (("history",), ("show", "--all", "--json"), ("report", "--all", "--out", "-"))
    ]

    async def scene(tools: Tools) -> list[bytes]:
        found: dict[str, list[Incident]] = {}
        for incident in await tools.incidents.find():
            found.setdefault(incident.finding.fingerprint, []).append(incident)
        heals = await tools.heals.find()
        alarms = [alarm_of(each, heals) for each in found.values()]
        letters = [drift_letter(pictured(tools, alarm)) for alarm in alarms if alarm is not None]
        assert letters
        return [enclosed(each, ENVELOPE).as_bytes() for each in letters]

    return [*printed, *home.work(scene)]


def secrets_of(home: Home, portal: Simulator) -> dict[str, str]:
    """The login of the practice, the cookies of its session, and its tokens."""
    return leaking(home, portal, portal.practices()[0])
