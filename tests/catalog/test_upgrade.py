from __future__ import annotations

import pytest

from automation.catalog.upgrade import LADDERS, upgrade


def test_an_old_file_climbs_every_step_of_its_ladder() -> None:
    ladder = (
        lambda document: {"version": 1, "steps": document["actions"]},
        lambda document: {**document, "portal": "acme"},
    )
    lifted = {"version": 3, "steps": [], "portal": "acme"}
    assert upgrade({"version": 1, "actions": []}, ladder) == lifted
    assert upgrade({"version": 2, "steps": []}, ladder) == lifted
    assert upgrade(lifted, ladder) == lifted


def test_a_file_newer_than_the_program_is_refused_with_what_it_reads() -> None:
    with pytest.raises(ValueError, match="4 is not known here; this program reads 1 to 3"):
        upgrade({"version": 4}, (dict, dict))


@pytest.mark.parametrize("kind", LADDERS)
def test_a_file_of_the_present_format_stays_as_it_is(kind: str) -> None:
    document = {"version": len(LADDERS[kind]) + 1, "x": 1}
    assert upgrade(document, LADDERS[kind]) == document
