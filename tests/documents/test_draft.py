"""A file becomes visible as a whole or not at all."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from automation.documents import draft_beside
from automation.errors import BadArgument, PortalDown, Unready


def test_a_draft_takes_the_place_of_the_file_when_all_went_well(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(b"before")
    with draft_beside(path) as draft:
        draft.write_bytes(b"after")
        assert path.read_bytes() == b"before"
    assert path.read_bytes() == b"after"
    assert [each.name for each in tmp_path.iterdir()] == ["x.pdf"]


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    with draft_beside(path) as draft:
        assert stat.S_IMODE(draft.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("problem", [PortalDown("cut off"), KeyboardInterrupt()])
def test_after_a_failure_nothing_is_left_and_what_was_there_stays(
    tmp_path: Path, problem: BaseException
) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(b"before")

    def write_half() -> None:
        with draft_beside(path) as draft:
            draft.write_bytes(b"half")
            raise problem

    with pytest.raises(type(problem)):
        write_half()
    assert path.read_bytes() == b"before"
    assert [each.name for each in tmp_path.iterdir()] == ["x.pdf"]


def test_a_disk_that_is_full_is_a_machine_to_mend(tmp_path: Path) -> None:
    told = pytest.raises(Unready, match="x.pdf was not written: No space left")
    with told as caught, draft_beside(tmp_path / "x.pdf"):
        raise OSError(28, "No space left on device")
    assert "Free some space" in caught.value.remedy
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_file_and_a_missing_folder_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="is a folder"), draft_beside(tmp_path):
        pass
    with pytest.raises(BadArgument, match="does not exist"), draft_beside(tmp_path / "a" / "b"):
        pass
