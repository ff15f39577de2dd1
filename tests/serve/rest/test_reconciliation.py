"""The review of pairs by its routes: listed, decided, and refused where it is none of theirs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.serve.office import SOUTH, Office, in_office, made

MAIL: dict[str, Any] = {"emails": [{"address": "a@b.org"}], "last_name": "Doe", "name": "Jane Doe"}
DECIDES = ("clients:read", "reconciliation:decide")


@pytest.fixture
def home(tmp_path: Path, database: str) -> Path:
    return tmp_path


def test_a_pair_is_listed_decided_and_listed_as_decided(home: Path) -> None:
    async def scene(office: Office) -> None:
        for number in (1, 2, 3):
            mail = {**MAIL, "emails": [{"address": f"{number}@b.org"}]}
            await office.keep([made("client", number, **mail)])
            await office.keep([made("client", number, SOUTH, **mail)], SOUTH)
        token = await office.token(*DECIDES)
        seen: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            path = f"/reconciliation/clients?limit=1&cursor={cursor}"
            page = (await office.get(path, token)).json()
            seen += page["data"]
            cursor = page["next_cursor"]
        assert len({each["id"] for each in seen}) == len(seen) == 3
        place = f"/reconciliation/clients/{seen[0]['id']}/decide"
        told = await office.ask("POST", place, token, json={"state": "different"})
        assert (told.status_code, told.json()["state"]) == (200, "different"), told.text
        [again] = (await office.get("/reconciliation/clients?state=different", token)).json()[
            "data"
        ]
        assert again == told.json()
        assert len((await office.get("/reconciliation/clients", token)).json()["data"]) == 2

    in_office(home, scene)


def test_what_is_not_possible_is_refused(home: Path) -> None:
    async def scene(office: Office) -> None:
        token = await office.token(*DECIDES)
        for path, parameter in {
            "/reconciliation/clients?state=merged": "state",
            "/reconciliation/clients?min_score=0": "min_score",
            "/reconciliation/clients?cursor=bm9uZQ": "cursor",
            "/reconciliation/clients?practice=north": "practice",
        }.items():
            answer = await office.get(path, token)
            assert (answer.status_code, answer.json()["parameter"]) == (400, parameter), answer.text
        place = "/reconciliation/clients/cli_a~cli_b/decide"
        gone = await office.ask("POST", place, token, json={"state": "same"})
        assert (gone.status_code, gone.json()["code"]) == (404, "not_found")
        wrong = await office.ask("POST", place, token, json={"state": "merged"})
        assert (wrong.status_code, wrong.json()["parameter"]) == (400, "state")
        reader = await office.token("clients:read")
        refused = await office.ask("POST", place, reader, json={"state": "same"})
        assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")

    in_office(home, scene)
