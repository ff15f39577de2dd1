"""A sketch of a page: where its controls stand, as boxes, one of them marked.

It is drawn from what is known of the controls and shows no text, so that nothing of a record can
be in it, whatever the page shows.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from typing import Final

Box = tuple[int, int, int, int]
"""Left, top, width and height, in pixels of the page."""

_WIDTH: Final = 600
_PAGE: Final = 1280
_TALLEST: Final = 900
_EDGE: Final = 4
_WHITE, _FILL, _LINE, _MARK = range(4)
_PALETTE: Final = bytes.fromhex("ffffffeef1f49aa7b4a4161a")


def sketch(boxes: Sequence[Box], marked: int | None = None) -> bytes:
    """Draw boxes as PNG (W3C, second edition).

    Args:
        boxes: of the controls, in the order in which they are drawn.
        marked: index of the one that is meant; None where it is gone.
    """
    right = max([_PAGE, *(x + wide for x, _, wide, _ in boxes)])
    scale = _WIDTH / right
    lowest = max([0, *(y + tall for _, y, _, tall in boxes)])
    height = min(_TALLEST, int(lowest * scale) + 2 * _EDGE)
    if marked is not None:  # what is meant is in the picture, also far down
        _, top, _, tall = boxes[marked]
        height = max(height, min(2 * _TALLEST, int((top + tall) * scale) + 2 * _EDGE))
    rows = [bytearray(_WIDTH) for _ in range(height)]
    for box in boxes:
        _draw(rows, _scaled(box, scale), _LINE, edge=1)
    if marked is not None:
        _draw(rows, _scaled(boxes[marked], scale), _MARK, edge=_EDGE)
    return _png(rows)


def _scaled(box: Box, scale: float) -> Box:
    left, top, wide, tall = (int(each * scale) for each in box)
    return left, top, max(wide, 2 * _EDGE), max(tall, 2 * _EDGE)


def _draw(rows: list[bytearray], box: Box, color: int, *, edge: int) -> None:
    """A filled box with an edge, as far as it lies in the picture."""
    left, top, wide, tall = box
    start, end = max(0, left), max(0, min(_WIDTH, left + wide))
    if start >= end:
        return
    for y in range(max(0, top), max(0, min(len(rows), top + tall))):
        row = rows[y]
        rim = y < top + edge or y >= top + tall - edge
        row[start:end] = bytes([color if rim else _FILL]) * (end - start)
        if not rim:
            for x in (*range(start, min(start + edge, end)), *range(max(start, end - edge), end)):
                row[x] = color


def _png(rows: Sequence[bytearray]) -> bytes:
    head = struct.pack(">IIBBBBB", _WIDTH, len(rows), 8, 3, 0, 0, 0)
    content = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows), 9)
    parts = ((b"IHDR", head), (b"PLTE", _PALETTE), (b"IDAT", content), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
