"""The catalogue of rules: one function a rule, grouped by family, all in one table."""

from automation.drift.rules.registry import RULES, Rule

__all__ = ["RULES", "Rule"]
