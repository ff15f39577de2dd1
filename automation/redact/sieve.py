"""A sieve takes the secrets that stand in one text out of it, in whatever encoding they stand."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from typing import Final
from urllib.parse import quote, unquote, unquote_plus

from automation.redact.needle import Needle
from automation.redact.placeholder import protected

# Base64 in either alphabet (RFC 4648); in an address its special characters are percent-encoded.
_RUN: Final = re.compile(r"(?:[A-Za-z0-9+/_-]|%2[BbFf]){8,}+(?:=|%3[Dd]){0,2}")
_ALPHABETS: Final = (
    re.compile(r"[A-Za-z0-9+/]{8,}+=*"),
    re.compile(r"[A-Za-z0-9_-]{8,}+=*"),
)


class Sieve:
    """Replaces each secret by its placeholder, in the encoding of the secret; the rest stays.

    Inside base64 the placeholder is base64 again, inside an address it is percent-encoded, so that
    whoever decodes finds the same placeholder everywhere.

    Args:
        needles: what to look for, as `present` gives it for the texts that will be cleaned.
        shown: the text of the placeholder of a value.
    """

    __slots__ = ("_again", "_coded", "_pattern", "_shown", "_values")

    def __init__(self, needles: Iterable[Needle], shown: Callable[[str], str]) -> None:
        ordered = sorted(needles, key=lambda one: (-len(one.value), one.value))
        self._shown = shown
        self._values = [one.value for one in ordered]
        self._coded = tuple(anchor for one in ordered for anchor in one.coded)
        self._again = bool(self._coded) or any(one.word for one in ordered)
        # The longest value first: it may contain another one. Placeholders are passed over.
        parts = [protected(), *(f"({one.pattern})" for one in ordered)]
        self._pattern = re.compile("|".join(parts)) if ordered else None

    def clean(self, text: str) -> str:
        """The text without the secrets; cleaning it again changes nothing."""
        if self._pattern is None or not text:
            return text
        cleaned = self._once(self._pattern, text)
        # A word may stand alone only after its neighbour was replaced, and a run of letters may
        # be more than one base64 text.
        while self._again and cleaned != text:
            text, cleaned = cleaned, self._once(self._pattern, cleaned)
        return cleaned

    def _once(self, pattern: re.Pattern[str], text: str) -> str:
        text = pattern.sub(self._replaced, text)
        if self._coded and any(anchor in text for anchor in self._coded):
            text = _RUN.sub(self._recoded, text)
        return text

    def _replaced(self, match: re.Match[str]) -> str:
        if match.lastindex is None:
            return match[0]
        found, value = match[0], self._values[match.lastindex - 1]
        shown = self._shown(value)
        if found == value:
            return shown
        if found.lower() == value.encode("utf-8", "surrogatepass").hex():
            return shown.encode().hex()
        if "%" not in found or found.count("%") == value.count("%"):
            return shown
        once = quote(shown, safe="")
        return once if value in {unquote(found), unquote_plus(found)} else quote(once, safe="")

    def _recoded(self, match: re.Match[str]) -> str:
        run = match[0]
        if not any(anchor in run for anchor in self._coded):
            return run
        if "%" in run:
            plain = unquote(run)
            changed = self._changed(plain)
            return run if changed == plain else quote(changed, safe="")
        return self._changed(run)

    def _changed(self, run: str) -> str:
        """Clean a run; one with characters of both alphabets is a base64 text and other text."""
        if re.search(r"[+/]", run) is None or re.search(r"[_-]", run) is None:
            return self._inside(run)
        pieces = (piece for alphabet in _ALPHABETS for piece in alphabet.finditer(run))
        for piece in sorted(pieces, key=lambda one: one.start() - one.end()):
            if (changed := self._inside(piece[0])) != piece[0]:
                return run[: piece.start()] + changed + run[piece.end() :]
        return run

    def _inside(self, run: str) -> str:
        """Clean what a base64 text says; it may follow glued letters, so each phase is tried."""
        if not any(anchor in run for anchor in self._coded):
            return run
        bare = run.rstrip("=")
        url_safe = "-" in run or "_" in run
        standard = bare.replace("-", "+").replace("_", "/")
        for phase in range(4):
            end = len(bare) - ((len(bare) - phase) % 4 == 1)
            usable = standard[phase:end]
            content = base64.b64decode(usable + "=" * (-len(usable) % 4))
            text = content.decode("utf-8", "surrogateescape")
            cleaned = self.clean(text)
            if cleaned != text:
                code = base64.b64encode(cleaned.encode("utf-8", "surrogateescape")).decode()
                # Whether padding is usual here shows only when there should have been some.
                code = code.rstrip("=") if run == bare and len(usable) % 4 else code
                code = code.replace("+", "-").replace("/", "_") if url_safe else code
                return bare[:phase] + code + bare[end:]
        return run
