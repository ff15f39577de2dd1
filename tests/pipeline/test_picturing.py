"""A finding of a page is told with sketches of it, and one without pages without."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from automation.catalog import Catalog
from automation.model import (
    Capture,
    Click,
    Element,
    Finding,
    Flow,
    Goto,
    Portal,
    Severity,
    Snapshot,
    Target,
)
from automation.notify import Alarm
from automation.pipeline import Tools
from automation.pipeline.picturing import pictured
from tests import canary
from tests.fakes import START
from tests.page.test_sketch import is_marked as has_red
from tests.pipeline.scene import NORTH, PORTAL, played

SAVE = Element(role="button", name="Save", tag="button", evidence={"box": "600 40 120 40"})
NAME = "Canary Whiskerson"
ROW = Element(role="link", name=NAME, tag="a", evidence={"box": "10 200 300 20"})
FLOW = Flow(
    flow="a-list",
    portal=PORTAL,
    effect="read",
    steps=(Goto(url="/"), Click(target=Target(role="button", name="Save"))),
)


def finding(**more: object) -> Alarm:
    facts = {"portal": PORTAL, "practice": "north", "flow": "a-list", "step": "2"}
    told = {"rule": "dom.loc.missing", "severity": Severity.BREAKING, "subject": "button Save"}
    made = Finding.model_validate({**facts, **told, **more})
    return Alarm(finding=made, practices=("north",), since=START + timedelta(hours=2, minutes=1))


def keep(tools: Tools, at: datetime, *snapshots: Snapshot, well: bool = True) -> None:
    writer = tools.archive.writer(NORTH)
    for each in snapshots:
        writer.snapshot(each, None)
    head = Capture(
        id=f"{at:%Y%m%dT%H%M%S%f}-a-list",
        flow="a-list",
        portal=PORTAL,
        practice="north",
        base_url=NORTH.base_url,
        started_at=at,
        timezone="UTC",
    )
    (writer.finish if well else writer.abandon)(head)


def page(step: str, *elements: Element) -> Snapshot:
    return Snapshot(step=step, taken=0, url="/", title=NAME, aria=NAME, elements=elements)


def looked_at(home: Path, scene: Callable[[Tools], None]) -> None:
    async def whole(tools: Tools) -> None:
        files = Catalog(home.parent / "flows")
        files.write_portal(Portal(portal=PORTAL, title="Acme", hosts=()))
        files.write_flow(FLOW)
        await tools.store.add_practice(NORTH)
        scene(replace(tools, catalog=files))

    played(home, whole)


def is_marked(png: bytes | None) -> bool:
    assert png is not None
    return has_red(png)


@pytest.mark.parametrize("stopped", ["1-failed", "2-failed"])
def test_the_control_is_marked_where_it_was_and_nowhere_once_it_is_gone(
    tmp_path: Path, stopped: str
) -> None:
    """A page is called after the last step that acted: the one before where nothing was found."""

    def scene(tools: Tools) -> None:
        keep(tools, START, page("1", SAVE, ROW), page("2", ROW))
        keep(tools, START + timedelta(hours=2), page("1", ROW), page(stopped, ROW), well=False)
        told = pictured(tools, finding())
        assert is_marked(told.before)
        assert not is_marked(told.after)
        assert told.before is not None
        assert told.after is not None
        assert canary.scan([told.before, told.after], {"name": NAME}) == []

    looked_at(tmp_path / "home", scene)


def test_a_page_on_which_a_run_stopped_before_is_not_shown(tmp_path: Path) -> None:
    def scene(tools: Tools) -> None:
        keep(tools, START, page("1", SAVE, ROW), page("2", ROW))
        keep(tools, START + timedelta(hours=2), page("0-failed", ROW), well=False)
        told = pictured(tools, finding())
        assert is_marked(told.before)
        assert told.after is None

    looked_at(tmp_path / "home", scene)


def test_a_control_that_moved_is_marked_in_both(tmp_path: Path) -> None:
    def scene(tools: Tools) -> None:
        moved = SAVE.model_copy(update={"evidence": {"box": "20 40 120 40"}})
        keep(tools, START, page("1", SAVE, ROW), page("2", ROW))
        keep(tools, START + timedelta(hours=2), page("1", moved, ROW), page("2", ROW))
        told = pictured(tools, finding())
        assert is_marked(told.before)
        assert is_marked(told.after)
        assert told.before != told.after

    looked_at(tmp_path / "home", scene)


def test_names_that_our_flows_have_are_read_and_those_of_records_are_not(tmp_path: Path) -> None:
    def drawn(home: Path, *elements: Element) -> bytes:
        found: list[bytes | None] = []

        def scene(tools: Tools) -> None:
            keep(tools, START, page("1", *elements), page("2", *elements))
            keep(tools, START + timedelta(hours=2), page("1", *elements), page("2", *elements))
            found.append(pictured(tools, finding(rule="dom.loc.changed")).before)

        looked_at(home, scene)
        [picture] = found
        assert picture is not None
        return picture

    other = ROW.model_copy(update={"name": "Somebody Else"})
    wide = SAVE.model_copy(update={"evidence": {"box": "10 300 120 40"}})
    strange = wide.model_copy(update={"name": "Salvar"})
    one = drawn(tmp_path / "one" / "home", SAVE, ROW, wide)
    assert drawn(tmp_path / "two" / "home", SAVE, other, wide) == one
    assert drawn(tmp_path / "three" / "home", SAVE, ROW, strange) != one


@pytest.mark.parametrize(
    "more", [{"rule": "net.op.gone"}, {"step": ""}, {"step": "9"}, {"step": "1"}, {"flow": "none"}]
)
def test_what_is_about_no_control_has_no_sketch(tmp_path: Path, more: dict[str, object]) -> None:
    def scene(tools: Tools) -> None:
        for hours in (0, 2):
            keep(tools, START + timedelta(hours=hours), page("1", SAVE), page("2", ROW))
        told = pictured(tools, finding(**more))
        assert (told.before, told.after) == (None, None)

    looked_at(tmp_path / "home", scene)


def test_without_pages_or_with_damaged_ones_a_letter_has_no_sketch(tmp_path: Path) -> None:
    def scene(tools: Tools) -> None:
        assert pictured(tools, finding()).before is None
        for hours in (0, 2):
            keep(tools, START + timedelta(hours=hours), page("1", SAVE), page("2", ROW))
        for file in (tmp_path / "home" / "captures").rglob("snapshots.ndjson"):
            file.write_bytes(b"broken\\n")
        assert pictured(tools, finding()).before is None

    looked_at(tmp_path / "home", scene)
