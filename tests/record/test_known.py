from __future__ import annotations

from datetime import UTC, datetime

import pytest

from automation.errors import Refused
from automation.model import FlowInput, Practice, Secret
from automation.record.known import Inputs, Known
from tests.record.said import element, fill, nature

KNOWN = Known(
    base_url="https://acme.example",
    secrets={
        "credential.username": Secret("jo@acme.example"),
        "credential.password": Secret("hunter2!"),
    },
    label="Acme North",
    is_code=lambda text: text == "492039",
)


@pytest.mark.parametrize(
    "text,field,value",
    [
        ("jo@acme.example", nature(), "{{ credential.username }}"),
        ("hunter2!", nature("password", secret=True), "{{ credential.password }}"),
        ("hunter2!", nature(), "{{ credential.password }}"),
        ("mistyped", nature("password", secret=True), "{{ credential.password }}"),
        ("someone@else", nature("email", "username"), "{{ credential.username }}"),
        ("492039", nature(), "{{ totp }}"),
        ("492 039", nature("text", "one-time-code", secret=True), "{{ totp }}"),
        ("111111", nature("text", "one-time-code", secret=True), "{{ totp }}"),
        ("Acme North", nature(), "{{ practice.label }}"),
        ("", nature(), ""),
        ("bella", nature(), "{{ input.name }}"),
        ("111111", nature(), "{{ input.name }}"),
    ],
)
def test_a_typed_text_becomes_what_it_stands_for(text: str, field: object, value: str) -> None:
    action = fill("Name", text, 1, field=field)
    assert Inputs(KNOWN).value_of(action) == value


def test_digits_in_a_field_that_asks_for_a_code_are_a_code_whatever_they_are() -> None:
    action = fill("Authentication code", "111111", 1)
    assert Inputs(KNOWN).value_of(action) == "{{ totp }}"


@pytest.mark.parametrize(
    "text,field",
    [
        ("4111111111111111", nature("text", "cc-number", secret=True)),
        (None, nature("text", "cc-csc", secret=True)),
        ("a new one", nature("password", "new-password", secret=True)),
    ],
)
def test_a_secret_that_belongs_to_nothing_known_ends_the_recording(
    text: str | None, field: object
) -> None:
    action = fill("Card", text, 1, field=field)
    with pytest.raises(Refused, match="something secret was typed into 'Card'") as caught:
        Inputs(KNOWN).value_of(action)
    assert text is None or text not in str(caught.value)


def test_an_input_is_named_after_its_field_and_keeps_its_example() -> None:
    inputs = Inputs(KNOWN)
    assert inputs.value_of(fill("Search patients…", "bella", 1)) == "{{ input.search_patients }}"
    assert inputs.declared == {"search_patients": FlowInput(example="bella")}


def test_another_text_in_the_same_field_is_another_input_and_the_same_one_is_not() -> None:
    inputs = Inputs(KNOWN)
    values = [inputs.value_of(fill("Q", text, 1)) for text in ("a", "b", "a")]
    assert values == ["{{ input.q }}", "{{ input.q_2 }}", "{{ input.q }}"]


@pytest.mark.parametrize(
    "kinds,name",
    [
        ({"field": "ownerName", "id": "x"}, "ownername"),
        ({"placeholder": "Find a client"}, "find_a_client"),
        ({"label": "Größe"}, "gr_e"),
        ({"label": "2nd owner", "field": "owner2"}, "owner2"),
        ({"label": "№"}, "text"),
    ],
)
def test_a_field_without_a_good_word_takes_the_next_best(kinds: dict[str, str], name: str) -> None:
    action = fill("x", "v", 1, element=element("x", row=False, **kinds))
    assert Inputs(KNOWN).value_of(action) == f"{{{{ input.{name} }}}}"


def test_what_is_known_of_a_practice_recognises_codes_of_about_now() -> None:
    secrets = {
        "credential.username": Secret("jo"),
        "credential.totp": Secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
    }
    practice = Practice(name="north", portal="acme", base_url="https://a.example", label="North")
    known = Known.of(practice, secrets, lambda: datetime.fromtimestamp(59, UTC))
    assert known.is_code("287082")  # RFC 6238, appendix B
    assert not known.is_code("081804")
    assert (known.base_url, known.label) == ("https://a.example", "North")
    assert known.template_for("jo") == "{{ credential.username }}"
    assert known.template_for("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") is None


def test_where_no_code_is_asked_for_nothing_is_one() -> None:
    practice = Practice(name="north", portal="acme", base_url="https://a.example")
    assert not Known.of(practice, {}, lambda: datetime.now(UTC)).is_code("287082")


def test_an_empty_secret_is_found_nowhere() -> None:
    known = Known(base_url="", secrets={"credential.password": Secret("")})
    assert not known.stands_in("anything")
    assert not known.password_stands_in("anything")
    assert known.template_for("") is None
