"""Every kind of entity by its name."""

from __future__ import annotations

from automation.entities import ENTITIES, plural


def test_kinds_have_a_word_for_several() -> None:
    assert plural("patient") == "patients"
    assert plural("treatment_board_entry") == "treatment_board_entries"
    assert len({plural(kind) for kind in ENTITIES}) == len(ENTITIES)
