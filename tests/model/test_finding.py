"""A finding is known by what differs, not by where and when it was seen."""

from __future__ import annotations

from automation.model import Finding, Severity

ONE = Finding(
    rule="net.op.gone",
    severity=Severity.BREAKING,
    portal="example",
    practice="north",
    flow="list-pets",
    subject="GET own /pets",
)


def test_two_practices_and_two_severities_have_one_fingerprint() -> None:
    other = ONE.model_copy(update={"practice": "south", "severity": Severity.RISKY})
    assert other.fingerprint == ONE.fingerprint
    assert len(ONE.fingerprint) == 12


def test_another_shape_has_another_fingerprint() -> None:
    for change in ({"after": "text"}, {"rule": "net.op.new"}, {"subject": "x"}, {"flow": "y"}):
        assert ONE.model_copy(update=change).fingerprint != ONE.fingerprint
