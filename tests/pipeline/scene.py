"""A home with nothing but one practice, to try a stage in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, Self, TypeVar

import pytest

from automation import wiring
from automation.model import Call, Practice, Reply
from automation.pipeline import Tools
from automation.session import Sessions
from automation.settings import Settings
from tests.engine import run_engine
from tests.fakes import FakeSession

T = TypeVar("T")
PORTAL: Final = "covetrus_pulse"
NORTH: Final = Practice(name="north", portal=PORTAL, base_url="https://clinic.example")


def played(home: Path, scene: Callable[[Tools], Awaitable[T]]) -> T:
    """What a scene gives that is played with the product's own tools."""

    async def whole() -> T:
        async with wiring.tools(Settings(home=home)) as tools:
            return await scene(tools)

    return run_engine(whole())


class Opened(FakeSession):
    """A session that is open."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing to put away."""


def open_sessions(monkeypatch: pytest.MonkeyPatch, portal: Callable[[Call], Reply]) -> None:
    """Let each practice have a session whose portal is a function."""

    async def open_(_: Sessions, practice: Practice) -> Opened:
        session = Opened(portal)
        session.practice = practice
        return session

    monkeypatch.setattr(Sessions, "open", open_)
