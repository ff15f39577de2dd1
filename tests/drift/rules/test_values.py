"""How values are written, and what they mean."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from automation.drift import Baseline, judge
from tests.drift.runs import SPECIES, UNUSED, USED, Change, answers, observed, rows, severities


def test_a_new_word_of_a_closed_list_breaks_where_the_mapping_does_not_know_it() -> None:
    def another(document: dict[str, list[dict[str, object]]]) -> None:
        document["rows"][0]["species"] = SPECIES[3]

    assert severities(answers(another)) == {"net.body.enum.new": "breaking"}
    assert severities(answers(another), UNUSED) == {"net.body.enum.new": "cosmetic"}


@pytest.mark.parametrize("written", ["{2}.{1}.{0}", "{1}/{2}/{0}", "{0}-{1}-{2}T00:00:00Z"])
def test_dates_that_are_written_otherwise_are_told(written: str) -> None:
    def other(row: Any) -> None:  # noqa: ANN401 - a row of JSON
        row["born"] = written.format(*row["born"].split("-"))

    assert severities(rows(other))["net.body.format"] == "risky"


@pytest.mark.parametrize("times", [100, 1000, 0.01])
def test_numbers_in_another_unit_break(times: float) -> None:
    def other(row: Any) -> None:  # noqa: ANN401 - a row of JSON
        row["weight"] *= times

    assert severities(rows(other)) == {"net.body.unit": "breaking"}


def test_numbers_that_grow_a_little_are_silent() -> None:
    assert severities(rows(lambda row: row.update(weight=row["weight"] * 1.4))) == {}


def test_an_identity_of_another_kind_breaks() -> None:
    def uuid(row: Any) -> None:  # noqa: ANN401 - a row of JSON
        row["id"] = f"0b5a2f1e-8f0e-4f5b-9a63-0f1f6a{row['id']:06d}"

    assert severities(rows(uuid)) == {"net.body.id": "breaking"}


def test_an_identity_that_two_rows_share_breaks() -> None:
    def twice(document: dict[str, list[dict[str, object]]]) -> None:
        document["rows"][1]["id"] = document["rows"][0]["id"]

    assert severities(answers(twice))["net.body.id"] == "breaking"


def test_values_wrapped_in_another_notation_break() -> None:
    def coded(row: Any) -> None:  # noqa: ANN401 - a row of JSON
        row["species"] = base64.b64encode(f"{row['species']:*<24}".encode()).decode()

    assert severities(rows(coded))["net.body.enc"] == "breaking"


def test_personal_data_that_was_not_there_is_noted() -> None:
    added = rows(lambda row: row.update(contact="jane@example.org"))
    assert severities(added)["net.body.pii"] == "cosmetic"


@pytest.mark.parametrize("name", ["total", "rowCount", "records_filtered", "query_ms"])
def test_how_many_there_are_and_how_long_it_took_has_no_unit(name: str) -> None:
    def told(number: float) -> Change:
        return answers(lambda document: document.update({"total": 0, name: number}))

    grown = Baseline(portal="p", practice="q", flow="f")
    for day in range(12):
        grown = judge(grown, observed(day, told(20 + day)), USED).baseline
    assert judge(grown, observed(50, told(260)), USED).findings == ()


@pytest.mark.parametrize("days, told", [(9, []), (60, ["net.body.unit"])])
def test_one_number_has_another_unit_once_it_is_known_well(days: int, told: list[str]) -> None:
    def weighing(grams: int) -> Change:
        """As often as somebody asks, it is one number."""
        return answers(lambda document: document.update(heaviest=[{"weight": grams}] * 6))

    grown = Baseline(portal="p", practice="q", flow="f")
    for day in range(days):
        grown = judge(grown, observed(day, weighing(40 + day % 7)), USED).baseline
    found = judge(grown, observed(80, weighing(4200)), USED).findings
    assert [one.rule for one in found] == told
