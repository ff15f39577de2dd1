"""Who is told of drift hears of what is bad enough, when they want to be told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from automation.model import GATHERING, LetterKind, Recipient, Severity, awake, letter_due

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BREAKING, RISKY, COSMETIC = Severity


def recipient(**more: Any) -> Recipient:  # noqa: ANN401
    facts = {"id": "rcp_1", "organization": "default", "address": "ops@clinic.example"}
    return Recipient.model_validate({**facts, "created_at": AT, **more})


@pytest.mark.parametrize(
    "least, of_their_own, of_the_day",
    [
        ("breaking", [BREAKING], [RISKY, COSMETIC]),
        ("risky", [BREAKING, RISKY], [COSMETIC]),
        ("cosmetic", [BREAKING, RISKY, COSMETIC], []),
    ],
)
def test_what_is_bad_enough_has_a_letter_of_its_own_and_the_rest_one_a_day(
    least: str, of_their_own: list[Severity], of_the_day: list[Severity]
) -> None:
    daily, never = recipient(severity=least), recipient(severity=least, digest=False)
    for severity in of_their_own:
        assert daily.kind_of((COSMETIC, severity)) == "opened"
    for severity in of_the_day:
        assert daily.kind_of((severity,)) == "noted"
        assert never.kind_of((severity,)) is None
    assert daily.kind_of(()) is None


def test_a_letter_waits_for_the_others_and_the_daily_one_for_the_morning() -> None:
    there = recipient(timezone="America/Chicago")
    assert letter_due(there, "opened", RISKY, AT) == AT + GATHERING
    daily = letter_due(there, "noted", COSMETIC, AT)
    assert daily == datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
    assert letter_due(there, "noted", COSMETIC, daily) == daily + timedelta(days=1)


def test_quiet_hours_hold_everything_back_but_what_breaks_where_somebody_wants_that() -> None:
    quiet = recipient(quiet_hours=["08:00-18:00"])
    until = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
    assert awake(quiet, "opened", BREAKING, AT) == until
    assert letter_due(quiet, "noted", COSMETIC, AT) == until + timedelta(days=1)
    wakes = quiet.model_copy(update={"wakes": True})
    alone: tuple[LetterKind, ...] = ("opened", "worse")
    for kind in alone:
        assert awake(wakes, kind, BREAKING, AT) == AT
        assert awake(wakes, kind, RISKY, AT) == until
    assert awake(wakes, "resolved", BREAKING, AT) == until


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "nobody"},
        {"address": "a@b\r\nBcc: all@example.org"},
        {"address": "a@b.org, c@d.org"},
        {"timezone": "Nowhere/There"},
        {"quiet_hours": ["00:00-00:00"]},
        {"severity": "dreadful"},
    ],
)
def test_what_is_no_address_zone_or_time_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        recipient(**wrong)
