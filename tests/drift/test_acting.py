"""The controls that a flow acts on, found on the pages of a signature."""

from __future__ import annotations

from automation.drift.acting import acted_on, matching, screens_of
from automation.model import Target
from tests.drift.screens import CONSUMPTION, listing, login, looked_at, with_control


def test_each_control_is_found_on_the_page_before_its_step_or_the_first_that_has_it() -> None:
    before, now = looked_at(login(), listing()), looked_at(login(), listing(1))
    screens = screens_of(before, now, before.merge(now.later(1)))
    places = {one.step: one.screen.step for one in acted_on(screens, CONSUMPTION)}
    assert places == {"1": "1", "2": "1", "3": "1", "4": "2", "5": "2"}


def test_a_control_is_known_by_its_cheapest_locator_and_says_what_it_is() -> None:
    before, now = looked_at(login()), looked_at(with_control(0, name="Login name"))
    screens = screens_of(before, now, before.merge(now.later(1)))
    user = acted_on(screens, CONSUMPTION)[0]
    assert user.subject == 'textbox "User name"'
    assert [locator.kind for locator, _ in user.before] == ["role", "field"]
    assert [bool(keys) for _, keys in user.now] == [False, True]
    assert user.by_text


def test_a_place_in_the_structure_is_in_no_signature() -> None:
    page = looked_at(login()).steps["1"]
    (css,) = Target(css="main > input").locators()
    (role,) = Target(role="textbox").locators()
    assert matching(page, css) == matching(page, role) == ()
