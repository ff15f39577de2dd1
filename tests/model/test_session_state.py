"""A session never prints what it holds."""

from __future__ import annotations

from datetime import UTC, datetime

from automation.model import Cookie, SessionState


def test_a_session_shows_how_many_cookies_it_has_and_no_value() -> None:
    cookie = Cookie(name="sid", value="open-sesame", domain="acme.example")
    state = SessionState(
        cookies=(cookie,), slots={"token": "abc-123"}, opened_at=datetime(2026, 6, 15, tzinfo=UTC)
    )
    for shown in (repr(state), str(state), f"{state}", f"{[state]}"):
        assert "open-sesame" not in shown
        assert "abc-123" not in shown
        assert "cookies=1" in shown
