"""Which texts of a recording are data of the practice: they belong into no file that others read.

What an answer of the portal tells of a record is data, and so is what was typed, and what a page
shows as the name of a thing. Lists of choices, menus and translations are answers as well: they
are told by having no identity, or by the same few texts again and again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pydantic import JsonValue

from automation.browser import Action, Answered, LogEntry
from automation.record.known import AN_ID
from automation.wire import id_like, words

_TELLING: Final = 3
"""Letters from which on it is no chance that a text stands in another one."""
_LONGEST: Final = 8
"""Words: a name has no more."""
_MANY: Final = 8
"""Texts from which on one sees whether they repeat."""
_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_OF_A_PERSON: Final = frozenset(
    {"first", "last", "given", "family", "surname", "middle", "full", "owner", "client"}
    | {"patient", "pet", "animal", "customer", "guardian", "email", "phone", "street", "address"}
)
_NAMING: Final = frozenset({"name", "label", "title", "display", "text", "contact", "user"})


class Data:
    """The texts that are data; empty for a recording that showed none.

    Args:
        texts: what is data.
        wording: texts that are the portal's own, whatever else says so.
    """

    def __init__(self, texts: Iterable[str] = (), wording: Iterable[str] = ()) -> None:
        """Keep the words of the texts."""
        own = {_folded(text) for text in wording}
        kept = {tuple(_WORD.findall(text)) for text in texts if _folded(text) not in own}
        telling = {each for each in kept if sum(map(len, each)) >= _TELLING}
        self._exact = {each for each in telling if len(each) <= _LONGEST}
        self._whole = {_fold(each) for each in telling}

    @classmethod
    def of(cls, log: Sequence[LogEntry]) -> Data:
        """What is data in the log of a recording."""
        actions = [entry for entry in log if isinstance(entry, Action)]
        typed = [
            each.value.reveal()
            for each in actions
            if each.kind == "fill" and each.value and not each.field.secret
        ]
        elements = [each.element for each in actions if each.element]
        shown = [text for each in elements for text in each.data]
        wording = [text for each in elements for text in each.wording]
        return cls([*typed, *shown, *_answered(log)], wording)

    def is_slug(self, text: str) -> bool:
        """Tell whether a part of an address is made of data: of several words, so not by chance."""
        return len(_WORD.findall(text)) > 1 and _folded(text) in self._whole

    def stands_in(self, text: str) -> bool:
        """Tell whether data is part of a text, as whole words in the same letters."""
        found = tuple(_WORD.findall(text))
        spans = (
            found[start : start + size]
            for size in range(1, min(len(found), _LONGEST) + 1)
            for start in range(len(found) - size + 1)
        )
        return _fold(found) in self._whole or any(span in self._exact for span in spans)


NOTHING: Final = Data()
"""Where nothing was shown."""


def _fold(found: tuple[str, ...]) -> str:
    return " ".join(found).casefold()


def _folded(text: str) -> str:
    return _fold(tuple(_WORD.findall(text)))


def _answered(log: Sequence[LogEntry]) -> Iterator[str]:
    """The texts of records in the answers of a recording."""
    told: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for entry in log:
        if isinstance(entry, Answered):
            for path, text in _texts(entry.body, (entry.what,), known=False):
                told[path].append(text)
    for path, texts in told.items():
        if _names_records(path, texts):
            yield from texts


def _texts(
    body: JsonValue, path: tuple[str, ...], *, known: bool
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each text of a record, with the keys that lead to it."""
    match body:
        case dict():
            known = known or any(id_like(key) and _is_id(value) for key, value in body.items())
            for key, value in body.items():
                yield from _texts(value, (*path, key), known=known)
        case list():
            for value in body:
                yield from _texts(value, path, known=known)
        case str() if known and _is_name(body):
            yield path, body
        case _:
            return


def _is_id(value: JsonValue) -> bool:
    """Tell whether a value is one that a database gave; the key of a translation is a word."""
    return isinstance(value, int) or (isinstance(value, str) and bool(AN_ID.fullmatch(value)))


def _is_name(text: str) -> bool:
    found = _WORD.findall(text)
    return 0 < len(found) <= _LONGEST and not re.search(r"\d{3,}|://", text)


def _names_records(path: tuple[str, ...], texts: Sequence[str]) -> bool:
    told = {word for key in path[-2:] for word in words(key)}
    if told & _OF_A_PERSON:
        return True
    if len(texts) < _MANY:
        return bool(told & _NAMING)
    return len(set(texts)) >= len(texts) / 2
