"""What the paths of an operation look at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from automation.errors import BadFile
from automation.model import Filled, Practice, Profile
from automation.replay import Later
from automation.writes import Known
from tests.writes.shop import operation

NORTH = Practice(name="north", portal="acme", base_url="https://acme.example/4")


def known(**inputs: Any) -> Known:  # noqa: ANN401 - JSON
    return Known(operation(), NORTH, inputs, marker="m-1", at="2026-03-01T00:00:00+00:00")


def test_a_path_looks_at_inputs_reads_steps_and_the_write_itself() -> None:
    it = known(client_id=7)
    it.reads["client"] = {"name": "Ann"}
    it.steps["sale"] = {"id": 3}
    path = "[inputs.client_id, reads.client.name, steps.sale.id, write.marker]"
    assert it.value(path) == [7, "Ann", 3, "m-1"]


@pytest.mark.parametrize(
    "value,holds",
    [(None, False), (False, False), ("", False), ([], False), ({}, False), (0, True), ("a", True)],
)
def test_a_condition_holds_unless_it_gives_nothing(value: object, holds: bool) -> None:
    assert known(x=value).holds("inputs.x") is holds


def test_what_has_no_value_is_left_out() -> None:
    values = {"a": Filled(path="inputs.a"), "b": Filled(path="inputs.b")}
    assert known(a=0).filled(values) == {"a": 0}


@pytest.mark.parametrize(
    "value,address",
    [
        (7, "https://acme.example/4/api/client/7/"),
        ("a/b ?", "https://acme.example/4/api/client/a%2Fb%20%3F/"),
        (
            [7, 8],
            ["https://acme.example/4/api/client/7/", "https://acme.example/4/api/client/8/"],
        ),
        ("https://acme.example/4/api/person/7/", "https://acme.example/4/api/person/7/"),
        (Later("~sale.id~"), "https://acme.example/4/api/client/~sale.id~/"),
        (None, None),
    ],
)
def test_a_linked_value_is_an_address_of_the_practice(value: Any, address: object) -> None:  # noqa: ANN401 - JSON
    found = known(x=value).one(Filled(path="inputs.x", link="api/client/{}/"))
    assert found == address
    assert isinstance(found, Later) == isinstance(value, Later)


def test_a_setting_is_the_entry_of_the_profile_that_the_inputs_name() -> None:
    section = {"7": {"Name": "front"}, "8": {"Name": "back"}}
    profile = Profile(
        practice="north", seen_at=datetime(2026, 3, 1, tzinfo=UTC), sections={"tills": section}
    )
    for client, name in ((7, "front"), (8, "back"), (9, None)):
        it = known(client_id=client)
        it.set_settings(profile)
        assert it.settings == {"till": name}
        it.set_settings(None)
        assert it.settings == {"till": None}


def test_a_section_with_one_entry_needs_no_key() -> None:
    made = operation(settings={"till": {"section": "tills", "path": "Name"}}, steps=[])
    it = Known(made, NORTH, {}, marker="", at="")
    for entries, value in (({"7": {"Name": "a"}}, "a"), ({"7": {}, "8": {}}, None)):
        it.set_settings(
            Profile(
                practice="north",
                seen_at=datetime(2026, 3, 1, tzinfo=UTC),
                sections={"tills": entries},
            )
        )
        assert it.settings["till"] == value


def test_a_function_that_does_not_take_what_it_gets_is_told_with_its_file() -> None:
    with pytest.raises(BadFile, match=r"operations/sell.yaml: length\(inputs.x\): "):
        known(x=7).value("length(inputs.x)")


def test_a_setting_may_be_made_of_all_entries_of_a_section() -> None:
    plan = {"section": "rules", "every": True, "path": "[?Of=='Visit'].Field"}
    it = Known(operation(settings={"rules": plan}), NORTH, {}, marker="m", at="")
    it.set_settings(None)
    assert it.settings == {"rules": None}
    entries: dict[str, Any] = {
        "1": {"Of": "Visit", "Field": "Reason"},
        "2": {"Of": "Client", "Field": "Phone"},
    }
    it.set_settings(
        Profile(
            practice="north", seen_at=datetime(2026, 3, 1, tzinfo=UTC), sections={"rules": entries}
        )
    )
    assert it.settings == {"rules": ["Reason"]}
