"""A copy is on the disk before it counts, and one export at a time writes it."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any, Final

import pytest

from automation.errors import Unready
from automation.pipeline import alone
from automation.serve import copies
from automation.serve.exporting import export_to
from automation.store import Reach
from tests.serve.office import Office, in_office, made

ALL: Final = Reach("default")
_HOLD_DUCK: Final = (
    "import duckdb, sys; d = duckdb.connect(sys.argv[1]); print(1, flush=1); input()"
)


def test_what_is_new_is_on_the_disk_before_it_counts_and_before_the_old_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, seen = tmp_path / "copy", list[tuple[str, Path]]()
    plain_sync, plain_replace, plain_gone = os.fsync, Path.replace, shutil.rmtree

    def sync(handle: int) -> None:
        seen.append(("disk", Path(f"/proc/self/fd/{handle}").readlink()))
        plain_sync(handle)

    def replace(self: Path, target: Path) -> Path:
        seen.append(("counts", target))
        return plain_replace(self, target)

    def gone(path: Path, **more: Any) -> None:  # noqa: ANN401
        seen.append(("gone", path))
        plain_gone(path, **more)

    async def scene(office: Office) -> None:
        await office.keep([made("patient", 1, name="Rex"), made("client", 1)])
        await export_to(place, "parquet", office.tools.store, ALL)
        await office.keep([made("patient", 1, name="Max")])
        monkeypatch.setattr(os, "fsync", sync)
        monkeypatch.setattr(Path, "replace", replace)
        monkeypatch.setattr(copies, "rmtree", gone)
        await export_to(place, "parquet", office.tools.store, ALL)
        monkeypatch.undo()

    in_office(tmp_path, scene)
    new = place / (place / ".live").readlink()
    counts = seen.index(("counts", place / ".live"))
    before = {path for what, path in seen[:counts] if what == "disk"}
    assert {new, *new.iterdir()} <= before
    after = [what for what, path in seen[counts:] if path == place or what == "gone"]
    assert after[0] == "disk"
    assert "gone" in after


def test_a_second_export_into_a_folder_is_refused_and_touches_nothing(tmp_path: Path) -> None:
    place = tmp_path / "copy"

    async def scene(office: Office) -> None:
        await office.keep([made("patient", 1, name="Rex")])
        await export_to(place, "parquet", office.tools.store, ALL)
        (place / ".copy-of-the-first").mkdir()
        with alone(place / ".lock", "another export writes this copy", "Wait."):
            with pytest.raises(Unready, match="another export writes this copy already") as caught:
                await export_to(place, "parquet", office.tools.store, ALL)
            assert "Wait until it is done" in caught.value.remedy
            assert (place / ".copy-of-the-first").exists()
        await export_to(place, "parquet", office.tools.store, ALL)
        assert not (place / ".copy-of-the-first").exists()

    in_office(tmp_path, scene)


def test_a_database_that_another_process_has_open_is_refused_until_it_ends(tmp_path: Path) -> None:
    place = tmp_path / "copy.duckdb"

    async def scene(office: Office) -> None:
        await office.keep([made("patient", 1, name="Rex")])
        await export_to(place, "duckdb", office.tools.store, ALL)
        told = [sys.executable, "-c", _HOLD_DUCK, str(place)]
        other = await asyncio.create_subprocess_exec(*told, stdin=PIPE, stdout=PIPE)
        assert other.stdout is not None
        assert await other.stdout.readline()
        with pytest.raises(Unready, match="open elsewhere") as caught:
            await export_to(place, "duckdb", office.tools.store, ALL)
        assert "then run again" in caught.value.remedy
        other.kill()
        await other.wait()
        await export_to(place, "duckdb", office.tools.store, ALL)

    in_office(tmp_path, scene)
