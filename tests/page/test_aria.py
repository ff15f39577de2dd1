"""What people typed does not stay in the accessibility tree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.page import scrub_aria


@pytest.mark.parametrize(
    "printed, scrubbed",
    [
        ('- textbox "Email": "me@x.y: z"', '- textbox "Email"'),
        ('  - textbox "Password": hunter2', '  - textbox "Password"'),
        ('- searchbox "S" [active]: "quo\\"ted - # thing"', '- searchbox "S" [active]'),
        ('- spinbutton "Age": "42"', '- spinbutton "Age"'),
        ("- textbox: noname", "- textbox"),
        ('- slider "R": "7"', '- slider "R"'),
        ("- 'textbox \"Name: first\"': Bella", "- 'textbox \"Name: first\"'"),
        ('- textbox "Empty"', '- textbox "Empty"'),
        ('- button "Save"', '- button "Save"'),
        ("- text: Email", "- text: Email"),
    ],
)
def test_the_value_behind_a_field_goes_and_its_name_stays(printed: str, scrubbed: str) -> None:
    assert scrub_aria(printed, ()) == scrubbed


def test_a_value_below_a_field_goes_and_the_placeholder_stays() -> None:
    printed = '- textbox "Both":\n  - /placeholder: ph\n  - text: "- x"\n- text: after'
    assert scrub_aria(printed, ()) == '- textbox "Both":\n  - /placeholder: ph\n- text: after'


def test_the_choices_of_a_list_stay() -> None:
    printed = '- combobox "Species":\n  - option "Cat"\n  - option "Dog" [selected]'
    assert scrub_aria(printed, ("Dog breed",)) == printed


def test_a_value_that_names_a_cell_goes_from_the_name() -> None:
    printed = '- row "1 in table":\n  - cell "in table":\n    - textbox: in table'
    scrubbed = scrub_aria(printed, ("in  table",))
    assert scrubbed == '- row "1 …":\n  - cell "…":\n    - textbox'


def test_a_value_that_spells_a_role_leaves_the_roles_alone() -> None:
    assert scrub_aria('- row "row":\n  - cell "x"', ("row", "cell")) == '- row "…":\n  - cell "x"'


@given(st.text(min_size=3).map(str.strip).filter(lambda text: len(text) > 2))
def test_no_value_survives_in_a_name_whatever_it_is(value: str) -> None:
    folded = " ".join(value.split())
    escaped = folded.replace("\\", "\\\\").replace('"', '\\"')
    printed = f'- cell "Total {escaped} today"'
    if len(folded) > 2 and folded not in "Total today":
        assert scrub_aria(printed, (value,)) == '- cell "Total … today"'
