"""`vetportal mcp` says what it needs; tests/serve/mcp/test_stdio.py talks to it."""

from __future__ import annotations

from automation.errors import BadArgument
from tests.cli.invoking import invoked


def test_without_a_token_nothing_is_served() -> None:
    done = invoked("mcp")
    assert isinstance(done.exception, BadArgument)
    assert "VETPORTAL_API_TOKEN" in done.exception.remedy
    assert done.stdout == ""
