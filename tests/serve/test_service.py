"""A service knows callers by their tokens, and what they may see."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.model import Secret
from automation.serve.problems import Problem
from tests.serve.office import Office, in_office


def test_a_caller_is_known_by_a_valid_token_and_sees_its_practices(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        wide = await office.service.recognised(Secret(await office.token()))
        assert list(await office.service.practices(wide)) == ["north", "south"]
        narrow = await office.service.recognised(Secret(await office.token(practices=("south",))))
        assert list(await office.service.practices(narrow)) == ["south"]
        for shown in (None, Secret(""), Secret("vp_0123456789_nothing")):
            with pytest.raises(Problem) as told:
                await office.service.recognised(shown)
            assert (told.value.status, told.value.code) == (401, "unauthenticated")

    in_office(tmp_path, scene)
