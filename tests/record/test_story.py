from __future__ import annotations

from automation.browser import Action, LogEntry, Opened
from automation.model import Secret, Signal
from automation.record.story import Moment, tell
from tests.record.said import asked, caused, click, fill, opened, other

HOME = opened("https://acme.example/home")


def told(*log: LogEntry) -> list[str]:
    """What is left of a log, in short."""
    return [_short(moment) for moment in tell((HOME, *log))[1:]]


def _short(moment: Moment) -> str:
    what = moment.what
    if isinstance(what, Opened):
        return f"goto {what.url}"
    assert isinstance(what, Action)
    name = (
        next(c.value for c in what.element.candidates if c.kind == "label") if what.element else ""
    )
    text = f" {what.value.reveal()}" if isinstance(what.value, Secret) else ""
    return f"{what.kind} {name}{text}"


def test_an_address_that_a_click_led_to_is_not_a_step_of_its_own() -> None:
    next_page = opened("https://acme.example/next", 3)
    assert told(click("Next", 1), next_page) == ["click Next"]


def test_an_address_that_is_opened_long_after_the_last_action_is_a_step() -> None:
    assert told(click("Next", 1), opened("https://acme.example/b", 7)) == [
        "click Next",
        "goto https://acme.example/b",
    ]


def test_a_page_that_a_slow_portal_shows_late_says_where_it_comes_from_and_is_no_step() -> None:
    slow = opened("https://acme.example/b", 9, referrer="https://acme.example/home")
    assert told(click("Next", 1), slow) == ["click Next"]


def test_an_address_that_was_left_at_once_for_another_is_forgotten() -> None:
    moments = tell((HOME, opened("https://acme.example/a", 1)))
    assert [moment.what.url for moment in moments if isinstance(moment.what, Opened)] == [
        "https://acme.example/a"
    ]


def test_the_portal_leading_on_from_an_address_does_not_replace_it() -> None:
    led = opened("https://acme.example/landing", 1, referrer=HOME.url)
    assert tell((HOME, led)) == (Moment(HOME),)


def test_going_back_is_opening_the_address_again() -> None:
    back = opened("https://acme.example/home", 9, referrer="x").model_copy(
        update={"how": "back_forward"}
    )
    assert told(click("Next", 1), back) == ["click Next", "goto https://acme.example/home"]


def test_the_keys_of_one_text_are_one_fill_with_the_last_value() -> None:
    assert told(fill("Name", "be", 1), fill("Name", "bella", 3)) == ["fill Name bella"]


def test_a_click_that_only_puts_the_cursor_into_the_field_is_part_of_typing() -> None:
    cursor = click("Name", 1, into_field=True)
    assert told(cursor, fill("Name", "x", 2)) == ["fill Name x"]
    assert told(cursor, fill("Other", "x", 2)) == ["click Name", "fill Other x"]


def test_emptying_a_field_that_searched_stays_a_step_of_its_own() -> None:
    log = (fill("Search", "bella", 2), asked("GET /find", 2.3), fill("Search", "", 5))
    assert told(*log) == ["fill Search bella", "fill Search "]


def test_a_search_while_typing_counts_though_the_text_was_told_later() -> None:
    log = (asked("GET /find", 1.5), fill("Search", "bella", 2, took=1), fill("Search", "", 5))
    assert told(*log) == ["fill Search bella", "fill Search "]


def test_writing_on_is_the_same_text_even_if_its_beginning_searched() -> None:
    log = (fill("Search", "be", 1), asked("GET /find", 1.5), fill("Search", "bella", 3))
    assert told(*log) == ["fill Search bella"]


def test_a_double_click_supersedes_its_clicks() -> None:
    log = (click("Row", 1), click("Row", 1.1), other("dblclick", "Row", 1.2))
    assert told(*log) == ["dblclick Row"]


def test_a_double_click_leaves_the_clicks_before_it_alone() -> None:
    log = (click("Row", 0.1), click("Row", 1), click("Row", 1.1), other("dblclick", "Row", 1.2))
    assert told(*log) == ["click Row", "dblclick Row"]


def test_changing_ones_mind_about_a_box_or_a_list_is_one_step() -> None:
    log = (
        other("check", "Box", 1, checked=True),
        other("check", "Box", 2, checked=False),
        other("select", "List", 3, value=Secret("Dog")),
        other("select", "List", 4, value=Secret("Cat")),
    )
    assert told(*log) == ["check Box", "select List Cat"]


def test_a_choice_that_loaded_something_stays_beside_the_next_one() -> None:
    log = (
        other("select", "List", 1, value=Secret("Dog")),
        asked("GET /dogs", 1.2),
        other("select", "List", 4, value=Secret("Cat")),
    )
    assert told(*log) == ["select List Dog", "select List Cat"]


def test_each_letter_typed_over_a_list_chooses_and_only_the_last_choice_counts() -> None:
    log = (
        other("select", "List", 1, value=Secret("Cash")),
        asked("GET /poll", 1.05),
        other("select", "List", 1.1, value=Secret("Check")),
    )
    assert told(*log) == ["select List Check"]


def test_a_scroll_counts_only_if_it_loads_something() -> None:
    scroll = other("scroll", "List", 1)
    assert told(scroll) == []
    assert told(scroll, asked("GET /more", 1.4)) == ["scroll List"]


def test_what_a_scroll_asks_for_on_its_way_is_its_effect_and_no_polling() -> None:
    log = (
        click("Documents", 1),
        asked("GET /more", 9.8),
        other("scroll", "List", 10, took=0.3),
        asked("GET /more", 19.8),
        other("scroll", "List", 20, took=0.3),
    )
    assert told(*log) == ["click Documents", "scroll List", "scroll List"]


def test_a_scroll_of_which_the_news_came_a_moment_late_keeps_its_effect() -> None:
    scroll = other("scroll", "List", 10, took=0.158)
    assert told(asked("GET /more", 9.83), scroll) == ["scroll List"]
    assert told(asked("GET /more", 9.5), scroll) == []


def test_a_click_on_nothing_counts_only_if_something_comes_of_it() -> None:
    nothing = click("Text", 1, weak=True)
    assert told(nothing) == []
    assert told(nothing, asked("GET /x", 1.2)) == ["click Text"]


def test_polling_is_nobodys_effect() -> None:
    polls = [asked("GET /count", at) for at in (5.0, 10.0, 15.2, 20.0)]
    scroll = other("scroll", "List", 15)
    assert told(polls[0], polls[1], scroll, polls[2], polls[3]) == []


def test_what_an_action_caused_is_kept_with_it_and_a_popups_first_page_is_no_step() -> None:
    popup, dialog = Signal(kind="popup"), Signal(kind="dialog", accept=True)
    log = (
        HOME,
        click("Print", 1),
        caused(dialog, 1.1),
        caused(popup, 1.2, opened=1),
        opened("https://acme.example/print", 8, page=1),
    )
    moments = tell(log)
    assert [moment.causes for moment in moments] == [(), (dialog, popup)]
