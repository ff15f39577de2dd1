"""What came back on the wire."""

from __future__ import annotations

from automation.model import Reply


def test_the_last_value_of_a_header_counts_whatever_its_case() -> None:
    reply = Reply(200, "https://x.example", (("x-next", "a"), ("x-next", "b")), b"")
    assert reply.header("X-Next") == "b"
    assert reply.header("x-other") is None
