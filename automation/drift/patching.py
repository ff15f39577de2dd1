"""Put a patch on a document of ours, and take it off again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from pydantic import JsonValue

from automation.errors import Unusable
from automation.model import PatchLine

_OPPOSITE: Final = {"add": "remove", "remove": "add", "replace": "replace"}


def patched(document: JsonValue, lines: Sequence[PatchLine]) -> JsonValue:
    """The document with the changes; it stays as it is itself.

    Raises:
        Unusable: at one of the places stands something else than when the patch was made.
    """
    changed = deepcopy(document)
    for line in lines:
        _change(changed, line)
    return changed


def inverted(lines: Sequence[PatchLine]) -> tuple[PatchLine, ...]:
    """The patch that takes a patch back."""
    return tuple(
        PatchLine.model_validate(
            {
                "op": _OPPOSITE[line.op],
                "path": line.path,
                "before": line.after,
                "after": line.before,
            }
        )
        for line in reversed(lines)
    )


def difference(
    before: Mapping[str, JsonValue], after: Mapping[str, JsonValue], *, above: str = ""
) -> tuple[PatchLine, ...]:
    """The lines that make one document of another, each as deep in it as objects go.

    Args:
        before: as it is.
        after: as it is to be.
        above: where both stand in the file.
    """
    lines: list[PatchLine] = []
    for key in sorted({*before, *after}):
        place = f"{above}/{key.replace('~', '~0').replace('/', '~1')}"
        old, new = before.get(key), after.get(key)
        if key not in after:
            lines.append(PatchLine(op="remove", path=place, before=old))
        elif key not in before:
            lines.append(PatchLine(op="add", path=place, after=new))
        elif isinstance(old, dict) and isinstance(new, dict):
            lines += difference(old, new, above=place)
        elif old != new:
            lines.append(PatchLine(op="replace", path=place, before=old, after=new))
    return tuple(lines)


def _change(document: Any, line: PatchLine) -> None:  # noqa: ANN401 - any JSON
    *way, last = [_plain(part) for part in line.path.lstrip("/").split("/")]
    key: Any = last
    try:
        for part in way:
            document = document[int(part)] if isinstance(document, list) else document[part]
        if isinstance(document, list):
            key = int(last)
        fits = _fits(document, key, line)
    except (KeyError, IndexError, ValueError, TypeError):
        fits = False
    if not fits:
        raise Unusable(
            f"at {line.path} stands something else than when the repair was worked out",
            remedy="Reject the repair; it is worked out anew from the file as it is.",
        )
    if line.op == "remove":
        del document[key]
    elif line.op == "add" and isinstance(document, list):
        document.insert(key, line.after)
    else:
        document[key] = line.after


def _fits(document: Any, key: Any, line: PatchLine) -> bool:  # noqa: ANN401 - any JSON
    """Whether the place is as the change expects it."""
    if line.op != "add":
        return bool(document[key] == line.before)
    if isinstance(document, list):
        return bool(0 <= key <= len(document))
    return key not in document


def _plain(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")
