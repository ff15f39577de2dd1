"""Our own ids: the same thing of the same practice gets the same id, in every run, for ever."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

_BYTES: Final = 12  # 96 bits: ten million entities collide with a chance of one in 10**15


def entity_id(prefix: str, practice: str, source_id: str, *, series: str = "") -> str:
    """The id of an entity, computed from where it comes from.

    Because nothing has to be looked up, an entity can point at another one that was not read yet.

    Args:
        prefix: the kind in two or three letters (``pat``), the readable start of the id.
        practice: name of the practice.
        source_id: what the portal calls it.
        series: tells apart two numberings of the portal that feed one kind of entity.

    Returns:
        The prefix, ``_`` and 24 hexadecimal digits.
    """
    text = f"{prefix}\0{practice}\0{series}\0{source_id}"
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_BYTES)
    return f"{prefix}_{digest.hexdigest()}"
