"""The common base of all nouns: frozen, closed, without I/O."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Noun(BaseModel):
    """A value that never changes and refuses fields it does not know."""

    # a command needs few nouns: each is built when it is used first
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
