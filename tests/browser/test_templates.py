"""Values of a run stand where a flow asks for them, and secrets never where they can be seen."""

from __future__ import annotations

import pytest

from automation.browser.templates import render, render_open, render_target, template_names
from automation.errors import BadArgument, NotKnown
from automation.model import Secret, Target
from tests.browser.site import Given
from tests.engine import run_engine

VALUES = Given({"input.name": "Bella", "practice.label": "North", "totp": Secret("123456")})


def test_the_names_are_read_in_order() -> None:
    assert template_names("{{ input.name }} and {{totp}}") == ("input.name", "totp")


def test_a_text_without_a_template_is_itself() -> None:
    assert run_engine(render("{ plain }", VALUES)) == "{ plain }"


def test_values_stand_between_the_words() -> None:
    assert run_engine(render("to {{ input.name }}!", VALUES)) == "to Bella!"


def test_one_secret_makes_the_whole_text_secret() -> None:
    rendered = run_engine(render("{{ input.name }}-{{ totp }}", VALUES))
    assert isinstance(rendered, Secret)
    assert rendered.reveal() == "Bella-123456"
    assert "123456" not in repr(rendered)


def test_a_secret_is_refused_where_it_would_be_seen() -> None:
    with pytest.raises(
        BadArgument, match="a secret .totp. stands where it would be seen"
    ) as caught:
        run_engine(render_open("/x?code={{ totp }}", VALUES))
    assert "123456" not in str(caught.value)


def test_a_name_that_nobody_has_lists_the_known_ones() -> None:
    with pytest.raises(NotKnown) as caught:
        run_engine(render("{{ input.species }}", VALUES))
    assert "practice.label" in caught.value.remedy


def test_what_people_read_of_a_target_is_filled_in_and_selectors_are_not() -> None:
    target = Target(role="link", name="{{ practice.label }}", text="{{ practice.label }}", css="a")
    rendered = run_engine(render_target(target, VALUES))
    assert (rendered.name, rendered.text, rendered.css) == ("North", "North", "a")


def test_a_target_without_templates_stays_the_same_object() -> None:
    target = Target(role="link", name="North")
    assert run_engine(render_target(target, VALUES)) is target
