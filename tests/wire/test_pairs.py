"""Labels with their values."""

from __future__ import annotations

import pytest

from automation.wire.pagetext import parse_html, says_something
from automation.wire.pairs import (
    is_pair_table,
    pairs_in,
    pairs_in_cells,
    pairs_of_list,
    pairs_of_sums,
    pairs_of_table,
    says_labels,
)


def inside(html: str) -> list[tuple[str, str]]:
    body = parse_html(html).body
    assert body is not None
    parts = [part for part in body.iter(include_text=True) if says_something(part)]
    return [(pair.label, pair.value) for pair in pairs_in(parts)]


@pytest.mark.parametrize(
    "html,pairs",
    [
        ("<b>Breed:</b> Beagle", [("Breed", "Beagle")]),
        ("<strong>Breed</strong>: Beagle", [("Breed", "Beagle")]),
        ("<b>A:</b> 1<br><b>B:</b> 2<br>3", [("A", "1"), ("B", "2\n3")]),
        ("<label>A</label><span>1</span>", [("A", "1")]),
        ("<span class=field-label>A</span><span></span>", [("A", "")]),
        ("<div class=lbl>A</div><div>1</div>", [("A", "1")]),
        ("<label>A *</label><p>1</p>", [("A", "1")]),
        ("<label>A</label><input name=a>", []),
        ("He is <b>Note:</b> x", []),
        ("<b>Bold</b> words", []),
        ("<b>Alone:</b>", []),
        ("<span class='label label-danger'>Urgent</span> call", []),
        ("<b>Visits:</b><table></table>", []),
    ],
)
def test_a_label_and_what_follows_it_are_a_pair(html: str, pairs: list[tuple[str, str]]) -> None:
    assert inside(html) == pairs


def test_a_definition_list_is_pairs_and_several_values_are_lines() -> None:
    node = parse_html("""<dl><dt>A:</dt><dd>1</dd><dd>2</dd><div><dt>B</dt><dt>C</dt>
      <dd><a href=/x/5>3</a></dd></div><dt>D</dt></dl>""").css_first("dl")
    assert node is not None
    found = [(p.label, p.value, p.beside) for p in pairs_of_list(node)]
    link = {"@href": "/x/5", "@href/2": "5"}
    assert found == [("A", "1\n2", {}), ("B", "3", link), ("C", "3", link), ("D", "", {})]


@pytest.mark.parametrize(
    "rows,is_pairs,says",
    [
        ("<tr><th>A</th><td>1</td></tr>", True, True),
        ("<tr><td>A:</td><td>1</td></tr>", True, True),
        ("<tr><td>A</td><td>1</td></tr>", True, False),
        ("<tr><th>A</th><td>1</td><th>B</th><td>2</td></tr>", True, True),
        ("<tr><td>A</td><td>1</td><td>B</td><td>2</td></tr>", False, False),
        ("<tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr>", False, False),
        ("<tr data-id=1><td>A</td><td>1</td></tr>", False, False),
        ("<tr><td>A</td></tr>", False, True),
    ],
)
def test_a_table_of_labels_has_no_header_and_alternates(
    rows: str,
    is_pairs: bool,
    says: bool,
) -> None:
    table = parse_html(f"<table>{rows}</table>").css_first("table")
    assert table is not None
    assert (is_pair_table(table), says_labels(table)) == (is_pairs, says)


def test_a_row_of_its_own_heads_the_pairs_below_it() -> None:
    table = parse_html("""<table><tr><td>A:</td><td>0</td></tr><tr><th colspan=2>Owner</th></tr>
      <tr><td>A:</td><td>1</td></tr></table>""").css_first("table")
    assert table is not None
    assert [(p.section, p.label, p.value) for p in pairs_of_table(table)] == [
        ("", "A", "0"),
        ("Owner", "A", "1"),
    ]


def in_cells(html: str) -> list[tuple[str, str]]:
    table = parse_html(html).css_first("table")
    assert table is not None
    return [(pair.label, pair.value) for pair in pairs_in_cells(table)]


def test_cells_that_each_hold_a_label_and_its_value_are_pairs() -> None:
    html = """<table><tr><td><b>Invoice:</b> 9001</td><td><b>Date:</b> 1/2/2026</td></tr>
      <tr><td><b>Client:</b> Ada<br><b>Phone:</b> 555</td><td></td></tr></table>"""
    assert in_cells(html) == [
        ("Invoice", "9001"),
        ("Date", "1/2/2026"),
        ("Client", "Ada"),
        ("Phone", "555"),
    ]


def test_labels_in_cells_of_their_own_are_not_pairs_inside_of_them() -> None:
    assert in_cells("<table><tr><td><b>Date:</b></td><td>1/2</td></tr></table>") == []
    assert in_cells("<table><tr><td><b>Date:</b> 1</td><td>plain</td></tr></table>") == []


def test_what_a_table_says_of_all_its_rows_is_a_pair() -> None:
    html = """<table><tr><th>A</th><th>B</th><th>C</th></tr><tr><td>1<td>2<td>3</tr>
      <tr><td colspan=2>Total:</td><td><a href="/due/7">3</a></td></tr></table>"""
    table = parse_html(html).css_first("table")
    assert table is not None
    (total,) = pairs_of_sums(table)
    assert (total.label, total.value, total.beside["@href/2"]) == ("Total", "3", "7")
