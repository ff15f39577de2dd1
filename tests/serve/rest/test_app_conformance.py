"""The API keeps what its description says, and holds against whatever it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from automation.entities import ENTITIES
from tests.serve.counter import EVERYTHING, Counter, fill, open_counter, patient
from tests.serve.office import NORTH, SOUTH, STRANGE, Office, app_for, id_of, in_office, path_of

CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with open_counter(tmp_path) as found:
        yield found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of every operation."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def filled_path(path: str) -> str:
    """A path with something in its gaps."""
    steps = ["none" if step.startswith("{") else step for step in path.split("/")]
    return "/".join(steps)


@pytest.mark.must_hold("serve")
def test_whatever_the_description_allows_is_answered_as_it_says(
    counter: Counter, measured: Callable[..., None], scale: Callable[[int, int], int]
) -> None:
    schema = schemathesis.openapi.from_dict(counter.document)
    schema.config.update(base_url=counter.url)
    examples = scale(1, 100)
    count = 0
    headers = {"Authorization": f"Bearer {counter.token}"}
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:  # noqa: ANN401
            nonlocal count
            count += 1
            case.call_and_validate(headers=headers, checks=CHECKS)

        ask()
    measured("requests", count)
    measured("server errors and schema violations", 0)


@pytest.mark.must_hold("serve")
def test_every_operation_needs_a_token_and_its_scope(
    tmp_path: Path, measured: Callable[..., None]
) -> None:
    async def scene(office: Office) -> int:
        document = app_for(patient(office)).openapi()
        count = 0
        for method, path, operation in operations(document):
            place = filled_path(path)
            told = await office.client.request(method, place)
            if not operation.get("security"):
                continue
            assert (told.status_code, told.json()["code"]) == (401, "unauthenticated"), place
            scope = operation["x-required-scope"]
            needed = [scope] if isinstance(scope, str) else scope
            others = [each for each in EVERYTHING if each not in needed]
            refused = await office.ask(method, place, await office.token(*others))
            assert refused.status_code == 403, (method, place, refused.text)
            assert refused.json()["code"] == "insufficient_scope"
            assert not isinstance(scope, str) or scope in refused.json()["detail"]
            count += 1
        return count

    measured("operations", in_office(tmp_path, scene))


def _malformed(chance: Random, document: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
    """A request that no description allows."""
    method, path, _ = chance.choice(list(operations(document)))
    noise = ("\x00", "'", '"', "%", "\U0001f415", "../", "{", "-1", "1e400", "null", "a" * 5000)
    text = "".join(chance.choice(noise) for _ in range(chance.randint(1, 4)))
    names = ["limit", "cursor", "practice", "expand", "fields", "sort", "start_from", "unknown"]
    names += ["updated_since", "q", "phone", "status", "location_id", "include_deleted", "kind"]
    more: dict[str, Any] = {"params": {chance.choice(names): text, "unknown": text}}
    if method in {"POST", "PATCH", "PUT"}:
        bodies = (
            b"",
            b"\xff\xfe",
            b"[]",
            b'"text"',
            b"{",
            b'{"practice": 7}',
            b'{"practice": {"a": [1]}}',
            b"[" * 20_000,
            b'{"a": ' + b"9" * 400 + b"}",
            f'{{"practice": "north", "{chance.random()}": null}}'.encode(),
        )
        more["content"] = chance.choice(bodies)
        more["headers"] = {"Content-Type": chance.choice(("application/json", "text/plain", "x"))}
    parts = filled_path(path).split("/")
    if "none" in parts:
        parts[parts.index("none")] = "%00" if chance.random() < 0.3 else "no%ffthing"
    return method, "/".join(parts), more


@pytest.mark.must_hold("serve")
def test_malformed_requests_are_refused_and_break_nothing(
    tmp_path: Path, measured: Callable[..., None], scale: Callable[[int, int], int]
) -> None:
    wanted = scale(300, 10_000)

    async def scene(office: Office) -> int:
        document = app_for(patient(office)).openapi()
        token = await office.token(*EVERYTHING)
        chance = Random(7)
        for number in range(wanted):
            method, path, more = _malformed(chance, document)
            headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
            answer = await office.client.request(method, path, headers=headers, **more)
            assert 400 <= answer.status_code < 500, (number, method, path, more, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"
        return wanted

    measured("requests", in_office(tmp_path, scene))


@pytest.mark.must_hold("serve")
def test_no_route_filter_or_expansion_leads_out_of_organization_or_location(
    tmp_path: Path, measured: Callable[..., None], scale: Callable[[int, int], int]
) -> None:
    own = id_of("location", 1)

    async def scene(office: Office) -> int:
        document = app_for(patient(office)).openapi()
        await fill(office)
        wide = await office.token(*EVERYTHING)
        narrow = await office.token(*EVERYTHING, practices=("north",), locations=(own,))
        chance, count = Random(11), 0
        lists = [
            (path, [each["name"] for each in operation.get("parameters", ())])
            for method, path, operation in operations(document)
            if method == "GET" and str(operation.get("operationId", "")).startswith("list_")
        ]
        for path, names in lists:
            for _ in range(scale(2, 100)):
                params = _choices(chance, names, document, path)
                for token in (wide, narrow):
                    answer = await office.client.get(
                        path, params=params, headers={"Authorization": f"Bearer {token}"}
                    )
                    assert answer.status_code in {200, 400, 404}, answer.text
                    seen = list(_entities(answer.json())) if answer.status_code == 200 else []
                    assert all(each["practice"] != "strange" for each in seen), params
                    if token == narrow:
                        assert {each["practice"] for each in seen} <= {NORTH.name}
                        places = {
                            each["id"] if each["object"] == "location" else each["location_id"]
                            for each in seen
                        }
                        assert places <= {own}, (path, params)
                    count += 1
        for kind in ENTITIES:
            for token, number, status in (
                (wide, id_of(kind, 1, STRANGE), 404),
                (wide, id_of(kind, 2), 200),
                (narrow, id_of(kind, 2), 404),
                (narrow, id_of(kind, 1, SOUTH), 404),
                (narrow, id_of(kind, 1), 200),
            ):
                answer = await office.get(f"{path_of(kind)}/{number}", token)
                assert answer.status_code == status, (kind, number, answer.text)
                count += 1
        return count

    measured("readings", in_office(tmp_path, scene))


def _choices(
    chance: Random, names: list[str], document: dict[str, Any], path: str
) -> dict[str, str]:
    """Some parameters of a list that lead elsewhere if anything does."""
    strange = ("strange", "north", "south", "*", "", own_of("location", chance), "default")
    about = next(
        (each.get("description", "") for each in document["paths"][path]["get"]["parameters"]
         if each["name"] == "expand"), "")  # fmt: skip
    shown = about.removeprefix("What is shown with each: ").rstrip(".").split(", ")
    found = {"expand": chance.choice([*shown, ",".join(shown)])} if "expand" in names else {}
    for name in chance.sample(names, k=min(3, len(names))):
        if name in {"practice", "location_id", "source_id"} or name.endswith("_id"):
            found[name] = chance.choice(strange)
        elif name == "include_deleted":
            found[name] = "true"
    return found


def own_of(kind: str, chance: Random) -> str:
    """An id of one of the practices."""
    return id_of(kind, chance.randint(1, 2))


def _entities(answer: object) -> Iterator[dict[str, Any]]:
    """Every entity that an answer shows, at any depth."""
    if isinstance(answer, dict):
        if {"object", "id", "practice", "location_id"} <= answer.keys():
            yield answer
        for value in answer.values():
            yield from _entities(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from _entities(value)
