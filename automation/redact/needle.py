"""Needles: one secret in every way it may be written, and a quick test where it may stand."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html.entities import codepoint2name
from typing import Final

SHORTEST: Final = 4
"""Values with fewer characters are looked for as whole values only, never inside a text."""

# Letters and digits alone, and fewer than this: only as a word, so that "anna" leaves "hannah" be.
_WORD_BELOW: Final = 8
# Fewer bytes than this have base64 and hexadecimal forms that turn up by chance.
_CODED_FROM: Final = 6
_ALNUM_RUN: Final = re.compile(r"[A-Za-z0-9]+")
_LONG: Final = 8
_LONG_RUN: Final = re.compile(rf"[A-Za-z0-9]{{{_LONG},}}")
_NAMED: Final = {**codepoint2name, ord("'"): "apos"}
_SHORT_ESCAPES: Final = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}


@dataclass(frozen=True, slots=True)
class Needle:
    """One value to look for.

    Attributes:
        value: the plain text.
        pattern: regular expression without groups that matches the value raw, percent-encoded
            once or twice, JSON-escaped, HTML-escaped and in hexadecimal digits.
        anchors: texts of letters and digits; where none of them stands, the value does not stand
            either, in none of the encodings. An empty anchor stands everywhere.
        coded: those anchors that belong to the three base64 alignments.
        word: the value counts only as a word of its own.
    """

    value: str
    pattern: str
    anchors: tuple[str, ...]
    coded: tuple[str, ...]
    word: bool = False


def needle(value: str) -> Needle:
    """The needle of a value of at least `SHORTEST` characters."""
    pattern = "".join(_forms(char) for char in value)
    word = len(value) < _WORD_BELOW and _ALNUM_RUN.fullmatch(value) is not None
    if word:
        pattern = _as_word(pattern, "0-9" if value.isdigit() else "0-9A-Za-z")
    content = value.encode("utf-8", "surrogatepass")
    if len(content) < _CODED_FROM:
        return Needle(value, pattern, ("",), (), word)
    digits = content.hex()
    coded = tuple(_longest_run(core) for core in _base64_cores(content))
    anchors = (_longest_run(value), *coded, digits, digits.upper())
    return Needle(value, f"{pattern}|{digits}|{digits.upper()}", anchors, coded, word)


def present(needles: Iterable[Needle], text: str) -> Iterator[Needle]:
    """Those needles that may stand in the text, with those of their anchors that do stand in it.

    Most of a text is not letters and digits in a row, so long anchors are looked for in that
    small part only.
    """
    runs = "\n".join(_LONG_RUN.findall(text))
    for one in needles:
        anchors = tuple(a for a in one.anchors if a in (runs if len(a) >= _LONG else text))
        if anchors:
            # Taking one secret out of a base64 text moves the next one to another alignment.
            coded = () if set(anchors).isdisjoint(one.coded) else one.coded
            yield replace(one, anchors=anchors, coded=coded)


def _longest_run(text: str) -> str:
    """The part that no encoding changes."""
    return max(_ALNUM_RUN.findall(text), key=len, default="")


def _base64_cores(content: bytes) -> Iterator[str]:
    """The base64 of a value after 0, 1 and 2 other bytes, without what the neighbours change."""
    for shift, edge in ((0, 0), (1, 2), (2, 3)):
        text = base64.b64encode(bytes(shift) + content).decode()
        yield text[edge : 8 * (shift + len(content)) // 6]


def _as_word(pattern: str, letters: str) -> str:
    """No such letter on either side; the end of an escape sequence is not a letter."""
    before = (
        rf"(?:(?<![{letters}])|(?<=%[0-9A-Fa-f]{{2}})"
        rf"|(?<=\\u[0-9A-Fa-f]{{4}})|(?<=\\[bfnrt]))"
    )
    return rf"{before}{pattern}(?![{letters}])"


def _forms(char: str) -> str:
    """All ways to write one character; letters and digits are always written as they are."""
    if char.isascii() and char.isalnum():
        return char
    return "(?:" + "|".join([*_percent(char), *_json(char), *_html(char), re.escape(char)]) + ")"


def _percent(char: str) -> Iterator[str]:
    if char == " ":
        yield r"\+"
    content = char.encode("utf-8", "surrogatepass")
    yield "".join(f"%(?:25)?{_any_case(f'{byte:02x}')}" for byte in content)


def _json(char: str) -> Iterator[str]:
    """Also inside a text that was escaped before, where the backslashes double."""
    units = char.encode("utf-16-be", "surrogatepass").hex()
    yield "".join(rf"\\+u{_any_case(units[at : at + 4])}" for at in range(0, len(units), 4))
    if char == "\\":
        yield r"\\{4}|\\{2}"
    elif char in _SHORT_ESCAPES:
        yield rf"\\+{_SHORT_ESCAPES[char]}"
    elif char in "\"'/":
        yield rf"\\+{char}"
    if ord(char) < 0x100:  # noqa: PLR2004 - two hexadecimal digits
        yield rf"\\+x{_any_case(f'{ord(char):02x}')}"


def _html(char: str) -> Iterator[str]:
    yield rf"&(?:amp;)?#0*{ord(char)};"
    yield rf"&(?:amp;)?#[xX]0*{_any_case(f'{ord(char):x}')};"
    if name := _NAMED.get(ord(char)):
        yield f"&(?:amp;)?{name};"


def _any_case(digits: str) -> str:
    return "".join(f"[{d}{d.upper()}]" if d.isalpha() else d for d in digits)
