from __future__ import annotations

import pytest

from automation.errors import Refused
from automation.model import Click, Goto, Press, Secret, Select, Signal
from automation.record.known import Inputs, Known
from automation.record.steps import place_steps
from automation.record.story import Moment
from tests.record.said import click, element, fill, opened, other

KNOWN = Known(
    base_url="https://acme.example",
    secrets={"credential.password": Secret("hunter2!")},
    label="Acme North",
)


def steps(*moments: Moment) -> list[object]:
    return [placed.step for placed in place_steps(moments, KNOWN, Inputs(KNOWN))]


@pytest.mark.parametrize(
    "url,written",
    [
        ("https://acme.example/a?b=c", "/a?b=c"),
        ("https://acme.example", "/"),
        ("https://acme.example.evil/a", "https://acme.example.evil/a"),
        ("https://login.example/a", "https://login.example/a"),
    ],
)
def test_an_address_of_the_practice_is_written_as_a_path(url: str, written: str) -> None:
    assert steps(Moment(opened(url))) == [Goto(url=written)]


def test_an_address_with_a_password_in_it_ends_the_recording() -> None:
    with pytest.raises(Refused, match="holds a credential"):
        steps(Moment(opened("https://acme.example/?p=hunter2!")))


@pytest.mark.parametrize(
    "kind,more,says",
    [
        ("check", {"checked": False}, {"checked": False}),
        ("press", {"key": "Escape"}, {"key": "Escape"}),
        ("select", {"value": Secret("Cat")}, {"option": "Cat"}),
        ("select", {"value": Secret("Acme North")}, {"option": "{{ practice.label }}"}),
        ("upload", {"value": Secret("scan.pdf")}, {"file": "{{ input.thing }}"}),
        ("scroll", {"to": "start"}, {"to": "start"}),
        ("hover", {}, {}),
        ("fill", {"value": Secret("x")}, {"value": "{{ input.thing }}"}),
    ],
)
def test_each_kind_of_action_becomes_the_step_of_its_name(
    kind: str, more: dict[str, object], says: dict[str, object]
) -> None:
    (step,) = steps(Moment(other(kind, "Thing", 1, **more)))
    assert step.model_dump(include={"kind", *says}) == {"kind": kind} | says  # type: ignore[attr-defined]


def test_a_double_click_is_a_click_that_counts_two() -> None:
    (step,) = steps(Moment(other("dblclick", "Row", 1)))
    assert isinstance(step, Click)
    assert step.count == 2


def test_what_an_action_caused_stands_in_its_step() -> None:
    causes = (Signal(kind="download"),)
    (clicked, pressed) = steps(
        Moment(click("Export", 1), causes=causes),
        Moment(other("press", "Field", 2, key="Enter"), causes=causes),
    )
    assert isinstance(clicked, Click)
    assert isinstance(pressed, Press)
    assert clicked.causes == pressed.causes == causes


def test_a_key_pressed_on_the_page_as_a_whole_needs_no_target() -> None:
    (step,) = steps(Moment(other("press", "x", 1, key="Escape", element=None)))
    assert step == Press(key="Escape")


def test_each_step_knows_its_document() -> None:
    placed = place_steps([Moment(click("a", 1)), Moment(fill("b", "", 2))], KNOWN, Inputs(KNOWN))
    assert [each.document for each in placed] == ["doc", "doc"]


def test_an_address_opened_by_hand_names_the_thing_that_is_written_about() -> None:
    written, read = Inputs(KNOWN, writes=True), Inputs(KNOWN)
    moments = [Moment(opened("https://acme.example/Clients/Pay/104711?tab=2"))]
    (goto,) = place_steps(moments, KNOWN, written)
    assert goto.step == Goto(url="/Clients/Pay/{{ input.pay_id }}?tab=2")
    assert {name: each.example for name, each in written.declared.items()} == {"pay_id": "104711"}
    (new,) = place_steps([Moment(opened("https://acme.example/New/0"))], KNOWN, written)
    assert new.step == Goto(url="/New/0"), "nothing has that number"
    (goto,) = place_steps(moments, KNOWN, read)
    assert goto.step == Goto(url="/Clients/Pay/104711?tab=2")


def test_a_choice_in_a_flow_that_writes_is_an_input_as_what_is_typed() -> None:
    inputs = Inputs(KNOWN, writes=True)
    moments = [
        Moment(other("select", "Doctor", 1, value=Secret("Dr. Who"))),
        Moment(other("select", "Place", 2, value=Secret("Acme North"))),
    ]
    placed = place_steps(moments, KNOWN, inputs)
    options = [placed_step.step.option for placed_step in placed]  # type: ignore[union-attr]
    assert options == ["{{ input.doctor }}", "{{ practice.label }}"]
    assert {name: each.example for name, each in inputs.declared.items()} == {"doctor": "Dr. Who"}


def test_a_choice_in_a_flow_that_reads_is_never_an_input() -> None:
    inputs = Inputs(KNOWN)
    (placed,) = place_steps([Moment(other("select", "S", 1, value=Secret("a")))], KNOWN, inputs)
    assert isinstance(placed.step, Select)
    assert inputs.declared == {}


def test_a_suggestion_for_what_was_typed_is_found_by_its_place() -> None:
    suggestion = element("Gizmo, White, Sophia", text="Gizmo, White, Sophia", near="li|Patient")
    typed, clicked = fill("Patient", "Giz", 1), click("x", 2, element=suggestion)
    found = steps(Moment(typed), Moment(clicked))[1]
    assert isinstance(found, Click)
    assert found.target.near == "li|Patient"
    assert "Sophia" not in found.model_dump_json()
