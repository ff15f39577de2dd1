"""A practice of a simulator joins as its owner would add it."""

from __future__ import annotations

from pathlib import Path

from automation.cli.demo.joining import join
from automation.cli.demo.simulator import Login, Running
from automation.model import Practice
from automation.pipeline import Tools
from tests.pipeline.scene import played


def test_what_the_simulator_does_not_say_is_that_of_its_portal(tmp_path: Path) -> None:
    async def scene(tools: Tools) -> Practice:
        portal = tools.catalog.portals()[0]
        secrets = {"credential.username": "kate", "credential.password": "open"}
        login = Login(secrets, "Kuusi, Animal Hospitals", path="/4")
        made = await join(tools, Running("http://127.0.0.1:1", portal), login)
        kind = tools.catalog.portal(portal)
        assert (made.timezone, made.currency) == (kind.timezone, kind.currency)
        assert await tools.store.practice(made.name) == made
        return made

    made = played(tmp_path, scene)
    assert (made.name, made.base_url) == ("kuusi-animal-hospitals", "http://127.0.0.1:1/4")
