"""A part of what a token reaches is exposed; never more than it reaches."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.model import Secret
from automation.serve.mcp import Within
from automation.serve.problems import Problem
from tests.serve.office import Office, in_office


def test_what_is_named_narrows_the_reach_and_never_widens_it(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        wide = await office.service.recognised(Secret(await office.token()))
        narrow = await office.service.recognised(Secret(await office.token(practices=("south",))))
        assert await Within().narrowed(office.service, wide) is wide
        one = await Within(practice="south").narrowed(office.service, wide)
        assert one.reach.practices == {"south"}
        assert one.actor == wide.actor
        both = await Within(portal="acme").narrowed(office.service, wide)
        assert both.reach.practices == {"north", "south"}
        same = await Within(portal="acme").narrowed(office.service, narrow)
        assert same.reach.practices == {"south"}
        for within, caller in (
            (Within(practice="north"), narrow),
            (Within(practice="strange"), wide),
            (Within(portal="other"), wide),
        ):
            with pytest.raises(Problem, match="reaches no practice"):
                await within.narrowed(office.service, caller)

    in_office(tmp_path, scene)
