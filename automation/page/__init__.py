"""Fingerprints, similarity, addresses and states of pages; pure."""

from automation.page.address import address_matches
from automation.page.aria import scrub_aria
from automation.page.assignment import assign
from automation.page.healing import (
    AHEAD,
    SCORE,
    STRANGE,
    Match,
    Permission,
    contradicts,
    heal,
    permission,
)
from automation.page.look import Look, control_kind, look_of, look_of_target
from automation.page.outline import Node, outline
from automation.page.scoring import contributions, score
from automation.page.sketch import Box, sketch

__all__ = [
    "AHEAD",
    "SCORE",
    "STRANGE",
    "Box",
    "Look",
    "Match",
    "Node",
    "Permission",
    "address_matches",
    "assign",
    "contradicts",
    "contributions",
    "control_kind",
    "heal",
    "look_of",
    "look_of_target",
    "outline",
    "permission",
    "score",
    "scrub_aria",
    "sketch",
]
