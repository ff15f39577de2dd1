"""Markup inside of JSON."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from automation.wire import markup_paths, opened, without_ways
from automation.wire.fragments import read_fragment

ROW = '<tr data-id="5"><td><a href="/P/5">Rex</a></td><td>dog</td></tr>'
CELL = '<a class="name" href="/P/5"><b>Rex</b></a>'


@pytest.mark.parametrize(
    "document,paths",
    [
        ({"html": ROW, "total": 1}, ["html"]),
        ({"d": {"html": f"<table><tr><th>A</th><th>B</th></tr>{ROW}</table>"}}, ["d.html"]),
        ({"aaData": [[CELL, "dog"], [CELL, "cat"]]}, ["aaData[][0]"]),
        ({"rows": [{"name": CELL}]}, ["rows[].name"]),
        (
            {"html": "<dl><dt>A</dt><dd>1</dd><dt>B</dt><dd>2</dd><dt>C</dt><dd>3</dd></dl>"},
            ["html"],
        ),
        ({"note": "<p>Calm, <b>eats</b> well.</p><p>Recheck</p>"}, []),
        ({"note": "weight < 5 kg", "x": "<5", "n": 5, "z": None}, []),
        ({"rows": ["<i class=icon></i>", "<b>Rex</b>"]}, []),
        ("plain", []),
    ],
)
def test_markup_is_read_where_it_says_more_than_a_text(
    document: JsonValue, paths: list[str]
) -> None:
    assert sorted(set(markup_paths(document))) == paths


def test_rows_in_a_text_stand_there_as_a_table() -> None:
    found = opened({"html": ROW, "total": 1}, ["html"])
    row = {"column 1": "Rex", "column 1@href": "/P/5", "column 1@href/2": "5", "column 2": "dog",
           "@data-id": "5", "@href": "/P/5", "@href/2": "5"}  # fmt: skip
    assert found == {
        "total": 1,
        "html": {
            "sections": {},
            "tables": {"table 1": [row]},
            "blocks": {},
            "links": {},
            "pages": 1,
        },
    }


def test_a_link_in_a_cell_is_its_text_and_where_it_leads() -> None:
    rows = opened({"rows": [[CELL, "x"], ["Mia", "y"], [None, "z"]]}, ["rows[][0]"])
    linked = {"text": "Rex", "@href": "/P/5", "@href/2": "5"}
    assert rows == {"rows": [[linked, "x"], [{"text": "Mia"}, "y"], [None, "z"]]}


def test_a_place_that_is_not_there_stays_away_and_what_is_read_is_read_once() -> None:
    assert opened({"total": 0}, ["html", "rows[].a", "total.x"]) == {"total": 0}
    once = opened({"html": ROW}, ["html"])
    assert opened(once, ["html"]) == once


def test_links_that_are_called_by_things_are_left_out_of_what_lasts() -> None:
    found = opened({"html": f"{ROW}", "n": "x"}, ["html"])
    kept = without_ways(found, ["html"])
    assert isinstance(kept, dict)
    assert set(kept["html"] or ()) == {"sections", "tables", "blocks"}  # type: ignore[arg-type]  # a document


@given(st.text("<>/=\"'abtdr &#", max_size=40))
def test_no_text_breaks_the_reading_of_a_fragment(text: str) -> None:
    assert isinstance(read_fragment(text), dict)
