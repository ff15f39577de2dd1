"""How an endpoint is read, and why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from automation.model import Changes, Coverage, Upkeep
from automation.sync.ways import choose_way, due_at, since_of
from tests.fakes import START

SINCE = Changes(since="since", lookback=15)
READ = Coverage(endpoint="list-x", run="r", began_at=START, complete_at=START, full_at=START)
LATER = START + timedelta(hours=2)


@pytest.mark.parametrize(
    "rule,before,full,told",
    [
        (None, READ, False, "nothing tells what changed"),
        (SINCE, READ, True, "asked for"),
        (SINCE, None, False, "no complete reading"),
        (SINCE, READ.model_copy(update={"full_at": None}), False, "no complete reading"),
        (SINCE, READ.model_copy(update={"since_full": 50}), False, "50 readings ago"),
        (
            SINCE,
            READ.model_copy(update={"full_at": START - timedelta(hours=22)}),
            False,
            "the last full reading began at",
        ),
    ],
)
def test_everything_is_read_for_a_reason_that_is_told(
    rule: Changes | None, before: Coverage | None, full: bool, told: str
) -> None:
    way, why = choose_way(rule, before, upkeep=Upkeep(), now=LATER, full=full)
    assert way == "full"
    assert told in why


@pytest.mark.parametrize(
    "rule,way,told",
    [
        (SINCE, "since", "since 2026-03-02 09:15 UTC is asked for"),
        (Changes(newest="source_updated_at"), "newest", "nothing changed since 2026-03-02 09:20"),
        (Changes(parent=True), "parent", "only items that changed"),
    ],
)
def test_what_changed_is_read_by_the_way_that_the_mapping_knows(
    rule: Changes, way: str, told: str
) -> None:
    chosen, why = choose_way(rule, READ, upkeep=Upkeep(), now=LATER, full=False)
    assert chosen == way
    assert told in why


def test_changes_are_asked_for_from_before_the_last_complete_reading_began() -> None:
    half = READ.model_copy(update={"began_at": LATER, "ended": "gap"})
    assert since_of(SINCE, half) == START - timedelta(minutes=15)


def test_what_was_never_read_fully_is_due() -> None:
    never = READ.model_copy(update={"full_at": None})
    assert due_at(never, Upkeep()) == START
    assert due_at(READ, Upkeep(full_hours=3)) == START + timedelta(hours=3)


def test_a_list_whose_changes_are_asked_for_item_by_item_is_read_when_everything_is() -> None:
    kept = Changes(kept=True)
    assert choose_way(kept, READ, upkeep=Upkeep(), now=LATER, full=False)[0] == "kept"
    assert choose_way(kept, READ, upkeep=Upkeep(), now=LATER, full=True)[0] == "full"
    assert choose_way(kept, None, upkeep=Upkeep(), now=LATER, full=False)[0] == "full"


def test_calls_that_a_list_covers_are_made_for_what_changed_only() -> None:
    spared = Changes(parent=True, covered_by="list-y")
    way, why = choose_way(spared, None, upkeep=Upkeep(), now=LATER, full=True)
    assert (way, why) == ("parent", "only items that changed are asked about; list-y gives all")
