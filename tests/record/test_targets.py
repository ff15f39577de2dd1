from __future__ import annotations

import pytest

from automation.browser import Candidate, SeenElement
from automation.model import Fingerprint, Secret, Target
from automation.record.data import Data
from automation.record.known import Known
from automation.record.targets import target_of
from tests.record.said import element

KNOWN = Known(
    base_url="https://acme.example",
    secrets={"credential.username": Secret("jo@acme.example")},
    label="Acme North",
)


def plain_of(target: Target) -> Target:
    return target.model_copy(update={"fingerprint": None})


def plain(seen: SeenElement) -> Target:
    return plain_of(target_of(seen, KNOWN))


def test_what_finds_exactly_one_element_now_is_kept() -> None:
    seen = element("Save", role="button", text="Save", id="save", css="main > button")
    twice = Candidate(kind="title", value="Save", matches=2)
    seen = seen.model_copy(update={"candidates": (*seen.candidates, twice)})
    assert plain(seen) == Target(
        role="button", name="Save", text="Save", id="save", css="main > button"
    )


@pytest.mark.parametrize(
    "words", ["Invoice 10042", "Inbox (3)", "3/14", "Mon 3/14", "10:30 AM", "2024-01-01"]
)
def test_words_that_are_others_on_another_day_do_not_find_it(words: str) -> None:
    assert plain(element(words, role="button", text=words, css="a")) == Target(css="a")


def test_words_with_a_small_number_in_them_stay() -> None:
    assert plain(element("Page 2", role="button", css="a")).name == "Page 2"


def test_in_a_row_of_data_only_its_place_finds_an_element() -> None:
    seen = element("Bella", row=True, role="link", text="Bella", id="p", near="a|Name", css="tr a")
    assert plain(seen) == Target(near="a|Name", css="tr a")


def test_the_name_of_the_practice_becomes_a_template_and_nothing_else_finds_its_element() -> None:
    seen = element("Acme North", role="button", text="Acme North", field="p", css="li > button")
    label = "{{ practice.label }}"
    found = target_of(seen, KNOWN)
    assert found == Target(role="button", name=label, text=label)


def test_the_name_of_the_practice_inside_an_element_finds_it_by_that_text() -> None:
    part = Candidate(value="Acme North", matches=1)
    seen = element("Acme North Albany NY", role="button", css="li > button")
    seen = seen.model_copy(update={"parts": (part,)})
    assert target_of(seen, KNOWN) == Target(text="{{ practice.label }}")


def test_a_secret_on_the_screen_is_kept_nowhere() -> None:
    seen = element("jo@acme.example", role="button", text="Hi jo@acme.example", css="b")
    seen = seen.model_copy(
        update={
            "fingerprint": Fingerprint(
                tag="button",
                text="jo@acme.example",
                attributes={"title": "jo@acme.example", "type": "button"},
                neighbours=("for jo@acme.example", "Menu", "at Acme North"),
            )
        }
    )
    assert target_of(seen, KNOWN) == Target(
        css="b",
        fingerprint=Fingerprint(
            tag="button",
            attributes={"type": "button"},
            neighbours=("Menu", "at {{ practice.label }}"),
        ),
    )


def test_an_element_that_nothing_finds_alone_keeps_its_path() -> None:
    path = Candidate(kind="css", value="x-a b", matches=2)
    seen = element("x").model_copy(update={"candidates": (path,)})
    assert plain(seen) == Target(css="x-a b")


def test_the_frames_around_an_element_belong_to_its_target() -> None:
    assert target_of(element("x"), KNOWN, frame=("#outer", "iframe")).frame == ("#outer", "iframe")


@pytest.mark.parametrize("role", ["option", "link", "listitem"])
def test_what_was_found_by_typing_is_data_of_today(role: str) -> None:
    """A suggestion says who it is about; that is nothing for a file that others read."""
    shown = "Gizmo (CANINE) - White, Sophia"
    seen = element(shown, role=role, text=shown, near="li|Patient", css="ul > li")
    found = target_of(seen, KNOWN, typed=["gizm"])
    assert plain_of(found) == Target(near="li|Patient", css="ul > li")
    assert "Sophia" not in found.model_dump_json()
    other = plain_of(target_of(seen, KNOWN, typed=["Rex", "on", "izmo"]))
    assert (other.role, other.text) == (role, shown)


def test_a_button_keeps_its_words_whatever_was_typed_before() -> None:
    seen = element("Add reminder", role="button", text="Add reminder", css="button")
    assert target_of(seen, KNOWN, typed=["reminder"]).text == "Add reminder"


def test_data_of_the_practice_finds_nothing_and_stands_beside_nothing() -> None:
    seen = element("Pay for Rosie", role="button", text="Pay for Rosie", near="a|Rosie", css="b")
    likeness = Fingerprint(
        tag="button",
        text="Pay for Rosie",
        attributes={"title": "Rosie", "type": "button"},
        neighbours=("Rosie", "Amount"),
    )
    found = target_of(
        seen.model_copy(update={"fingerprint": likeness}), KNOWN, data=Data(["Rosie"])
    )
    assert found == Target(
        css="b",
        fingerprint=Fingerprint(
            tag="button", attributes={"type": "button"}, neighbours=("Amount",)
        ),
    )


def test_what_is_named_after_a_thing_is_found_by_its_place_and_by_what_its_author_wrote() -> None:
    seen = element("Rosie", role="link", text="Rosie", title="Rosie", id="lnkPet", near="a|Pet")
    likeness = Fingerprint(tag="a", text="Rosie", attributes={"title": "Rosie", "id": "lnkPet"})
    found = target_of(seen.model_copy(update={"thing": True, "fingerprint": likeness}), KNOWN)
    assert (found.id, found.near, found.css) == ("lnkPet", "a|Pet", "main > rosie")
    assert "Rosie" not in found.model_dump_json()
