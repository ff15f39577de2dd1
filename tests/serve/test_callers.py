"""A caller may what its token says, and sees what its token reaches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from automation.model import ApiToken
from automation.serve.callers import Caller
from automation.serve.problems import Problem
from automation.store import Reach

NOW = datetime(2026, 3, 2, tzinfo=UTC)
TOKEN = ApiToken(
    prefix="ab12",
    digest="",
    name="test",
    organization="default",
    scopes=("patients:read",),
    practices=("north",),
    locations=("loc_a",),
    created_at=NOW,
    expires_at=NOW + timedelta(days=1),
)


def test_a_caller_sees_what_its_token_reaches() -> None:
    caller = Caller(TOKEN, NOW)
    assert caller.reach == Reach("default", frozenset({"north"}), frozenset({"loc_a"}))
    assert caller.actor == "token:ab12"


def test_a_caller_is_told_which_scope_it_lacks() -> None:
    caller = Caller(TOKEN, NOW)
    caller.refuse("patients:read")
    with pytest.raises(Problem, match="clients:read") as refused:
        caller.refuse("clients:read")
    assert (refused.value.status, refused.value.code) == (403, "insufficient_scope")
    assert not Caller(TOKEN, NOW + timedelta(days=2)).may("patients:read")
