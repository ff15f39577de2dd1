"""A rule says what is stored, and nothing to those who want to hear nothing."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import JsonValue

from automation.entities import Client, Patient
from automation.errors import BadArgument, NotKnown
from automation.notify import Left, filled, refuse_places, refuse_unwanted
from tests.store.telling import rule


def client(**facts: Any) -> Client:  # noqa: ANN401 - fields of any kind
    return Client.model_construct(
        id="cli_1", practice="north", source_system="acme", source_id="17", **facts
    )


PET = Patient.model_construct(
    id="pat_1", practice="north", source_system="acme", source_id="5", name="Rex {client.name}"
)


def test_texts_are_filled_in_however_deep_and_what_was_filled_in_is_not_read_again() -> None:
    inputs: dict[str, JsonValue] = {
        "client_id": "{client.source_id}",
        "text": "Dear {client.name}, {patient.name} is due. {not a place}",
        "more": [{"name": "{client.name}"}, 3, None, True],
    }
    assert filled(inputs, {"client": client(name="Zoe"), "patient": PET}) == {
        "client_id": "17",
        "text": "Dear Zoe, Rex {client.name} is due. {not a place}",
        "more": [{"name": "Zoe"}, 3, None, True],
    }


@pytest.mark.parametrize("text", ["{client.name}", "{patient.name}", "{client.emails}"])
def test_nothing_is_said_where_something_is_not_known(text: str) -> None:
    with pytest.raises(Left, match="is not known"):
        filled({"text": text}, {"client": client()})


@pytest.mark.parametrize(
    "facts, changed, says",
    [
        ({"do_not_email": True}, {}, "no e-mail"),
        ({"do_not_email": True}, {"email": False}, None),
        ({"do_not_email": True}, {"purpose": "reminder"}, "no e-mail"),
        ({"no_reminders": True}, {"purpose": "reminder", "email": False}, "no reminders"),
        ({"no_reminders": True}, {}, None),
        ({}, {}, None),
        ({"do_not_email": False, "no_reminders": False}, {"purpose": "reminder"}, None),
    ],
)
def test_the_wishes_of_the_client_stand_above_the_rule(
    facts: dict[str, Any], changed: dict[str, Any], says: str | None
) -> None:
    known = {"client": client(**facts)}
    if says is None:
        refuse_unwanted(rule(**changed), known)
        return
    with pytest.raises(Left, match=says):
        refuse_unwanted(rule(**changed), known)


def test_where_no_client_is_known_nobody_is_told() -> None:
    with pytest.raises(Left, match="no client"):
        refuse_unwanted(rule(), {"patient": PET})


def test_what_cannot_be_filled_in_is_refused_before_it_ever_happens() -> None:
    refuse_places({"text": "{client.name} {patient.date_of_birth}"})
    with pytest.raises(NotKnown, match="no kind of entity"):
        refuse_places({"text": ["{owner.name}"]})
    with pytest.raises(NotKnown, match="no field of client"):
        refuse_places({"text": {"deep": "{client.nickname}"}})
    with pytest.raises(BadArgument):
        refuse_places({"text": "{client.raw}"})
