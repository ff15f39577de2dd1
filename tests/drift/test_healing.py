"""A control that moved is found, one that is gone is not, and what stands in the way is named."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from automation.drift import Repair, locator_repairs, patched, step_repairs
from automation.model import Click, Element, Fill, Flow, Goto, Snapshot, Target, When

FIND = Element(
    role="button",
    name="Find patients",
    tag="button",
    type="button",
    id="find",
    evidence={"text": "Find patients", "form": "search", "test_id": "data-testid=find"},
)
NAME = Element(
    role="textbox",
    name="Name of the patient",
    tag="input",
    field="patient_name",
    type="text",
    evidence={"label": "Name of the patient", "form": "search", "placeholder": "any part"},
)
PRINT = Element(
    role="button", name="Print", tag="button", type="button", evidence={"text": "Print"}
)
HOME = Element(role="link", name="Home", tag="a", evidence={"text": "Home", "href": "/"})
FLOW = Flow(
    flow="find-pet",
    portal="example",
    steps=(
        Goto(url="/pets"),
        Fill(target=Target(label="Name of the patient"), value="x"),
        Click(target=Target(role="button", name="Find patients")),
    ),
)


def shown(*elements: Element, step: str = "1", aria: str = "- main") -> Snapshot:
    return Snapshot(step=step, taken=1, url="https://x.example/pets", aria=aria, elements=elements)


BEFORE = [shown(FIND, NAME, PRINT, HOME), shown(FIND, NAME, PRINT, HOME, step="2")]


def repaired(*elements: Element, flow: Flow = FLOW, login: bool = False) -> Sequence[Repair]:
    now = [shown(*elements), shown(*elements, step="2"), shown(*elements, step="3-failed")]
    return locator_repairs(flow, BEFORE, now, login=login)


def renamed(**more: object) -> Element:
    evidence = {**FIND.evidence, "text": "Search"}
    return FIND.model_copy(update={"name": "Search", "evidence": evidence, **more})


def test_a_button_with_another_name_is_found_by_what_else_it_has() -> None:
    (repair,) = repaired(renamed(), NAME, PRINT, HOME)
    assert (repair.kind, repair.step, repair.action) == ("locator", "3", "apply")
    (line,) = repair.lines
    assert line.path == "/steps/2/click/target"
    after = Flow.model_validate(
        patched(FLOW.model_dump(mode="json", exclude_defaults=True), repair.lines)
    ).steps[2]
    assert isinstance(after, Click)
    assert (after.target.name, after.target.test_id) == ("Search", "data-testid=find")
    assert after.target.fingerprint is not None
    assert any("score" in line for line in repair.proof)


def test_what_is_filled_has_to_be_read_back() -> None:
    moved = NAME.model_copy(
        update={"name": "Patient", "evidence": {**NAME.evidence, "label": "Patient"}}
    )
    (repair,) = repaired(FIND, moved, PRINT, HOME)
    assert (repair.step, repair.action) == ("2", "verify")


@pytest.mark.parametrize(
    "elements",
    [
        (NAME, PRINT, HOME),
        (FIND.model_copy(update={"name": "Delete patients", "evidence": {}}), NAME, PRINT, HOME),
        (renamed(disabled=True), NAME, PRINT, HOME),
        (renamed(role="link", tag="a", type=""), NAME, PRINT, HOME),
        (renamed(evidence={**FIND.evidence, "row": "yes"}), NAME, PRINT, HOME),
        (renamed(evidence={**FIND.evidence, "frame": "https://x.example/in"}), NAME, PRINT, HOME),
    ],
    ids=["gone", "another meaning", "disabled", "another kind", "in a row of data", "in a frame"],
)
def test_what_is_gone_or_doubtful_has_no_repair(elements: tuple[Element, ...]) -> None:
    assert repaired(*elements) == ()


def test_what_is_still_found_needs_no_repair() -> None:
    assert repaired(FIND, NAME, PRINT, HOME) == ()


@pytest.mark.parametrize(
    "flow, login",
    [(FLOW.model_copy(update={"effect": "write"}), False), (FLOW, True)],
    ids=["writes", "login"],
)
def test_what_writes_or_signs_in_is_only_proposed(flow: Flow, login: bool) -> None:
    (repair,) = repaired(renamed(), NAME, PRINT, HOME, flow=flow, login=login)
    assert repair.action == "propose"


CLOSE = Element(role="button", name="Not now", tag="button", evidence={"text": "Not now"})
DIALOG = '- dialog "What\'s new":\n  - heading "What\'s new" [level=2]\n  - button "Not now"'


def in_the_way(*elements: Element, aria: str = DIALOG, label: str = "") -> Sequence[Repair]:
    now = [shown(*elements, aria=aria), shown(*elements, step="2-failed", aria=aria)]
    return step_repairs(FLOW, BEFORE, now, label=label)


def test_a_dialog_in_the_way_becomes_a_step_that_a_person_allows() -> None:
    (repair,) = in_the_way(CLOSE, PRINT)
    assert (repair.kind, repair.step, repair.action) == ("step", "2", "propose")
    after = Flow.model_validate(
        patched(FLOW.model_dump(mode="json", exclude_defaults=True), repair.lines)
    )
    assert len(after.steps) == 4
    when = after.steps[1]
    assert isinstance(when, When)
    assert when.target.name == "Not now"
    assert isinstance(when.steps[0], Click)
    assert "whatsnew" in repair.proof[0]


def test_a_dialog_that_covers_what_is_still_there_becomes_a_step_where_the_run_failed() -> None:
    assert in_the_way(CLOSE, *BEFORE[0].elements) != ()
    went_on = [shown(CLOSE, *BEFORE[0].elements, aria=DIALOG), shown(PRINT, step="2")]
    assert step_repairs(FLOW, BEFORE, went_on) == ()


@pytest.mark.parametrize(
    "aria",
    [
        '- dialog "Terms":\n  - text: Please accept the new terms\n  - button "Not now"',
        '- main:\n  - heading "Enter the verification code" [level=1]\n  - button "Not now"',
        "- main",
    ],
    ids=["terms", "second factor", "nothing that is known"],
)
def test_what_only_a_person_may_do_is_never_proposed(aria: str) -> None:
    assert in_the_way(CLOSE, PRINT, aria=aria) == ()


def test_two_ways_to_put_it_aside_are_none() -> None:
    later = CLOSE.model_copy(update={"name": "Maybe later", "evidence": {"text": "Maybe later"}})
    assert in_the_way(CLOSE, later) == ()


def test_of_several_practices_the_one_with_our_label_is_chosen() -> None:
    aria = '- heading "Choose a practice" [level=1]'
    mine, other = (
        Element(role="link", name=name, tag="a", evidence={"text": name})
        for name in ("Nest Street", "Elm Street")
    )
    (repair,) = in_the_way(mine, other, aria=aria, label="Nest Street")
    (line,) = repair.lines
    assert "{{ practice.label }}" in line.model_dump_json()
    assert in_the_way(mine, other, aria=aria, label="Oak Street") == ()
