"""What several commands read from the command line."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from automation.cli.arguments import end, moment, pairs, uploads
from automation.errors import BadArgument


def test_an_input_may_hold_an_equals_sign() -> None:
    assert pairs(["search=a=b", "day="]) == {"search": "a=b", "day": ""}


@pytest.mark.parametrize("text", ["search", "=bella"])
def test_what_is_no_pair_is_refused(text: str) -> None:
    with pytest.raises(BadArgument, match="NAME=VALUE"):
        pairs([text])


def test_a_file_comes_by_its_path_or_from_standard_input_by_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ear.pdf"
    path.write_bytes(b"\x00\xff")
    assert uploads([f"scan={path}"]) == {"scan": {"name": "ear.pdf", "content": "AP8="}}
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"piped")))
    assert uploads(["scan=-:a.txt"]) == {"scan": {"name": "a.txt", "content": "cGlwZWQ="}}
    with pytest.raises(BadArgument, match="gone.pdf cannot be read: No such file"):
        uploads([f"scan={tmp_path / 'gone.pdf'}"])


def test_a_day_begins_at_midnight_and_a_time_without_offset_is_in_utc() -> None:
    assert moment("2027-01-31") == datetime(2027, 1, 31, tzinfo=UTC)
    assert moment("2027-01-31T08:00") == datetime(2027, 1, 31, 8, tzinfo=UTC)
    assert moment("2027-01-31T08:00:00+02:00") == datetime(2027, 1, 31, 6, tzinfo=UTC)


def test_an_end_is_a_number_of_days_a_day_or_never() -> None:
    now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert end("never", now) is None
    assert end("90d", now) == now + timedelta(days=90)
    assert end("2027-01-31", now) == datetime(2027, 1, 31, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "90", "-1d", "99999d", "soon", "2027-02-30"])
def test_what_is_no_end_says_how_to_write_one(text: str) -> None:
    with pytest.raises(BadArgument, match="no day and no time"):
        end(text, datetime(2026, 3, 2, tzinfo=UTC))
