"""Visitor: what happens to the parts of a document that is walked through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Visitor:
    """What to do with a document; whoever only looks gives back what it was given.

    Attributes:
        leaf: takes the name and the decoded value of one place, returns what is to stand there.
        rest: takes text that has no parts, returns what is to stand there.
    """

    leaf: Callable[[str, str], str]
    rest: Callable[[str], str]
