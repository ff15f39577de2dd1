"""The same repair of the same file is one repair, wherever it was worked out."""

from __future__ import annotations

from tests.store.test_heals import HEAL, OTHER


def test_the_same_repair_has_the_same_id_wherever_it_was_worked_out() -> None:
    elsewhere = HEAL.model_copy(update={"practice": "north", "fingerprint": ""})
    assert elsewhere.id == HEAL.id
    assert OTHER.id != HEAL.id
