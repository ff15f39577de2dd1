"""A click opens what we have, or what is read then; subscriptions change by command only."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from automation import pipeline
from automation.errors import BadArgument, NotKnown, Refused
from automation.model import BUTTON_SALT, Secret
from automation.pipeline import Tools
from automation.store import WriteSwitch
from tests.fakes import START, VirtualClock
from tests.pipeline import test_following as home
from tests.pipeline.test_following import NORTH, Firm, firm

BUTTON = "button: {shows: {client_id: client}, hash: hash}\n"
URL = "https://hooks.example.com/inbound"
__all__ = ["firm"]


def click(record: str, salt: str = "pepper") -> list[tuple[str, str]]:
    digest = hashlib.sha256(f"{salt}{record}".encode()).hexdigest()
    return [("client_id", record), ("hash", digest)]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(home, "INBOUND", home.INBOUND + BUTTON)
    return tmp_path


def test_a_click_reads_what_we_do_not_have_and_then_no_more(root: Path, firm: Firm) -> None:
    async def scene(tools: Tools, clock: VirtualClock) -> None:
        with pytest.raises(NotKnown, match="button salt"):
            await pipeline.open_click(tools, NORTH, click("1"))
        await tools.sessions.put_secret("north", BUTTON_SALT, Secret("pepper"))
        for _ in range(2):
            clock.pass_time(1)
            found = await pipeline.open_click(tools, NORTH, click("1"))
            assert (found.shown.kind, found.shown.source_id) == ("client", "1")
        assert firm.asked == ["/clients/1"]
        with pytest.raises(Refused, match="does not fit"):
            await pipeline.open_click(tools, NORTH, click("1", "salt"))
        with pytest.raises(Refused, match="is no id"):
            await pipeline.open_click(tools, NORTH, click("../1"))
        clock.pass_time(1)
        with pytest.raises(NotKnown, match="99"):
            await pipeline.open_click(tools, NORTH, click("99"))

    home.played(root, scene)


def test_nothing_is_subscribed_while_it_must_not_be(root: Path, firm: Firm) -> None:
    async def scene(tools: Tools, _clock: VirtualClock) -> None:
        with pytest.raises(BadArgument, match="no address for notices"):
            await pipeline.register_hooks(tools, NORTH, "http://hooks.example.com")
        with pytest.raises(NotKnown, match="way to subscribe"):
            await pipeline.register_hooks(tools, NORTH, URL)
        paused = NORTH.model_copy(update={"paused_since": START, "paused_why": "audit"})
        for work in (pipeline.register_hooks, pipeline.check_hooks, pipeline.remove_hooks):
            with pytest.raises(Refused, match="is paused"):
                await work(tools, paused, URL)
        await WriteSwitch(tools.store.database).stop("audit", at=START)
        for work in (pipeline.register_hooks, pipeline.remove_hooks):
            with pytest.raises(Refused, match="all writes are stopped: audit"):
                await work(tools, NORTH, URL)
        assert await tools.inbound_secrets.address("north") is None
        assert firm.asked == []

    home.played(root, scene)
