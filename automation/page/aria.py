"""The accessibility tree in Playwright's YAML notation, without what people typed.

Playwright prints the value of a field behind its role (``- textbox "Email": a@b.c``), passwords
included, and a cell or row is named by its content, fields in it included.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_FIELD: Final = re.compile(
    r"""^(?P<head>\s*-\s(?P<quote>'?)                         # YAML quotes a key that needs it
    (?:textbox|searchbox|spinbutton|slider|combobox)\b        # role of a field
    (?:\s"(?:[^"\\]|\\.)*")?                                  # its name
    (?:\s\[[^\]]*\])*                                         # its states
    (?P=quote))
    (?P<tail>:.*)?$""",
    re.VERBOSE,
)
_VALUE_INSIDE: Final = re.compile(r"^\s*-\stext:")
_ROLE: Final = re.compile(r"^\s*-\s'?[\w/]+")
_SHORTEST: Final = 3
"""A value of one or two characters is not looked for in names: it would be found everywhere."""


def scrub_aria(aria: str, typed: Iterable[str]) -> str:
    """Take the values of fields out of an accessibility tree.

    Args:
        aria: the tree as Playwright prints it.
        typed: what the fields of the page hold; in names these texts become ``…``.
    """
    values = _notations(typed)
    kept: list[str] = []
    field_depth = -1
    for line in aria.splitlines():
        depth = len(line) - len(line.lstrip())
        inside = -1 < field_depth < depth
        if inside and _VALUE_INSIDE.match(line):
            continue
        if not inside:
            field_depth = -1
        if field := _FIELD.match(line):
            field_depth = depth
            line = field["head"] + (":" if field["tail"] == ":" else "")  # noqa: PLW2901 - scrubbed
        kept.append(_without(line, values))
    return "\n".join(kept)


def _notations(typed: Iterable[str]) -> list[str]:
    """The values as the tree may write them, longest first, so that no rest of one is left."""
    folded = {" ".join(value.split()) for value in typed}
    long = {value for value in folded if len(value) >= _SHORTEST}
    escaped = {value.replace("\\", "\\\\").replace('"', '\\"') for value in long}
    doubled = {value.replace("'", "''") for value in long | escaped}
    return sorted(long | escaped | doubled, key=len, reverse=True)


def _without(line: str, values: list[str]) -> str:
    role = _ROLE.match(line)
    start = role.end() if role else 0
    rest = line[start:]
    for value in values:
        rest = rest.replace(value, "…")
    return line[:start] + rest
