"""Tables as rows by the header of the column."""

from __future__ import annotations

from html import escape

from hypothesis import given
from hypothesis import strategies as st

from automation.wire import table_rows
from automation.wire.pagetext import parse_html, shown
from automation.wire.tablehead import is_headed
from automation.wire.tables import is_layout, rows_of, sums_of


def rows(html: str, css: str = "tbody tr") -> object:
    return table_rows(parse_html(html), css)


def whole(html: str) -> list[object]:
    table = parse_html(html).css_first("table")
    assert table is not None
    return list(rows_of(table))


def test_a_row_is_its_cells_by_the_header_of_the_column() -> None:
    html = """<table><thead><tr><th>Name</th><th> Owner
      name </th><th></th></tr></thead><tbody>
      <tr id="r7" data-id="7" class="x"><td>Rex</td><td>Ada&nbsp;B</td>
          <td><a href="/e/7">edit</a><a href="/d/7">x</a></td></tr></tbody></table>"""
    assert rows(html) == [
        {
            "Name": "Rex",
            "Owner name": "Ada B",
            "column 3": "edit x",
            "column 3@href": "/e/7",
            "column 3@href/2": "7",
            "@id": "r7",
            "@data-id": "7",
            "@href": "/e/7",
            "@href/2": "7",
        }
    ]


def test_a_header_row_without_thead_is_no_item() -> None:
    html = "<table><tr><th>A</th></tr><tr><td>1</td></tr></table>"
    assert rows(html, "table tr") == [{"A": "1"}]


def test_each_row_has_the_headers_of_its_own_table() -> None:
    html = "".join(
        f"<table class=t><tr><th>{name}</th></tr><tr><td>1</td></tr></table>" for name in "AB"
    )
    assert rows(html, "table.t tr") == [{"A": "1"}, {"B": "1"}]


def test_without_any_header_columns_are_counted() -> None:
    assert rows("<table><tr><td>a</td><td>b</td></tr></table>", "tr") == [
        {"column 1": "a", "column 2": "b"}
    ]


def test_only_the_rows_that_a_selector_matches_are_read() -> None:
    html = "<table><tr><th>A</th></tr><tr class=y><td>1</td></tr><tr><td>2</td></tr></table>"
    assert rows(html, "tr.y") == [{"A": "1"}]


def test_a_table_without_rows_is_empty_and_no_table_is_none() -> None:
    html = "<table id=t><tbody></tbody></table>"
    assert rows(html, "#t tbody > tr") == []
    assert rows(html, "#other tbody tr") is None


def test_rows_that_come_without_their_table_are_rows() -> None:
    assert rows("<!-- part --> <tr><td>a</td></tr><tr><td>b</td></tr>", "tr") == [
        {"column 1": "a"},
        {"column 1": "b"},
    ]


def test_a_cell_across_the_table_is_no_row() -> None:
    head = "<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody>"
    assert whole(f"{head}<tr><td colspan=2>No records found</td></tr></table>") == []
    assert whole(f"{head}<tr><td colspan='100%'>Loading ...</td></tr></table>") == []
    assert whole(f"{head}<tr><td>No records found</td></tr></table>") == []


def test_a_cell_across_the_table_below_a_row_belongs_to_that_row() -> None:
    html = """<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr>
      <tr><td colspan=2>more of 1</td></tr><tr><td colspan=2>and more</td></tr>
      <tr><td>3</td><td>4</td></tr></table>"""
    assert whole(html) == [
        {"A": "1", "B": "2", "@below": "more of 1\nand more"},
        {"A": "3", "B": "4"},
    ]


def test_a_pager_in_the_last_row_says_nothing_of_the_row_above() -> None:
    html = """<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr>
      <tr><td colspan=2><table><tr><td>1</td><td><a href="?p=2">2</a></td></tr></table></tr>
      </table>"""
    assert whole(html) == [{"A": "1", "B": "2"}]


def test_a_header_across_the_table_is_the_group_of_the_rows_after_it() -> None:
    html = """<table><thead><tr><th>A</th><th>B</th></tr></thead><tr><th colspan=2>May</th></tr>
      <tr><td>1</td><td>2</td></tr><tr><th colspan=2>June</th></tr><tr><td>3</td><td>4</td></tr>"""
    assert whole(html) == [
        {"A": "1", "B": "2", "@group": "May"},
        {"A": "3", "B": "4", "@group": "June"},
    ]


def test_a_row_that_begins_with_a_header_cell_is_a_row() -> None:
    html = """<table><tr><th>Test</th><th>Value</th></tr>
      <tr><th scope=row>BUN</th><td>12</td></tr></table>"""
    assert whole(html) == [{"Test": "BUN", "Value": "12"}]


def test_hidden_rows_headers_that_come_again_and_the_foot_are_no_rows() -> None:
    html = """<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody>
      <tr hidden><td>t</td><td>t</td></tr><tr style="display: none"><td>u</td><td>u</td></tr>
      <tr><td>1</td><td>2</td></tr><tr><th>A</th><th>B</th></tr></tbody>
      <tfoot><tr><td>Total</td><td>2</td></tr></tfoot></table>"""
    assert whole(html) == [{"A": "1", "B": "2"}]


def test_a_pager_that_leads_nowhere_says_nothing_of_the_row_above() -> None:
    for pager in ("<td colspan=2>1", "<td colspan=2>Page 1 of 1", "<td colspan=2 class=pgr>- 1 -"):
        html = f"<table><tr><th>A</th><th>B</th></tr><tr><td>1<td>2</tr><tr>{pager}</tr></table>"
        assert whole(html) == [{"A": "1", "B": "2"}]


def test_cells_across_the_table_with_which_it_begins_are_groups() -> None:
    lines = """<tr><td colspan=2>May</td></tr><tr><td>1</td><td>2</td></tr>
      <tr><td colspan=2>June</td></tr><tr><td>3</td><td>4</td></tr>"""
    assert whole(f"<table><tr><th>A</th><th>B</th></tr>{lines}</table>") == [
        {"A": "1", "B": "2", "@group": "May"},
        {"A": "3", "B": "4", "@group": "June"},
    ]


def test_a_message_above_the_rows_is_no_group_of_them() -> None:
    html = """<table><tr><th>A</th><th>B</th></tr><tr><td colspan=2>9 records found</td></tr>
      <tr><td>1</td><td>2</td></tr><tr><td colspan=2>calm</td></tr></table>"""
    assert whole(html) == [{"A": "1", "B": "2", "@below": "calm"}]


def test_a_row_that_is_classed_as_a_group_heads_the_rows_after_it() -> None:
    html = """<table><tr><th>A</th><th>B</th></tr><tr class=row-group><td colspan=2>May</td></tr>
      <tr><td>1</td><td>2</td></tr></table>"""
    assert whole(html) == [{"A": "1", "B": "2", "@group": "May"}]


LINES = "<tr><td>Exam<td>1<td>50.00</tr><tr><td>Bath<td>2<td>40.00</tr>"
SUMS = """<tr><td colspan=2>Subtotal<td>90.00</tr><tr><td colspan=2><b>Total due:</b>
  <td><b>95.40</b></tr>"""


def test_sums_below_the_rows_are_no_rows() -> None:
    html = f"<table><tr><th>Item</th><th>Qty</th><th>Price</th></tr>{LINES}{SUMS}</table>"
    assert [row["Item"] for row in whole(html) if isinstance(row, dict)] == ["Exam", "Bath"]


def test_sums_of_a_table_without_rows_are_no_rows() -> None:
    assert whole(f"<table><tr><th>Item</th><th>Qty</th><th>Price</th></tr>{SUMS}</table>") == []


def test_sums_are_told_by_their_labels_wherever_they_stand() -> None:
    for part in (SUMS, f"</tbody><tfoot>{SUMS}</tfoot>"):
        html = f"<table><tr><th>Item</th><th>Qty</th><th>Price</th></tr>{LINES}{part}</table>"
        table = parse_html(html).css_first("table")
        assert table is not None
        found = [(shown(label), shown(value)) for label, value in sums_of(table)]
        assert found == [("Subtotal", "90.00"), ("Total due:", "95.40")]


def test_rows_that_all_begin_with_a_wide_cell_are_rows() -> None:
    html = "<table><tr><td colspan=2>Exam<td>5</tr><tr><td colspan=2>Bath<td>7</tr></table>"
    assert len(whole(html)) == 2


def test_a_cell_over_several_rows_stands_in_each_of_them() -> None:
    html = """<table><tr><th>Patient</th><th>Date</th></tr>
      <tr data-id=1><td rowspan=2>Rex</td><td>1/1</td></tr>
      <tr data-id=2><td>2/2</td></tr></table>"""
    assert whole(html) == [
        {"Patient": "Rex", "Date": "1/1", "@data-id": "1"},
        {"Patient": "Rex", "Date": "2/2", "@data-id": "2"},
    ]


def test_no_column_behind_a_wide_cell_is_lost() -> None:
    html = "<table><tr><td colspan=2>A<td>B<td>x<tr><td colspan=2>C<td>D<td>y</table>"
    assert whole(html) == [
        {"column 1": "A", "column 3": "B", "column 4": "x"},
        {"column 1": "C", "column 3": "D", "column 4": "y"},
    ]


def test_headers_that_stand_twice_are_told_apart() -> None:
    html = "<table><tr><th>S</th><th>S</th><th>S</th></tr><tr><td>1<td>2<td>3</table>"
    assert whole(html) == [{"S": "1", "S (2)": "2", "S (3)": "3"}]


def test_a_first_row_in_bold_is_a_header() -> None:
    html = "<table><tr><td><b>A</b></td><td><strong>B</strong></td></tr><tr><td>1<td>2</table>"
    assert whole(html) == [{"A": "1", "B": "2"}]


def test_headers_in_two_lines_are_read_from_the_top_and_a_title_line_is_none() -> None:
    html = """<table><thead><tr><th colspan=3>Doses given</th></tr>
      <tr><th rowspan=2>Date</th><th colspan=2>Dose</th></tr><tr><th>Amount<th>Unit</tr></thead>
      <tr><td rowspan=2>1/1<td>5<td>mg</tr><tr><td>6<td>ml</tr></table>"""
    assert whole(html) == [
        {"Date": "1/1", "Dose Amount": "5", "Dose Unit": "mg"},
        {"Date": "1/1", "Dose Amount": "6", "Dose Unit": "ml"},
    ]


def test_fields_in_the_head_are_filters_and_not_its_names() -> None:
    html = """<table><thead><tr><th>A</th><th>B</th></tr><tr><td><input></td><td></td></tr></thead>
      <tr><td>1</td><td>2</td></tr></table>"""
    assert whole(html) == [{"A": "1", "B": "2"}]


def test_a_row_may_be_shorter_or_longer_than_its_header() -> None:
    html = "<table><tr><th>A</th><th>B</th></tr><tr><td>1<td>2<td>3</tr><tr><td>4<td>5</table>"
    assert whole(html) == [{"A": "1", "B": "2", "column 3": "3"}, {"A": "4", "B": "5"}]


def test_what_stands_in_a_cell_beside_its_text_is_kept() -> None:
    html = """<table><tr><th>When</th><th>Done</th><th>Photo</th><th>Qty</th><th>OK</th></tr>
      <tr><td data-order="20260304"><time datetime="2026-03-04T10:00">March 4</time></td>
      <td><input type=checkbox checked></td><td><img src="/i/1.png" alt="left ear"></td>
      <td><input name=q value=3></td><td><i class=icon title=Yes></i></td></tr></table>"""
    assert whole(html) == [
        {
            "When": "March 4",
            "When@data-order": "20260304",
            "When@datetime": "2026-03-04T10:00",
            "Done": "",
            "Done@checked": True,
            "Photo": "left ear",
            "Photo@src": "/i/1.png",
            "Qty": "3",
            "OK": "Yes",
        }
    ]


def test_a_table_in_a_cell_is_the_rows_of_that_cell() -> None:
    html = """<table><tr><th>Order</th><th>Lines</th></tr><tr><td>1</td><td>
      <table><tr><th>Item</th></tr><tr><td>Pill</td></tr></table></td></tr></table>"""
    (row,) = whole(html)
    assert isinstance(row, dict)
    assert row["Lines@rows"] == [{"Item": "Pill"}]


def test_a_row_that_leads_somewhere_by_script_has_an_address() -> None:
    html = """<table><tr onclick="location.href='/Visit/View?id=912'"><td>a<td>b</table>"""
    assert whole(html) == [
        {
            "column 1": "a",
            "column 2": "b",
            "@href": "/Visit/View?id=912",
            "@href?id": "912",
        }
    ]


def test_a_table_that_puts_parts_beside_each_other_is_layout() -> None:
    inner = "<table><tr><th>A</th></tr></table>"
    tree = parse_html(f"<table id=o><tr><td>{inner}</td><td><h2>B</h2></td></tr></table>")
    outer, data = tree.css("table")
    assert is_layout(outer)
    assert not is_layout(data)
    assert is_headed(data)


_CELLS = st.lists(st.text("abc <>&\n\u00a0", max_size=6), min_size=3, max_size=3)


@given(st.lists(_CELLS, max_size=6))
def test_every_cell_of_every_row_is_found_in_its_place(table: list[list[str]]) -> None:
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in line)}</tr>" for line in table
    )
    found = whole(f"<table><thead><tr><th>A<th>B<th>C</tr></thead><tbody>{body}</tbody></table>")
    plain = [[" ".join(text.split()) for text in line] for line in table]
    assert found == [dict(zip("ABC", line, strict=True)) for line in plain]


@given(st.text(max_size=200), st.lists(st.sampled_from(
    ["<table>", "<tr>", "<td>", "<th rowspan=9>", "<td colspan=3>", "</table>", "x", "<thead>"]
)))  # fmt: skip
def test_no_text_breaks_the_reader(text: str, parts: list[str]) -> None:
    table_rows(parse_html(text), "table tr")
    tree = parse_html("".join(parts))
    table_rows(tree, "tr")
    for table in tree.css("table"):
        rows_of(table)
