"""Parts of a capture are sealed to their place, or stand in the open."""

from __future__ import annotations

import pytest

from automation.capture.envelope import Envelope
from automation.errors import Unready
from tests.vaults import vault_for

VAULT = vault_for("north", "south")
SEALED = Envelope("south", VAULT)
OPEN = Envelope("north", None)


def test_what_is_sealed_opens_in_its_place_only() -> None:
    stored = SEALED.wrap("exchanges.ndjson/3", b"content")
    assert b"content" not in stored
    assert SEALED.unwrap("exchanges.ndjson/3", stored) == b"content"
    with pytest.raises(Unready):
        SEALED.unwrap("exchanges.ndjson/4", stored)
    with pytest.raises(Unready):
        Envelope("north", VAULT).unwrap("exchanges.ndjson/3", stored)


def test_a_sealed_line_holds_no_line_break() -> None:
    for number in range(50):
        line = SEALED.wrap_line(f"{number}", b"x" * 40)
        assert b"\n" not in line
        assert SEALED.unwrap_line(f"{number}", line) == b"x" * 40


def test_without_a_sealer_everything_stands_as_it_is() -> None:
    assert OPEN.wrap("a", b"content") == OPEN.wrap_line("a", b"content") == b"content"
    assert OPEN.unwrap("a", b"content") == OPEN.unwrap_line("a", b"content") == b"content"


def test_a_line_that_was_cut_off_is_refused() -> None:
    line = SEALED.wrap_line("a", b"content")
    with pytest.raises(ValueError, match="cut off"):
        SEALED.unwrap_line("a", line[:-1])
    with pytest.raises(Unready):
        SEALED.unwrap_line("a", line[:-4])
