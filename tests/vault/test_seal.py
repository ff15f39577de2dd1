"""What the vault seals opens again in its own place only."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from automation.errors import Unready
from automation.model import Secret
from automation.vault import Vault

KEY = Secret("0f" * 32)
NAMES = st.text(max_size=20)
PLACES = st.tuples(NAMES, NAMES)


@given(place=PLACES, plaintext=st.binary(max_size=200))
def test_a_sealed_value_opens_in_its_own_place(place: tuple[str, str], plaintext: bytes) -> None:
    assert Vault(KEY).open(*place, Vault(KEY).seal(*place, plaintext)) == plaintext


@given(place=PLACES, other=PLACES)
def test_a_value_moved_to_another_practice_or_field_does_not_open(
    place: tuple[str, str], other: tuple[str, str]
) -> None:
    assume(place != other)
    sealed = Vault(KEY).seal(*place, b"word")
    with pytest.raises(Unready, match="changed or moved"):
        Vault(KEY).open(*other, sealed)


def test_the_border_between_practice_and_field_counts() -> None:
    sealed = Vault(KEY).seal("north|pass", "word", b"x")
    with pytest.raises(Unready):
        Vault(KEY).open("north", "pass|word", sealed)
    with pytest.raises(Unready):
        Vault(KEY).open("north|passw", "ord", sealed)


@given(data=st.data())
def test_a_value_with_any_bit_changed_does_not_open(data: st.DataObject) -> None:
    sealed = Vault(KEY).seal("north", "password", b"a word")
    at = data.draw(st.integers(0, len(sealed) - 1))
    flip = data.draw(st.integers(1, 255))
    changed = sealed[:at] + bytes([sealed[at] ^ flip]) + sealed[at + 1 :]
    with pytest.raises(Unready):
        Vault(KEY).open("north", "password", changed)


@given(length=st.integers(0, 34))
def test_a_value_cut_off_anywhere_does_not_open(length: int) -> None:
    sealed = Vault(KEY).seal("north", "password", b"a word")
    assert len(sealed) == 35
    with pytest.raises(Unready):
        Vault(KEY).open("north", "password", sealed[:length])


def test_another_key_does_not_open_and_the_error_says_what_to_do() -> None:
    sealed = Vault(KEY).seal("north", "password", b"a word")
    with pytest.raises(Unready) as caught:
        Vault(Secret("f0" * 32)).open("north", "password", sealed)
    assert "north" in caught.value.message
    assert "key file" in caught.value.remedy


def test_sealing_twice_gives_two_different_values() -> None:
    vault = Vault(KEY)
    assert vault.seal("north", "password", b"a word") != vault.seal("north", "password", b"a word")


def test_neither_the_vault_nor_a_sealed_value_shows_key_or_text() -> None:
    vault = Vault(KEY)
    sealed = vault.seal("north", "password", b"a word")
    assert KEY.reveal() not in f"{vault} {vault!r}"
    assert b"a word" not in sealed
