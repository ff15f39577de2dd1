"""How far a sync came is read off what it wrote down on its way."""

from __future__ import annotations

from pathlib import Path

from automation.model import Coverage
from automation.pipeline import Headway, Tools, headway
from automation.store import Covered
from tests.fakes import START
from tests.pipeline.scene import NORTH, played


def covered(name: str, run: str, **facts: object) -> Covered:
    told = {"endpoint": name, "run": run, "began_at": START, **facts}
    return Covered(Coverage.model_validate(told), "files")


async def begun(tools: Tools, run: str, *read: Covered, kind: str = "sync") -> None:
    await tools.store.start_run(run, practice="north", kind=kind)
    intake = tools.store.intake(NORTH, run)
    for each in read:
        intake.cover(each)
    await intake.flush()


def test_what_the_run_under_way_has_read_is_told_and_what_it_has_not_begun_with(
    tmp_path: Path,
) -> None:
    async def scene(tools: Tools) -> list[Headway | None]:
        await tools.store.add_practice(NORTH)
        found = [await headway(tools, NORTH)]
        old = covered("list-clients", "1", ended="complete", items=900)
        await begun(tools, "1", old, covered("list-patients", "1", items=7))
        await tools.store.finish_run("1", outcome="succeeded")
        done = covered("list-clients", "2", ended="complete", items=950, total=950)
        await begun(tools, "2", done)
        await begun(tools, "3", kind="inbound")
        return [*found, await headway(tools, NORTH), await headway(tools, NORTH, ["client"])]

    nothing, whole, part = played(tmp_path, scene)
    assert nothing is None
    assert whole is not None
    assert part is not None
    assert (whole.run, whole.items) == ("2", 950)
    assert [each.endpoint for each in whole.read] == ["list-clients"]
    assert "list-patients" in whole.left
    assert "list-clients" not in whole.left
    assert set(part.left) < set(whole.left)
