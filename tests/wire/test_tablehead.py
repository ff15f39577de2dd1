"""The head of a table, and the places of its cells."""

from __future__ import annotations

import pytest

from automation.wire.pagetext import parse_html, shown
from automation.wire.tablehead import cells_of, head_and_body, is_headed, own_rows, placed

BODY = "<tr><td>1</td><td>2</td></tr>"


def named(html: str) -> list[str]:
    table = parse_html(html).css_first("table")
    assert table is not None
    return head_and_body(list(own_rows(table)))[0]


@pytest.mark.parametrize(
    "line",
    [
        "<tr><th>A</th><th>B</th></tr>",
        "<tr><td><b>A</b></td><td><strong>B</strong></td></tr>",
        "<tr><td><font color=white><b>A</b></font></td><td> <b><u>B</u></b> </td></tr>",
        "<tr><td><span><a href='?sort=a'><b>A</b></a></span></td><td><b>B</b></td></tr>",
        "<tr class='GridHdr'><td>A</td><td>B</td></tr>",
    ],
)
def test_a_first_line_that_stands_out_names_the_columns(line: str) -> None:
    assert named(f"<table>{line}{BODY}</table>") == ["A", "B"]


@pytest.mark.parametrize(
    "line",
    [
        "<tr><td><b>A</b> x</td><td><b>B</b></td></tr>",
        "<tr><td><font><b>A</b> x</font></td><td><b>B</b></td></tr>",
        "<tr><td><font>A</font></td><td><font>B</font></td></tr>",
    ],
)
def test_a_line_in_which_something_is_plain_is_a_row(line: str) -> None:
    assert named(f"<table>{line}{BODY}</table>") == []


def test_the_rows_of_a_table_inside_are_not_its_own() -> None:
    html = "<table><tr><td>1<table><tr><td>x</table></td></tr><tr><td>2</td></tr></table>"
    table = parse_html(html).css_first("table")
    assert table is not None
    assert [len(cells_of(row)) for row, _ in own_rows(table)] == [1, 1]
    assert not is_headed(table)


def test_a_cell_over_several_rows_stands_in_each_of_them() -> None:
    table = parse_html("<table><tr><td rowspan=2>a<td>1</tr><tr><td>2</tr></table>")
    lines = [cells_of(row) for row in table.css("tr")]
    found = [[(n, shown(cell)) for n, cell in line] for line in placed(lines, ["A", "B"])]
    assert found == [[("A", "a"), ("B", "1")], [("A", "a"), ("B", "2")]]
