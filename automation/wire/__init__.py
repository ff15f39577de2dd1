"""The wire: leaves of messages, templates of addresses, shapes of JSON; pure."""

from automation.wire.leafpath import (
    EACH,
    Token,
    assemble,
    format_path,
    generalise,
    parse_path,
    pick,
    walk,
)

__all__ = [
    "EACH",
    "Token",
    "assemble",
    "format_path",
    "generalise",
    "parse_path",
    "pick",
    "walk",
]
