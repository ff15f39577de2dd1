"""Tables and pages as data."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from automation.replay.markup import page_facts, table_rows


def rows(html: str, css: str = "tbody tr") -> object:
    return table_rows(LexborHTMLParser(html), css)


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
            "@id": "r7",
            "@data-id": "7",
            "@href": "/e/7",
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


def test_a_page_is_its_facts_by_label_and_the_first_one_counts() -> None:
    html = """<table class="d"><tr><td>Patient Id:</td><td>17</td></tr>
      <tr><th>Species</th><td>Canine</td></tr><tr><td>a</td><td>b</td><td>c</td></tr></table>
      <dl><dt>Owner</dt><dd>Ada</dd><dt>Species</dt><dd>Feline</dd></dl>
      <form><input name="Weight" value="4.5"><input type="checkbox">
      <select name="Unit"><option value="kg">Kilo</option><option selected>lb</option></select>
      <textarea name="Notes"> calm </textarea></form>"""
    assert page_facts(LexborHTMLParser(html)) == {
        "Patient Id": "17",
        "Species": "Canine",
        "Owner": "Ada",
        "Weight": "4.5",
        "Unit": "lb",
        "Notes": "calm",
    }


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(html: str) -> None:
    tree = LexborHTMLParser(html)
    table_rows(tree, "table tr")
    page_facts(tree)
