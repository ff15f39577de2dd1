"""One key file, made once, for its owner only."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from automation.errors import Unready
from automation.vault import load_or_create_key


def test_the_first_call_makes_the_file_for_its_owner_only_and_the_next_ones_read_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "home" / "vault.key"
    key = load_or_create_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(bytes.fromhex(key.reveal())) == 32
    assert load_or_create_key(path) == key
    assert [file.name for file in path.parent.iterdir()] == ["vault.key"]


def test_a_strange_umask_does_not_change_who_may_read_the_key(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        load_or_create_key(tmp_path / "vault.key")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "vault.key").stat().st_mode) == 0o600


def test_two_homes_have_two_keys(tmp_path: Path) -> None:
    assert load_or_create_key(tmp_path / "a.key") != load_or_create_key(tmp_path / "b.key")


def test_many_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: load_or_create_key(path).reveal(), range(32)))
    assert len(keys) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["vault.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o606, 0o644])
def test_a_key_that_others_can_use_is_refused_with_the_command_that_helps(
    tmp_path: Path, mode: int
) -> None:
    path = tmp_path / "vault.key"
    load_or_create_key(path)
    path.chmod(mode)
    with pytest.raises(Unready) as caught:
        load_or_create_key(path)
    assert f"{mode:04o}" in caught.value.message
    assert f"chmod 600 {path}" in caught.value.remedy


def test_a_key_cut_off_anywhere_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    load_or_create_key(path)
    whole = path.read_bytes()
    for length in range(len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(Unready, match="damaged") as caught:
            load_or_create_key(path)
        assert path.read_bytes() == whole[:length]
        assert whole[16:48].decode() not in f"{caught.value} {caught.value.remedy}"


@pytest.mark.parametrize(
    "content",
    [
        b"vetportal-key-2 " + b"0" * 64 + b"\n",
        b"vetportal-key-1 " + b"0" * 65 + b"\n",
        b"vetportal-key-1 " + b"g" * 64 + b"\n",
        b"vetportal-key-1 " + b"0" * 64 + b"\nmore\n",
        b"\xff" * 80,
    ],
)
def test_anything_but_one_line_of_the_known_version_is_refused(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "vault.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(Unready, match="damaged"):
        load_or_create_key(path)


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unready, match="cannot be used"):
        load_or_create_key(tmp_path)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(Unready, match="cannot be used"):
        load_or_create_key(tmp_path / "home" / "vault.key")
