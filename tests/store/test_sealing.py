"""What the portal said stands in the open for simulators only."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.errors import Unready
from automation.store import Store
from automation.store.sealing import open_raw, seal_raw
from tests.databases import files_of
from tests.store.support import NORTH, SOUTH, in_store, patients, pet
from tests.vaults import vault_for

RAW = b'{"Name":"Rex"}'


def test_the_vault_seals_a_raw_item_to_its_entity() -> None:
    vault = vault_for("north", "south")
    sealed = seal_raw(vault, SOUTH, "pat_1", RAW)
    assert b"Rex" not in sealed
    assert open_raw(vault, SOUTH, "pat_1", sealed) == RAW
    elsewhere = SOUTH.model_copy(update={"name": "north"})
    for practice, entity in ((elsewhere, "pat_1"), (SOUTH, "pat_2")):
        with pytest.raises(Exception, match="does not open"):
            open_raw(vault, practice, entity, sealed)


def test_what_a_simulator_made_up_is_not_sealed() -> None:
    vault = vault_for("north", "south")
    assert seal_raw(vault, NORTH, "pat_1", RAW) == RAW
    assert open_raw(vault, NORTH, "pat_1", RAW) == RAW


def test_what_stands_in_the_open_where_it_should_be_sealed_is_refused() -> None:
    with pytest.raises(Unready, match="not a sealed value"):
        open_raw(vault_for("south"), SOUTH, "pat_1", RAW)


def test_no_byte_of_a_sealed_item_stands_in_the_database(tmp_path: Path) -> None:
    async def scene(store: Store) -> None:
        item = pet(1, Hidden="unmapped and private")
        await store.upsert(patients(item, practice=SOUTH), practice=SOUTH, run="r1")
        (row,) = await store.rows("patient")
        assert await store.raw("patient", row.id) == item

    in_store(tmp_path / "store.db", scene)
    [folder] = files_of(tmp_path / "store.db")
    everything = b"".join(file.read_bytes() for file in folder.iterdir())
    assert b"etavirp dna deppamnu" in everything  # sealed by reversing it
    assert b"unmapped and private" not in everything
