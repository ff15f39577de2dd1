"""Terms: what an entity is found by when people look for it by a word, a number or an address."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from automation.entities.entity import Entity

_LONGEST: Final = 64
_WORD: Final = re.compile(r"\w+")
ALIKE: Final = ("tel:", "mail:", "home:", "born:", "chip:")
"""How the terms begin that few share, unless they are the same in another place."""
_NO_DIGIT: Final = re.compile(r"\D")


def terms_of(entity: Entity) -> frozenset[str]:
    """Every term of an entity; those of fields named in ``searched``, of its phones and e-mails.

    So are the terms by which the same one elsewhere is found.
    """
    return frozenset((*_terms(entity), *_alike(entity)))


def alike_terms(entity: Entity) -> frozenset[str]:
    """The terms of an entity that few others have, unless they are the same in another place."""
    return frozenset(term for term in terms_of(entity) if term.startswith(ALIKE))


def plain_text(text: str | None) -> str:
    """A text without case, accents, spaces and marks: ``O'Hara-Zoë`` -> oharazoe."""
    return "".join(word_terms((text or "").replace("_", " ")))


def word_terms(text: str) -> tuple[str, ...]:
    """The words of a text, in small letters and without accents: ``Zoë O'Hara`` -> zoe, o, hara."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(each for each in plain if not unicodedata.combining(each))
    return tuple(word[:_LONGEST] for word in _WORD.findall(bare))


def phone_term(number: str) -> str:
    """A telephone number, last digit first, so that one without its country is a beginning."""
    return f"tel:{_NO_DIGIT.sub('', number)[::-1][:_LONGEST]}"


def email_term(address: str) -> str:
    """An e-mail address; upper and lower case are the same."""
    return f"mail:{address.strip().casefold()[:_LONGEST]}"


def _terms(entity: Entity) -> Iterator[str]:
    for field in entity.searched:
        yield from word_terms(getattr(entity, field) or "")
    for number in _parts(entity, "phones", "number"):
        yield phone_term(number)
    for address in _parts(entity, "emails", "address"):
        yield email_term(address)


def _alike(entity: Entity) -> Iterator[str]:
    name = plain_text(getattr(entity, "last_name", None))
    for code in map(plain_text, _parts(entity, "addresses", "postal_code")):
        if name and code:
            yield f"home:{code}:{name}"[:_LONGEST]
    if entity.kind != "patient":
        return
    name, born = plain_text(getattr(entity, "name", None)), getattr(entity, "date_of_birth", None)
    if name and born is not None:
        yield f"born:{born}:{name}"[:_LONGEST]
    if chip := plain_text(getattr(entity, "microchip", None)):
        yield f"chip:{chip}"[:_LONGEST]


def _parts(entity: Entity, field: str, part: str) -> Iterator[str]:
    elements: Iterable[dict[str, object]] = getattr(entity, field, None) or ()
    for element in elements:
        if text := element.get(part):
            yield str(text)
