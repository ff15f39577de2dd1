"""What an operation may ask of its caller."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from automation.model import OperationInput


@pytest.mark.parametrize(
    "given,says",
    [
        ({"type": "object"}, 'an object needs "fields"'),
        ({"type": "list"}, 'exactly one of "fields" and "of"'),
        ({"type": "list", "of": "text", "fields": {"a": {"type": "text"}}}, "exactly one of"),
        ({"type": "text", "fields": {"a": {"type": "text"}}}, 'a text has no "fields"'),
        ({"type": "text", "of": "text"}, 'a text has no "of"'),
        ({"type": "list", "of": "text", "allowed": {"a": ""}}, 'a list has no "allowed"'),
        ({"type": "date", "least": 1}, 'a date has no "least"'),
    ],
)
def test_what_does_not_belong_to_a_type_is_refused(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        OperationInput.model_validate(given)


def test_an_input_may_be_left_out_when_it_is_optional_or_has_a_default() -> None:
    assert not OperationInput(type="text").may_be_left_out
    assert OperationInput(type="text", optional=True).may_be_left_out
    assert OperationInput(type="integer", default=0).may_be_left_out


def test_what_means_an_entity_is_a_text_a_number_or_a_list_of_them() -> None:
    assert OperationInput(type="integer", refers="client").refers == "client"
    assert OperationInput(type="list", of="integer", refers="patient").refers == "patient"
    with pytest.raises(ValidationError, match="a boolean refers to nothing"):
        OperationInput(type="boolean", refers="client")
