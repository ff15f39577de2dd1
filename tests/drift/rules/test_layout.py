"""Frames, tables, lists, and the page as a whole."""

from __future__ import annotations

from automation.drift import Baseline, judge
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
