"""Replay endpoints over HTTP with the session of a practice."""
