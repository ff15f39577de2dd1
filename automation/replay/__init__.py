"""Executes endpoints over HTTP: pages, slots, signed-out detection, fallback to the browser."""

from automation.replay.inputs import InputValue
from automation.replay.lineage import Parents
from automation.replay.replay import replay_endpoint

__all__ = ["InputValue", "Parents", "replay_endpoint"]
