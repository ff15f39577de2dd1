"""The stage of the journeys of this portal: homes that sign in as the portal's application.

Nothing between product and simulator is replaced.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from automation.model import Practice, Secret
from automation.pipeline import Tools
from tests import simulator
from tests.journeys.world import Home, name_of
from tests.simulator import Simulator

PORTAL: Final = "provet_cloud"
CURRENCIES: Final = {"EUR", "USD"}


def base_url(portal: Simulator, practice: simulator.Practice) -> str:
    """The base URL of a practice holds its provet_id."""
    return f"{portal.url}/{practice.id}"


def application(portal: Simulator, practice: simulator.Practice) -> dict[str, str]:
    """The client id and secret that the practice let in."""
    own = next(
        one
        for one in portal.door.ask("applications")
        if one["tenant"] == practice.id and one["grant"] == "client_credentials"
    )
    return {name: own[name] for name in ("client_id", "client_secret")}


def currency(portal: Simulator, practice: simulator.Practice) -> str:
    """ISO 4217 code of the practice's money."""
    told: Mapping[str, Any] = next(
        one for one in portal.door.ask("practices") if one["id"] == practice.id
    )
    return str(told["currency"])


def add_by_command(home: Home, portal: Simulator, practice: simulator.Practice) -> None:
    """Add a practice as a user does, with the application's client id and secret."""
    done = home.command(
        "practice",
        "add",
        name_of(practice),
        *("--portal", PORTAL),
        *("--base-url", base_url(portal, practice)),
        *("--label", practice.name),
        *("--timezone", practice.zone),
        *("--currency", currency(portal, practice)),
        *("--credentials", "-"),
        "--loopback",
        given=json.dumps(application(portal, practice)),
    )
    assert done.returncode == 0, done.stderr


async def add_practice(
    tools: Tools, portal: Simulator, practice: simulator.Practice, **changed: object
) -> Practice:
    """Add a practice in this process."""
    given = {
        "name": name_of(practice),
        "portal": PORTAL,
        "base_url": base_url(portal, practice),
        "label": practice.name,
        "timezone": practice.zone,
        "currency": currency(portal, practice),
        "loopback": True,
    }
    made = Practice.model_validate({**given, **changed})
    await tools.store.add_practice(made)
    for name, text in application(portal, practice).items():
        await tools.sessions.put_secret(made.name, f"oauth.{name}", Secret(text))
    return made


def moved_in(home: Home, portal: Simulator, **changed: object) -> None:
    """Add every practice of a simulator."""

    async def scene(tools: Tools) -> None:
        for practice in portal.practices():
            await add_practice(tools, portal, practice, **changed)

    home.work(scene)
