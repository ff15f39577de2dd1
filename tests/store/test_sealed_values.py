"""A sealed value stands under a number that grows, and opens under that number only."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.errors import NotKnown, Unready
from automation.store import Sealed, Store
from automation.vault import Vault
from tests.databases import execute, url_of
from tests.engine import run_engine
from tests.fakes import VirtualClock
from tests.store.support import NORTH, SOUTH, in_store
from tests.vaults import vault_for


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_a_value_takes_the_place_of_the_one_before_under_the_next_number(path: Path) -> None:
    async def scene(store: Store) -> list[Sealed | None]:
        await store.put_sealed("north", "session", b"one")
        await store.put_sealed("north", "session", b"two")
        await store.put_sealed("south", "session", b"south")
        with pytest.raises(NotKnown, match="no practice is named 'west'"):
            await store.put_sealed("west", "session", b"x")
        places = (("north", "session"), ("south", "session"), ("north", "other"))
        return [await store.get_sealed(*place) for place in places]

    assert in_store(path, scene) == [
        Sealed(b"\x01north:session:2:owt", 2),
        Sealed(b"\x01south:session:1:htuos", 1),
        None,
    ]


def test_a_value_is_put_over_the_one_that_was_seen_and_no_other(path: Path) -> None:
    async def scene(store: Store) -> tuple[list[bool], Sealed | None]:
        kept = [
            await store.put_sealed_over("north", "session", plain, seen=seen)
            for plain, seen in ((b"a", 1), (b"b", 0), (b"c", 0), (b"d", 1), (b"e", 1))
        ]
        return kept, await store.get_sealed("north", "session")

    kept = [False, True, False, True, False]
    assert in_store(path, scene) == (kept, Sealed(b"\x01north:session:2:d", 2))


def opened(path: Path, practice: str, field: str) -> bytes:
    """What the place holds, opened as `session` opens it."""

    async def scene() -> bytes:
        sealer = vault_for()
        store = await Store.open(url_of(path), clock=VirtualClock(), sealer=sealer)
        try:
            found = await store.get_sealed(practice, field)
            assert found is not None
            return sealer.open(practice, field, found.blob, found.version)
        finally:
            await store.close()

    return run_engine(scene())


@pytest.fixture
def sealed(path: Path) -> Path:
    """Two practices with two fields each; the password of north was put twice."""

    async def scene(sealer: Vault) -> None:
        store = await Store.open(url_of(path), clock=VirtualClock(), sealer=sealer)
        for practice in (NORTH, SOUTH):
            await store.add_practice(practice)
            for field in ("password", "totp"):
                await store.put_sealed(practice.name, field, f"{practice.name} {field}".encode())
        await store.put_sealed("north", "password", b"north password, the second")
        await store.close()

    run_engine(scene(vault_for()))
    return path


def change(path: Path, *statements: str) -> None:
    for statement in statements:
        execute(path, statement)


def test_another_process_opens_what_was_put(sealed: Path) -> None:
    assert opened(sealed, "north", "password") == b"north password, the second"
    assert opened(sealed, "south", "totp") == b"south totp"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "practice = 'south' AND field = 'password'",
        "practice = 'north' AND field = 'totp'",
    ],
)
def test_a_blob_from_another_row_does_not_open(sealed: Path, elsewhere: str) -> None:
    other = f"SELECT blob FROM sealed_value WHERE {elsewhere}"  # noqa: S608 - no input
    change(
        sealed,
        f"UPDATE sealed_value SET version = 1, blob = ({other}) "  # noqa: S608 - no input
        "WHERE practice = 'north' AND field = 'password'",
    )
    with pytest.raises(Unready, match="sealed field 'password' of practice 'north' does not open"):
        opened(sealed, "north", "password")


def test_an_old_blob_does_not_open_under_a_newer_number(sealed: Path) -> None:
    change(sealed, "UPDATE sealed_value SET version = version + 1 WHERE field = 'totp'")
    with pytest.raises(Unready, match="changed or moved"):
        opened(sealed, "north", "totp")


def test_a_practice_whose_data_key_is_gone_opens_nothing(sealed: Path) -> None:
    change(sealed, "DELETE FROM data_key WHERE practice = 'north'")
    with pytest.raises(Unready, match="practice 'north' has no data key"):
        opened(sealed, "north", "password")
    assert opened(sealed, "south", "password") == b"south password"
