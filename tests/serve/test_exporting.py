"""A copy is what is stored, whole or not at all, and follows it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from automation.entities import ENTITIES, Entity, plural
from automation.errors import BadArgument
from automation.serve import exporting
from automation.serve.exporting import export_to, schema_of
from automation.store import Reach, Scope
from tests.serve.office import NORTH, SOUTH, START, STRANGE, Office, id_of, in_office, made

ALL: Final = Reach("default")
FORMS: Final = ("parquet", "duckdb")


def names(place: Path, form: str) -> dict[str, str]:
    """Names of the patients in a copy, by id."""
    if form == "parquet":
        table = pq.read_table(place / "patients.parquet").to_pylist()
        return {row["id"]: row["name"] for row in table}
    with duckdb.connect(str(place), read_only=True) as database:
        return dict(database.execute("SELECT id, name FROM patients").fetchall())


def unfinished(folder: Path) -> list[Path]:
    return list(folder.rglob("*.part"))


def files_of(place: Path) -> list[Path]:
    return [each for each in (place, *place.rglob("*")) if each.is_file()]


def pets(*numbers: int, **more: Any) -> list[Entity]:  # noqa: ANN401
    return [made("patient", n, **{"name": f"Rex {n}", **more}) for n in numbers]


@pytest.mark.parametrize("kind", ENTITIES)
def test_every_field_that_is_shown_has_a_column(kind: str) -> None:
    assert {*schema_of(kind).names} == {*ENTITIES[kind].model_fields} - {
        "raw", "content_hash", "run"
    }  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_copy_follows_what_changes_and_what_is_removed(tmp_path: Path, form: str) -> None:
    place = tmp_path / "copy"

    async def scene(office: Office) -> None:
        store = office.tools.store
        await office.keep(pets(*range(1, 8)))
        await office.keep([made("patient", 1, STRANGE, name="Not ours")], STRANGE)
        await office.keep([made("appointment", 1, start_at=START)])
        first = await export_to(place, form, store, ALL)
        assert (first.whole, first.rows) == (True, {"patients": 7, "appointments": 1})
        assert len(names(place, form)) == 7
        await store.start_run("r2", practice="north", kind="sync")
        left = [*pets(1, 2, 3, 4, 5), *pets(6, name="Max"), *pets(9)]
        await store.upsert(left, practice=NORTH, run="r2")
        await store.sweep("patient", scope=Scope("north"), run="r2")
        later = await export_to(place, form, store, ALL)
        assert (later.whole, later.rows) == (False, {"patients": 2})
        found = names(place, form)
        assert found[id_of("patient", 6)] == "Max"
        assert {*found} == {id_of("patient", n) for n in (1, 2, 3, 4, 5, 6, 9)}
        again = await export_to(place, form, store, ALL)
        assert (again.whole, again.rows, again.sequence) == (False, {}, later.sequence)

    in_office(tmp_path, scene)


@pytest.mark.parametrize("form", FORMS)
def test_an_export_that_fails_leaves_the_copy_before(
    tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "copy"

    async def scene(office: Office) -> None:
        store = office.tools.store
        await office.keep(pets(1))
        await export_to(place, form, store, ALL)
        await office.keep([*pets(1, name="Max"), *pets(2)])
        await office.keep([made("client", 1)])
        plain: Callable[[Any], Any] = exporting._plain  # noqa: SLF001 - broken here on purpose

        def broken(value: Any) -> Any:  # noqa: ANN401
            if value == "Max":
                raise OSError("the disk is full")
            return plain(value)

        with monkeypatch.context() as patch:
            patch.setattr(exporting, "_plain", broken)
            with pytest.raises(OSError, match="disk"):
                await export_to(place, form, store, ALL)
        assert names(place, form) == {id_of("patient", 1): "Rex 1"}
        assert unfinished(tmp_path) == []
        await export_to(place, form, store, ALL)
        assert {*names(place, form).values()} == {"Max", "Rex 2"}

    in_office(tmp_path, scene)


@pytest.mark.parametrize("form", FORMS)
def test_a_copy_belongs_to_one_choice_and_to_its_owner(tmp_path: Path, form: str) -> None:
    place = tmp_path / "copy"

    async def scene(office: Office) -> None:
        store = office.tools.store
        await office.keep(pets(1))
        await office.keep([made("patient", 1, SOUTH, name="South")], SOUTH)
        await export_to(place, form, store, Reach("default", frozenset({"north"})))
        assert [*names(place, form).values()] == ["Rex 1"]
        with pytest.raises(BadArgument, match="practices north"):
            await export_to(place, form, store, ALL)
        assert {each.stat().st_mode & 0o077 for each in files_of(place)} == {0}

    in_office(tmp_path, scene)


def test_kinds_have_files_of_their_own() -> None:
    assert len({plural(kind) for kind in ENTITIES}) == len(ENTITIES)


@pytest.mark.parametrize("form", FORMS)
def test_nothing_of_a_practice_that_left_stays_in_a_copy(tmp_path: Path, form: str) -> None:
    place = tmp_path / "copy"

    async def scene(office: Office) -> None:
        store = office.tools.store
        await office.keep(pets(1))
        await office.keep([made("patient", 1, SOUTH, name="South")], SOUTH)
        await export_to(place, form, store, ALL)
        assert {*names(place, form).values()} == {"Rex 1", "South"}
        await store.update_practice(SOUTH.model_copy(update={"organization": "strangers"}))
        await export_to(place, form, store, ALL)
        assert [*names(place, form).values()] == ["Rex 1"]

    in_office(tmp_path, scene)
