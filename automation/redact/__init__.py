"""Equality-preserving redaction, pure; the known values are handed in."""

from automation.redact.placeholder import Placeholder, find_placeholders
from automation.redact.redactor import Redactor

__all__ = ["Placeholder", "Redactor", "find_placeholders"]
