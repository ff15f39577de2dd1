"""Whoever shows a valid token is recognised with what it reaches; nobody else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.model import Secret
from automation.serve.problems import Problem
from tests.serve.office import Office, in_office


def test_a_token_is_recognised_with_the_practices_it_reaches(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        text = await office.token("patients:read", practices=("north",))
        caller = await office.service.recognised(Secret(text))
        assert caller.may("patients:read")
        assert list(await office.service.practices(caller)) == ["north"]
        for shown in (None, Secret(""), Secret(f"{text}x")):
            with pytest.raises(Problem) as refused:
                await office.service.recognised(shown)
            assert (refused.value.status, refused.value.code) == (401, "unauthenticated")

    in_office(tmp_path, scene)
