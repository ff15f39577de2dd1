"""Headings, and the names that parts of a page get from them."""

from __future__ import annotations

import pytest

from automation.wire.headings import (
    heading_level,
    heading_text,
    own_id,
    own_names,
    title_of_item,
    without_count,
)
from automation.wire.pagetext import parse_html


@pytest.mark.parametrize(
    "html,level",
    [
        ("<h3>a</h3>", 3),
        ("<div role=heading aria-level=4>a</div>", 4),
        ("<div role=heading>a</div>", 2),
        ("<legend>a</legend>", 7),
        ("<div class=card-title>a</div>", 7),
        ("<div class=panel-heading><h3>a</h3></div>", None),
        ("<div class=titles>a</div>", None),
        ("<p>a</p>", None),
    ],
)
def test_a_heading_is_told_by_tag_role_or_class(html: str, level: int | None) -> None:
    node = parse_html(html).css_first("body > *")
    assert node is not None
    assert heading_level(node) == level


@pytest.mark.parametrize(
    "html,name",
    [
        ("<h3>Visits (12)</h3>", "Visits"),
        ("<h3>Visits <span class=badge>12</span></h3>", "Visits"),
        ("<h3>Visits <a href=/new>Add</a></h3>", "Visits"),
        ("<h3><a href=/v>Visits</a></h3>", "Visits"),
        ("<h3>Phase 2:</h3>", "Phase 2"),
        ("<h3>(3)</h3>", "(3)"),
    ],
)
def test_a_heading_names_its_part_without_counts_and_buttons(html: str, name: str) -> None:
    node = parse_html(html).css_first("h3")
    assert node is not None
    assert heading_text(node) == name


def test_only_a_number_in_brackets_is_a_count() -> None:
    assert without_count("Form 2") == "Form 2"
    assert without_count("Lab [ 2 ]") == "Lab"


def test_an_item_is_named_by_the_one_heading_above_its_others() -> None:
    def title(html: str) -> str | None:
        node = parse_html(f"<article>{html}</article>").css_first("article")
        assert node is not None
        found = title_of_item(node)
        return found.text() if found else None

    assert title("<h4>SOAP</h4><h5>S</h5><h5>O</h5>") == "SOAP"
    assert title("<h5>S</h5><h5>O</h5>") is None
    assert title("<h5>S</h5><h4>later</h4>") is None
    assert title("<p>x</p>") is None


def test_a_part_has_the_names_that_its_author_gave() -> None:
    tree = parse_html("""<h2 id=l>Labelled (3)</h2>
      <table id=grid aria-label="Said" aria-labelledby=l>
      <caption>Caption</caption></table><table id=DataTables_Table_0></table>""")
    first, second = tree.css("table")
    assert own_names(first, tree) == ["Caption", "Said", "Labelled"]
    assert own_id(first) == "grid"
    assert (own_names(second, tree), own_id(second)) == ([], "")
