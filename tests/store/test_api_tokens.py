"""Tokens as rows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from automation.errors import Bug, NotKnown
from automation.model import ApiToken
from automation.store import ApiTokens, Store
from tests.fakes import START
from tests.store.support import in_store, statements

TOKEN = ApiToken(
    prefix="12ab",
    digest="d" * 64,
    name="reminders",
    organization="default",
    scopes=("patients:read", "clients:read"),
    practices=("north",),
    locations=("l-1",),
    created_at=START,
    expires_at=START + timedelta(days=90),
)
OTHER = TOKEN.model_copy(update={"prefix": "34cd", "created_at": START + timedelta(hours=1)})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_a_token_comes_back_as_it_was_and_the_newest_is_listed_first(path: Path) -> None:
    async def scene(store: Store) -> tuple[ApiToken | None, ApiToken | None, tuple[ApiToken, ...]]:
        tokens = ApiTokens(store.database)
        await tokens.add(TOKEN)
        await tokens.add(OTHER)
        return await tokens.find("12ab"), await tokens.find("x"), await tokens.all()

    assert in_store(path, scene) == (TOKEN, None, (OTHER, TOKEN))


def test_a_prefix_is_given_once(path: Path) -> None:
    async def scene(store: Store) -> None:
        tokens = ApiTokens(store.database)
        await tokens.add(TOKEN)
        await tokens.add(TOKEN)

    with pytest.raises(Bug, match="two tokens drew the prefix 12ab"):
        in_store(path, scene)


def test_a_token_is_withdrawn_once_and_an_unknown_one_is_told_with_the_known(path: Path) -> None:
    async def scene(store: Store) -> list[ApiToken]:
        tokens = ApiTokens(store.database)
        await tokens.add(TOKEN)
        await tokens.add(OTHER)
        done = [await tokens.revoke("12ab", at=START + timedelta(hours=hours)) for hours in (1, 2)]
        with pytest.raises(NotKnown, match="no token is named 'x'") as caught:
            await tokens.revoke("x", at=START)
        assert caught.value.remedy == "Known: 34cd."
        return done

    revoked = [each.revoked_at for each in in_store(path, scene)]
    assert revoked == [START + timedelta(hours=1)] * 2


def test_a_use_is_remembered_once_a_minute_whoever_remembers_it(path: Path) -> None:
    async def scene(store: Store) -> list[float]:
        tokens = ApiTokens(store.database)
        await tokens.add(TOKEN)
        seen = []
        for seconds in (0, 59, 60, 61, 120):
            await tokens.touch("12ab", at=START + timedelta(seconds=seconds))
            found = await tokens.find("12ab")
            assert found is not None
            assert found.last_used_at is not None
            seen.append((found.last_used_at - START).total_seconds())
        return seen

    assert in_store(path, scene) == [0, 0, 60, 60, 120]


def test_a_use_is_one_statement(path: Path) -> None:
    async def scene(store: Store) -> list[str]:
        with statements(store) as sent:
            await ApiTokens(store.database).touch("12ab", at=START)
        return sent

    assert [each.split()[0] for each in in_store(path, scene)] == ["UPDATE"]
