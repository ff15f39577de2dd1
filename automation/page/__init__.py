"""Fingerprints, similarity, addresses and states of pages; pure."""

from automation.page.address import address_matches
from automation.page.aria import scrub_aria
from automation.page.outline import Node, outline
from automation.page.similarity import ENOUGH, MARGIN, Resemblance, most_similar, similarity

__all__ = [
    "ENOUGH",
    "MARGIN",
    "Node",
    "Resemblance",
    "address_matches",
    "most_similar",
    "outline",
    "scrub_aria",
    "similarity",
]
