"""Changes: how an endpoint tells what changed, so that not everything is read every time."""

from __future__ import annotations

from pydantic import NonNegativeInt, model_validator

from automation.model.noun import Noun


class Changes(Noun):
    """How to read only what changed; exactly one of ``since``, ``newest`` and ``parent`` is given.

    Attributes:
        since: name of the input of the endpoint that asks for what changed since a time.
        newest: our field with the time by which the portal orders the list, newest first; reading
            ends with a page on which nothing changed and everything is old.
        parent: for calls that are made for the items of another list: an item differs whenever
            what the call returns does, so that only items which differ are asked about.
        lookback: minutes before the last complete reading began that are read again, because
            clocks differ and changes show late.
    """

    since: str | None = None
    newest: str | None = None
    parent: bool = False
    lookback: NonNegativeInt = 10

    @model_validator(mode="after")
    def _one_way(self) -> Changes:
        ways = ("since", "newest", "parent")
        given = [way for way in ways if getattr(self, way)]
        if len(given) != 1:
            got = " and ".join(given) or "none of them"
            msg = f"exactly one of {', '.join(ways)} is needed, given {got}"
            raise ValueError(msg)
        return self
