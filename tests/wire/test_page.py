"""A page as one document: what is said on it, by the names people call it by."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue
from selectolax.lexbor import LexborNode

from automation.wire import page, page_document, parse_html
from automation.wire.pairs import Pair, pairs_in

REPOSITORY = Path(__file__).parents[2]


def said(html: str) -> dict[str, Any]:
    """The document without its empty parts."""
    document = page_document(parse_html(html))
    empty = {"pages": 1}
    return {k: v for k, v in document.items() if v not in ({}, []) and empty.get(k) != v}


CHART = """<!doctype html><html><body class="sidebar-mini">
<header><nav><a href="/home">Home</a></nav><dl><dt>User</dt><dd>Dr X</dd></dl></header>
<main data-patient-id="1017"><h1>Rex</h1>
<div class="card"><div class="card-header"><h3>Patient <a href="/edit/1017">Edit</a></h3></div>
  <table><tr><th>Species:</th><td>Canine</td></tr><tr><th>Name</th><td>Rex</td></tr></table></div>
<div class="card"><h3>Owner</h3><dl><dt>Name</dt><dd><a href="/Clients/5">Ada&nbsp;B</a></dd></dl>
  <p><strong>Alert:</strong> bites<br>hard</p></div>
<table id="visits"><caption>Visits (1)</caption><thead><tr><th>Date</th></tr></thead>
  <tr data-visit-id="901"><td>03/04/2026</td></tr></table>
<h3>Lab results <span>0</span></h3>
<table><tr><th>Test</th><th>Value</th></tr><tr><td colspan="2">No records</td></tr></table>
<section><h2>Notes</h2><article data-note-id="55"><header><h4>SOAP note</h4></header>
  <h5>Subjective</h5><p>calm<br>eats</p><h5>Plan</h5><ul><li>recheck</li><li>walk</li></ul>
  <footer>Signed by X</footer></article></section>
<h3>Reminders</h3><p>No reminders yet.</p>
<h3>Pictures</h3><ul><li><a href="/img/12"><img src="/t/12.jpg" alt="ear"></a></li></ul>
</main><footer>Served at 09:12:44</footer></body></html>"""


def test_a_chart_is_its_facts_its_tables_and_its_blocks() -> None:
    visits: list[JsonValue] = [{"Date": "03/04/2026", "@data-visit-id": "901"}]
    owner: dict[str, JsonValue] = {"Name@href": "/Clients/5", "Name@href/2": "5"}
    assert said(CHART) == {
        "title": "Rex",
        "@data-patient-id": "1017",
        "Species": "Canine",
        "Name": "Rex",
        "Alert": "bites\nhard",
        "Reminders": "No reminders yet.",
        "sections": {
            "Patient": {"Species": "Canine", "Name": "Rex"},
            "Owner": {"Name": "Ada B", **owner, "Alert": "bites\nhard"},
        },
        "tables": {"Visits": visits, "#visits": visits, "Lab results": []},
        "blocks": {
            "Notes": [
                {
                    "@data-note-id": "55",
                    "title": "SOAP note",
                    "Subjective": "calm\neats",
                    "Plan": "recheck\nwalk",
                    "text": "Signed by X",
                }
            ],
            "Pictures": [{"@href": "/img/12", "@href/2": "12", "@src": "/t/12.jpg"}],
            "Reminders": [],
        },
        "links": {"Edit": "/edit/1017"},
    }


def test_the_example_of_the_reference_is_what_the_reader_gives() -> None:
    reference = (REPOSITORY / "docs" / "reference" / "pages.md").read_text(encoding="utf-8")
    html, document = (
        found[1]
        for kind in ("html", "json")
        if (found := re.search(rf"```{kind}\n(.*?)```", reference, re.DOTALL))
    )
    given = page_document(parse_html(html))
    assert given["tables"].pop("#visits") == given["tables"]["Visits"]  # type: ignore[union-attr,call-overload,index,arg-type]  # lists by name
    assert given == json.loads(document)


def test_every_part_is_there_also_when_it_is_empty() -> None:
    assert page_document(parse_html("")) == {
        "sections": {}, "tables": {}, "blocks": {}, "links": {}, "pages": 1,
    }  # fmt: skip


def test_fields_are_facts_by_name_and_what_is_shown_of_a_choice() -> None:
    html = """<form method="post"><input type="hidden" name="__VIEWSTATE" value="x">
      <input type="hidden" name="PatientId" value="1017"><label for="w">Body weight</label>
      <input id="w" name="Weight" value="4.5"><label><input type="checkbox" name="Active" checked>
      Active</label><select name="Unit"><option value="1">kg<option value="2" selected>lb</select>
      <textarea name="Notes">a\nb</textarea><input type="password" name="p" value="x">
      <button name="b">Save</button></form>"""
    assert said(html) == {
        "PatientId": "1017",
        "Weight": "4.5",
        "Active": True,
        "Unit": "2",
        "Unit@text": "lb",
        "Notes": "a\nb",
    }


def test_what_is_searched_for_is_no_fact() -> None:
    html = """<form method="get"><label>Search</label><span>all</span><input name="q" value="x">
      <table><tr><th>A</th></tr><tr><td>1</td></tr></table></form>"""
    assert said(html) == {"tables": {"table 1": [{"A": "1"}]}}


def test_an_identity_on_what_holds_the_page_is_that_of_the_page() -> None:
    html = """<div class="chart" data-patient-id="1017"><h1>Rex</h1><dl><dt>A</dt><dd>1</dd></dl>
      </div>"""
    assert said(html) == {"title": "Rex", "@data-patient-id": "1017", "A": "1"}


def test_neighbours_with_the_same_labels_are_blocks_and_others_are_sections() -> None:
    def card(name: str, *labels: str) -> str:
        facts = "".join(f"<dt>{label}</dt><dd>{label} of {name}</dd>" for label in labels)
        return f'<div class="due"><h4>{name}</h4><dl>{facts}</dl></div>'

    alike = said(f"<h2>Due</h2>{card('Rabies', 'On', 'By')}{card('Flu', 'On', 'By')}")
    assert alike["blocks"] == {
        "Due": [
            {"title": name, "On": f"On of {name}", "By": f"By of {name}"}
            for name in ("Rabies", "Flu")
        ]
    }
    other = said(f"{card('Owner', 'Name', 'Phone')}{card('Vet', 'Name', 'Fax')}")
    assert "blocks" not in other
    assert other["sections"] == {
        "Owner": {"Name": "Name of Owner", "Phone": "Phone of Owner"},
        "Vet": {"Name": "Name of Vet", "Fax": "Fax of Vet"},
    }


def test_a_list_with_a_name_and_nothing_in_it_is_empty() -> None:
    assert said('<ul aria-label="Reminders"></ul><ul></ul>')["blocks"] == {"Reminders": []}
    assert said("<h2>Notes</h2>")["blocks"] == {"Notes": []}
    assert "blocks" not in said("<h2>Notes</h2><p>Weighed 12 lbs, and is in good health.</p>")


@pytest.mark.parametrize(
    "content",
    [
        "<div class=reminder><h4>Rabies</h4><p><b>Due:</b> 1/1</p></div>",
        "<div><h4>A</h4><p>due</p></div><div><h4>B</h4><p><b>Note:</b> z</p></div>",
        "<ul><li>Rabies</li></ul>",
        "<img src=/a.png alt=ear>",
        "<p><b><img src=/a.png></b></p>",
        "<iframe src=/lab/1></iframe>",
        "<canvas></canvas>",
        "<a class=btn href='/F/12'>Xray</a>",
        "<div role=row><span role=gridcell>Bites</span></div>",
        "<p>Page <a href='?page=1'>1</a> <b>2</b></p>",
        "<nav class=pagination><a href='?page=2'>2</a></nav>",
    ],
)
def test_a_part_that_may_hold_a_thing_is_no_empty_list(content: str) -> None:
    html = f"<main><h1>Rex</h1><section><h2>Reminders</h2>{content}</section></main>"
    assert "Reminders" not in said(html).get("blocks", {})


def test_a_link_that_adds_something_to_the_thing_of_the_page_leaves_a_list_empty() -> None:
    add = "<a class=btn href='/Patients/17/Add'>Add</a><p>No reminders.</p>"
    html = f"<main data-patient-id=17><section><h2>Reminders</h2>{add}</section></main>"
    assert said(html)["blocks"] == {"Reminders": []}


def test_an_empty_list_has_the_names_that_it_would_have_with_something_in_it() -> None:
    def names(content: str, around: str) -> set[str]:
        html = f"<section {around}><h2>Notes</h2>{content}</section>"
        return set(said(html)["blocks"])

    note = "<article>a</article>"
    for around in ("", "id=visit", "aria-label=Remarks", "id=visit aria-label=Remarks"):
        assert names("<p>None.</p>", around) == names(note, around)
    assert said("<section aria-label=Remarks><p>None.</p></section>")["blocks"] == {"Remarks": []}


def test_headings_end_with_the_part_they_stand_in() -> None:
    html = """<section><h2>Owner</h2><dl><dt>Name</dt><dd>Ada</dd></dl></section>
      <dl><dt>Number</dt><dd>1017</dd></dl>"""
    assert said(html)["sections"] == {"Owner": {"Name": "Ada"}}


def test_links_that_do_something_are_no_text() -> None:
    html = """<h2>Plan</h2><p>recheck</p><div><a href="/edit/5">Edit</a></div>
      <h2>More</h2><div><a href="/a">All</a> <a href="/b">None</a></div>
      <h2>Do</h2><a class="btn" href="/c">Add</a><h2>Owner</h2><a href="/Clients/5">Ada</a>"""
    document = said(html)
    owner = {"Owner": "Ada", "Owner@href": "/Clients/5", "Owner@href/2": "5"}
    assert {name for name, found in document["blocks"].items() if not found} >= {"More", "Do"}
    assert {k: v for k, v in document.items() if k not in {"blocks", "links"}} == {
        "Plan": "recheck",
        **owner,
    }


def test_a_block_in_a_block_is_named_by_what_tells_it_and_not_by_the_text_above() -> None:
    html = """<article data-note-id="5"><h3>SOAP</h3><h4>Plan</h4><p>recheck</p>
      <article data-addendum-id="6"><p>late</p></article>
      <article data-addendum-id="7"><p>later</p></article></article>"""
    (note,) = said(html)["blocks"]["note"]
    assert note["Plan"] == "recheck"
    assert [one["text"] for one in note["blocks"]["addendum"]] == ["late", "later"]


def test_a_text_with_headwords_in_bold_is_a_text_and_its_headwords_are_facts() -> None:
    html = """<article data-note-id="5"><h4>Objective</h4>
      <div><p><b>Heart:</b> clear.<br><b>Skin:</b> dry, itchy.</p><p>More.</p></div>
      <h4>Plan</h4><p><strong>Home:</strong> rest</p><p><b>Objective:</b> none</p></article>"""
    (note,) = said(html)["blocks"]["note"]
    assert note["Objective"] == "Heart: clear.\nSkin: dry, itchy.\nMore."
    assert note["Plan"] == "Home: rest\nObjective: none"
    assert (note["Heart"], note["Home"]) == ("clear.", "rest")


def test_a_heading_below_the_facts_of_a_block_heads_a_text_and_one_above_them_names_it() -> None:
    html = """<article data-note-id="5"><h4>Visit</h4><dl><dt>By</dt><dd>Ann</dd></dl></article>
      <article data-note-id="6"><dl><dt>By</dt><dd>Ann</dd></dl><h4>Addendum</h4><p>Paid</p>
      </article>"""
    visit, addendum = said(html)["blocks"]["note"]
    assert visit == {"@data-note-id": "5", "title": "Visit", "By": "Ann"}
    assert addendum == {
        "@data-note-id": "6", "title": "Addendum", "By": "Ann", "Addendum": "Paid"
    }  # fmt: skip


def test_where_the_page_leads_and_how_many_there_are() -> None:
    html = """<p>Page <a href="?page=1">1</a> <b>2</b> <a href="?page=3">3</a>
      <a href="?page=3" rel="next">»</a></p><a href="/new">New patient</a>"""
    assert said(html) == {"links": {"next": "?page=3", "New patient": "/new"}, "pages": 3}


def test_a_pager_is_found_wherever_it_stands() -> None:
    row = '<tr><td colspan="2"><a href="/l?page=2">2</a></td></tr>'
    table = f"<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr>{row}</table>"
    assert said(table)["pages"] == 2
    menu = '<main>x</main><nav class="pagination"><a rel="next" href="?p=2">on</a></nav>'
    assert said(menu) == {"links": {"next": "?p=2"}}


def test_a_table_for_layout_is_the_parts_in_it() -> None:
    html = """<table><tr><td><h3>Left</h3><table><tr><th>A</th></tr><tr><td>1</td></tr></table></td>
      <td><table><tr><td>Name:</td><td>Rex</td></tr></table></td></tr></table>"""
    assert said(html) == {"Name": "Rex", "tables": {"Left": [{"A": "1"}]}}


def test_a_part_of_a_page_is_read_like_a_page() -> None:
    assert said('<tr data-id="4"><td>a</td><td>b</td></tr>') == {
        "tables": {"table 1": [{"column 1": "a", "column 2": "b", "@data-id": "4"}]}
    }
    assert said('<li data-id="4">a</li>')["blocks"] == {"block 1": [{"@data-id": "4", "text": "a"}]}


def test_deep_and_broken_pages_are_read_as_far_as_they_go() -> None:
    assert said("<div>" * 3000 + "<dl><dt>A</dt>") == {}
    assert said("<article>" * 300 + "x")["blocks"]
    assert said("<dl><dt>A<dd>1<table><tr><th>B<tr><td>2")["A"] == "1\nB\n2"


def threads(depth: int) -> str:
    """Two comments, the first with an answer like it below it, and so on."""
    told = "<p><b>By:</b> a</p><p><b>At:</b> b</p>"
    below = threads(depth - 1) if depth else ""
    return f"<div><div id=comment1>{told}{below}</div><div id=comment2>{told}</div></div>"


def test_the_work_of_reading_blocks_in_blocks_does_not_double_with_each_level(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted: Counter[int] = Counter()

    def counting(parts: Sequence[LexborNode]) -> list[Pair]:
        counted[depth] += 1
        return pairs_in(parts)

    monkeypatch.setattr(page, "pairs_in", counting)
    for depth in (4, 16):
        assert said(threads(depth))["blocks"]
    assert counted[16] < 16 * counted[4]


def test_blocks_in_blocks_are_read_as_deep_as_a_page_goes() -> None:
    assert said(threads(70))["blocks"]
    assert said("<article>" * 2000 + "x")["blocks"]


_WORD = st.text("abc <>&\"'\u00e9", min_size=1, max_size=8).map(lambda t: " ".join(t.split()))
_LABEL = st.text("ABCDEF", min_size=1, max_size=4)


@given(st.dictionaries(_LABEL, _WORD, max_size=6), st.lists(st.tuples(_WORD, _WORD), max_size=4))
def test_every_fact_and_every_row_of_a_page_is_found(
    facts: dict[str, str], rows: list[tuple[str, str]]
) -> None:
    pairs = "".join(f"<dt>{label}</dt><dd>{escape(value)}</dd>" for label, value in facts.items())
    cells = "".join(f"<tr><td>{escape(a)}</td><td>{escape(b)}</td></tr>" for a, b in rows)
    document = page_document(
        parse_html(
            f"<dl>{pairs}</dl><table aria-label=List><thead><tr><th>x</th><th>y</th></tr></thead>"
            f"<tbody>{cells}</tbody></table>"
        )
    )
    assert {label: document[label] for label in facts} == facts
    assert document["tables"] == {"List": [{"x": a, "y": b} for a, b in rows]}


_PARTS = st.sampled_from(
    ["<table>", "<tr>", "<td>", "<th>", "</table>", "<dl>", "<dt>", "<dd>", "<article>",
     "</article>", "<h1>", "<h3>", "</h3>", "<ul>", "<li data-id=1>", "<a href='?page=2'>", "</a>",
     "<main>", "<form>",
     "<label>", "<input name=a>", "<select name=s>", "<b>x:</b>", "text", "<div class='card'>",
     "</div>",
     "<section aria-label=s>", "<template>", "<caption>", "<legend>", "<br>", "<!-- c -->"]
)  # fmt: skip


@given(st.lists(_PARTS, max_size=40), st.text(max_size=100))
def test_no_page_breaks_the_reader(parts: list[str], text: str) -> None:
    document = page_document(parse_html("".join(parts) + text))
    assert {"sections", "tables", "blocks", "links", "pages"} <= set(document)


def test_a_printed_invoice_is_its_facts_its_lines_and_its_sums() -> None:
    html = """<h1>Invoice</h1><table><tr><td><b>No:</b> 9001</td><td><b>Date:</b> 1/2</td></tr>
      </table><table><tr><td><b>Item</b></td><td><b>Qty</b></td><td><b>Price</b></td></tr>
      <tr><td>Exam</td><td>1</td><td>50</td></tr>
      <tr><td colspan=2>Total</td><td>50</td></tr></table>"""
    assert said(html) == {
        "title": "Invoice",
        "No": "9001",
        "Date": "1/2",
        "Total": "50",
        "tables": {"Invoice": [{"Item": "Exam", "Qty": "1", "Price": "50"}]},
    }


def test_a_pager_below_the_rows_is_no_text_of_what_stands_above() -> None:
    for pager in (
        "<b>1</b> <a href='?start=20'>2</a> <a href='?start=40'>3</a>",
        "Seite 1 von 3 <a href='?seite=2'>weiter</a> <a href='?seite=3'>letzte</a>",
        """<span>1</span> <a href="javascript:__doPostBack('g','Page$2')">2</a>""",
    ):
        found = said(f"<h2>Vaccines</h2><ul><li>Rabies</li><li>Lepto</li></ul><div>{pager}</div>")
        assert found["Vaccines"] == "Rabies\nLepto"


def test_a_link_that_says_the_number_of_what_it_leads_to_stands_in_the_text() -> None:
    found = said("<h3>Plan</h3><p>Refill of Rx <a href='/Rx/5512'>5512</a>, recheck soon</p>")
    assert found["Plan"] == "Refill of Rx 5512 , recheck soon"
    assert "pages" not in found
    one, two = (f"<li><a href='/R/{number}'>{number}</a> due</li>" for number in (17, 18))
    found = said(f"<h3>Reminders</h3><ul>{one}{two}</ul>")
    assert [block["text"] for block in found["blocks"]["Reminders"]] == ["17 due", "18 due"]
    assert "pages" not in found


def test_what_a_link_posts_says_nothing_of_the_thing() -> None:
    link = """<a href="javascript:__doPostBack('g','Page$2')">2</a>"""
    found = said(f"<table id=g><tr><th>A</th></tr><tr><td>1</td></tr></table><p>{link}</p>")
    assert found == {"tables": {"g": [{"A": "1"}]}, "posts": {"2": ["g", "Page$2"]}, "pages": 2}


def card(number: int, name: str) -> str:
    return f"""<div class="col-4"><div class="card"><img src="/i/{number}.jpg"><div class=card-body>
      <h5 class=card-title>{name}</h5><h6 class=card-subtitle>Canine</h6><p>Calm.</p>
      <a class=btn href="/patients/{number}">Open</a></div></div></div>"""


def test_cards_that_each_lead_to_a_thing_are_blocks() -> None:
    found = said(f"<h1>Patients</h1><div class=row>{card(17, 'Rex')}{card(18, 'Mia')}</div>")
    assert [one["title"] for one in found["blocks"]["card"]] == ["Rex", "Mia"]
    assert found["blocks"]["card"][0] == {
        "title": "Rex",
        "text": "Canine\nCalm.",
        "@src": "/i/17.jpg",
        "@href": "/patients/17",
        "@href/2": "17",
    }
    assert "Canine" not in found


def test_cards_of_one_thing_that_lead_to_different_places_are_its_sections() -> None:
    found = said("""<div class=card><h3>Patient</h3><a class=btn href="/edit/17">Edit</a>
      <dl><dt>Species<dd>Canine</dl></div><div class=card><h3>Owner</h3>
      <dl><dt>Name<dd><a href="/clients/5">Ada</a></dl></div>""")
    assert found["sections"]["Patient"] == {"Species": "Canine"}
    assert found["Name@href/2"] == "5"


def test_neighbours_whose_ids_count_up_are_blocks() -> None:
    visits = "".join(
        f"<div id=visit_{n}><p><b>Date:</b> {n}/2/2026</p><p><b>Reason:</b> Cough</p></div>"
        for n in (11, 12)
    )
    found = said(f"<h2>Visits</h2><div id=all>{visits}</div>")
    assert found == {
        "blocks": {
            "Visits": [
                {"Date": "11/2/2026", "Reason": "Cough", "@id": "visit_11"},
                {"Date": "12/2/2026", "Reason": "Cough", "@id": "visit_12"},
            ],
            "#all": found["blocks"]["Visits"],
        }
    }


def test_parts_of_a_page_whose_ids_count_up_but_say_different_things_are_no_blocks() -> None:
    found = said("""<div id=tab1><p><b>Species:</b> Dog</p><p><b>Sex:</b> F</p></div>
      <div id=tab2><p><b>Name:</b> Ada</p><p><b>Town:</b> York</p></div>""")
    assert found == {"Species": "Dog", "Sex": "F", "Name": "Ada", "Town": "York"}


def test_words_in_bold_alone_in_front_of_a_table_name_it() -> None:
    table = "<table><tr><th>A</th></tr><tr><td>1</td></tr></table>"
    page = f"<div><b>Visits</b><br>{table}<font><b>Lab:</b></font>{table}</div>"
    assert said(page) == {"tables": {"Visits": [{"A": "1"}], "Lab": [{"A": "1"}]}}
    plain = said(f"<div><b>Total</b> of all{table}</div>")
    assert plain == {"tables": {"table 1": [{"A": "1"}]}}
