"""The routes of logins say what they take, and hide what must not be seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from automation.serve.rest.authenticating import CodeBody, LoginBody
from automation.serve.rest.described import SCOPE
from tests.serve.office import Office, app_for, in_office

HUSH = "hush-41"


def test_both_routes_tell_scope_body_and_answers(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        paths = app_for(office.service).openapi()["paths"]
        for path in ("/authenticate", "/authenticate/{challenge_id}/mfa"):
            told = paths[path]["post"]
            assert told[SCOPE] == "sessions:open"
            body = told["requestBody"]["content"]["application/json"]
            assert body["example"]
            assert "$defs" not in body["schema"]
            for status in ("200", "202"):
                assert told["responses"][status]["content"]["application/json"]["example"]
            assert {"401", "409", "423", "429", "504"} <= set(told["responses"])
        fields = paths["/authenticate"]["post"]["requestBody"]["content"]["application/json"]
        [password, _] = fields["schema"]["properties"]["password"]["anyOf"]
        assert (password["format"], password["writeOnly"]) == ("password", True)

    in_office(tmp_path, scene)


def test_a_body_that_is_no_login_is_refused_and_not_repeated(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        key = await office.token("sessions:open", "patients:read")
        bodies: list[object] = [
            {},
            {"username": HUSH},
            {"password": HUSH},
            {"username": HUSH, "password": HUSH, "client_id": HUSH},
            {"username": HUSH, "password": ""},
            {"username": HUSH, "password": "x" * 1001},
            {"username": HUSH, "password": [HUSH]},
            HUSH,
        ]
        for body in bodies:
            told = await office.ask("POST", "/authenticate", key, json=body)
            assert (told.status_code, told.json()["code"]) == (400, "invalid_request"), body
            assert HUSH not in told.text

    in_office(tmp_path, scene)


def test_a_body_prints_nothing_of_what_it_was_given() -> None:
    body = LoginBody.model_validate({"username": HUSH, "password": HUSH})
    assert HUSH not in f"{body} {body!r} {CodeBody.model_validate({'code': HUSH})!r}"
    with pytest.raises(ValidationError) as caught:
        LoginBody.model_validate({"username": HUSH, "password": [HUSH]})
    assert HUSH not in str(caught.value)
