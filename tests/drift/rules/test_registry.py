"""The one table of rules."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from automation.drift import RULES

TESTS = Path(__file__).parent


def test_ids_are_unique_and_each_rule_has_a_function_of_its_own() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert len({rule.check for rule in RULES}) == len(RULES)
    assert all(re.fullmatch(r"(net|dom)(\.[a-z0-9]+)+", rule.id) for rule in RULES)


def test_each_rule_says_what_it_sees() -> None:
    assert all(inspect.getdoc(rule.check) for rule in RULES)


def test_each_rule_is_named_by_a_test() -> None:
    told = "".join(path.read_text(encoding="utf-8") for path in TESTS.glob("test_*.py"))
    assert [rule.id for rule in RULES if f'"{rule.id}"' not in told] == []
