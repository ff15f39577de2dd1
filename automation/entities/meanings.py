"""Meanings: what an entity and its fields are, as its own words say it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from automation.entities.entity import Entity
from automation.entities.kinds import ENTITIES

_ATTRIBUTE: Final = re.compile(r"^        (\w+): (.+(?:\n {12}.+)*)", re.MULTILINE)
_MARKUP: Final = re.compile(r"``|:attr:|`")


def meaning_of(kind: str) -> str:
    """What a kind of entity is, in a sentence."""
    return _sentence((ENTITIES[kind].__doc__ or "").split("\n\n", maxsplit=1)[0])


@cache
def meanings_of(kind: str) -> Mapping[str, str]:
    """What each field of a kind means."""
    texts = [Entity.__doc__ or "", ENTITIES[kind].__doc__ or ""]
    found = (match for text in texts for match in _ATTRIBUTE.finditer(text))
    return {name: _sentence(words) for name, words in (match.groups() for match in found)}


def told_fields(kind: str, *names: str) -> dict[str, tuple[Any, str]]:
    """Some fields of a kind: the type and the meaning of each, by name."""
    fields, meanings = ENTITIES[kind].model_fields, meanings_of(kind)
    return {name: (fields[name].annotation, meanings[name]) for name in names}


def _sentence(words: str) -> str:
    plain = _MARKUP.sub("", " ".join(words.split()))
    return plain[:1].upper() + plain[1:]
