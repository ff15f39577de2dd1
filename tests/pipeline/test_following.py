"""Notices are followed one by one; what fails stays, and says nothing about the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from automation import pipeline, wiring
from automation.errors import PortalDown, Refused, Unready
from automation.model import Call, Practice, Reply
from automation.pipeline import Drained, Tools
from automation.pipeline.following import catch_up
from automation.session import Sessions
from automation.settings import Settings
from automation.store import Scope
from tests.engine import run_engine
from tests.fakes import START, VirtualClock, json_reply
from tests.inbound.scene import files_in
from tests.pipeline.scene import open_sessions

NORTH = Practice(name="north", portal="acme", base_url="https://app.acme.example", timezone="UTC")
CLIENTS = """version: 1
endpoint: list-clients
effect: read
request: {method: GET, url: /clients}
response: {items: results, key: id}
"""
ONE = """version: 1
endpoint: get-client
effect: read
request: {method: GET, url: '/clients/{id}', path: {id: {input: client}}}
response: {key: id}
"""
MAPPING = """version: 1
mapping: client
entity: client
endpoints: [list-clients]
key: id
fields: {last_name: name}
"""
PROFILE = "version: 1\nprofile: acme\nsections:\n  rights: {endpoint: list-rights, key: id}\n"
RIGHTS = CLIENTS.replace("clients", "rights")
INBOUND = """version: 1
inbound: acme
topics:
  client_id: {reads: [{read: get-client, by: client, like: list-clients, shown: id}]}
  settings_id: {profile: true}
"""


class Firm:
    """A portal with clients, whose names change as it is told.

    Attributes:
        names: of its clients, by id.
        spoil: may answer or raise before it does.
        asked: paths, in order.
    """

    def __init__(self) -> None:
        self.names = {"1": "Ash", "2": "Birch", "3": "Cedar"}
        self.spoil: Callable[[str], int | None] = lambda _path: None
        self.asked: list[str] = []

    def __call__(self, call: Call) -> Reply:
        path = call.url.removeprefix(NORTH.base_url)
        self.asked.append(path)
        if (status := self.spoil(path)) is not None:
            return json_reply(call, {}, status=status)
        if path == "/rights":
            return json_reply(call, {"results": [{"id": "read"}]})
        rows = [{"id": number, "name": name} for number, name in self.names.items()]
        if path == "/clients":
            return json_reply(call, {"results": rows})
        found = [row for row in rows if path == f"/clients/{row['id']}"]
        return json_reply(call, found[0] if found else {}, status=200 if found else 404)


@pytest.fixture
def firm(monkeypatch: pytest.MonkeyPatch) -> Firm:
    made = Firm()

    open_sessions(monkeypatch, made)
    return made


def played(root: Path, scene: Callable[[Tools, VirtualClock], Any]) -> Any:  # noqa: ANN401
    files = files_in(root, INBOUND, list_clients=CLIENTS, get_client=ONE, list_rights=RIGHTS)
    place = files.root / "acme"
    (place / "mappings").mkdir(exist_ok=True)
    (place / "mappings" / "client.yaml").write_text(MAPPING)
    (place / "profile.yaml").write_text(PROFILE)

    async def whole() -> Any:  # noqa: ANN401 - what the scene gives
        clock = VirtualClock()
        settings = Settings(home=root / "home", flows=files.root)
        async with wiring.tools(settings, clock=clock) as tools:
            await tools.store.add_practice(NORTH)
            return await scene(tools, clock)

    return run_engine(whole())


async def drained(tools: Tools, clock: VirtualClock) -> Drained:
    clock.pass_time(1)
    return await pipeline.drain(tools, NORTH)


async def names(tools: Tools) -> dict[str, str | None]:
    found = await tools.store.rows("client", Scope("north"))
    return {row.source_id: getattr(row, "last_name", None) for row in found}


def test_what_we_changed_ourselves_is_read_and_what_was_shown_is_stored(
    tmp_path: Path, firm: Firm
) -> None:
    async def scene(tools: Tools, clock: VirtualClock) -> None:
        await tools.notices.note("north", "client_id", "3")
        done = await catch_up(
            tools,
            NORTH,
            told=[("client_id", "1"), ("client_id", "no id!")],
            shown=[("list-clients", {"id": "2", "name": "Beech"}), ("get-client", {"id": "9"})],
        )
        assert (done.followed, done.left, done.changes) == (1, 1, 2)
        assert firm.asked == ["/clients/1"], "what others told waits for its turn"
        assert await names(tools) == {"1": "Ash", "2": "Beech"}

    played(tmp_path, scene)


def test_what_we_changed_and_cannot_read_now_is_read_later(tmp_path: Path, firm: Firm) -> None:
    firm.spoil = lambda _path: 500

    async def scene(tools: Tools, clock: VirtualClock) -> None:
        done = await catch_up(tools, NORTH, told=[("client_id", "1")], shown=[])
        assert (done.followed, done.put_off, done.left) == (0, 1, 1)
        firm.spoil = lambda _path: None
        clock.pass_time(3600)
        await drained(tools, clock)
        assert await names(tools) == {"1": "Ash"}

    played(tmp_path, scene)


def test_each_record_is_read_once_and_its_notice_goes(tmp_path: Path, firm: Firm) -> None:
    async def scene(tools: Tools, clock: VirtualClock) -> None:
        for record in ("1", "1", "2", "1", "99"):
            await tools.notices.note("north", "client_id", record)
        done = await drained(tools, clock)
        assert (done.followed, done.left, done.changes) == (3, 0, 2)
        assert sorted(firm.asked) == ["/clients/1", "/clients/2", "/clients/99"]
        assert await names(tools) == {"1": "Ash", "2": "Birch"}
        [run] = await tools.store.runs("north")
        assert (run.kind, run.outcome, run.counts["followed"]) == ("inbound", "succeeded", 3)
        assert (await drained(tools, clock)).run is None

    played(tmp_path, scene)


def test_what_cannot_be_read_waits_longer_and_longer_and_is_given_up_at_last(
    tmp_path: Path, firm: Firm
) -> None:
    firm.spoil = lambda path: 403 if path == "/clients/2" else None

    async def scene(tools: Tools, clock: VirtualClock) -> None:
        for record in ("1", "2", "3"):
            await tools.notices.note("north", "client_id", record)
        done = await drained(tools, clock)
        assert (done.followed, done.put_off, done.left) == (2, 1, 1)
        assert done.problem is not None
        pauses = []
        while waits := await tools.notices.waiting("north"):
            pauses.append(waits[0].due_at - clock.now())
            clock.pass_time(pauses[-1].total_seconds())
            done = await drained(tools, clock)
        assert done.given_up == 1
        assert len(pauses) == 9
        assert pauses == sorted(pauses)
        assert pauses[-1] > timedelta(hours=3)
        assert await names(tools) == {"1": "Ash", "3": "Cedar"}

    played(tmp_path, scene)


def test_a_portal_that_is_down_is_not_asked_for_every_record(tmp_path: Path, firm: Firm) -> None:
    def down(_path: str) -> int | None:
        raise PortalDown("it does not answer")

    firm.spoil = down

    async def scene(tools: Tools, clock: VirtualClock) -> None:
        for record in ("1", "2", "3"):
            await tools.notices.note("north", "client_id", record)
        done = await drained(tools, clock)
        assert (done.followed, done.put_off, done.left) == (0, 2, 3)
        assert isinstance(done.problem, PortalDown)
        for _ in range(20):  # it is never given up for that
            clock.pass_time(7 * 3600)
            await drained(tools, clock)
        assert await tools.notices.count("north") == 3
        firm.spoil = lambda _path: None
        clock.pass_time(7 * 3600)
        assert (await drained(tools, clock)).left == 0
        assert len(await names(tools)) == 3

    played(tmp_path, scene)


def test_what_was_configured_is_read_once_for_many_notices(tmp_path: Path, firm: Firm) -> None:
    async def scene(tools: Tools, clock: VirtualClock) -> None:
        for record in ("1", "2"):
            await tools.notices.note("north", "settings_id", record)
        done = await drained(tools, clock)
        assert (done.followed, done.left) == (2, 0)
        profile = await tools.profiles.latest("north")
        assert profile is not None
        assert set(profile.sections["rights"]) == {"read"}
        assert set(firm.asked) == {"/rights"}

    played(tmp_path, scene)


def test_a_flood_is_followed_by_a_sync(tmp_path: Path, firm: Firm) -> None:
    async def scene(tools: Tools, clock: VirtualClock) -> None:
        tools.notices._most = 1  # noqa: SLF001 - a flood of three
        for record in ("1", "2", "3"):
            await tools.notices.note("north", "client_id", record)
        done = await drained(tools, clock)
        assert done.synced is not None
        assert (done.followed, done.left) == (2, 0)
        assert "/clients" in firm.asked
        assert await names(tools) == firm.names

    played(tmp_path, scene)


def test_what_is_followed_beside_a_sync_is_followed_again_after_it(
    tmp_path: Path, firm: Firm
) -> None:
    async def scene(tools: Tools, clock: VirtualClock) -> None:
        await tools.store.start_run("run-1", practice="north", kind="sync")
        await tools.notices.note("north", "client_id", "1")
        done = await drained(tools, clock)
        assert (done.followed, done.left) == (1, 1)
        assert await names(tools) == {"1": "Ash"}
        assert (await drained(tools, clock)).run is None
        await tools.store.finish_run("run-1", outcome="succeeded")
        done = await drained(tools, clock)
        assert (done.followed, done.left) == (1, 0)
        assert firm.asked == ["/clients/1"] * 2

    played(tmp_path, scene)


def test_a_notice_of_a_topic_that_is_no_more_goes(tmp_path: Path, firm: Firm) -> None:
    async def scene(tools: Tools, clock: VirtualClock) -> None:
        await tools.notices.note("north", "old_id", "1")
        assert (await drained(tools, clock)).left == 0
        assert firm.asked == []

    played(tmp_path, scene)


def test_a_paused_practice_is_not_read_and_nothing_is_lost(tmp_path: Path, firm: Firm) -> None:
    paused = NORTH.model_copy(update={"paused_since": START, "paused_why": "audit"})

    async def scene(tools: Tools, _clock: VirtualClock) -> None:
        await tools.notices.note("north", "client_id", "1")
        with pytest.raises(Refused, match="is paused"):
            await pipeline.drain(tools, paused)
        assert await tools.notices.count("north") == 1
        assert firm.asked == []

    played(tmp_path, scene)


def test_without_a_session_everything_stays_and_no_run_stays_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise Unready("no browser")

    monkeypatch.setattr(Sessions, "open", fail)

    async def scene(tools: Tools, clock: VirtualClock) -> None:
        await tools.notices.note("north", "client_id", "1")
        with pytest.raises(Unready):
            await drained(tools, clock)
        [run] = await tools.store.runs("north")
        assert run.outcome == "failed"
        assert await tools.notices.count("north") == 1

    played(tmp_path, scene)
