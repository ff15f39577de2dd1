"""Fingerprints, similarity, addresses and states of pages; pure."""

from automation.page.address import address_matches
from automation.page.aria import scrub_aria
from automation.page.similarity import ENOUGH, MARGIN, Resemblance, most_similar, similarity

__all__ = [
    "ENOUGH",
    "MARGIN",
    "Resemblance",
    "address_matches",
    "most_similar",
    "scrub_aria",
    "similarity",
]
