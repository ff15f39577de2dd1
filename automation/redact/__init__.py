"""Equality-preserving redaction, pure; the known values are handed in."""
