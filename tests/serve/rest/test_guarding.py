"""Every request has an id, a caller and a rate; what goes wrong is a problem with a remedy."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.responses import StreamingResponse
from starlette.types import Message

from automation.serve import build_app
from automation.serve.rest.guarding import MOST_BYTES, VERSION
from tests.serve.office import Office, in_office


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def test_nothing_is_shown_to_those_without_a_valid_token(home: Path) -> None:
    async def scene(office: Office) -> None:
        token = await office.token("patients:read")
        for shown in ("", "Bearer", "Bearer nonsense", f"Basic {token}", f"Bearer {token}x"):
            answer = await office.client.get("/patients", headers={"Authorization": shown})
            assert answer.status_code == 401
            assert answer.json()["code"] == "unauthenticated"
            assert answer.headers["www-authenticate"].startswith("Bearer")
            assert token not in answer.text
        refused = await office.get("/clients", token)
        assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
        await office.service.tokens.revoke(token[3:13])
        assert (await office.get("/patients", token)).status_code == 401

    in_office(home, scene)


def test_a_request_keeps_its_id_where_it_brings_a_fitting_one(home: Path) -> None:
    async def scene(office: Office) -> None:
        token = await office.token()
        own = await office.get("/patients", token, X_Request_Id="order-66")
        assert own.headers["x-request-id"] == "order-66"
        made = await office.get("/nowhere", token, X_Request_Id="a b\tc")
        assert made.headers["x-request-id"].startswith("req_")
        assert made.json()["request_id"] == made.headers["x-request-id"]
        assert (made.status_code, made.json()["code"]) == (404, "not_found")
        wrong = await office.ask("DELETE", "/patients", token)
        assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")

    in_office(home, scene)


def test_a_token_that_asks_too_often_is_told_when_it_may_again(home: Path) -> None:
    async def scene(office: Office) -> None:
        token, other = await office.token(), await office.token()
        first = await office.get("/patients", token)
        assert first.headers["x-ratelimit-limit"] == "600"
        assert first.headers["x-ratelimit-remaining"] == "599"
        assert (await office.get("/nowhere", token)).status_code == 404  # costs nothing
        rates = office.client._transport.app.state.rates  # type: ignore[attr-defined]  # noqa: SLF001
        for _ in range(599):
            rates.take(token[3:13])
        last = await office.get("/patients", token)
        assert (last.status_code, last.json()["code"]) == (429, "rate_limited")
        assert int(last.headers["retry-after"]) >= 1
        assert last.json()["retryable"] is True
        assert (await office.get("/patients", other)).status_code == 200

    in_office(home, scene)


def test_versions_that_do_not_exist_and_bodies_without_end_are_refused(home: Path) -> None:
    async def scene(office: Office) -> None:
        token = await office.token()
        fine = await office.get("/patients", token, Vetportal_Version=VERSION)
        assert (fine.status_code, fine.headers["vetportal-version"]) == (200, VERSION)
        old = await office.get("/patients", token, Vetportal_Version="2020-01-01")
        assert (old.status_code, old.json()["code"]) == (400, "unsupported_version")
        large = await office.ask("POST", "/patients", token, Content_Length=str(MOST_BYTES + 1))
        assert (large.status_code, large.json()["code"]) == (413, "too_large")

    in_office(home, scene)


def test_a_mistake_of_ours_is_told_without_its_words(home: Path) -> None:
    async def scene(office: Office) -> None:
        app = build_app(office.service)

        async def broken() -> None:
            raise RuntimeError("password=hunter2")

        app.add_api_route("/broken", broken)
        office.client._transport.app = app  # type: ignore[attr-defined]  # noqa: SLF001
        answer = await office.get("/broken", await office.token())
        assert (answer.status_code, answer.json()["code"]) == (500, "internal")
        assert "hunter2" not in answer.text

    in_office(home, scene)


def test_an_answer_that_breaks_off_is_no_whole_one(home: Path) -> None:
    """What was sent cannot be taken back; no second answer is put behind it."""

    async def half() -> AsyncIterator[bytes]:
        yield b'{"id": 1}\n'
        msg = "the disk is gone"
        raise OSError(msg)

    async def scene(office: Office) -> None:
        app = build_app(office.service)
        app.add_api_route("/half", lambda: StreamingResponse(half()))
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            gone: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
            return await gone  # nobody goes away

        scope = {
            "type": "http",
            "method": "GET",
            "path": "/half",
            "headers": [],
            "query_string": b"",
        }
        with pytest.raises(OSError, match="the disk is gone"):
            await app(
                {**scope, "root_path": "", "scheme": "http", "server": ("x", 80)}, receive, send
            )
        assert [each["type"] for each in sent] == ["http.response.start", "http.response.body"]
        assert (b"vetportal-version", VERSION.encode()) in sent[0]["headers"]
        assert sent[1]["more_body"]

    in_office(home, scene)


def test_who_may_not_ask_is_told_that_before_what_is_wrong_with_the_question(
    tmp_path: Path,
) -> None:
    async def scene(office: Office) -> None:
        token = await office.token("clients:read")
        for path in ("/patients?limit=none&unknown=1", "/audit_log?limit=none"):
            told = await office.get(path, token)
            assert (told.status_code, told.json()["code"]) == (403, "insufficient_scope")
        for path in ("/clients?nam=ann", "/clients/cli_1?nam=ann", "/runs?nam=ann"):
            strange = (await office.get(path, await office.token())).json()
            assert strange["detail"] == "nam: there is no such parameter", path
            assert strange["remedy"].startswith("Known: "), path
        refused = await office.get("/clients?limit=none", token)
        assert (refused.status_code, "remedy" in refused.json()) == (400, True)

    in_office(tmp_path, scene)
