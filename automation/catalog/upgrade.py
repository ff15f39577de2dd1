"""The ladders that lift older files to the present format.

A file says its format with ``version:``. A ladder is a tuple of small functions; the first turns
format 1 into format 2, the next 2 into 3, so a format is as new as its ladder is long. Every kind
of file is still at format 1. When one moves on, a function joins its ladder and a sample of the
old format stays in the tests for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

Document = dict[str, Any]
Upgrade = Callable[[Document], Document]

LADDERS: Final[dict[str, tuple[Upgrade, ...]]] = {
    "portal": (),
    "flow": (),
    "endpoint": (),
    "mapping": (),
    "profile": (),
    "operation": (),
    "inbound": (),
}


def upgrade(document: Document, ladder: tuple[Upgrade, ...]) -> Document:
    """Lift a document to the newest format of its ladder.

    Args:
        document: a parsed file with its ``version``.
        ladder: ``ladder[0]`` turns format 1 into 2, and so on.

    Returns:
        The document in the newest format, its ``version`` changed to that.

    Raises:
        ValueError: there is no version, or this program does not know it yet.
    """
    newest = len(ladder) + 1
    version = document.get("version")
    if version is None:
        msg = f'"version" is missing; the newest is {newest}'
        raise ValueError(msg)
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= newest:
        readable = "1" if newest == 1 else f"1 to {newest}"
        msg = f"version: {version!r} is not known here; this program reads {readable}"
        raise ValueError(msg)
    for step in ladder[version - 1 :]:
        document = step(document)
    return {**document, "version": newest}
