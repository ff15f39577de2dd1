"""Lists that people choose from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue
from selectolax.lexbor import LexborHTMLParser

from automation.model import Source
from automation.wire import Choice, choices_giving, chosen, offers

BUTTONS = (
    '<form><input type="hidden" name="token" value="x"><ul id="practices">'
    '<li><button name="PracticeId" value="105">North</button></li>'
    '<li><button name="PracticeId" value="106">South  Side</button></li></ul></form>'
)
LINKS = (
    '<ul id="practices"><li><a href="/switch?id=105">North</a></li>'
    '<li><a href="/switch?id=106">South Side</a></li></ul>'
)
CARDS = (
    "<div><div><h3>North</h3><a href='/practices/105/open'>Open</a></div>"
    "<div><h3>South Side</h3><a href='/practices/106/open'>Open</a></div></div>"
)
RADIOS = (
    '<input type="radio" id="a" name="p" value="105"><label for="a">North</label>'
    '<input type="radio" id="b" name="p" value="106"><label for="b">South Side</label>'
)
WRAPPED = (
    '<label><input type="radio" name="p" value="105"> North</label>'
    '<label><input type="radio" name="p" value="106"> South Side</label>'
)
OPTIONS = (
    '<select name="p"><option value="105">North</option>'
    '<option value="106">South Side</option></select>'
)
ROWS = "".join(
    f'<tr><td>{name}</td><td><form action="/open"><input type="hidden" name="id" value="{number}">'
    '<input type="hidden" name="token" value="t"><button>Open</button></form></td></tr>'
    for name, number in (("North", 105), ("South Side", 106))
)
ADDRESSED = (
    '<button data-practice="105">North<small>12 Main St</small></button>'
    '<button data-practice="106">South Side<small>1 High St</small></button>'
)
NAMED = '<img alt="North" data-id="105"><img alt="South Side" data-id="106">'
PAGES = (
    BUTTONS,
    LINKS,
    CARDS,
    RADIOS,
    WRAPPED,
    OPTIONS,
    f"<table>{ROWS}</table>",
    ADDRESSED,
    NAMED,
)


def best(label: str, value: str, page: str) -> Choice:
    found = choices_giving(label, value, None, LexborHTMLParser(page))
    return min(found, key=lambda choice: choice.cost)


@pytest.mark.parametrize("page", PAGES)
def test_what_is_learnt_from_one_item_finds_the_other_one(page: str) -> None:
    tree = LexborHTMLParser(page)
    choice = best("North", "105", page)
    assert chosen(offers(choice, None, tree), "south side") == ("106",)


@pytest.mark.parametrize("page", PAGES)
def test_a_label_that_is_not_offered_chooses_nothing(page: str) -> None:
    offered = offers(best("North", "105", page), None, LexborHTMLParser(page))
    assert len(offered) == 2
    assert chosen(offered, "West") == ()


def test_a_button_is_found_by_the_name_it_sends() -> None:
    choice = best("North", "105", BUTTONS)
    assert choice.items == Source(css='button[name="PracticeId"]')
    assert (choice.label, choice.value) == (None, "value")


def test_a_link_gives_a_query_key_or_a_segment_of_its_path() -> None:
    assert best("North", "105", LINKS).value == "href?id"
    assert best("North", "105", CARDS).value == "a[href]@href/2"


def test_what_all_items_share_is_the_value_of_none() -> None:
    assert list(choices_giving("North", "switch", None, LexborHTMLParser(LINKS))) == []
    assert (
        list(choices_giving("North", "1", [{"n": "North", "v": 1}, {"n": "S", "v": 1}], None)) == []
    )


def test_one_label_on_two_items_gives_two_values() -> None:
    page = OPTIONS.replace("South Side", "North")
    choice = Choice(Source(css='select[name="p"] option[value]'), None, "value")
    assert chosen(offers(choice, None, LexborHTMLParser(page)), "North") == ("105", "106")


def test_an_answer_without_the_list_offers_nothing() -> None:
    choice = best("North", "105", BUTTONS)
    assert offers(choice, None, LexborHTMLParser("<p>North</p>")) == ()
    assert offers(choice, {"North": "105"}, None) == ()


def test_a_value_beside_another_label_is_not_given_by_this_one() -> None:
    assert list(choices_giving("North", "106", None, LexborHTMLParser(BUTTONS))) == []


def test_an_option_without_a_value_is_its_text() -> None:
    page = '<select name="p"><option>North</option><option>South</option></select>'
    assert best("north", "North", page).value is None


@pytest.mark.parametrize(
    "document, path, label, value",
    [
        ([{"id": 7, "name": "North"}, {"id": 9, "name": "South"}], "@", "name", "id"),
        (
            {"user": {"orgs": [{"sites": [{"key": 7, "info": {"title": "North"}}]}]}},
            "user.orgs[].sites",
            "info.title",
            "key",
        ),
    ],
)
def test_json_says_which_array_and_which_keys(
    document: JsonValue, path: str, label: str, value: str
) -> None:
    (found,) = choices_giving("NORTH ", "7", document, None)
    assert (found.items.json_path, found.label, found.value) == (path, label, value)
    assert chosen(offers(found, document, None), "North") == (7,)


def test_a_list_of_names_is_label_and_value_at_once() -> None:
    (found,) = choices_giving("South", "South", ["North", "South"], None)
    assert (found.label, found.value) == (None, None)
    assert chosen(offers(found, ["East", "West"], None), "west") == ("West",)


TEXT = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=12)


@given(st.dictionaries(TEXT.map(str.casefold), st.integers(0, 10**6), min_size=1, max_size=6))
def test_each_way_gives_the_value_it_was_found_by(practices: dict[str, int]) -> None:
    document: JsonValue = [{"id": value, "name": name} for name, value in practices.items()]
    label, value = next(iter(practices.items()))
    for choice in choices_giving(label, str(value), document, None):
        assert [str(one) for one in chosen(offers(choice, document, None), label)] == [str(value)]


def test_what_stands_around_the_list_is_no_item_of_it() -> None:
    page = LexborHTMLParser(BUTTONS)
    assert list(choices_giving("North", "x", None, page)) == []
