"""A receipt says what was erased, and its digest changes with every word of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from automation.model import Receipt

RECEIPT = Receipt(
    practice="north",
    organization="vet-group",
    portal="acme",
    at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    by="cli:ann",
    erased={"patients": 200, "changes": 1342},
)


def test_the_digest_is_the_same_in_whatever_order_the_kinds_stand() -> None:
    other = RECEIPT.model_copy(update={"erased": {"changes": 1342, "patients": 200}})
    assert other.digest == RECEIPT.digest
    assert len(RECEIPT.digest) == 64


@pytest.mark.parametrize(
    "update",
    [
        {"practice": "south"},
        {"organization": "default"},
        {"by": "cli:bo"},
        {"at": RECEIPT.at + timedelta(seconds=1)},
        {"erased": {"patients": 199, "changes": 1342}},
        {"erased": {"patients": 200}},
    ],
)
def test_the_digest_changes_with_every_word(update: dict[str, object]) -> None:
    assert RECEIPT.model_copy(update=update).digest != RECEIPT.digest
