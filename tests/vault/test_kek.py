"""A key-encryption key wraps a data key for one place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.model import Secret
from automation.vault.kek import DoesNotOpen, LocalKek

KEK = LocalKek(Secret("0f" * 32))
OTHER = LocalKek(Secret("f0" * 32))


@given(plain=st.binary(min_size=1, max_size=64), place=st.binary(max_size=30))
def test_what_was_wrapped_unwraps_in_its_place_only(plain: bytes, place: bytes) -> None:
    wrapped = KEK.wrap(plain, place)
    assert KEK.unwrap(wrapped, place) == plain
    with pytest.raises(DoesNotOpen):
        KEK.unwrap(wrapped, place + b"x")
    with pytest.raises(DoesNotOpen):
        OTHER.unwrap(wrapped, place)


@given(data=st.data())
def test_what_was_changed_or_cut_off_does_not_unwrap(data: st.DataObject) -> None:
    wrapped = KEK.wrap(b"k" * 32, b"here")
    at = data.draw(st.integers(0, len(wrapped) - 1))
    flipped = wrapped[:at] + bytes([wrapped[at] ^ data.draw(st.integers(1, 255))])
    for damaged in (flipped + wrapped[at + 1 :], wrapped[:at]):
        with pytest.raises(DoesNotOpen):
            KEK.unwrap(damaged, b"here")


def test_the_same_key_has_the_same_name_everywhere_and_another_has_another() -> None:
    assert LocalKek(Secret("0f" * 32)).id == KEK.id != OTHER.id
    assert len(KEK.id) == 16


def test_neither_name_nor_object_shows_the_key() -> None:
    assert "0f0f0f" not in f"{KEK.id} {KEK} {KEK!r}"
    assert not hasattr(KEK, "__dict__")
