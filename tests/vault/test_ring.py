"""Where keys are found, and how the one in use changes under other processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.errors import BadArgument, Unready
from automation.model import Secret
from automation.vault import FileRing, GivenRing, make_key_file
from automation.vault.keyfile import new_key, read_keys, replace_keys

FIRST, SECOND = Secret("0f" * 32), Secret("f0" * 32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "vault.key"
    make_key_file(found)
    return found


def test_a_rotation_puts_a_new_key_first_and_leaves_it_alone_at_the_end(path: Path) -> None:
    ring = FileRing(path)
    before = ring.current().id
    after = ring.begin_rotation().id
    assert [len(read_keys(path)), ring.current().id] == [2, after]
    assert after != before
    ring.end_rotation()
    assert [len(read_keys(path)), ring.current().id] == [1, after]


def test_a_rotation_that_was_interrupted_goes_on_with_the_key_it_made(path: Path) -> None:
    begun = FileRing(path).begin_rotation().id
    again = FileRing(path)
    assert again.begin_rotation().id == begun
    assert len(read_keys(path)) == 2


def test_a_process_that_runs_finds_the_new_key_and_keeps_the_old(path: Path) -> None:
    running, rotating = FileRing(path), FileRing(path)
    before = running.current().id
    after = rotating.begin_rotation().id
    rotating.end_rotation()
    for kek in (before, after):
        found = running.find(kek)
        assert found is not None
        assert found.id == kek
    assert running.current().id == after
    assert FileRing(path).find(before) is None


def test_a_key_that_is_nowhere_is_not_found(path: Path) -> None:
    assert FileRing(path).find("0123456789abcdef") is None
    assert GivenRing(FIRST).find("0123456789abcdef") is None


def test_a_ring_of_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unready, match="cannot be used"):
        FileRing(tmp_path / "vault.key")


def test_a_ring_says_where_its_keys_are(path: Path) -> None:
    assert FileRing(path).place == str(path)
    assert GivenRing(FIRST).place == "VETPORTAL_KEY"


def test_given_keys_wrap_with_the_new_one_and_open_with_both() -> None:
    ring = GivenRing(SECOND, FIRST)
    old, new = GivenRing(FIRST).current(), GivenRing(SECOND).current()
    assert ring.current().id == new.id
    unwrapping = ring.find(old.id)
    assert unwrapping is not None
    assert unwrapping.unwrap(old.wrap(b"key", b"here"), b"here") == b"key"
    assert ring.begin_rotation().id == new.id
    ring.end_rotation()
    assert ring.find(old.id) is not None


@pytest.mark.parametrize("previous", [None, FIRST])
def test_a_rotation_of_given_keys_needs_two_different_ones(previous: Secret | None) -> None:
    with pytest.raises(BadArgument) as caught:
        GivenRing(FIRST, previous).begin_rotation()
    assert "VETPORTAL_KEY_PREVIOUS" in caught.value.remedy
    assert FIRST.reveal() not in f"{caught.value}{caught.value.remedy}"


def test_a_key_file_written_by_hand_may_hold_the_key_of_the_environment(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    replace_keys(path, [FIRST])
    assert FileRing(path).current().id == GivenRing(FIRST).current().id


def test_fresh_keys_differ() -> None:
    assert len({new_key().reveal() for _ in range(50)}) == 50
