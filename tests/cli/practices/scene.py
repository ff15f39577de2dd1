"""Practices in a home, added without the command line, and what the audit log says of them."""

from __future__ import annotations

import json
from typing import Any

from automation.model import Organization, Practice
from automation.pipeline import Tools
from automation.store import Organizations
from tests.journeys.world import PORTAL, Home

NORTH = Practice(name="north", portal=PORTAL, base_url="https://clinic.example")


def moved_in(home: Home, *practices: Practice) -> None:
    async def scene(tools: Tools) -> None:
        known = {each.name for each in await Organizations(tools.store.database).all()}
        for name in {each.organization for each in practices} - known:
            await Organizations(tools.store.database).add(Organization(name=name))
        for practice in practices:
            await tools.store.add_practice(practice)

    home.work(scene)


def kept(home: Home, name: str = "north") -> Practice:
    async def scene(tools: Tools) -> Practice:
        return await tools.store.practice(name)

    return home.work(scene)


def told(home: Home, *words: str) -> dict[str, Any]:
    """What a command that succeeds prints as JSON."""
    done = home.command(*words, "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def actions(home: Home) -> list[tuple[str, str]]:
    """What the audit log holds: action and organization, in order."""
    lines = home.command("audit", "export").stdout.splitlines()
    entries = sorted((json.loads(line) for line in lines), key=lambda entry: entry["at"])
    return [(entry["action"], entry["organization"]) for entry in entries]
