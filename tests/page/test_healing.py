"""Which control may stand for one that was recorded; none, when it is gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from automation.model import Fingerprint, Target
from automation.page import Look, heal, look_of_target, permission
from tests.page.looks import page_of

PAGES = range(2)
USER = Look(
    tag="input", type="text", role="textbox", name="User name", label="User name", field="user",
    form="login", place="main", path=(0, 0),
)  # fmt: skip
PASSWORD = replace(
    USER, type="password", name="Password", label="Password", field="pass", path=(0, 1)
)
SAVE = Look(
    tag="button", type="submit", role="button", name="Save", text="Save", form="edit", path=(0, 2)
)
DELETE = replace(SAVE, name="Delete", text="Delete", path=(0, 3))


def index_for(recorded: Look, seen: list[Look], beside: list[Look] | None = None) -> int | None:
    (match,) = heal([recorded], seen, beside=beside or [])
    return match.index


def test_each_control_of_an_unchanged_page_is_itself() -> None:
    for seed in PAGES:
        page = page_of(seed)
        assert [match.index for match in heal(page, page)] == list(range(len(page)))


def test_a_control_that_was_taken_away_is_never_replaced() -> None:
    """For every control of every page; with and without the rest of the page as it was."""
    wrong = tried = 0
    for seed in PAGES:
        page = page_of(seed)
        for number, gone in enumerate(page):
            rest = page[:number] + page[number + 1 :]
            tried += 1
            wrong += index_for(gone, rest) is not None
            assert index_for(gone, rest, beside=page) is None
    assert (tried, wrong) == (50, 0)


CHANGES: dict[str, Callable[[Look], Look]] = {
    "another id": lambda one: replace(one, id="x9"),
    "another place on the screen": lambda one: replace(one, box=(700, 900, 180, 32), near=()),
    "another name of the field": lambda one: replace(one, field="q7"),
    "a longer name": lambda one: replace(
        one, name=f"{one.name} *", label=f"{one.label} *" if one.label else ""
    ),
    "another address": lambda one: replace(one, href="/moved" if one.href else ""),
    "a test id that is new": lambda one: replace(one, test_id="data-testid=x"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_control_that_changed_a_little_is_found_again(change: Callable[[Look], Look]) -> None:
    found = wrong = tried = 0
    for seed in PAGES:
        page = page_of(seed)
        for number, one in enumerate(page):
            seen = [change(each) if n == number else each for n, each in enumerate(page)]
            index = index_for(one, seen, beside=page)
            tried += 1
            found += index == number
            wrong += index not in {None, number}
    assert wrong == 0
    assert found >= 0.85 * tried


def test_the_fields_to_sign_in_are_never_swapped() -> None:
    renamed = [replace(PASSWORD, field="p", label="", name=""), replace(USER, field="u", label="")]
    user, password = heal([USER, PASSWORD], renamed)
    assert (user.index in {None, 1}, password.index in {None, 0}) == (True, True)
    shown = replace(PASSWORD, type="text")
    assert index_for(PASSWORD, [shown]) is None


def test_a_button_that_does_harm_never_stands_for_one_that_does_not() -> None:
    for harm in ("Delete", "Cancel", "Pay now", "Log out", "Save and delete"):
        seen = replace(SAVE, name=harm, text=harm)
        (match,) = heal([SAVE], [seen])
        assert match.index is None, harm
    assert index_for(DELETE, [DELETE]) == 0


def test_a_twin_that_is_left_does_not_stand_for_what_was_removed() -> None:
    twin = replace(SAVE, form="comments", place="complementary", path=(0, 9))
    assert index_for(SAVE, [twin]) is None
    close = replace(SAVE, id="save2", path=(0, 9))
    recorded = replace(SAVE, id="save1")
    assert index_for(recorded, [close], beside=[recorded, close]) is None
    assert index_for(recorded, [recorded, close], beside=[recorded, close]) == 0


def test_what_is_called_nearly_the_same_among_other_things_is_something_else() -> None:
    menu = Look(
        tag="a", role="link", name="Owners", text="Owners", near=("Pets", "Visits"),
        box=(40, 250, 44, 15),
    )  # fmt: skip
    head = replace(menu, name="Owner", text="Owner", near=("Species",), box=(620, 330, 120, 40))
    assert index_for(menu, [head]) is None
    assert index_for(menu, [replace(menu, name="Owner", text="Owner")]) == 0


def test_a_text_that_others_had_does_not_make_one_of_them_the_control_that_is_gone() -> None:
    seen = Fingerprint(
        tag="a", text="Species", neighbours=("Owner", "Born"), box=(300, 600, 60, 16)
    )
    sorting = look_of_target(Target(css="th:nth-of-type(4) > a", fingerprint=seen))
    choice = Look(
        tag="a", role="link", name="Species", text="Species", near=("Owner", "Born"),
        box=(300, 450, 60, 16),
    )  # fmt: skip
    assert index_for(sorting, [choice]) is None
    alone = look_of_target(Target(text="Species", fingerprint=seen))
    assert index_for(alone, [choice]) == 0
    named = seen.model_copy(update={"attributes": {"id": "by-species"}})
    sorting = look_of_target(Target(css="th:nth-of-type(4) > a", fingerprint=named))
    assert index_for(sorting, [replace(choice, id="by-species")]) == 0


def test_links_to_one_place_are_as_good_as_each_other() -> None:
    link = Look(tag="a", role="link", name="Pets", text="Pets", href="/pets", path=(0, 0))
    other = replace(link, path=(0, 1))
    assert index_for(link, [link, other]) in {0, 1}
    buttons = [replace(SAVE, path=(0, 0)), replace(SAVE, path=(0, 1))]
    (match,) = heal([SAVE], buttons)
    assert (match.index, match.refused) == (None, "unsure")


def test_what_cannot_be_used_is_refused_with_a_reason() -> None:
    (match,) = heal([SAVE], [replace(SAVE, disabled=True)])
    assert (match.index, match.refused) == (None, "state")
    assert heal([SAVE], [])[0].refused == "gone"


def test_what_lies_around_a_control_is_no_rival() -> None:
    inner = replace(SAVE, tag="span", role="", path=(0, 2, 0))
    assert index_for(SAVE, [SAVE, inner]) == 0


def test_a_page_where_nothing_is_alike_is_rather_another_page() -> None:
    foreign = [Look(tag="button", role="button", name="Accept all", text="Accept all", form="c")]
    (match,) = heal([USER], foreign)
    assert match.strange


def test_two_never_get_the_same_control() -> None:
    one = replace(USER, name="Phone", label="Phone", field="phone")
    two = replace(USER, name="Phone", label="Phone", field="fax")
    found = [match.index for match in heal([one, two], [replace(one, field="tel")])]
    assert found.count(0) <= 1


@pytest.mark.parametrize(
    "action, look, writes, login, allowed",
    [
        ("click", Look(tag="a", role="link", name="Pets"), False, False, "apply"),
        ("fill", USER, False, False, "verify"),
        ("fill", USER, False, True, "propose"),
        ("fill", PASSWORD, False, False, "propose"),
        ("click", SAVE, False, False, "propose"),
        ("click", Look(tag="button", role="button", name="Pay"), False, False, "propose"),
        ("click", Look(tag="a", role="link", name="Pets"), True, False, "propose"),
    ],
)
def test_a_person_decides_on_whatever_signs_in_pays_or_writes(
    action: str, look: Look, writes: bool, login: bool, allowed: str
) -> None:
    assert permission(action, look, writes=writes, login=login) == allowed
