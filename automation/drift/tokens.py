"""What a signature keeps of a value: its class, a short digest, its order of magnitude.

None of them gives the value back. A class is made of the kinds of its characters, a digest has
16 bits, so that thousands of other texts share it, and a magnitude is a step of about 12 percent.
"""

from __future__ import annotations

import hashlib
import math
import re
from typing import Final

from automation.wire import form_of, moments, parse_json, placeholder_class

_STEPS: Final = 20
"""Magnitudes per factor of ten."""
_LONGEST: Final = 48
_FEW_WORDS: Final = 3
_MARKS: Final = frozenset(" .,:;/-+()%$€£#")
_CHARSET: Final = re.compile(r"\A[A-Za-z0-9+/]{24,}={0,2}\Z")
_MARKUP: Final = re.compile(r"<[a-zA-Z][^>]*>")
_ESCAPED: Final = re.compile(r"&(?:lt|gt|amp|quot|#\d{2,5});")
_KINDS: Final = re.compile(
    r"(?P<digits>\d+)|(?P<upper>[^\W\d_a-z]+(?![a-z]))|(?P<word>[^\W\d_]+)|(?P<other>\W|_)"
)
_SIGNS: Final = {"digits": "9", "upper": "A", "word": "a"}
_LENGTH_MATTERS: Final = frozenset({"integer", "hex"})


def token_class(text: str) -> str:
    """The kind of a text, free of its value: ``date %Y-%m-%d``, ``uuid``, ``9.9``, ``word``.

    Classes of redacted values are kept as ``secret <class>``. What has a form says it; other
    texts are written as runs of digits (``9``), letters (``a``, capitals ``A``) and marks; what is
    longer than three words is ``text``.
    """
    if not text.strip():
        return "blank"
    secret = placeholder_class(text)
    if secret is not None:
        return f"secret {secret}"
    return _inside(text) or _form(text.strip()) or _pattern(text.strip())


def _inside(text: str) -> str | None:
    """What is written within the text in another notation."""
    if text[0] in "{[" and isinstance(parse_json(text), dict | list):
        return "json"
    if _MARKUP.search(text):
        return "markup"
    return "escaped" if _ESCAPED.search(text) else None


def _form(text: str) -> str | None:
    if times := moments(text):
        return f"date {next(iter(times))}"
    form = form_of(text)
    if form in _LENGTH_MATTERS:
        return form
    if form == "token" and _CHARSET.match(text) and len(text) % 4 == 0:
        return "base64"
    if form == "date":
        return f"date {_signs(text)}"
    return "base64" if form is None and _is_base64(text) else form


def _is_base64(text: str) -> bool:
    """Letters of both cases without a word in them, as long as groups of four are."""
    capitals = sum(char.isupper() for char in text)
    mixed = 0.2 * len(text) < capitals < 0.8 * len(text)
    return bool(mixed and len(text) % 4 == 0 and _CHARSET.match(text))


def _pattern(text: str) -> str:
    if len(text) > _LONGEST or len(text.split()) > _FEW_WORDS:
        return "text"
    signs = _signs(text)
    letters = signs.replace("A", "a")
    if set(letters) <= set("a -.'"):
        return "word" if " " not in letters else "words"
    return signs


def _signs(text: str) -> str:
    """Runs of one kind become one sign; marks beyond the usual ones become a question mark."""
    written: list[str] = []
    for match in _KINDS.finditer(text):
        sign = _SIGNS.get(str(match.lastgroup)) or (match[0] if match[0] in _MARKS else "?")
        if not written or written[-1] != sign:
            written.append(sign)
    return "".join(written)


def digest(text: str) -> str:
    """Four hex digits by which equal texts are equal; too few to find the text by trying."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:4]


def magnitude(number: float) -> int:
    """The step of the logarithmic scale a number stands on; its sign does not count.

    Zero, and what is no finite number, stands at 0, as 1 does.
    """
    size = abs(number)
    if not size or not math.isfinite(size):
        return 0
    return round(_STEPS * math.log10(size))


def factor(steps: float) -> float:
    """The ratio that a difference of magnitudes stands for."""
    return float(10 ** (steps / _STEPS))
