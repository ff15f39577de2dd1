"""Frames, tables, lists, and the page as a whole."""

from __future__ import annotations

from automation.drift import Baseline, Consumption, judge
from automation.model import Snapshot
from tests.drift.screens import (
    CONSUMPTION,
    listing,
    login,
    page_severities,
    shown,
    with_evidence,
)

HEAD = '- navigation "Top":\n  - link "Pets"\n- table "Pets":\n'


def table(*headers: str, cells: tuple[str, ...] = ("Bo", "2026-01-11"), rows: int = 3) -> str:
    head = "".join(f'    - columnheader "{header}"\n' for header in headers)
    body = "".join(f'    - cell "{cell}"\n' for cell in cells)
    return f"{HEAD}  - row:\n{head}" + f"  - row:\n{body}" * rows


def test_columns_in_another_order_are_cosmetic() -> None:
    told = page_severities(login(), listing(aria=table("Born", "Name", cells=("2026-01-11", "B"))))
    assert told["dom.table.reorder"] == "cosmetic"


def test_another_header_breaks_where_it_is_used() -> None:
    told = page_severities(login(), listing(aria=table("Title", "Born")))
    assert told["dom.table.header"] == "breaking"


def test_cells_that_are_written_otherwise_are_risky() -> None:
    told = page_severities(
        login(), listing(aria=table("Name", "Born", cells=("Pet 1x", "11.01.2026")))
    )
    assert told["dom.table.format"] == "risky"


def test_a_table_without_rows_is_risky() -> None:
    told = page_severities(login(), listing(aria=table("Name", "Born", rows=0)))
    assert told["dom.list.empty"] == "risky"


def test_a_control_in_a_frame_and_out_of_one_breaks() -> None:
    framed = with_evidence(0, frame="/inner")
    assert page_severities(framed, listing())["dom.frame.in"] == "breaking"
    grown = Baseline(portal="p", practice="q", flow="f")
    for _ in range(3):
        grown = judge(grown, shown(framed), CONSUMPTION).baseline
    told = judge(grown, shown(login()), CONSUMPTION).findings
    assert [(f.rule, str(f.severity)) for f in told] == [("dom.frame.out", "breaking")]


def test_something_over_a_control_is_risky() -> None:
    assert page_severities(with_evidence(2, covered="yes"), listing()) == {"dom.overlay": "risky"}


def test_a_page_that_was_rebuilt_around_what_we_use_is_cosmetic() -> None:
    boxes = "\n".join(f"- group:\n  - region:\n    - img\n    - figure: x{n}" for n in range(30))
    told = page_severities(login(aria=boxes), listing())
    assert told == {"dom.struct": "cosmetic"}


def test_other_rows_on_other_days_are_silent() -> None:
    for day in range(100, 115):
        assert page_severities(login(), listing(day)) == {}


def test_a_table_that_holds_a_part_of_its_rows_breaks_where_it_is_used() -> None:
    assert page_severities(login(), listing(drawn={"Pets": "part"})) == {"dom.virtual": "breaking"}
    told = page_severities(login(), listing(drawn={"Pets": "part"}), use=Consumption())
    assert told == {"dom.virtual": "cosmetic"}


def test_a_table_that_becomes_a_drawing_breaks() -> None:
    told = page_severities(login(), listing(aria="- text: x", drawn={"canvas": "canvas"}))
    assert told["dom.virtual"] == "breaking"


def test_a_table_that_always_counted_its_rows_has_grown_at_most() -> None:
    grown = Baseline(portal="p", practice="q", flow="f")
    for day in range(3):
        seen = shown(login(), listing(day, drawn={"Pets": "whole"}))
        grown = judge(grown, seen, CONSUMPTION).baseline
    told = judge(grown, shown(login(), listing(3, drawn={"Pets": "part"})), CONSUMPTION).findings
    assert told == ()


def test_a_page_in_other_colours_is_cosmetic_and_one_button_is_nothing() -> None:
    plain, red = "rgb(0, 0, 0); 14px serif", "rgb(200, 0, 0); 14px serif"
    grown = Baseline(portal="p", practice="q", flow="f")
    for _ in range(3):
        grown = judge(grown, shown(painted(plain, plain, plain)), CONSUMPTION).baseline
    other = judge(grown, shown(painted(red, red, plain)), CONSUMPTION).findings
    assert [(one.rule, str(one.severity)) for one in other] == [("dom.visual", "cosmetic")]
    assert judge(grown, shown(painted(plain, plain, red)), CONSUMPTION).findings == ()


def painted(*paints: str) -> Snapshot:
    """The page to sign in at, with its controls drawn so."""
    page = login()
    elements = tuple(
        each.model_copy(update={"evidence": {**each.evidence, "paint": paint}})
        for each, paint in zip(page.elements, paints, strict=True)
    )
    return page.model_copy(update={"elements": elements})
