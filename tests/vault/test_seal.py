"""What the vault seals opens again in its own place only."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from automation.errors import Unready
from automation.model import DataKey
from automation.vault import FileRing, GivenRing, Vault, make_key_file
from tests.vaults import KEY, OTHER_KEY, vault_for

VAULT = vault_for("north", "south")
PRACTICES = st.sampled_from(["north", "south"])
PLACES = st.tuples(PRACTICES, st.text(max_size=20), st.integers(1, 5))


def key_of(practice: str, vault: Vault) -> DataKey:
    return vault.new_key(practice, beside=())


@given(place=PLACES, plaintext=st.binary(max_size=200))
def test_a_sealed_value_opens_in_its_own_place(
    place: tuple[str, str, int], plaintext: bytes
) -> None:
    practice, field, version = place
    sealed = VAULT.seal(practice, field, plaintext, version)
    assert VAULT.open(practice, field, sealed, version) == plaintext


@given(place=PLACES, other=PLACES)
def test_a_value_moved_to_another_practice_field_or_version_does_not_open(
    place: tuple[str, str, int], other: tuple[str, str, int]
) -> None:
    assume(place != other)
    sealed = VAULT.seal(*place[:2], b"word", place[2])
    with pytest.raises(Unready, match="changed or moved"):
        VAULT.open(*other[:2], sealed, other[2])


def test_the_border_between_practice_and_field_counts() -> None:
    """Two names share one data key here, so that only the place tells them apart."""
    vault = Vault(GivenRing(KEY))
    key = key_of("north|pass", vault)
    vault.learn([key])
    sealed = vault.seal("north|pass", "word", b"x")
    vault._keys["north"] = vault._keys["north|passw"] = key  # noqa: SLF001 - the point of the test
    for place in (("north", "pass|word"), ("north|passw", "ord")):
        with pytest.raises(Unready):
            vault.open(*place, sealed)


@given(data=st.data())
def test_a_value_with_any_bit_changed_does_not_open(data: st.DataObject) -> None:
    sealed = VAULT.seal("north", "password", b"a word")
    at = data.draw(st.integers(0, len(sealed) - 1))
    flip = data.draw(st.integers(1, 255))
    changed = sealed[:at] + bytes([sealed[at] ^ flip]) + sealed[at + 1 :]
    with pytest.raises(Unready):
        VAULT.open("north", "password", changed)


@given(length=st.integers(0, 34))
def test_a_value_cut_off_anywhere_does_not_open(length: int) -> None:
    sealed = VAULT.seal("north", "password", b"a word")
    assert len(sealed) == 35
    with pytest.raises(Unready):
        VAULT.open("north", "password", sealed[:length])


def test_a_value_of_the_first_format_is_told_apart() -> None:
    sealed = b"\x01" + VAULT.seal("north", "password", b"a word")[1:]
    with pytest.raises(Unready, match="earlier version of vetportal sealed it") as caught:
        VAULT.open("north", "password", sealed)
    assert "enter the value again" in caught.value.remedy


def test_plain_text_in_the_place_of_a_sealed_value_is_refused() -> None:
    for plain in (b"", b"hunter2", b"hunter2" * 20, b'{"cookies": []}'):
        with pytest.raises(Unready, match="not a sealed value"):
            VAULT.open("north", "password", plain)


def test_another_data_key_does_not_open() -> None:
    sealed = VAULT.seal("north", "password", b"a word")
    with pytest.raises(Unready, match="the key is another one") as caught:
        vault_for("north").open("north", "password", sealed)
    assert "north" in caught.value.message


def test_another_key_encryption_key_is_named_and_so_is_where_it_was_looked_for() -> None:
    key = key_of("north", vault_for())
    other = Vault(GivenRing(OTHER_KEY))
    other.learn([key])
    with pytest.raises(Unready, match=f"VETPORTAL_KEY is not the key .*'north'.* {key.kek}$"):
        other.seal("north", "password", b"a word")
    with pytest.raises(Unready, match="is not the key of this database"):
        other.new_key("south", beside=[key.kek])


def test_a_practice_without_a_data_key_seals_and_opens_nothing() -> None:
    with pytest.raises(Unready, match="practice 'west' has no data key"):
        VAULT.seal("west", "password", b"a word")
    with pytest.raises(Unready, match="practice 'west' has no data key"):
        VAULT.open("west", "password", VAULT.seal("north", "password", b"a word"))


@pytest.mark.parametrize(
    "damage",
    [
        {"practice": "south"},
        {"version": 2},
        {"wrapped": b""},
        {"wrapped": b"\x00" * 60},
    ],
)
def test_a_data_key_that_was_moved_or_changed_does_not_open(damage: dict[str, object]) -> None:
    vault = Vault(GivenRing(KEY))
    moved = key_of("north", vault).model_copy(update=damage)
    vault.learn([moved])
    with pytest.raises(Unready, match=f"data key of practice {moved.practice!r} does not open"):
        vault.seal(moved.practice, "password", b"a word")


def test_a_data_key_that_was_replaced_is_used_from_then_on() -> None:
    vault = vault_for("north")
    sealed = vault.seal("north", "password", b"a word")
    vault.learn([key_of("north", vault)])
    with pytest.raises(Unready):
        vault.open("north", "password", sealed)


def test_a_data_key_wrapped_again_opens_what_it_sealed_before(tmp_path: Path) -> None:
    make_key_file(tmp_path / "key")
    vault = Vault(FileRing(tmp_path / "key"))
    key = key_of("north", vault)
    vault.learn([key])
    sealed = vault.seal("north", "password", b"a word")
    running = Vault(FileRing(tmp_path / "key"))
    running.learn([key])  # and not used yet
    kek = vault.begin_rotation()
    again = vault.rewrap(key)
    vault.end_rotation()
    assert (again.kek, again.kek != key.kek, again.wrapped != key.wrapped) == (kek, True, True)
    for reader, known in ((vault, again), (running, key), (running, again)):
        reader.learn([known])
        assert reader.open("north", "password", sealed) == b"a word"
    fresh = Vault(FileRing(tmp_path / "key"))
    fresh.learn([again])
    assert fresh.open("north", "password", sealed) == b"a word"
    fresh.learn([key])
    with pytest.raises(Unready, match="is not the key of this database"):
        fresh.open("north", "password", sealed)


def test_a_key_seen_under_a_rotation_opens_after_it_though_it_was_not_used(tmp_path: Path) -> None:
    """The old key is found when the data key is met, not when it is needed."""
    make_key_file(tmp_path / "key")
    rotating = Vault(FileRing(tmp_path / "key"))
    running = Vault(FileRing(tmp_path / "key"))
    rotating.begin_rotation()
    key = key_of("north", rotating)  # wrapped by the second key
    running.learn([key])
    rotating.end_rotation()
    rotating.begin_rotation()
    rotating.end_rotation()  # the second key is gone from the file
    assert running.seal("north", "password", b"a word")


def test_sealing_twice_gives_two_different_values() -> None:
    first, second = (VAULT.seal("north", "password", b"a word") for _ in range(2))
    assert first != second


def test_neither_the_vault_nor_a_sealed_value_shows_key_or_text() -> None:
    sealed = VAULT.seal("north", "password", b"a word")
    assert KEY.reveal() not in f"{VAULT} {VAULT!r}"
    assert b"a word" not in sealed
