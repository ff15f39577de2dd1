"""Notices reach their receiver by a secret address that is written down nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from automation import pipeline
from automation.pipeline import Tools
from tests.serve.office import Office, in_office

CANARY = "canary-0d6f2a91"


def test_an_address_that_is_nobodys_is_not_there_and_not_logged(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        with capture_logs() as lines:
            answer = await office.client.post(f"/inbound/north/{CANARY}", content=b"{}")
            assert (answer.status_code, answer.text) == (404, "not found")
            for path in ("/button/north?client_id=1&hash=00", "/button/nobody?x=1"):
                clicked = await office.client.get(path)
                assert (clicked.status_code, clicked.json()["code"]) == (404, "not_found")
        assert CANARY not in repr(lines)

    in_office(tmp_path, scene)


def test_not_even_a_mistake_of_ours_tells_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        async def receive(self, *_: object, **__: object) -> None:
            raise ZeroDivisionError

    def receiver(_: Tools) -> Broken:
        return Broken()

    async def scene(office: Office) -> None:
        with capture_logs() as lines:
            answer = await office.client.post(f"/inbound/north/{CANARY}", content=b"{}")
        assert answer.status_code == 500
        assert [line["path"] for line in lines if line["event"] == "request_failed"] == ["/inbound"]
        assert CANARY not in repr(lines)

    monkeypatch.setattr(pipeline, "receiver", receiver)
    in_office(tmp_path, scene)
