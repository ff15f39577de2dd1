"""What two releases of an application answer differently, found out without the watch.

Documents are read as JSON and pages by a parser, and their keys and ids are held against each other
as sets: what a release has that the other one has not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from tests.bench.drift.screens import Run

_FIELDS = "input, select, textarea"


@dataclass
class Release:
    """What one release answered.

    Attributes:
        calls: what was asked for, as method and path.
        keys: the keys of its documents, each as a path behind the call.
        fields: the fields of some parts of its pages, by id.
    """

    calls: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)


def released(runs: Iterable[Run], parts: Iterable[str]) -> Release:
    """What these runs of one release were answered.

    Args:
        runs: the runs.
        parts: ids of the parts of pages whose fields are wanted.
    """
    release = Release()
    for call, text in (one for run in runs for one in _answers(run)):
        release.calls.add(call)
        release.keys |= {f"{call} {path}" for path in _keys(text)}
        tree = LexborHTMLParser(text) if "<html" in text else None
        for part in parts if tree else ():
            found = tree.css(f"#{part} :is({_FIELDS})") if tree else []
            release.fields |= {one.id for one in found if one.id}
    return release


def outermost(paths: set[str]) -> set[str]:
    """Those that stand in no other of them: a branch that is new is one difference."""
    return {one for one in paths if not any(one.startswith((f"{o}.", f"{o}[")) for o in paths)}


def _answers(run: Run) -> Iterator[tuple[str, str]]:
    for exchange in run.exchanges:
        body = exchange.response.body if exchange.response else None
        path = urlsplit(exchange.request.url).path
        yield f"{exchange.request.method} {path}", (body.text or "") if body else ""


def _keys(text: str) -> Iterator[str]:
    try:
        document = json.loads(text)
    except ValueError:
        return
    yield from _inside(document, "")


def _inside(document: object, above: str) -> Iterator[str]:
    if isinstance(document, dict):
        for key, value in document.items():
            path = f"{above}.{key}".lstrip(".")
            yield path
            yield from _inside(value, path)
    elif isinstance(document, list):
        for value in document:
            yield from _inside(value, f"{above}[]")
