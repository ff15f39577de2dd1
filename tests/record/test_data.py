"""What a recording shows of records is told from the portal's own words, by where it came from."""

from __future__ import annotations

import pytest
from pydantic import JsonValue

from automation.browser import Answered, LogEntry
from automation.record.data import Data
from tests.record.said import click, element, fill, nature


def told(body: JsonValue, *more: LogEntry) -> Data:
    return Data.of([Answered(at=1, what="GET /x", body=body), *more])


CLIENT: JsonValue = {
    "rows": [
        {"id": 12, "client": {"first_name": "Sophia", "lastName": "O'Brien"}, "status": "Open"}
    ]
}


@pytest.mark.parametrize(
    "text, is_data",
    [
        ("O'Brien", True),
        ("Invoice of O'Brien, Sophia", True),
        ("sophia", True),
        ("a sophia or two", False),
        ("Sophias", False),
        ("Open", False),
        ("", False),
        ("1-50 of 200", False),
    ],
)
def test_what_an_answer_says_of_somebody_is_data_as_whole_words(text: str, is_data: bool) -> None:
    assert told(CLIENT).stands_in(text) is is_data


def test_names_of_many_records_are_data_and_what_repeats_is_a_choice() -> None:
    names = ["Rosie", "Mochi", "Lola", "Bella", "Gizmo", "Ruby", "Penny", "Molly"]
    rows: JsonValue = [
        {"uuid": f"{at:032}", "animalName": name, "state": ["Due", "Sent"][at % 2]}
        for at, name in enumerate(names)
    ]
    data = told(rows)
    assert all(data.stands_in(f"Add note for {name}") for name in names)
    assert not data.stands_in("Due")
    assert not data.stands_in("Sent")


@pytest.mark.parametrize(
    "body",
    [
        {"menu": {"clients": "Clients", "name": "Name of patient"}},
        [{"key": "patients.title", "name": "Patients"}],
        [{"id": "patient-list", "name": "Patients"}],
        ["Clients", "Patients", "Name of patient"],
        "Patients",
    ],
)
def test_translations_and_menus_are_no_records(body: JsonValue) -> None:
    data = told(body)
    assert not [text for text in ("Clients", "Patients", "Name of patient") if data.stands_in(text)]


def test_what_the_markup_says_is_the_portals_own_stays_so() -> None:
    seen = element("Go").model_copy(
        update={"wording": ("Vaccination",), "data": ("White, Sophia",)}
    )
    types: JsonValue = [{"id": 3, "name": "Vaccination"}, {"id": 4, "name": "Surgery"}]
    data = told(types, click("Go", 2, element=seen))
    assert not data.stands_in("Vaccination")
    assert data.stands_in("Surgery")
    assert data.stands_in("Quick invoice for White, Sophia")


def test_what_was_typed_is_data_but_no_secret_is_kept_and_no_letter() -> None:
    data = Data.of(
        [
            fill("Search", "Rosie", 1),
            fill("Sex", "S", 2),
            fill("PIN", "wonderland", 3, field=nature("password", secret=True)),
        ]
    )
    assert data.stands_in("Rosie")
    assert not data.stands_in("S")
    assert not data.stands_in("wonderland")


def test_a_part_of_an_address_is_made_of_data_if_several_words_say_so() -> None:
    data = told({"id": 7, "owner": "White, Sophia", "pet": "Rosie"})
    assert data.is_slug("white-sophia")
    assert not data.is_slug("rosie")
    assert not data.is_slug("white-sands")
