"""What an operation is made of."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from automation.model import Filled, Operation, StateRule, WriteStep

STEP: dict[str, Any] = {
    "step": "sale",
    "endpoint": "create-sale",
    "values": {"client": {"path": "inputs.client", "link": "api/client/{}/"}, "n": "`1`"},
    "read_back": {"endpoint": "find-sale", "match": [{"item": "id", "equals": "inputs.client"}]},
    "lasting": "a sale stays",
}


def test_a_bare_text_is_a_path_and_is_written_as_one() -> None:
    step = WriteStep.model_validate(STEP)
    assert step.values["n"] == Filled(path="`1`")
    assert step.model_dump(exclude_defaults=True)["values"] == STEP["values"]


@pytest.mark.parametrize(
    "change,says",
    [
        ({"lasting": None}, 'exactly one of "undo" and "lasting"'),
        ({"undo": {"endpoint": "drop-sale"}}, 'exactly one of "undo" and "lasting"'),
        ({"values": {"n": {"path": "a", "link": "api/client/"}}}, "should hold {} once"),
        ({"values": {"n": "a.["}}, "is not a JMESPath expression"),
        ({"refused": "retry"}, "'stop' or 'undo'"),
    ],
)
def test_a_step_that_leaves_something_open_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        WriteStep.model_validate(STEP | change)


@pytest.mark.parametrize(
    "moves,says",
    [
        ({"1": ["2", "9"], "2": []}, "9 has no name; named: 1, 2"),
        ({"1": ["2"]}, "2 is missing; write"),
    ],
)
def test_every_state_is_named_and_says_what_may_follow(moves: dict[str, Any], says: str) -> None:
    names = {"1": "draft", "2": "sent"}
    with pytest.raises(ValidationError, match=says):
        StateRule.model_validate({"now": "a", "wanted": "b", "names": names, "moves": moves})


@pytest.mark.parametrize("name", ["create-sale", "Create_sale", "_sale", "sale__x", ""])
def test_an_operation_has_a_name_that_can_be_allowed(name: str) -> None:
    with pytest.raises(ValidationError, match="is no operation"):
        Operation.model_validate({"operation": name, "title": "", "steps": []})
