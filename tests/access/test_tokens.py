"""Tokens are shown once, recognised by their hash, and refused when they ended."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from automation.access.tokens import Tokens, Wish
from automation.errors import BadArgument, NotKnown
from automation.model import Secret
from automation.store import Store
from tests.fakes import START, Notes, VirtualClock
from tests.store.support import in_store, statements

pytestmark = pytest.mark.usefixtures("database")

T = TypeVar("T")
WISH = Wish("reminders", "default", ["patients:read", "clients:read"])


class Desk:
    """Tokens of a database, with what they need."""

    def __init__(self, path: Path) -> None:
        self.path, self.clock, self.notes = path, VirtualClock(), Notes()

    def play(self, scene: Callable[[Tokens, Store], Awaitable[T]]) -> T:
        async def whole(store: Store) -> T:
            return await scene(Tokens(store, audit=self.notes, clock=self.clock), store)

        return in_store(self.path, whole, clock=self.clock)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "store.db")


def test_the_text_of_a_token_opens_what_was_made_and_is_kept_nowhere(desk: Desk) -> None:
    async def scene(tokens: Tokens, _store: Store) -> str:
        issued = await tokens.create(WISH)
        found = await tokens.recognise(issued.text)
        assert found == issued.token
        assert found.scopes == ("clients:read", "patients:read")
        assert issued.text.reveal() not in repr(issued)
        return issued.text.reveal()

    text = desk.play(scene)
    assert re.fullmatch(r"vp_[0-9a-f]{10}_[A-Za-z0-9_-]{43}", text)
    secret = text.rpartition(text[:14])[2].encode()
    kept = [path.read_bytes() for path in desk.path.parent.iterdir()]
    assert not any(secret in content for content in kept)
    assert secret.decode() not in str(desk.notes.heard)


def test_no_two_tokens_are_alike(desk: Desk) -> None:
    async def scene(tokens: Tokens, _store: Store) -> set[str]:
        return {(await tokens.create(WISH)).text.reveal() for _ in range(20)}

    assert len(desk.play(scene)) == 20


def test_nearly_the_text_of_a_token_is_nothing(desk: Desk) -> None:
    async def scene(tokens: Tokens, _store: Store) -> None:
        text = (await tokens.create(WISH)).text.reveal()
        other = (await tokens.create(WISH)).text.reveal()
        last = "A" if text[-1] != "A" else "B"
        wrong = [
            "",
            text[:-1],
            f"{text[:-1]}{last}",
            f"{text} ",
            f"{text}\n",
            text.upper(),
            text.removeprefix("vp_"),
            text[:14] + other[14:],
            "vp_0000000000" + text[13:],
            "vp_" + "٣" * 10 + text[13:],
            "\ud800",
        ]
        for each in wrong:
            assert await tokens.recognise(Secret(each)) is None, each
        assert await tokens.recognise(Secret(text)) is not None

    desk.play(scene)


def test_a_revoked_token_is_refused_at_once_and_for_good(desk: Desk) -> None:
    async def scene(tokens: Tokens, _store: Store) -> None:
        issued = await tokens.create(WISH)
        await tokens.revoke(issued.token.prefix)
        assert await tokens.recognise(issued.text) is None

    desk.play(scene)
    heard = [(each.action, each.outcome, each.organization) for each in desk.notes.heard]
    assert heard == [
        ("token.created", "done", "default"),
        ("token.revoked", "done", "default"),
        ("token.refused", "revoked", "default"),
    ]


def test_a_token_ends_at_its_time(desk: Desk) -> None:
    async def scene(tokens: Tokens, _store: Store) -> list[bool]:
        wish = dataclasses.replace(WISH, expires_at=START + timedelta(seconds=10))
        issued = await tokens.create(wish)
        seen = []
        for _ in range(3):
            seen.append(await tokens.recognise(issued.text) is not None)
            desk.clock.pass_time(5)
        return seen

    assert desk.play(scene) == [True, True, False]
    assert desk.notes.heard[-1].outcome == "expired"


def test_a_use_is_written_once_a_minute(desk: Desk) -> None:
    async def scene(tokens: Tokens, store: Store) -> list[float | None]:
        issued = await tokens.create(WISH)
        seen: list[float | None] = []
        for _ in range(5):
            with statements(store) as sent:
                await tokens.recognise(issued.text)
            wrote = any(each.startswith("UPDATE") for each in sent)
            seen.append(desk.clock.monotonic() if wrote else None)
            desk.clock.pass_time(20)
        return seen

    assert desk.play(scene) == [0.0, None, None, 60.0, None]


@pytest.mark.parametrize(
    "update, error, said",
    [
        ({"name": " "}, BadArgument, "needs a name"),
        ({"name": "x" * 101}, BadArgument, "at most 100 characters"),
        ({"scopes": []}, BadArgument, "may do nothing"),
        ({"scopes": ["patients:*"]}, NotKnown, "no scope is named 'patients:"),
        ({"organization": "nobody"}, NotKnown, "no organization is named 'nobody'"),
        ({"practices": ["nowhere"]}, NotKnown, "no practice of default is named 'nowhere'"),
        ({"expires_at": START}, BadArgument, "is over"),
    ],
)
def test_a_token_that_cannot_be_is_refused(
    desk: Desk, update: dict[str, Any], error: type[Exception], said: str
) -> None:
    async def scene(tokens: Tokens, _store: Store) -> None:
        with pytest.raises(error, match=said):
            await tokens.create(dataclasses.replace(WISH, **update))
        assert await tokens.all() == ()

    desk.play(scene)
    assert desk.notes.heard == []


def test_a_token_may_be_restricted_to_practices_of_its_organization(desk: Desk) -> None:
    async def scene(tokens: Tokens, _store: Store) -> tuple[str, ...]:
        wish = dataclasses.replace(WISH, practices=["south", "north", "north"])
        return (await tokens.create(wish)).token.practices

    assert desk.play(scene) == ("north", "south")
