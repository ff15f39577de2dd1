"""Fingerprints, similarity and states of pages; pure."""
