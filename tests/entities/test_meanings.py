"""What entities and their fields mean is said once, in their own words."""

from __future__ import annotations

from datetime import date

import pytest

from automation.entities import ENTITIES, meaning_of, meanings_of, told_fields


@pytest.mark.parametrize("kind", list(ENTITIES))
def test_each_kind_says_what_it_is_and_what_all_its_fields_are(kind: str) -> None:
    assert meaning_of(kind).endswith(".")
    assert ENTITIES[kind].model_fields.keys() <= meanings_of(kind).keys()


def test_a_meaning_is_a_sentence_without_markup() -> None:
    told = meanings_of("prescription")
    assert told["quantity_per_fill"] == "How much at a time, in unit."
    assert told["practice"] == "Name of the practice; nothing crosses it."
    long = meanings_of("client")["source_url"]
    assert "\n" not in long
    assert "  " not in long


def test_some_fields_are_told_with_their_types_in_the_order_they_are_asked_for() -> None:
    told = told_fields("prescription", "expires_on", "product")
    assert list(told.items()) == [
        ("expires_on", (date | None, "Last day on which it can be filled.")),
        ("product", (str | None, "What is prescribed.")),
    ]
