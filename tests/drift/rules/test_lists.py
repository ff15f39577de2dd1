"""Lists, how they go on and in which order, and answers that are errors."""

from __future__ import annotations

import random
from typing import Any

from automation.drift import Baseline, judge
from tests.drift.runs import (
    SEARCH,
    UNUSED,
    USED,
    Change,
    answers,
    baseline,
    observed,
    pets,
    severities,
)


def test_a_list_that_never_was_empty_and_is_is_risky() -> None:
    emptied = answers(lambda document: document.update(rows=[], total=0))
    assert severities(emptied) == {"net.body.array.empty": "risky"}
    assert severities(emptied, UNUSED) == {"net.body.array.empty": "cosmetic"}


def test_a_list_that_ends_at_a_round_number_below_its_total_is_risky() -> None:
    def cut(document: Any) -> None:  # noqa: ANN401 - a document
        document["rows"] = pets(20, seed=3)
        document["total"] = 55

    assert severities(answers(cut))["net.body.array.len"] == "risky"


def test_a_list_that_happens_to_have_a_round_length_is_silent() -> None:
    def happens(document: Any) -> None:  # noqa: ANN401 - a document
        document["rows"] = pets(40, seed=3)
        document["total"] = 40

    assert severities(answers(happens)) == {}


def test_a_cursor_in_place_of_a_total_breaks_where_we_page() -> None:
    def other(document: Any) -> None:  # noqa: ANN401 - a document
        del document["total"]
        document["nextCursor"] = "abc"

    assert severities(answers(other))["net.body.page"] == "breaking"
    assert severities(answers(other), UNUSED)["net.body.page"] == "cosmetic"


def test_an_error_that_is_answered_as_a_success_breaks() -> None:
    failed = answers(lambda _: {"error": {"code": 17}})
    assert severities(failed)["net.body.error200"] == "breaking"


def test_rows_in_another_order_are_cosmetic() -> None:
    def mixed(document: Any) -> None:  # noqa: ANN401 - a document
        random.Random(1).shuffle(document["rows"])

    assert severities(answers(mixed)) == {"net.body.order": "cosmetic"}


def test_a_longer_list_is_silent() -> None:
    def longer(document: Any) -> None:  # noqa: ANN401 - a document
        document["rows"] = pets(83, seed=3)
        document["total"] = 83

    assert severities(answers(longer)) == {}
    assert judge(baseline(), observed(60, answers(longer, SEARCH)), USED).baseline.count == 13


def test_a_list_that_goes_on_for_the_first_time_is_no_other_way_to_go_on() -> None:
    def following(link: str | None) -> Change:
        return answers(lambda document: document.update(next=link))

    grown = Baseline(portal="p", practice="q", flow="f")
    for day in range(12):
        grown = judge(grown, observed(day, following(None)), USED).baseline
    told = judge(grown, observed(50, following("abc")), USED).findings
    assert {(one.rule, str(one.severity)) for one in told} == {("net.body.firstvalue", "cosmetic")}
