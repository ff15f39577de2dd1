"""The places of answers, whether they are there and what stands in them."""

from __future__ import annotations

from automation.drift import Baseline, judge
from automation.drift.rules.structure import parent_within
from tests.drift.runs import (
    UNUSED,
    USED,
    Change,
    answers,
    baseline,
    found,
    observed,
    rows,
    severities,
)


def test_a_field_that_is_gone_breaks_where_it_is_mapped() -> None:
    one = found(rows(lambda row: row.pop("weight")))["net.body.field.gone"]
    assert (str(one.severity), one.consumed) == ("breaking", "read")


def test_what_nobody_uses_is_gone_once_and_no_news_after_that() -> None:
    lost = rows(lambda row: row.pop("weight"))
    grown, told = baseline(), []
    for day in range(20, 40):
        judged = judge(grown, observed(day, lost, UNUSED), UNUSED)
        told += [finding.rule for finding in judged.findings]
        grown = judged.baseline
    assert told == ["net.body.field.gone"]


def test_an_object_that_is_gone_is_one_finding() -> None:
    assert list(found(rows(lambda row: row.pop("owner")))) == ["net.body.field.gone"]


def test_a_field_that_some_rows_lack_is_risky() -> None:
    def some(document: dict[str, list[dict[str, object]]]) -> None:
        for row in document["rows"][::2]:
            del row["weight"]

    assert severities(answers(some)) == {"net.body.field.optional": "risky"}
    assert severities(answers(some), UNUSED) == {"net.body.field.optional": "cosmetic"}


def test_a_new_field_is_cosmetic_unless_its_name_resembles_one_that_is_used() -> None:
    added = rows(lambda row: row.update(colour="black"))
    assert severities(added) == {"net.body.field.new": "cosmetic"}
    assert severities(rows(lambda row: row.update(bornAt="2026"))) == {
        "net.body.field.new": "risky"
    }


def test_a_field_under_another_name_is_one_finding() -> None:
    renamed = rows(lambda row: row.update(kind=row.pop("species")))
    one = found(renamed)["net.body.field.renamed"]
    assert (str(one.severity), one.heal) == ("breaking", True)
    assert one.after == "rows[].kind"
    assert list(found(renamed)) == ["net.body.field.renamed"]
    assert severities(renamed, UNUSED) == {"net.body.field.renamed": "cosmetic"}


def test_an_envelope_around_everything_is_one_finding() -> None:
    wrapped = answers(lambda document: {"data": document})
    told = found(wrapped)
    assert str(told["net.body.field.moved"].severity) == "breaking"
    assert set(told) <= {"net.body.field.moved", "net.body.page"}
    assert (told["net.body.field.moved"].before, told["net.body.field.moved"].after) == (
        "@",
        "data",
    )


def test_another_type_breaks_and_one_that_is_coerced_is_risky() -> None:
    assert severities(rows(lambda row: row.update(weight="heavy"))) == {
        "net.body.retyped": "breaking"
    }
    listed = rows(lambda row: row.update(species=[row["species"]]))
    assert severities(listed)["net.body.retyped"] == "breaking"


def test_whole_numbers_are_no_other_type() -> None:
    assert severities(rows(lambda row: row.update(weight=int(row["weight"])))) == {}


def test_the_first_null_breaks_where_a_value_is_required_and_is_risky_elsewhere() -> None:
    def null(name: str) -> dict[str, str]:
        def first(document: dict[str, list[dict[str, object]]]) -> None:
            document["rows"][0][name] = None

        return severities(answers(first))

    assert null("name") == {"net.body.nullable": "breaking"}
    assert null("weight") == {"net.body.nullable": "risky"}


def test_what_was_always_null_and_has_a_value_is_cosmetic() -> None:
    grown = baseline(0)
    for day in range(11):
        always_null = rows(lambda row: row.update(chip=None))
        grown = judge(grown, observed(day, always_null), USED).baseline
    chipped = observed(20, rows(lambda row: row.update(chip="276098")))
    told = [(f.rule, str(f.severity)) for f in judge(grown, chipped, USED).findings]
    assert told == [("net.body.firstvalue", "cosmetic")]


def test_a_place_is_inside_another_by_its_path() -> None:
    assert parent_within("rows[].name", "rows")
    assert not parent_within("rowset", "rows")


def test_a_truth_that_is_gone_did_not_become_another_one_that_is_new() -> None:
    def truth(name: str) -> Change:
        return answers(lambda document: document.update({name: True}))

    grown = Baseline(portal="p", practice="q", flow="f")
    for day in range(12):
        grown = judge(grown, observed(day, truth("editable")), USED).baseline
    told = judge(grown, observed(50, truth("ok")), USED).findings
    assert [one.rule for one in told] == ["net.body.field.new"]
