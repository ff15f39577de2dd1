"""A sketch of a page: where its controls stand, as boxes, one of them marked.

It is drawn from what is known of the controls. Whoever draws says which of their names may be read:
nothing of a record is in it, whatever the page shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Final, NamedTuple

from PIL import Image, ImageDraw, ImageFont

_WIDTH: Final = 600
_PAGE: Final = 1280
_TALLEST: Final = 900
_EDGE: Final = 4
_LETTERS: Final = 12
_COLORS: Final = 16
_WHITE, _FILL, _LINE, _MARK, _INK = "#ffffff", "#eef1f4", "#9aa7b4", "#a4161a", "#1c2733"


class Box(NamedTuple):
    """Where a control stands, in pixels of the page.

    Attributes:
        left: from the left edge.
        top: from the upper edge.
        width: how wide it is.
        height: how tall it is.
        label: what may be read in it.
    """

    left: int
    top: int
    width: int
    height: int
    label: str = ""


def sketch(boxes: Sequence[Box], marked: int | None = None) -> bytes:
    """Draw boxes as PNG (W3C, second edition).

    Args:
        boxes: of the controls, in the order in which they are drawn.
        marked: index of the one that is meant; None where it is gone.
    """
    scale = _WIDTH / max([_PAGE, *(box.left + box.width for box in boxes)])
    lowest = max([0, *(box.top + box.height for box in boxes)])
    height = min(_TALLEST, int(lowest * scale) + 2 * _EDGE)
    if marked is not None:  # what is meant is in the picture, also far down
        low = int((boxes[marked].top + boxes[marked].height) * scale) + 2 * _EDGE
        height = max(height, min(2 * _TALLEST, low))
    picture = Image.new("RGB", (_WIDTH, max(height, 1)), _WHITE)
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(_LETTERS)
    for index, box in enumerate(boxes):
        if index != marked:
            _draw(pen, font, box, scale, _LINE, edge=1)
    if marked is not None:
        _draw(pen, font, boxes[marked], scale, _MARK, edge=_EDGE)
    written = BytesIO()
    picture.quantize(_COLORS).save(written, "PNG", optimize=True)
    return written.getvalue()


def _draw(
    pen: ImageDraw.ImageDraw,
    font: ImageFont.ImageFont | ImageFont.FreeTypeFont,
    box: Box,
    scale: float,
    color: str,
    *,
    edge: int,
) -> None:
    """A filled box with an edge and its label, as far as it lies in the picture."""
    left, top, wide, tall = (int(each * scale) for each in box[:4])
    right, low = left + max(wide, 2 * _EDGE) - 1, top + max(tall, 2 * _EDGE) - 1
    if right < 0 or low < 0:
        return
    pen.rectangle((left, top, right, low), fill=_FILL, outline=color, width=edge)
    if box.label:
        pen.text((left + edge + 2, (top + low) / 2), box.label, fill=_INK, font=font, anchor="lm")
