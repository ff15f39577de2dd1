"""Every rule has words that people understand."""

from __future__ import annotations

import re

import pytest

from automation.drift.rules.registry import RULES
from automation.notify.words import WORDS, words_of


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_a_rule_has_words_without_our_own_ids(rule: str) -> None:
    words = words_of(rule)
    assert words != rule
    assert not re.search(r"[_<>{}]|\b\w+\.\w+\.", words)


def test_words_belong_to_a_rule_or_to_the_beginning_of_some() -> None:
    assert len(set(WORDS.values())) == len(WORDS)
    assert words_of("net.body.field.gone.deep") == WORDS["net.body.field.gone"]
    assert words_of("new.rule") == "new.rule"
