"""A light tells how fresh a kind is, and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from automation.serve.freshness import Standing
from automation.serve.overview import light

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "standing,stopped,status,says",
    [
        (Standing(NOW - timedelta(minutes=5), whole=True), "", "green", ""),
        (Standing(NOW - timedelta(minutes=5), whole=False), "", "yellow", "as a whole"),
        (Standing(NOW - timedelta(hours=3), whole=True), "", "yellow", "two hours"),
        (Standing(NOW - timedelta(hours=30), whole=True), "", "red", "more than a day"),
        (Standing(None, whole=False), "", "red", "never read"),
        (Standing(NOW, whole=True), "it is paused", "red", "it is paused"),
    ],
)
def test_a_light_has_its_reason(standing: Standing, stopped: str, status: str, says: str) -> None:
    found = light(standing, NOW, stopped)
    assert found["status"] == status
    assert says in found["reason"]
    assert (found["lag_seconds"] is None) == (standing.as_of is None)
