"""By what a portal says which build of it runs: a header, a generator, its bundles, a version.

A build is never told of by itself: it only says with which release a difference came. What is
another one in every run, such as a time in the address of a script, is no build.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from pydantic import JsonValue

from automation.drift.algebra import every, size_of
from automation.drift.network import OperationSignature
from automation.drift.tokens import digest
from automation.model import Response
from automation.wire import is_html, words

_TELLS: Final = frozenset({"build", "release", "revision", "version"})
_VERSION: Final = re.compile(r"\Av?\d{1,4}(?:\.\d{1,6}){1,3}\Z")
_ASSET: Final = re.compile(r"""<(?:script|link)\b[^>]*?\s(?:src|href)=["']([^"'<>]+)["']""")
_GENERATOR: Final = re.compile(
    r"""<meta\s[^>]*?name=["']generator["'][^>]*?content=["']([^"'<>]{1,80})["']""", re.IGNORECASE
)
_BUNDLE: Final = re.compile(r"\.(?:m?js|css)(?:\?|\Z)")
_LONGEST: Final = 80
_LASTING: Final = 2
"""Runs that a build lasts at least."""


def build_labels(response: Response, document: JsonValue) -> Iterator[str]:
    """What an answer says of the build: a name, and the version or a digest of it.

    Args:
        response: the answer.
        document: its body as JSON; None for a page.
    """
    for name, value in response.headers:
        if _TELLS.intersection(words(name)):
            yield f"{name} {_shown(value)}"
    if is_html(response) and response.body:
        yield from _of_page(response.body.text)
    elif isinstance(document, dict):
        for key, said in document.items():
            tells = _TELLS.intersection(words(key)) and isinstance(said, str | int | float)
            if tells and len(str(said)) <= _LONGEST:
                yield f"{digest(key)} {_shown(str(said))}"


def _of_page(text: str) -> Iterator[str]:
    if generator := _GENERATOR.search(text):
        yield f"generator {_shown(generator[1])}"
    bundles = {address for address in _ASSET.findall(text) if _BUNDLE.search(address)}
    if bundles:
        yield f"bundles {_shown(' '.join(sorted(bundles)))}"


def _shown(text: str) -> str:
    """A version as it is; anything else may say more than that."""
    bare = text.strip()
    return bare if _VERSION.match(bare) else f"#{digest(bare)}"


def new_build(
    pairs: Iterable[tuple[OperationSignature, OperationSignature]],
) -> str:
    """The build that no accepted run had; empty where there is none, or none is told of.

    Args:
        pairs: each operation in the accepted runs, and in the latest one.
    """
    found: set[str] = set()
    for before, now in pairs:
        for label in now.builds:
            name = label.partition(" ")[0]
            known = {each: runs for each, runs in before.builds.items() if each.startswith(name)}
            lasting = size_of(every(known.values())) >= _LASTING * len(known) > 0
            if lasting and label not in known:
                found.add(label.partition(" ")[2])
    return min(found, key=lambda build: (build.startswith("#"), build), default="")
