"""The first failing level is told, and what follows from it with it."""

from __future__ import annotations

from automation.drift.grouping import grouped
from automation.model import Finding, Severity


def finding(rule: str, step: str, severity: Severity = Severity.BREAKING) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        portal="p",
        practice="q",
        flow="f",
        step=step,
        subject=f"{rule} at {step}",
    )


MFA = finding("dom.flow.mfa", "2")
MISSING = finding("dom.loc.missing", "3")
GONE = finding("dom.form.field.gone", "2")


def test_what_lies_behind_an_obstacle_follows_from_it() -> None:
    (told,) = grouped([MISSING, MFA, finding("net.op.gone", "4")])
    assert told.rule == "dom.flow.mfa"
    assert told.follows == ("dom.loc.missing dom.loc.missing at 3", "net.op.gone net.op.gone at 4")


def test_what_came_before_an_obstacle_and_the_data_are_told_for_themselves() -> None:
    early, data = finding("dom.loc.missing", "1"), finding("net.body.retyped", "3")
    assert {one.rule for one in grouped([early, MFA, data])} == {early.rule, MFA.rule, data.rule}


def test_a_field_that_is_gone_explains_that_nothing_finds_it() -> None:
    (told,) = grouped([MISSING, GONE])
    assert told.rule == "dom.form.field.gone"


def test_nothing_that_breaks_hides_behind_what_does_not() -> None:
    mild = finding("dom.form.field.gone", "2", Severity.COSMETIC)
    assert len(grouped([MISSING, mild])) == 2


def test_a_redesign_is_told_only_where_nothing_else_of_the_page_is() -> None:
    rebuilt = finding("dom.struct", "2", Severity.COSMETIC)
    assert grouped([rebuilt]) == (rebuilt,)
    assert [one.rule for one in grouped([rebuilt, GONE])] == ["dom.form.field.gone"]
