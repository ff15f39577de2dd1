"""Subscriptions are made so, whatever was there; the same again changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest
from pydantic import JsonValue

from automation.errors import AnswerNotUnderstood, BadArgument, NotKnown, NotPermitted
from automation.inbound import Difference, Done, Subscriptions, address_of
from automation.model import Call, Inbound, Reply, Secret
from tests.engine import run_engine
from tests.fakes import FakeSession, VirtualClock, json_reply
from tests.inbound.scene import INBOUND, NORTH, files_in

T = TypeVar("T")
BASE = "https://hooks.example.com/inbound"
SECRET = Secret("s3cret-word")
OURS = f"{BASE}/north/s3cret-word"
LIST = """version: 1
endpoint: list-hooks
effect: read
request: {method: GET, url: /hooks}
response: {items: rows, key: id}
"""
FACTS = (
    "{event: {input: event, type: number}, url: {input: url}, "
    "active: {input: active, type: boolean}}"
)
WRITES = {
    "create_hook": ("POST", "/hooks", f"encoding: json, json_body: {FACTS}"),
    "change_hook": (
        "PUT",
        "/hooks/{id}",
        f"path: {{id: {{input: hook}}}}, encoding: json, json_body: {FACTS}",
    ),
    "remove_hook": ("DELETE", "/hooks/{id}", "path: {id: {input: hook}}"),
}
WANTED = f"""{INBOUND}triggers:
  - {{trigger: 1, name: client, topic: client_id}}
  - {{trigger: 2, name: client delete, topic: client_id}}
  - {{trigger: 3, name: patient}}
hooks: {{list: list-hooks, create: create-hook, change: change-hook, remove: remove-hook,
  key: hook, trigger: event, address: url, facts: {{active: true}}}}
"""


@dataclass
class Switchboard:
    """A portal that keeps hooks.

    Attributes:
        hooks: by their number.
        writes: how often something was changed.
        deaf: keeps nothing that it is told.
    """

    hooks: dict[int, dict[str, JsonValue]] = field(default_factory=dict)
    writes: int = 0
    deaf: bool = False
    denied: bool = False

    def __call__(self, call: Call) -> Reply:
        number = urlsplit(call.url).path.rpartition("/")[2]
        if self.denied:
            return json_reply(call, {}, status=403)
        if call.method == "GET":
            return json_reply(call, {"rows": [{"id": n, **h} for n, h in self.hooks.items()]})
        self.writes += 1
        if self.deaf:
            return json_reply(call, {})
        if call.method == "DELETE":
            del self.hooks[int(number)]
            return Reply(204, call.url, (), b"{}")
        at = int(number) if number.isdigit() else max(self.hooks, default=0) + 1
        self.hooks[at] = json.loads(call.content or b"")
        return json_reply(call, {"id": at}, status=201)


@pytest.fixture
def board() -> Switchboard:
    return Switchboard()


def done(
    root: Path, board: Switchboard, work: Callable[[Subscriptions], Coroutine[Any, Any, T]]
) -> T:
    texts = {
        name: f"version: 1\nendpoint: {name.replace('_', '-')}\neffect: write\n"
        f"request: {{method: {method}, url: '{url}', {rest}}}\n"
        for name, (method, url, rest) in WRITES.items()
    }
    files = files_in(root, WANTED, list_hooks=LIST, **texts)
    session = FakeSession(board)
    session.practice = NORTH
    endpoints = {each.endpoint: each for each in files.endpoints("acme")}
    return run_engine(
        work(Subscriptions(session, files.inbound("acme"), endpoints, VirtualClock(), Random(1)))
    )


def registered(root: Path, board: Switchboard) -> Done:
    return done(root, board, lambda hooks: hooks.register(BASE, SECRET))


def checked(
    root: Path, board: Switchboard, secret: Secret | None = SECRET
) -> tuple[Difference, ...]:
    return done(root, board, lambda hooks: hooks.check(BASE, secret))


def test_what_is_used_is_subscribed_once(tmp_path: Path, board: Switchboard) -> None:
    assert [(each.name, each.what) for each in checked(tmp_path, board)] == [
        ("client", "missing"),
        ("client delete", "missing"),
    ]
    assert board.writes == 0
    assert registered(tmp_path, board) == Done(created=2)
    assert [hook["event"] for hook in board.hooks.values()] == [1, 2]
    assert {hook["url"] for hook in board.hooks.values()} == {OURS}
    assert checked(tmp_path, board) == ()
    assert registered(tmp_path, board) == Done(unchanged=2)
    assert board.writes == 2


def test_what_differs_is_mended_and_what_is_too_much_removed(
    tmp_path: Path, board: Switchboard
) -> None:
    others: dict[str, JsonValue] = {
        "event": 1,
        "url": "https://hooks.example.com/inbound/northwest/x",
        "active": True,
    }
    board.hooks = {
        1: others,
        2: {"event": 1, "url": OURS, "active": False},
        3: {"event": 2, "url": f"{BASE}/north/old-word", "active": True},
        4: {"event": 2, "url": OURS, "active": True},
        5: {"event": 3, "url": OURS, "active": True},
        6: {"event": 99, "url": OURS, "active": True},
    }
    found = checked(tmp_path, board)
    assert [(each.trigger, each.what) for each in found] == [
        ("1", "differs"),
        ("2", "differs"),
        ("2", "twice"),
        ("3", "unused"),
        ("99", "unused"),
    ]
    assert found[0].said == "active is false, not true"
    assert found[1].said == "url holds another secret"
    assert "word" not in str(found)
    assert registered(tmp_path, board) == Done(changed=2, removed=3)
    assert sorted(board.hooks) == [1, 2, 3]
    assert board.hooks[1] == others
    assert checked(tmp_path, board) == ()


def test_without_a_secret_all_that_is_there_differs(tmp_path: Path, board: Switchboard) -> None:
    registered(tmp_path, board)
    assert {each.what for each in checked(tmp_path, board, None)} == {"differs"}


def test_ours_are_removed_and_nobody_elses(tmp_path: Path, board: Switchboard) -> None:
    registered(tmp_path, board)
    board.hooks[9] = {"event": 1, "url": "https://other.example/x"}
    assert done(tmp_path, board, lambda hooks: hooks.remove(BASE)) == Done(removed=2)
    assert list(board.hooks) == [9]
    assert done(tmp_path, board, lambda hooks: hooks.remove(BASE)) == Done()


def test_a_portal_that_keeps_nothing_is_not_believed(tmp_path: Path, board: Switchboard) -> None:
    board.deaf = True
    with pytest.raises(AnswerNotUnderstood, match=r"did not keep .*client \(missing\)"):
        registered(tmp_path, board)


def test_a_missing_right_is_told(tmp_path: Path, board: Switchboard) -> None:
    board.denied = True
    with pytest.raises(NotPermitted):
        registered(tmp_path, board)


def test_a_portal_without_hooks_cannot_be_subscribed_at() -> None:
    with pytest.raises(NotKnown, match="way to subscribe"):
        Subscriptions(
            FakeSession(Switchboard()), Inbound(inbound="x"), {}, VirtualClock(), Random()
        )


@pytest.mark.parametrize(
    "base",
    [
        "http://hooks.example.com/x",
        "hooks.example.com",
        "https:///x",
        "https://h.example/x?a=1",
        "https://u:p@h.example",
    ],
)
def test_notices_go_to_a_plain_https_address_only(base: str) -> None:
    with pytest.raises(BadArgument, match="no address for notices"):
        address_of(base, NORTH, SECRET)


def test_a_simulator_may_reach_this_machine_without_encryption() -> None:
    near = NORTH.model_copy(update={"loopback": True, "base_url": "http://127.0.0.1:8080/4"})
    address = address_of("http://127.0.0.1:9/hooks/", near, Secret("a/b"))
    assert address.reveal() == "http://127.0.0.1:9/hooks/north/a%2Fb"
