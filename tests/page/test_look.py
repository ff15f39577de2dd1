"""What a control looks like."""

from __future__ import annotations

import pytest

from automation.model import Element, Fingerprint, Target
from automation.page import Look, control_kind, look_of, look_of_target


@pytest.mark.parametrize(
    "tag, type_, role, kind",
    [
        ("input", "password", "textbox", "secret"),
        ("input", "text", "", "text"),
        ("input", "submit", "", "button"),
        ("input", "checkbox", "", "checkbox"),
        ("select", "", "", "choice"),
        ("a", "", "", "link"),
        ("div", "", "switch", "checkbox"),
        ("div", "", "", "div"),
    ],
)
def test_what_can_be_done_with_a_control(tag: str, type_: str, role: str, kind: str) -> None:
    assert control_kind(tag, type_, role) == kind


def test_a_control_of_a_snapshot_brings_its_evidence() -> None:
    element = Element(
        role="link",
        name="Pets",
        tag="a",
        evidence={"href": "/pets?x=1", "box": "1 2 30 40", "landmark": "nav", "heading": "Top"},
    )
    look = look_of(element)
    assert (look.href, look.box, look.place) == ("/pets", (1, 2, 30, 40), "nav Top")


def test_a_recorded_target_brings_its_locators_and_its_fingerprint() -> None:
    target = Target(
        role="textbox",
        name="User",
        fingerprint=Fingerprint(
            tag="input", attributes={"type": "text", "name": "user", "class": "x", "lang": "en"}
        ),
    )
    look = look_of_target(target)
    assert (look.tag, look.type, look.field, look.name) == ("input", "text", "user", "User")
    assert look.attributes == {"lang": "en"}


def test_controls_are_related_where_one_lies_inside_the_other() -> None:
    outer, inner, other = Look(path=(0, 1)), Look(path=(0, 1, 4)), Look(path=(0, 2))
    assert outer.related(inner)
    assert inner.related(outer)
    assert not outer.related(other)
    assert not Look().related(Look())


def test_the_number_of_a_form_without_a_name_says_nothing() -> None:
    named, numbered = (
        look_of(Element(role="textbox", tag="input", evidence={"form": form}))
        for form in ("login", "2")
    )
    assert (named.form, numbered.form) == ("login", "")
