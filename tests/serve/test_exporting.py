"""A copy is what is stored, whole or not at all, and follows it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from automation.entities import ENTITIES, Entity, plural
from automation.errors import BadArgument
from automation.model import Secret
from automation.serve import copies, exporting
from automation.serve.copies import schema_of
from automation.serve.exporting import export_to
from automation.store import Reach, Scope
from tests import canary
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
    return [*folder.rglob(".copy-*")][1:]  # the one that counts is there


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


class Killed(BaseException):
    """The process is gone."""


def killing(monkeypatch: pytest.MonkeyPatch, steps: int) -> list[int]:
    """The process is killed when it took so many steps of replacing, linking and removing.

    How many are left is in the list that comes back.
    """
    left = [steps]
    steps_of: list[tuple[Any, str]] = [
        *((Path, name) for name in ("replace", "symlink_to", "hardlink_to", "unlink")),
        (copies, "rmtree"),
    ]
    for owner, name in steps_of:
        plain = getattr(owner, name)

        def counted(*given: Any, _plain: Any = plain, **more: Any) -> Any:  # noqa: ANN401
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            return _plain(*given, **more)

        monkeypatch.setattr(owner, name, counted)
    return left


def shown(place: Path) -> tuple[dict[str, str], int, int]:
    """Names of the patients, how many clients there are, and up to where the copy goes."""
    clients = pq.read_table(place / "clients.parquet").num_rows
    state = json.loads((place / "export.json").read_text())
    return names(place, "parquet"), clients, state["sequence"]


@pytest.mark.parametrize("older", [False, True])
def test_a_copy_is_the_one_before_or_the_new_one_wherever_an_export_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, older: bool
) -> None:
    async def scene(office: Office) -> int:
        store, first = office.tools.store, tmp_path / "first"
        await office.keep(pets(1))
        await export_to(first, "parquet", store, ALL)
        if older:  # files stood in the open
            for path in [path for path in first.iterdir() if path.is_file()]:
                content = path.read_bytes()
                path.unlink()
                path.write_bytes(content)
            for path in first.glob(".*"):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        before = shown(first)
        await office.keep([*pets(1, name="Max"), *pets(2)])
        await office.keep([made("client", 1)])

        async def killed_after(steps: int) -> tuple[Path, int]:
            place = tmp_path / f"copy{steps}"
            shutil.copytree(first, place, symlinks=True)
            with monkeypatch.context() as patch, suppress(Killed):
                left = killing(patch, steps)
                await export_to(place, "parquet", store, ALL)
            return place, steps - left[0]

        _, whole = await killed_after(10**6)
        seen = set()
        for steps in (0, 1, whole // 3, whole // 2, *range(whole - 4, whole)):
            place, _ = await killed_after(steps)
            found = shown(place)
            seen.add(found == before)
            assert found == before or found[:2] == (NEW, 1), steps
            await export_to(place, "parquet", store, ALL)
            assert shown(place)[:2] == (NEW, 1)
            assert unfinished(place) == []
        assert seen == {True, False}
        return whole

    assert in_office(tmp_path, scene) > 3


NEW: Final = {id_of("patient", 1): "Max", id_of("patient", 2): "Rex 2"}


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


@pytest.mark.parametrize("form", FORMS)
def test_no_secret_of_a_practice_and_nothing_of_its_raw_items_gets_into_a_copy(
    tmp_path: Path, form: str
) -> None:
    place, secrets = tmp_path / "copy", {"password": "Canary-of-the-login", "raw": "Canary-of-raw"}

    async def scene(office: Office) -> None:
        secret = Secret(secrets["password"])
        await office.tools.sessions.put_secret("north", "credential.password", secret)
        await office.keep(pets(1, raw=f'{{"token": "{secrets["raw"]}"}}'.encode()))
        await export_to(place, form, office.tools.store, ALL)

    in_office(tmp_path / "office", scene)
    assert canary.scan([place], secrets) == []
    assert canary.scan([place], {"id": id_of("patient", 1)})  # it would be seen
