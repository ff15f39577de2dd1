"""Spans of a day, as texts: ``22:00-06:30`` begins in the evening and ends in the morning."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time
from typing import Final

_SPAN: Final = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d")


def refuse_impossible(spans: Sequence[str]) -> None:
    """See that texts are spans of a day, ``22:00-06:30``, which leave some of the day over.

    Raises:
        ValueError: one is no span, or nothing is left of the day.
    """
    for span in spans:
        if not _SPAN.fullmatch(span) or span[:5] == span[6:]:
            msg = f"{span!r} are no quiet hours: write a start and an end like 22:00-06:30"
            raise ValueError(msg)
    if spans and all(covered(spans, _ends(span)[1]) for span in spans):
        msg = "the quiet hours leave nothing of the day: write ones that end, like 22:00-06:30"
        raise ValueError(msg)


def covered(spans: Sequence[str], shown: time) -> bool:
    """Tell whether a time of day lies in a span; a start belongs to it, an end does not."""
    return any(_in_span(span, shown) for span in spans)


def _in_span(span: str, shown: time) -> bool:
    start, end = _ends(span)
    return start <= shown < end if start < end else shown >= start or shown < end


def _ends(span: str) -> tuple[time, time]:
    start, _, end = span.partition("-")
    return time.fromisoformat(start), time.fromisoformat(end)
