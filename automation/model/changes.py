"""Changes: how an endpoint tells what changed, so that not everything is read every time."""

from __future__ import annotations

from pydantic import NonNegativeInt, model_validator

from automation.model.noun import Noun


class Changes(Noun):
    """How to read only what changed; exactly one of the first four is given.

    Attributes:
        since: name of the input of the endpoint that asks for what changed since a time.
        newest: our field with the time by which the portal orders the list, newest first; reading
            ends with a page on which nothing changed and everything is old.
        parent: for calls that are made for the items of another list: an item differs whenever
            what the call returns does, so that only items which differ are asked about.
        kept: the list itself is read only when everything is: calls for the items of another list,
            which it covers, tell what changes in between.
        covered_by: with ``parent``: a list that gives the same and more; where it was read fully
            none of the calls is made.
        control: with ``since``: before it is relied on, the portal is asked once for what changed
            since a time to come; one that answers with anything passes the input over, and
            everything is read.
        lookback: minutes before the last complete reading began that are read again, because
            clocks differ and changes show late.
    """

    since: str | None = None
    newest: str | None = None
    parent: bool = False
    kept: bool = False
    covered_by: str | None = None
    control: bool = False
    lookback: NonNegativeInt = 10

    @model_validator(mode="after")
    def _one_way(self) -> Changes:
        ways = ("since", "newest", "parent", "kept")
        given = [way for way in ways if getattr(self, way)]
        if len(given) != 1:
            got = " and ".join(given) or "none of them"
            msg = f"exactly one of {', '.join(ways)} is needed, given {got}"
            raise ValueError(msg)
        if self.covered_by and not self.parent:
            msg = '"covered_by" goes with "parent": it spares calls for single items'
            raise ValueError(msg)
        if self.control and not self.since:
            msg = '"control" goes with "since": it tries whether that input is heeded'
            raise ValueError(msg)
        return self
