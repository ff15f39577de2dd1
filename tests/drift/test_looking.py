"""Pages become a signature that holds no value."""

from __future__ import annotations

import pytest

from automation.drift import PageWatch
from automation.drift.looking import is_stable
from automation.drift.pages import alike
from automation.model import Element
from tests import canary
from tests.drift.screens import listing, login, looked_at
from tests.drift.test_watch import SECRETS
from tests.infer.traffic import BASE


def test_controls_are_known_by_what_their_author_wrote() -> None:
    step = looked_at(login()).steps["1"]
    login_form = PageWatch(BASE).word("login")
    assert set(step.elements) == {
        f"text field=user of {login_form}",
        f"secret field=pass of {login_form}",
        "button name=Sign in",
    }
    assert list(step.forms.values()) == [{"POST own /login application/x-www-form-urlencoded": 1}]


def test_other_rows_make_no_other_signature() -> None:
    one, other = (looked_at(listing(day)).steps["2"] for day in (1, 2))
    assert one.elements == other.elements
    assert one.tables["Pets"].cells == other.tables["Pets"].cells
    assert one.tables["Pets"].orders == {"Name|" + PageWatch(BASE).word("Born"): 1}
    assert alike(one.states[0], other.states[0]) > 0.99


def test_an_address_with_another_number_is_the_same_place() -> None:
    assert looked_at(listing(1)).steps["2"].addresses == {"own /pets/{}": 1}


def test_a_dialog_and_what_it_asks_are_noted() -> None:
    shown = login(aria='- dialog "Cookies":\n  - text: We use cookies\n  - button "Accept"')
    step = looked_at(shown).steps["1"]
    assert set(step.traits) == {"consent"}
    assert len(step.dialogs) == 1


def test_an_empty_table_says_so() -> None:
    aria = '- table "Pets":\n  - row:\n    - columnheader "Name"\n- text: No results found'
    step = looked_at(listing(aria=aria)).steps["2"]
    assert step.tables["Pets"].empty == 1
    assert set(step.traits) == {"empty"}


@pytest.mark.parametrize(
    "name, stable",
    [
        ("user_name", True),
        ("btn-save", True),
        ("ember123", False),
        ("css-1x2y3z", False),
        (":r1:", False),
        ("0b5a2f1e-8f0e-4f5b-9a63-0f1f6a3e0c11", False),
        ("kqzxvtr", False),
        ("", False),
    ],
)
def test_names_that_programs_made_up_are_not_kept(name: str, stable: bool) -> None:
    assert is_stable(name) is stable


def test_no_value_of_a_page_is_in_a_signature() -> None:
    aria = "\n".join(
        f'- heading "{value}"\n- dialog "{value}":\n  - text: {value}\n- navigation "{value}"\n'
        f'- table "{value}":\n  - row:\n    - columnheader "{value}"\n'
        f'  - row:\n    - cell "{value}"\n- button "{value}"'
        for value in SECRETS.values()
    )
    names = [
        "label",
        "placeholder",
        "title",
        "text",
        "test_id",
        "form",
        "heading",
        "options",
        "near",
    ]
    elements = tuple(
        Element(
            role="button",
            name=value,
            tag="input",
            id=value,
            field=value,
            type=value,
            evidence={
                **dict.fromkeys((*names, "autocomplete", "required", "constraint"), value),
                "href": f"/pets/{SECRETS['number']}?name={value}",
                "action": f"post /x/{SECRETS['mail']} a",
            },
        )
        for value in SECRETS.values()
    )
    page = listing(aria=aria, elements=elements, title=SECRETS["name"])
    assert canary.scan([page.model_dump_json().encode()], SECRETS)
    assert canary.scan([looked_at(page).model_dump_json().encode()], SECRETS) == []


def test_what_a_step_opened_stays_known_when_the_flow_ends_on_its_page() -> None:
    step = looked_at(listing(1, opened=("tab",)), listing(1)).steps["2"]
    assert step.opened == {"tab": 1}
    assert looked_at(listing(1)).steps["2"].opened == {}


def test_a_table_is_called_alike_wherever_it_is_told_of() -> None:
    step = looked_at(listing(1, drawn={"Pets": "part", "2": "whole"})).steps["2"]
    assert step.drawn == {"Pets": {"part": 1}, "2": {"whole": 1}}
    assert "Pets" in step.tables
    secret = looked_at(listing(1, drawn={"Rex Miller": "part"})).steps["2"]
    assert "Miller" not in secret.model_dump_json()


def test_fields_of_one_name_in_two_forms_without_one_are_told_apart() -> None:
    def both(*numbers: str) -> set[str]:
        fields = [
            Element(role="textbox", tag="input", field=name, evidence={"form": number})
            for number in numbers
            for name in ("q", f"in{number}")
        ]
        return set(looked_at(login(elements=tuple(fields))).steps["1"].elements)

    assert len(both("1", "2")) == 4
    assert len(both("1")) == 2
