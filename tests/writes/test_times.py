"""How long the parts of a write take at most."""

from __future__ import annotations

from automation.writes import Times


def test_what_is_large_may_take_longer_to_leave_by_its_size() -> None:
    times = Times(rate=100_000.0)
    assert [times.upload(size) for size in (0, 100_000, 10_000_000)] == [0.0, 1.0, 100.0]
