from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from automation.catalog.notation import parse
from automation.catalog.problems import describe, valid_keys
from automation.model import Endpoint, Flow, Portal

LOGIN = "version: 1\nflow: login\nportal: acme\nsteps:\n"
LIST = "version: 1\nendpoint: x\neffect: read\nrequest:\n  method: GET\n  url: /x\n"


def problem(noun: type[BaseModel], text: str) -> str:
    document, node = parse(text)
    with pytest.raises(ValidationError) as caught:
        noun.model_validate(document)
    return describe(caught.value, noun, node)


@pytest.mark.parametrize(
    "steps,place,says",
    [
        (
            "  - fill:\n      target: {id: a}\n",
            "steps[0].fill",
            '"value" is missing; valid keys: target, value (line 5)',
        ),
        (
            "  - goto: /\n  - check: {target: {id: a}, cheked: true}\n",
            "steps[1].check",
            '"cheked" is not known, did you mean "checked"?; valid keys: target, checked (line 6)',
        ),
        ("  - clik: {}\n", "steps[0]", "given clik; known steps: goto, click, fill,"),
        ("  - click: {target: {id: 4}}\n", "steps[0].click.target.id", "valid string (line 5)"),
        (
            "  - when: {target: {id: a}, steps: [{goto: /}, {check: {}}]}\n",
            "steps[0].when.steps[1].check",
            '"target" is missing; valid keys: target, checked (line 5)',
        ),
        ("  - goto: /\n    click: {}\n", "steps[0]", "given goto, click"),
    ],
)
def test_a_bad_step_is_told_with_its_place_its_line_and_what_would_do(
    steps: str, place: str, says: str
) -> None:
    told = problem(Flow, LOGIN + steps)
    assert told.startswith(f"{place}: ")
    assert says in told


def test_a_bad_binding_lists_the_keys_of_its_own_class() -> None:
    told = problem(Endpoint, LIST + "  query:\n    a: {session: s, warp: x}\n    b: {}\n")
    assert "request.query.a.session: " in told
    assert "valid keys: optional, why, session, wrap (line 8)" in told
    assert "request.query.b: a binding has exactly one of the keys: constant, input" in told


def test_of_many_problems_three_are_told_and_the_others_counted() -> None:
    told = problem(Portal, "a: 1\nb: 2\nc: 3\n")
    assert told.count("; valid keys: ") == 3
    assert told.endswith("; and 3 more")


def test_a_file_never_speaks_of_itself_with_its_values() -> None:
    assert "hunter2" not in problem(Portal, "title: {hunter2: hunter2}\nversion: hunter2\n")


def test_valid_keys_follow_lists_dictionaries_and_unions() -> None:
    assert valid_keys(Flow, ("inputs", "search")) == ("example", "again")
    assert valid_keys(Flow, ("steps", 0, "click", "causes", 0)) == ("accept",)
    assert valid_keys(Flow, ("nowhere",)) == ()
