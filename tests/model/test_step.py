"""Steps as they stand in files."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from automation.model import Click, Fill, Flow, Goto, Press, When

STEPS = [
    {"goto": "/start"},
    {"fill": {"target": {"label": "Name"}, "value": "{{ input.name }}"}},
    {"press": "Enter"},
    {"when": {"target": {"text": "Code"}, "steps": [{"click": {"target": {"text": "Go"}}}]}},
]


def flow(*steps: object) -> Flow:
    return Flow.model_validate({"flow": "see-pets", "portal": "acme", "steps": list(steps)})


def test_a_step_is_read_by_its_one_key() -> None:
    kinds = [type(step) for step in flow(*STEPS).steps]
    assert kinds == [Goto, Fill, Press, When]


def test_a_flow_is_written_the_way_it_is_read() -> None:
    made = flow(*STEPS)
    written = made.model_dump(mode="json", exclude_defaults=True)
    assert written["steps"] == STEPS
    assert Flow.model_validate(written) == made


def test_steps_inside_a_condition_are_steps() -> None:
    inner = flow(*STEPS).steps[3]
    assert isinstance(inner, When)
    assert isinstance(inner.steps[0], Click)


@pytest.mark.parametrize(
    "step, said",
    [
        ({"gto": "/x"}, "known steps: goto, click"),
        ({"goto": "/x", "press": "Enter"}, "exactly one key, given goto, press"),
        ({}, "given nothing"),
        ({"click": "Go"}, "click: expected a mapping"),
        ({"goto": 3}, "or a text for url"),
        ({"goto": {"url": "/x", "speed": 3}}, "Extra inputs"),
    ],
)
def test_a_step_that_is_none_says_what_would_be_one(step: object, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        flow(step)
