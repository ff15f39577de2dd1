"""What stands under the headings of a page."""

from __future__ import annotations

from automation.wire.sections import Section, Sections


def test_a_heading_that_stands_twice_has_the_number_of_its_turn() -> None:
    sections = Sections()
    for text in ("Notes", "Notes (2)", "Notes", "Notes"):
        sections.begin(2, text)
    assert list(sections.found) == ["Notes", "Notes (2)", "Notes (3)", "Notes (4)"]


def test_a_heading_ends_those_of_its_level_and_below() -> None:
    sections = Sections()
    sections.begin(2, "Visit")
    sections.begin(4, "Plan")
    sections.end(3)
    assert [name for _, name in sections.open] == ["Visit"]


def test_what_stands_above_a_heading_that_goes_on_holds_more_than_text() -> None:
    sections = Sections()
    for level, name in ((2, "Reminders"), (4, "Rabies")):
        sections.end(level)
        sections.begin(level, name)
    assert {name: one.is_empty for name, one in sections.found.items()} == {
        "Reminders": False,
        "Rabies": True,
    }


def test_a_fact_stands_in_the_section_that_is_named_else_in_the_one_that_is_read() -> None:
    sections = Sections()
    sections.fact("", "Sex", "F", {})
    sections.begin(2, "Owner")
    sections.fact("", "Name", "Ada", {})
    sections.fact("Insurance", "Name", "Agria", {})
    assert sections.document() == {"Owner": {"Name": "Ada"}, "Insurance": {"Name": "Agria"}}


def test_a_section_is_empty_with_nothing_in_it_or_a_short_remark() -> None:
    assert Section().is_empty
    assert Section(lines=["No reminders yet."]).is_empty
    assert not Section(lines=["Rabies due 3/4"]).is_empty
    assert not Section(lines=["Rabies", "Lepto"]).is_empty
    assert not Section(lines=["None"], lists=1).is_empty
    assert not Section(lines=["None"], more=True).is_empty
    assert not Section(facts={"Due": "soon"}).is_empty
