"""Ranked locators."""

from __future__ import annotations

from automation.model import Evidence, Target


def test_locators_come_cheapest_first_with_the_evidence_they_draw_on() -> None:
    target = Target(css="form > button", role="button", name="Save", test_id="data-testid=save")
    ranked = [(each.kind, each.evidence) for each in target.locators()]
    assert ranked == [
        ("test_id", Evidence.AUTHOR),
        ("role", Evidence.ACCESSIBILITY),
        ("css", Evidence.STRUCTURE),
    ]


def test_a_role_without_a_name_costs_more_than_a_label() -> None:
    kinds = [each.kind for each in Target(role="textbox", label="Search").locators()]
    assert kinds == ["label", "role"]


def test_a_target_is_described_by_what_people_see() -> None:
    assert Target(role="button", name="Save", id="b1").describe() == 'button "Save"'
    assert Target(id="b1").describe() == "id 'b1'"
    assert Target().describe() == "an empty target"
