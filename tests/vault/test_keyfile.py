"""One key file, made once, for its owner only, replaced as a whole."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from automation.errors import Unready
from automation.model import Secret
from automation.vault import make_key_file
from automation.vault.keyfile import new_key, read_keys, replace_keys


def test_the_file_is_made_for_its_owner_only_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "home" / "vault.key"
    assert make_key_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    [key] = read_keys(path)
    assert len(bytes.fromhex(key.reveal())) == 32
    assert not make_key_file(path)
    assert read_keys(path) == (key,)
    assert [file.name for file in path.parent.iterdir()] == ["vault.key"]


def test_a_strange_umask_does_not_change_who_may_read_the_key(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make_key_file(tmp_path / "vault.key")
        replace_keys(tmp_path / "vault.key", [new_key()])
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "vault.key").stat().st_mode) == 0o600


def test_two_homes_have_two_keys(tmp_path: Path) -> None:
    make_key_file(tmp_path / "a.key")
    make_key_file(tmp_path / "b.key")
    assert read_keys(tmp_path / "a.key") != read_keys(tmp_path / "b.key")


def test_many_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"

    def first_use(_: int) -> str:
        make_key_file(path)
        return read_keys(path)[0].reveal()

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(first_use, range(32)))
    assert len(keys) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["vault.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o606, 0o644])
def test_a_key_that_others_can_use_is_refused_with_the_command_that_helps(
    tmp_path: Path, mode: int
) -> None:
    path = tmp_path / "vault.key"
    make_key_file(path)
    path.chmod(mode)
    with pytest.raises(Unready) as caught:
        read_keys(path)
    assert f"{mode:04o}" in caught.value.message
    assert f"chmod 600 {path}" in caught.value.remedy
    assert "vault rotate-key" in caught.value.remedy


def test_a_key_cut_off_anywhere_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    make_key_file(path)
    whole = path.read_bytes()
    for length in range(len(whole) - 1):
        path.write_bytes(whole[:length])
        assert not make_key_file(path)
        with pytest.raises(Unready, match="damaged") as caught:
            read_keys(path)
        assert path.read_bytes() == whole[:length]
        assert whole[16:48].decode() not in f"{caught.value} {caught.value.remedy}"


@pytest.mark.parametrize(
    "content",
    [
        b"vetportal-key-2 " + b"0" * 64 + b"\n",
        b"vetportal-key-1 " + b"0" * 65 + b"\n",
        b"vetportal-key-1 " + b"g" * 64 + b"\n",
        b"vetportal-key-1 " + b"0" * 64 + b"\nmore\n",
        b"vetportal-key-1 " + b"0" * 64 + b"\nvetportal-key-1 " + b"1" * 63 + b"\n",
        b"\nvetportal-key-1 " + b"0" * 64 + b"\n",
        (b"vetportal-key-1 " + b"0" * 64 + b"\n") * 100,
        b"\xff" * 80,
    ],
)
def test_anything_but_lines_of_the_known_version_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "vault.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(Unready, match="damaged"):
        read_keys(path)


def test_keys_are_replaced_as_a_whole_and_the_first_stays_first(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    make_key_file(path)
    keys = (new_key(), *read_keys(path))
    replace_keys(path, keys)
    assert read_keys(path) == keys
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["vault.key"]


def test_a_draft_that_a_killed_process_left_is_gone_after_the_next_replacement(
    tmp_path: Path,
) -> None:
    path = tmp_path / "vault.key"
    make_key_file(path)
    (tmp_path / ".vault.key.rotation").write_text("half of a k")
    replace_keys(path, [new_key()])
    assert [file.name for file in tmp_path.iterdir()] == ["vault.key"]


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    whole, link = tmp_path / "elsewhere" / "key", tmp_path / "vault.key"
    make_key_file(whole)
    link.symlink_to(whole)
    fresh = new_key()
    replace_keys(link, [fresh])
    assert link.is_symlink()
    assert read_keys(whole) == read_keys(link) == (fresh,)


def test_a_folder_that_cannot_be_written_keeps_the_old_keys(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    make_key_file(path)
    (tmp_path / ".vault.key.rotation").mkdir()  # also root cannot write a file of this name
    before = read_keys(path)
    with pytest.raises(Unready, match="cannot be used"):
        replace_keys(path, [new_key()])
    assert read_keys(path) == before


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unready, match="cannot be used"):
        read_keys(tmp_path)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(Unready, match="cannot be used"):
        make_key_file(tmp_path / "home" / "vault.key")


def test_no_key_is_printed(tmp_path: Path) -> None:
    make_key_file(tmp_path / "vault.key")
    keys = read_keys(tmp_path / "vault.key")
    assert isinstance(keys[0], Secret)
    assert f"{keys}" == "(***,)"
