"""Executes endpoints over HTTP: pages, slots, signed-out detection, fallback to the browser."""

from automation.replay.inputs import InputValue
from automation.replay.lineage import Parents
from automation.replay.replay import replay_endpoint
from automation.replay.watched import watched_answers

__all__ = ["InputValue", "Parents", "replay_endpoint", "watched_answers"]
