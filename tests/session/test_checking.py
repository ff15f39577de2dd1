"""Who shows the login that a practice keeps is known without asking its portal."""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.model import EntranceKind, Secret
from automation.session import LoginShown
from tests.fakes import VirtualClock
from tests.infer.logins import PASSWORD, USER
from tests.session.house import House, Inside

LOGINS: tuple[tuple[EntranceKind, str, str, str], ...] = (
    ("login", USER, PASSWORD, "right"),
    ("login", f" {USER.upper()} ", PASSWORD, "right"),
    ("login", USER, PASSWORD.upper(), "wrong"),
    ("login", USER, "", "wrong"),
    ("login", "somebody", PASSWORD, "other"),
    ("login", "", "", "other"),
    ("token", USER, PASSWORD, "other"),
    ("token", "", "", "other"),
)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """One whose portal nobody reaches."""
    return House(tmp_path, "http://127.0.0.1:9", VirtualClock())


def test_only_the_login_that_is_kept_is_right(house: House) -> None:
    practice = house.admit(house.practice())

    async def ask(inside: Inside) -> list[str]:
        shown = [LoginShown(kind, Secret(name), Secret(text)) for kind, name, text, _ in LOGINS]
        return [await inside.sessions.check(practice.name, each) for each in shown]

    assert house.run(ask) == [found for *_, found in LOGINS]


def test_the_client_of_a_portal_that_hands_out_tokens_is_a_login_as_well(house: House) -> None:
    practice = house.admit(house.practice())

    async def ask(inside: Inside) -> list[str]:
        for name, text in (("client_id", "us"), ("client_secret", "hush")):
            await inside.sessions.put_secret(practice.name, f"oauth.{name}", Secret(text))
        tries = (("us", "hush"), ("US", "hush"), ("us", "else"))
        shown = [LoginShown("token", Secret(name), Secret(text)) for name, text in tries]
        return [await inside.sessions.check(practice.name, each) for each in shown]

    assert house.run(ask) == ["right", "other", "wrong"]
